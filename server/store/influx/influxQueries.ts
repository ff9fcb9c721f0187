import type { Reading } from '../../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';
import type { NodeClockState } from '../nodeClockState.ts';
import type { Summary } from '../summarise.ts';
import { quoteText } from './influxQuery.ts';
import type { InfluxSeries, InfluxServer } from './influxServer.ts';
import { readingsMeasurement } from './lineProtocol.ts';

/** What InfluxDB can hold: nanoseconds in 64 bits. */
const earliestAt = -9_223_372_036_854;
const latestAt = 9_223_372_036_853;

/** Most points of a series in one answer. */
const pageLength = 20_000;

const readingFields =
  'temperature_c, humidity_pct, battery_pct, sequence, suspect, time_replaced, received_at';
/** Of the newest reading of a node whose arrivals tell more than that reading does (`stateLine`). */
export const stateFields = ['seen_at', 'good_clock_at', 'replaced_since'] as const;

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface SeriesSpan extends Span {
  readonly nodeId: string;
  readonly probe: string;
}

/** @param to  exclusive */
const within = ({ from, to }: Span): string =>
  `time >= ${Math.max(from, earliestAt)}ms AND time < ${Math.min(to, latestAt)}ms`;

const ofProbe = (span: SeriesSpan): string =>
  `node = ${quoteText(span.nodeId)} AND probe = ${quoteText(span.probe)} AND ${within(span)}`;

const usableOnly = 'suspect = 0';

/** One of InfluxDB's limits: 3 Core reads at most 432 files for a question, which is three days of ten minutes each. */
const longestSpanMs = 72 * 3_600_000;
const longestLookBackMs = 400 * 24 * 3_600_000;

/** The span in pieces that the server will answer, ascending. Only 3 Core needs more than one. */
export function pieces(server: InfluxServer, span: Span, now: number): Span[] {
  if (server.kind !== '3-core') return span.from < span.to ? [span] : [];
  const from = Math.max(span.from, now - longestLookBackMs);
  const to = Math.min(span.to, now + longestSpanMs);
  const cut: Span[] = [];
  for (let at = from; at < to; at += longestSpanMs)
    cut.push({ from: at, to: Math.min(to, at + longestSpanMs) });
  return cut;
}

/** Usable readings of a span, ascending. */
export async function askUsable(server: InfluxServer, span: SeriesSpan): Promise<TemperaturePoint[]> {
  const points: TemperaturePoint[] = [];
  for (let from = span.from; ; ) {
    const [series] = await server.query(
      `SELECT temperature_c FROM ${readingsMeasurement} WHERE ${ofProbe({ ...span, from })} AND ${usableOnly} ORDER BY time ASC LIMIT ${pageLength}`,
    );
    const rows = series?.values ?? [];
    for (const [at, temperatureC] of rows)
      points.push({ at: Number(at), temperatureC: Number(temperatureC) });
    if (rows.length < pageLength) return points;
    from = points.at(-1)!.at + 1;
  }
}

/** The usable readings at one end of a span, ascending. */
export async function askUsableEnd(
  server: InfluxServer,
  span: SeriesSpan,
  end: 'first' | 'last',
  count: number,
): Promise<TemperaturePoint[]> {
  const [series] = await server.query(
    `SELECT temperature_c FROM ${readingsMeasurement} WHERE ${ofProbe(span)} AND ${usableOnly} ORDER BY time ${end === 'first' ? 'ASC' : 'DESC'} LIMIT ${count}`,
  );
  const points = (series?.values ?? []).map(([at, c]) => ({ at: Number(at), temperatureC: Number(c) }));
  return end === 'first' ? points : points.reverse();
}

/** Readings of a node or one probe of it, of each probe at most `most`, by (measuredAt, probe). */
export async function askReadings(
  server: InfluxServer,
  span: Span & { readonly nodeId: string; readonly probe?: string },
  most: number,
): Promise<{ readonly readings: Reading[]; readonly isAll: boolean }> {
  const limit = Math.min(most, pageLength);
  const probe = span.probe === undefined ? '' : ` AND probe = ${quoteText(span.probe)}`;
  const series = await server.query(
    `SELECT ${readingFields} FROM ${readingsMeasurement} WHERE node = ${quoteText(span.nodeId)}${probe} AND ${within(span)} GROUP BY probe ORDER BY time ASC LIMIT ${limit}`,
  );
  const isAll = series.every(({ values }) => values.length < limit);
  // Where one probe has more, others may have been answered further than it: what follows its last is not known yet.
  const known = Math.min(
    ...series.filter(({ values }) => values.length >= limit).map(({ values }) => Number(values.at(-1)?.[0])),
  );
  const readings = series
    .flatMap(s => readingsOf(s, span.nodeId, s.tags.probe ?? ''))
    .filter(reading => reading.measuredAt <= known)
    .sort(byTimeAndProbe);
  return { readings, isAll };
}

