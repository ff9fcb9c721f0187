import { Point } from '@influxdata/influxdb-client';
import type { InfluxConfig } from '../../influxSettings.ts';
import { hourMs } from '../bucketGrid.ts';
import { dayMs, type ForgetBounds, joinSummaries, nothingForgotten, type Summary } from '../summarise.ts';
import { InfluxError } from './influxErrors.ts';
import {
  askAllKeptHours,
  askCount,
  askEnd,
  askHourlySummaries,
  askKeptSummaries,
  type ProbeSummaries,
  pieces,
  type SeriesSpan,
  type Span,
} from './influxQueries.ts';
import { type ConnectOptions, connectInflux, type InfluxServer } from './influxServer.ts';

/** Hours of 1,000 nodes that come in one answer. */
const daysAtOnce = 5;
const linesAtOnce = 5_000;

/**
 * What is left of readings that are gone: measurements `hours` and `days` in a bucket (database) of their own,
 * `<bucket>_summaries`, which keeps for ever. InfluxDB ages whole buckets, so summaries cannot live longer than readings
 * in the same one; and its own continuous queries and tasks work on what has just come in, so a reading that arrives a week
 * late would be in no summary. Here hours are summed up once, when no reading for them is taken any more.
 *
 * Measurement `kept` holds one point, at time 0: what is forgotten, written after the summaries of it. A kill in between
 * means that they are worked out again, with the same result.
 */
export class KeptSummaries {
  readonly #config: InfluxConfig;
  readonly #options: ConnectOptions;
  #server: InfluxServer | null = null;

  constructor(config: InfluxConfig, options: ConnectOptions) {
    this.#config = { ...config, bucket: `${config.bucket}_summaries` };
    this.#options = options;
  }

  /** What is forgotten by now. Makes nothing. @throws {InfluxError} */
  async bounds(): Promise<ForgetBounds> {
    return orNone(nothingForgotten, async () => {
      const [series] = await (await this.#connected()).query(
        'SELECT readings_before, hours_before FROM kept WHERE time >= 0ms AND time < 1ms',
      );
      const row = series?.values[0];
      if (row === undefined) return nothingForgotten;
      return { readingsBefore: boundOf(row[1]), hoursBefore: boundOf(row[2]) };
    });
  }

  /** Summaries that begin in a span: days up to the bound of hours, hours behind it. @throws {InfluxError} */
  ofProbe(span: SeriesSpan, bounds: ForgetBounds, now: number): Promise<Summary[]> {
    return orNone([], () => this.#ofProbe(span, bounds, now));
  }

  async #ofProbe(span: SeriesSpan, bounds: ForgetBounds, now: number): Promise<Summary[]> {
    const server = await this.#connected();
    const found: Summary[] = [];
    const days = { ...span, to: Math.min(span.to, bounds.hoursBefore) };
    for (const piece of pieces(server, days, now))
      found.push(...(await askKeptSummaries(server, 'days', { ...span, ...piece })));
    const hours = {
      ...span,
      from: Math.max(span.from, bounds.hoursBefore),
      to: Math.min(span.to, bounds.readingsBefore),
    };
    for (const piece of pieces(server, hours, now))
      found.push(...(await askKeptSummaries(server, 'hours', { ...span, ...piece })));
    return found;
  }

  /** When the first and the last summary of a node begin. @throws {InfluxError} */
  boundsOf(nodeId: string, bounds: ForgetBounds, now: number): Promise<SummaryBounds | null> {
    return orNone(null, () => this.#boundsOf(nodeId, bounds, now));
  }

  async #boundsOf(nodeId: string, bounds: ForgetBounds, now: number): Promise<SummaryBounds | null> {
    const server = await this.#connected();
    const times: number[] = [];
    const spans = [
      ['days', { from: Number.NEGATIVE_INFINITY, to: bounds.hoursBefore }],
      ['hours', { from: bounds.hoursBefore, to: bounds.readingsBefore }],
    ] as const;
    for (const [measurement, span] of spans)
      for (const selector of ['first', 'last'] as const) {
        const cut = pieces(server, span, now);
        if (selector === 'last') cut.reverse();
        for (const piece of cut) {
          const at = await askEnd(server, measurement, selector, piece, nodeId);
          if (at !== null) times.push(at);
          if (at !== null) break;
        }
      }
    return times.length === 0 ? null : { firstAt: Math.min(...times), lastAt: Math.max(...times) };
  }

