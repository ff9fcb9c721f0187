import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figures.ts';

/** What one of each thing costs a server. CPU in microseconds unless the name says otherwise. */
export interface Costs {
  /** From the socket to the acknowledgement: guard, decoding, journal with sync, PUBACK. */
  readonly intakeUs: Figure;
  /** A reading into the embedded store. */
  readonly storeUs: Figure;
  /** The same with InfluxDB, its own process counted too. */
  readonly influxUs: Figure;
  /** A reading into the life of one batch. */
  readonly lifeUs: Figure;
  /** Looking at one batch for alerts after a reading. */
  readonly alertUs: Figure;
  /** One rule more in a firm's book, each time a batch is looked at. */
  readonly ruleUs: Figure;
  /** Every 30 s: silence, battery and clock of one node. */
  readonly sweepUs: Figure;
  /** The estimate of one batch, each time that somebody who looks is told of it. */
  readonly estimateUs: Figure;
  /** One event written to one dashboard. */
  readonly eventUs: Figure;
  /** Building the life of one batch from the store, when first asked for. */
  readonly rebuildUs: Figure;
  /** Looking at one batch of a day for alerts for the first time: after a start, or when another server takes over. */
  readonly firstLookUs: Figure;
  readonly batchBytes: Figure;
  readonly nodeBytes: Figure;
  readonly dashboardBytes: Figure;
  readonly processBytes: Figure;
  /** On disk, a reading. */
  readonly embeddedBytes: Figure;
  readonly influxBytes: Figure;
  /** On disk, a node and day of which hourly summaries are left. */
  readonly summaryBytes: Figure;
  readonly eventBytes: Figure;
  readonly estimateBytes: Figure;
  /** A reading that another server has stored: telling the others, once; being told, at each of them; its bytes. */
  readonly tellUs: Figure;
  readonly toldUs: Figure;
  readonly toldBytes: Figure;
}

interface ResultRow {
  readonly job: string;
  readonly ours: { readonly median: number };
  readonly others: Readonly<Record<string, { readonly median: number }>>;
}

/** Which row of which file a cost is, and what stands in while that bench has not been run. */
interface Place {
  readonly file: string;
  /** How the job begins. */
  readonly job: string;
  readonly other?: string;
  /** What the row's figure is divided by, to make it one of its kind in the cost's unit. */
  readonly per?: number;
  readonly unit: string;
  readonly until?: Figure;
}

const influx = 'Debian InfluxDB 1.6';
const us = 'µs';
const assumed = (value: number, unit: string, source: string): Figure => ({
  ...{ value, unit, source, mark: 'assumed' },
});

const places: Readonly<Record<keyof Costs, Place>> = {
  intakeUs: {
    ...{ file: 'gateway', job: '1,000 publishers, window 4: CPU of all processes', unit: us },
    until: assumed(
      14.5,
      us,
      'a prototype of the gateway, November 2026, on the machine of the other figures',
    ),
  },
  storeUs: { file: 'store', job: 'append: CPU of all processes per reading', unit: us },
  influxUs: { file: 'store', job: 'append: CPU of all processes per reading', other: influx, unit: us },
  lifeUs: { file: 'estimates', job: 'one reading into the lives of its ten batches', per: 10, unit: us },
  alertUs: { file: 'unitCosts', job: 'alert evaluation of a reading, no rule written', unit: us },
  ruleUs: { file: 'unitCosts', job: 'the rule that holds, of 500', per: 500, unit: us },
  sweepUs: { file: 'alerts', job: 'every 30 s: silence, batteries, clocks of 1000', per: 1, unit: us },
  estimateUs: { file: 'unitCosts', job: 'estimate of a batch for the live stream', unit: us },
  eventUs: { file: 'unitCosts', job: 'one event to one dashboard', unit: us },
  rebuildUs: { file: 'estimates', job: 'first estimate of 10000 batches', per: 10_000 / 1e6, unit: us },
  firstLookUs: { file: 'alerts', job: 'after a start: 1000 batches', per: 1_000 / 1e6, unit: us },
  batchBytes: { file: 'estimates', job: 'memory of a live batch', unit: 'B' },
  nodeBytes: {
    ...{ file: 'growth', job: 'memory of an idle node', unit: 'B' },
    until: assumed(25_000, 'B', 'the bound this project sets itself for an idle node'),
  },
  dashboardBytes: {
    ...{ file: 'growth', job: 'memory of a dashboard', unit: 'B' },
    until: assumed(100_000, 'B', 'a socket, its buffers and what waits to be written'),
  },
  processBytes: { file: 'store', job: 'memory after the questions', per: 1 / 1_048_576, unit: 'B' },
  embeddedBytes: { file: 'store', job: 'disk per reading, at rest', unit: 'B' },
  influxBytes: { file: 'store', job: 'disk per reading, at rest', other: influx, unit: 'B' },
  summaryBytes: { file: 'unitCosts', job: 'disk of hourly summaries', unit: 'B' },
  eventBytes: { file: 'unitCosts', job: 'its frame', unit: 'B' },
  estimateBytes: { file: 'unitCosts', job: 'its JSON', unit: 'B' },
  tellUs: { file: 'unitCosts', job: 'telling other servers', unit: us },
  toldUs: { file: 'unitCosts', job: 'being told of it', unit: us },
  toldBytes: { file: 'unitCosts', job: 'its bytes through PostgreSQL', unit: 'B' },
};

/**
 * The costs that benches of this project have measured, with stand-ins where one has not been run yet.
 *
 * @throws {Error} when a result has not the row that a cost is read from, and nothing stands in for it
 */
export function readCosts(resultsFolder: string): Costs {
  const read = (name: keyof Costs) => figureAt(resultsFolder, name, places[name]);
  const all = Object.fromEntries((Object.keys(places) as (keyof Costs)[]).map(name => [name, read(name)]));
  return all as unknown as Costs;
}

function figureAt(folder: string, name: keyof Costs, place: Place): Figure {
  const { file, job, other, per = 1, unit, until } = place;
  const result = readResult(join(folder, `${file}.json`));
  const row = result?.rows.find(each => each.job.startsWith(job));
  const spread = other === undefined ? row?.ours : row?.others[other];
  if (result === null || spread === undefined) {
    if (until !== undefined) return until;
    throw new Error(`${name} must be in ${file}.json as "${job}", got no such row: npm run bench -- ${file}`);
  }
  const source = `${file}.json, ${result.measuredAt.slice(0, 10)}`;
  return { value: spread.median / per, unit, mark: 'measured', source };
}

function readResult(
  path: string,
): { readonly measuredAt: string; readonly rows: readonly ResultRow[] } | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