/**
 * Readings of every node in a short span; null when there are more than come in one answer.
 */
export async function askReadingsOfAll(server: InfluxServer, span: Span): Promise<Reading[] | null> {
  const series = await server.query(
    `SELECT ${readingFields} FROM ${readingsMeasurement} WHERE ${within(span)} GROUP BY node, probe LIMIT ${pageLength}`,
  );
  if (series.some(({ values }) => values.length >= pageLength)) return null;
  return series.flatMap(s => readingsOf(s, s.tags.node ?? '', s.tags.probe ?? ''));
}

export async function askSuspects(server: InfluxServer, span: SeriesSpan): Promise<Set<number>> {
  const [series] = await server.query(
    `SELECT temperature_c FROM ${readingsMeasurement} WHERE ${ofProbe(span)} AND suspect = 1`,
  );
  return new Set((series?.values ?? []).map(([at]) => Number(at)));
}

/** Min, max, sum and count of usable readings in spans of a grid, each at the beginning of its span. */
export async function askSummaries(
  server: InfluxServer,
  span: SeriesSpan,
  grid: { readonly origin: number; readonly spanMs: number },
): Promise<Summary[]> {
  const offsetMs = ((grid.origin % grid.spanMs) + grid.spanMs) % grid.spanMs;
  const [series] = await server.query(
    `SELECT ${summarySelection} FROM ${readingsMeasurement} WHERE ${ofProbe(span)} AND ${usableOnly} GROUP BY time(${grid.spanMs}ms, ${offsetMs}ms) fill(none)`,
  );
  return summariesOf(series);
}

/** The spans of a grid in which a node measured anything, of every node, each at its beginning. */
export async function askReception(
  server: InfluxServer,
  span: Span,
  grid: { readonly origin: number; readonly spanMs: number },
): Promise<{ readonly nodeId: string; readonly at: number }[]> {
  const offsetMs = ((grid.origin % grid.spanMs) + grid.spanMs) % grid.spanMs;
  const series = await server.query(
    `SELECT count(received_at) FROM ${readingsMeasurement} WHERE ${within(span)} GROUP BY time(${grid.spanMs}ms, ${offsetMs}ms), node fill(none)`,
  );
  return series.flatMap(({ tags, values }) =>
    values
      .filter(([, count]) => Number(count) > 0)
      .map(([at]) => ({ nodeId: tags.node ?? '', at: Number(at) })),
  );
}

const summarySelection = 'min(temperature_c), max(temperature_c), sum(temperature_c), count(temperature_c)';

export interface ProbeSummaries {
  readonly nodeId: string;
  readonly probe: string;
  readonly summaries: readonly Summary[];
}

/** Of each probe of every node. */
export async function askHourlySummaries(server: InfluxServer, span: Span): Promise<ProbeSummaries[]> {
  const series = await server.query(
    `SELECT ${summarySelection} FROM ${readingsMeasurement} WHERE ${within(span)} AND ${usableOnly} GROUP BY time(1h), node, probe fill(none)`,
  );
  return series.map(s => ({
    nodeId: s.tags.node ?? '',
    probe: s.tags.probe ?? '',
    summaries: summariesOf(s),
  }));
}

/** Summaries as they are kept: measurements `hours` and `days`. */
export async function askKeptSummaries(
  server: InfluxServer,
  measurement: 'hours' | 'days',
  span: SeriesSpan,
): Promise<Summary[]> {
  const [series] = await server.query(
    `SELECT min_c, max_c, sum_c, readings FROM ${measurement} WHERE ${ofProbe(span)}`,
  );
  return summariesOf(series);
}

