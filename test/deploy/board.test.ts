import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connectInflux, type InfluxServer } from '../../server/store/influx/influxServer.ts';
import { readingFields, readingsMeasurement, toLine } from '../../server/store/influx/lineProtocol.ts';
import { aReading } from '../support/aReading.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { startTahanProcess } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';
import { composeFile, text } from './composeFile.ts';

interface Target {
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly query?: string;
  readonly expr?: string;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly uid: string };
  readonly targets: readonly Target[];
}

interface Board {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

interface DataSources {
  readonly datasources: readonly {
    readonly uid: string;
    readonly type: string;
    readonly url: string;
    readonly user?: string;
    readonly secureJsonData?: { readonly password: string };
  }[];
}

const board = JSON.parse(text('deploy/grafana/boards/tahan.json')) as Board;
const { datasources } = parse(text('deploy/grafana/provisioning/datasources/tahan.yml')) as DataSources;
const targets = board.panels.flatMap(({ title, targets }) => targets.map(target => ({ title, ...target })));
const influxTargets = targets.flatMap(({ title, query }) => (query === undefined ? [] : [{ title, query }]));
const metricTargets = targets.flatMap(({ title, expr }) => (expr === undefined ? [] : [{ title, expr }]));
const variables = board.templating.list;

const from = Date.parse('2026-11-24T03:00:00Z');
const to = from + 3_600_000;

/** The query as Grafana sends it, for the hour of the test and all nodes. */
const asSent = (query: string): string =>
  query
    .replaceAll('$timeFilter', `time >= ${from}ms AND time <= ${to}ms`)
    .replaceAll('$__interval', '10m')
    .replaceAll('/^$node$/', '/^(dapur-1|gudang 2)$/');

describe('the Grafana board', () => {
  it('uses data sources that are provisioned, each of its type', () => {
    const known = new Map(datasources.map(({ uid, type }) => [uid, type]));
    for (const { title, datasource } of targets)
      expect(known.get(datasource.uid), title).toBe(datasource.type);
    for (const panel of board.panels) {
      const uids = new Set(panel.targets.map(({ datasource }) => datasource.uid));
      expect(uids, panel.title).toEqual(new Set([panel.datasource.uid]));
    }
  });

  it('finds its data sources at services of the Compose file, with a login that may only read', () => {
    const { services } = composeFile('docker-compose.yml');
    for (const { url } of datasources) expect(Object.keys(services)).toContain(new URL(url).hostname);
    const readings = datasources.find(({ type }) => type === 'influxdb');
    expect(readings?.secureJsonData?.password).toBe('$__file{/run/secrets/influx_reader_password}');
    expect(text('deploy/influxdb/create-reader.sh')).toContain(`--username ${readings?.user} `);
    expect(text('deploy/influxdb/create-reader.sh')).not.toContain('--write-bucket');
  });

  it('asks only for the measurement, tags and fields that the store writes', () => {
    const fields: string[] = Object.values(readingFields);
    const known = new Set([readingsMeasurement, 'node', 'probe', 'n', ...fields]);
    for (const { title, query } of influxTargets) {
      const names = [...query.matchAll(/"([^"]+)"/g)].map(match => match[1] ?? '');
      expect(
        names.filter(name => !known.has(name)),
        title,
      ).toEqual([]);
      expect(query).toContain('$timeFilter');
    }
  });

  it('has panels with titles and ids of their own that do not overlap', () => {
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describe('the queries of the Grafana board, on a real InfluxDB with readings as the store writes them', () => {
  let influxd: Influxd;
  let influx: InfluxServer;

  beforeAll(async () => {
    influxd = await startInfluxd();
    const config = {
      url: influxd.url,
      token: null,
      org: null,
      bucket: 'tahan',
      username: null,
      password: null,
    };
    influx = await connectInflux(config);
    await influx.prepare({ days: null });
    const lines = Array.from({ length: 60 }, (_, minute) => [
      aReading({
        nodeId: 'dapur-1',
        measuredAt: from + minute * 60_000,
        temperatureC: 4 + minute / 60,
        humidityPct: 80,
        batteryPct: 90,
      }),
      aReading({
        nodeId: 'gudang 2',
        probe: 'rak atas',
        measuredAt: from + minute * 60_000,
        temperatureC: -2,
      }),
      aReading({
        nodeId: 'gudang 2',
        measuredAt: from + minute * 60_000 + 1,
        temperatureC: 85,
        quality: 'suspect',
      }),
    ]).flat();
    await influx.write(lines.map(toLine).join('\n'));
  });
  afterAll(() => influxd.close());

  it.each(influxTargets)('answer with rows: $title', async ({ query }) => {
    const series = await influx.query(asSent(query));
    const numbers = series.flatMap(({ values }) => values.map(row => row.slice(1))).flat();
    expect(numbers.filter(value => typeof value === 'number').length).toBeGreaterThan(0);
  });

  it('count nodes, not readings', async () => {
    const { query = '' } = influxTargets.find(({ title }) => title === 'Nodes with readings') ?? {};
    const [series] = await influx.query(asSent(query));
    expect(series?.values[0]?.[1]).toBe(2);
  });

  it('leave suspect readings out of the temperatures', async () => {
    const { query = '' } = influxTargets.find(({ title }) => title === 'Warmest in the span') ?? {};
    const series = await influx.query(asSent(query));
    const warmest = Math.max(...series.flatMap(({ values }) => values.map(row => Number(row[1]))));
    expect(warmest).toBe(4 + 59 / 60);
  });

  it('offer every node to choose from', async () => {
    for (const { query } of variables) {
      const [series] = await influx.query(query);
      expect(series?.values.map(row => row[1])).toEqual(['dapur-1', 'gudang 2']);
    }
  });
});

describe('the metrics of the Grafana board', () => {
  it('are told by a running server', async () => {
    const tahan = await startTahanProcess({ dataDir: tempDir() });
    const response = await fetch(`${tahan.httpUrl}/metrics`);
    const told = await response.text();
    await tahan.kill('SIGTERM');
    for (const { expr } of metricTargets) {
      const names = expr.match(/tahan_\w+/g) ?? [];
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(told).toContain(`# TYPE ${name.replace(/_bucket$/, '')} `);
    }
  });
});