  /**
   * Sums up what is between two bounds.
   *
   * @param readings  the server that has the readings
   * @throws {InfluxError} what is done by then will be done again with the same result
   */
  async forget(readings: InfluxServer, before: ForgetBounds, after: ForgetBounds, now: number) {
    const server = await this.#connected();
    // Here and not before: who keeps readings for ever needs no second bucket.
    await server.prepare({ days: null });
    const forgotten = { readings: 0, hours: 0 };
    const span = { from: before.readingsBefore, to: after.readingsBefore };
    for await (const piece of stretchesWithReadings(readings, span, now, 'readings')) {
      forgotten.readings += await askCount(readings, piece);
      const ofProbes = await askHourlySummaries(readings, piece);
      await writeSummaries(server, 'hours', ofProbes);
    }
    const hours = { from: before.hoursBefore, to: after.hoursBefore };
    for await (const piece of stretchesWithReadings(server, hours, now, 'hours')) {
      const ofProbes = await askAllKeptHours(server, piece);
      forgotten.hours += ofProbes.reduce((sum, { summaries }) => sum + summaries.length, 0);
      const days = ofProbes.map(probe => ({ ...probe, summaries: joinSummaries(probe.summaries, dayMs) }));
      await writeSummaries(server, 'days', days);
    }
    await server.write(boundsLine(after));
    await dropHours(server, after.hoursBefore);
    return forgotten;
  }

  async #connected(): Promise<InfluxServer> {
    this.#server ??= await connectInflux(this.#config, this.#options);
    return this.#server;
  }
}

interface SummaryBounds {
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Where there is no such bucket, or with these rights, nobody ever forgot anything. */
async function orNone<T>(none: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InfluxError && ['missing', 'not-allowed'].includes(error.kind)) return none;
    throw error;
  }
}

/** Whole days that hold readings (or hours), a few at a time: years without any cost one question. */
async function* stretchesWithReadings(
  server: InfluxServer,
  span: Span,
  now: number,
  measurement: 'readings' | 'hours',
): AsyncGenerator<Span> {
  for (const piece of pieces(server, span, now))
    for (let from = piece.from; from < piece.to; ) {
      const first = await askEnd(server, measurement, 'first', { from, to: piece.to });
      if (first === null) break;
      const start = Math.floor(first / dayMs) * dayMs;
      const to = Math.min(piece.to, start + daysAtOnce * dayMs);
      yield { from: Math.max(from, start), to };
      from = to;
    }
}

async function writeSummaries(
  server: InfluxServer,
  measurement: 'hours' | 'days',
  ofProbes: readonly ProbeSummaries[],
): Promise<void> {
  const lines = ofProbes.flatMap(({ nodeId, probe, summaries }) =>
    summaries.map(({ at, minC, maxC, sumC, count }) =>
      new Point(measurement)
        .tag('node', nodeId)
        .tag('probe', probe)
        .floatField('min_c', minC)
        .floatField('max_c', maxC)
        .floatField('sum_c', sumC)
        .floatField('readings', count)
        .timestamp(String(at))
        .toLineProtocol({ convertTime: String }),
    ),
  );
  for (let i = 0; i < lines.length; i += linesAtOnce)
    await server.write(lines.slice(i, i + linesAtOnce).join('\n'));
}

/** Both bounds are whole days, -Infinity when nothing was forgotten: then the field is left out. */
function boundsLine({ readingsBefore, hoursBefore }: ForgetBounds): string {
  const point = new Point('kept').timestamp('0').floatField('readings_before', readingsBefore);
  if (Number.isFinite(hoursBefore)) point.floatField('hours_before', hoursBefore);
  return point.toLineProtocol({ convertTime: String }) ?? '';
}

const boundOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NEGATIVE_INFINITY);

/** Nobody reads them any more; 3 Core has no way to take them away, and they are few. */
async function dropHours(server: InfluxServer, before: number): Promise<void> {
  if (server.kind === '3-core' || !Number.isFinite(before)) return;
  await server.query(`DELETE FROM hours WHERE time < ${before - (before % hourMs)}ms`);
}