export async function askAllKeptHours(server: InfluxServer, span: Span): Promise<ProbeSummaries[]> {
  const series = await server.query(
    `SELECT min_c, max_c, sum_c, readings FROM hours WHERE ${within(span)} GROUP BY node, probe`,
  );
  return series.map(s => ({
    nodeId: s.tags.node ?? '',
    probe: s.tags.probe ?? '',
    summaries: summariesOf(s),
  }));
}

function summariesOf(series: InfluxSeries | undefined): Summary[] {
  return (series?.values ?? [])
    .filter(row => Number(row[4]) > 0)
    .map(row => ({
      at: Number(row[0]),
      minC: Number(row[1]),
      maxC: Number(row[2]),
      sumC: Number(row[3]),
      count: Number(row[4]),
    }));
}

export interface NewestReading {
  readonly reading: Reading;
  /** Null: the reading itself tells it. */
  readonly clock: NodeClockState | null;
}

/** The newest reading of each probe of every node. */
export async function askNewest(server: InfluxServer, span: Span): Promise<NewestReading[]> {
  const series = await server.query(
    `SELECT last(received_at), ${readingFields}, ${stateFields.join(', ')} FROM ${readingsMeasurement} WHERE ${within(span)} GROUP BY node, probe`,
  );
  return series.flatMap(s => {
    const [reading] = readingsOf(s, s.tags.node ?? '', s.tags.probe ?? '');
    const value = (name: string) => Number(s.values[0]?.[s.columns.indexOf(name)] ?? Number.NaN);
    const lastSeenAt = value('seen_at');
    const clock = Number.isNaN(lastSeenAt)
      ? null
      : {
          lastSeenAt,
          goodClockAt: value('good_clock_at') || null,
          replacedSince: value('replaced_since') || null,
        };
    return reading === undefined ? [] : [{ reading, clock }];
  });
}

/** The newest battery each probe told. */
export async function askBatteries(server: InfluxServer, span: Span) {
  const series = await server.query(
    `SELECT last(battery_pct) FROM ${readingsMeasurement} WHERE ${within(span)} GROUP BY node, probe`,
  );
  return series.map(({ tags, values }) => ({
    nodeId: tags.node ?? '',
    battery: { at: Number(values[0]?.[0]), pct: Number(values[0]?.[1]) },
  }));
}

/** When the first or last reading (or summary) of a span was measured, of one node or of all. */
export async function askEnd(
  server: InfluxServer,
  measurement: 'readings' | 'hours' | 'days',
  selector: 'first' | 'last',
  span: Span,
  nodeId?: string,
): Promise<number | null> {
  const node = nodeId === undefined ? '' : `node = ${quoteText(nodeId)} AND `;
  // The field that is never left out.
  const field = measurement === 'readings' ? 'received_at' : 'readings';
  const [series] = await server.query(
    `SELECT ${selector}(${field}) FROM ${measurement} WHERE ${node}${within(span)}`,
  );
  const at = series?.values[0]?.[0];
  return at === undefined || at === null ? null : Number(at);
}

export async function askCount(server: InfluxServer, span: Span): Promise<number> {
  const [series] = await server.query(
    `SELECT count(received_at) FROM ${readingsMeasurement} WHERE ${within(span)}`,
  );
  return Number(series?.values[0]?.[1] ?? 0);
}

function readingsOf(series: InfluxSeries, nodeId: string, probe: string): Reading[] {
  const column = (name: string) => series.columns.indexOf(name);
  const [temperature, humidity, battery] = ['temperature_c', 'humidity_pct', 'battery_pct'].map(column);
  const [sequence, suspect, replaced] = ['sequence', 'suspect', 'time_replaced'].map(column);
  const received = column('received_at');
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  return series.values.flatMap(row => {
    const receivedAt = number(row[received]);
    // A point that only tells of a clock, written before its reading: there is no such reading yet.
    if (receivedAt === null) return [];
    return {
      nodeId,
      probe,
      measuredAt: Number(row[0]),
      receivedAt,
      timeSource: row[replaced!] === 1 ? 'arrival' : 'device',
      temperatureC: number(row[temperature!]),
      humidityPct: number(row[humidity!]),
      batteryPct: number(row[battery!]),
      sequence: number(row[sequence!]),
      quality: row[suspect!] === 1 ? 'suspect' : 'good',
    };
  });
}

export function byTimeAndProbe(a: Reading, b: Reading): number {
  return a.measuredAt - b.measuredAt || (a.probe < b.probe ? -1 : a.probe > b.probe ? 1 : 0);
}
