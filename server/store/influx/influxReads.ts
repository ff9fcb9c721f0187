import type { Clock } from '../../../models/contracts/intake.ts';
import type { Reading } from '../../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';
import { StoreUnavailable } from '../../errors.ts';
import { type BucketGrid, bucketGrid } from '../bucketGrid.ts';
import type {
  Bucket,
  BucketQuery,
  NodeSummary,
  RangeQuery,
  ReceptionQuery,
  SeriesQuery,
  TimeAboveLevel,
  TimeAboveQuery,
} from '../readingStore.ts';
import { ReceptionMarks } from '../receptionMarks.ts';
import type { ForgetBounds, Summary } from '../summarise.ts';
import { pointsAround, timeAboveOf } from '../timeAboveOf.ts';
import { askRange, endPieces, inPieces } from './askInPieces.ts';
import type { InfluxLink } from './influxLink.ts';
import {
  askEnd,
  askReception,
  askSummaries,
  askSuspects,
  askUsable,
  askUsableEnd,
  byTimeAndProbe,
  pieces,
  type Span,
} from './influxQueries.ts';
import type { InfluxServer } from './influxServer.ts';
import type { KeptSummaries } from './keptSummaries.ts';
import type { KnownReadings } from './knownReadings.ts';
import { mergePoints } from './mergePoints.ts';
import { summaryOf } from './nodeKnowledge.ts';
import { pendingFlag, suspectFlag } from './readingColumns.ts';
import { summaryBuckets } from './summaryBuckets.ts';

export interface ReadsOptions {
  readonly known: KnownReadings;
  readonly link: InfluxLink;
  readonly summaries: KeptSummaries;
  readonly clock: Clock;
  readonly forgotten: () => ForgetBounds;
}

/** A year of readings at one a minute is worked through a month at a time. */
const timeAbovePieceMs = 30 * 24 * 3_600_000;

/**
 * Questions, answered from memory where that is all there is, and otherwise from InfluxDB with what it may not have yet.
 *
 * Memory is looked at before InfluxDB is asked: a reading that is written in between is then in both, never in neither.
 */
export class InfluxReads {
  readonly #options: ReadsOptions;

  constructor(options: ReadsOptions) {
    this.#options = options;
  }

  async usable(query: SeriesQuery): Promise<TemperaturePoint[]> {
    const { known, clock } = this.#options;
    const { nodeId, probe } = query;
    const span = this.#notForgotten(query);
    const here = known.usable(nodeId, probe, span.from, span.to);
    const there = await this.#ask(
      nodeId,
      elsewhere(span, known.completeFrom(nodeId, probe)),
      (server, part) =>
        inPieces(pieces(server, part, clock.now()), piece => askUsable(server, { nodeId, probe, ...piece })),
    );
    return mergePoints(there ?? [], here);
  }

  async suspectCount(query: SeriesQuery): Promise<number> {
    const { known, clock } = this.#options;
    const { nodeId, probe } = query;
    const span = this.#notForgotten(query);
    const series = known.find(nodeId, probe);
    const here =
      series === undefined
        ? []
        : known
            .readings(series, span.from, span.to, flags => (flags & suspectFlag) !== 0)
            .filter(reading => reading.temperatureC !== null)
            .map(reading => reading.measuredAt);
    const there = await this.#ask(
      nodeId,
      elsewhere(span, known.completeFrom(nodeId, probe)),
      (server, part) =>
        inPieces(pieces(server, part, clock.now()), async piece => [
          ...(await askSuspects(server, { nodeId, probe, ...piece })),
        ]),
    );
    return new Set([...(there ?? []), ...here]).size;
  }

  async neighbours(nodeId: string, probe: string, at: number, count: number) {
    if (count <= 0) return { before: [], after: [] };
    const before = await this.#end(nodeId, probe, { from: Number.NEGATIVE_INFINITY, to: at }, 'last', count);
    // Times are whole milliseconds.
    const after = await this.#end(
      nodeId,
      probe,
      { from: at + 1, to: Number.POSITIVE_INFINITY },
      'first',
      count,
    );
    return { before, after };
  }

  async range({ nodeId, from, to, after, limit }: RangeQuery): Promise<Reading[]> {
    const { known, clock } = this.#options;
    const span = this.#notForgotten({ from: Math.max(from, after?.measuredAt ?? from), to });
    const series = known.seriesOf(nodeId);
    const here = series.flatMap(s => known.readings(s, span.from, span.to));
    // A probe that nobody here knows may still be known there.
    const completeFrom = Math.max(known.completeFrom(nodeId, ''), ...series.map(s => s.completeFrom));
    const isWanted = (r: Reading) =>
      after === undefined ||
      r.measuredAt > after.measuredAt ||
      (r.measuredAt === after.measuredAt && r.probe > after.probe);
    const there = await this.#ask(nodeId, elsewhere(span, completeFrom), (server, part) =>
      askRange(server, nodeId, pieces(server, part, clock.now()), isWanted, limit),
    );
    const found = new Map<string, Reading>();
    for (const reading of [...here.filter(isWanted), ...(there?.readings ?? [])])
      found.set(`${reading.probe} ${reading.measuredAt}`, reading);
    return [...found.values()].sort(byTimeAndProbe).slice(0, limit);
  }

  async buckets(query: BucketQuery): Promise<Bucket[]> {
    const { forgotten, known } = this.#options;
    const grid = bucketGrid(query.from, query.to, query.points);
    const bounds = forgotten();
    const { nodeId } = query;
    const kept = await this.#ask(nodeId, elsewhere(query, bounds.readingsBefore), (_server, part) =>
      this.#options.summaries.ofProbe({ ...query, ...part }, bounds, this.#now()),
    );
    const span = this.#notForgotten(query);
    const completeFrom = Math.min(known.completeFrom(nodeId, query.probe), span.to);
    const here = known.usable(nodeId, query.probe, Math.max(span.from, completeFrom), span.to);
    const there = await this.#spans({ ...query, from: span.from, to: completeFrom }, grid);
    return summaryBuckets(grid, query, [...(kept ?? []), ...there, ...here.map(single)]);
  }

  async timeAbove(query: TimeAboveQuery): Promise<TimeAboveLevel> {
    let aboveMs = 0;
    let knownMs = 0;
    if (!Number.isFinite(query.to - query.from)) return timeAboveOf(await pointsAround(this, query), query);
    for (let from = query.from; from < query.to; from += timeAbovePieceMs) {
      const piece = { ...query, from, to: Math.min(query.to, from + timeAbovePieceMs) };
      const found = timeAboveOf(await pointsAround(this, piece), piece);
      aboveMs += found.aboveMs;
      knownMs += found.knownMs;
    }
    return { aboveMs, knownMs };
  }

  async bounds(nodeId: string) {
    const { known, forgotten, clock } = this.#options;
    const bounds = forgotten();
    const span = this.#notForgotten({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY });
    const times = known
      .seriesOf(nodeId)
      .flatMap(series => firstAndLast(known.readings(series, span.from, span.to)));
    const latest = known.node(nodeId)?.latest.measuredAt;
    if (latest !== undefined && latest >= span.from) times.push(latest);
    const there = await this.#ask(nodeId, span, async (server, part) => {
      const kept = Number.isFinite(bounds.readingsBefore)
        ? await this.#options.summaries.boundsOf(nodeId, bounds, clock.now())
        : null;
      for (const piece of pieces(server, part, clock.now())) {
        const first = await askEnd(server, 'readings', 'first', piece, nodeId);
        if (first !== null) return { kept, first };
      }
      return { kept, first: null };
    });
    if (there?.first != null) times.push(there.first);
    if (there?.kept != null) times.push(there.kept.firstAt, there.kept.lastAt);
    if (times.length === 0) return null;
    times.sort((a, b) => a - b);
    return { earliestAt: times[0]!, latestAt: times.at(-1)! };
  }

  /** From memory, and one question for all nodes of which that is not everything. */
  async reception({ nodeIds, ...asked }: ReceptionQuery): Promise<Map<string, boolean[]>> {
    const { known, clock } = this.#options;
    const span = this.#notForgotten(asked);
    const found = new Map(nodeIds.map(nodeId => [nodeId, new ReceptionMarks(asked)]));
    let completeFrom = Number.NEGATIVE_INFINITY;
    for (const [nodeId, marks] of found) {
      const series = known.seriesOf(nodeId);
      for (const { columns } of series)
        for (
          let i = columns.firstNotBefore(span.from);
          i < columns.size && columns.measuredAt(i) < span.to;
          i++
        )
          marks.add(columns.measuredAt(i));
      const isIdle = (known.node(nodeId)?.latest.measuredAt ?? Number.NEGATIVE_INFINITY) < span.from;
      if (known.isSeeded && isIdle) continue;
      // A probe that nobody here knows may still be known there.
      completeFrom = Math.max(
        completeFrom,
        known.completeFrom(nodeId, ''),
        ...series.map(s => s.completeFrom),
      );
    }
    const grid = { origin: asked.from, spanMs: Math.round((asked.to - asked.from) / asked.cells) };
    const there = await this.#ask('', elsewhere(span, completeFrom), (server, part) =>
      inPieces(pieces(server, part, clock.now()), piece => askReception(server, piece, grid)),
    );
    for (const { nodeId, at } of there ?? []) found.get(nodeId)?.add(Math.max(at, span.from));
    return new Map([...found].filter(([, marks]) => !marks.isEmpty).map(([id, { cells }]) => [id, cells]));
  }

  nodeSummary(nodeId: string): NodeSummary | null {
    return this.nodeSummaries([nodeId]).get(nodeId) ?? null;
  }

  nodeSummaries(nodeIds: readonly string[]): Map<string, NodeSummary> {
    const { known, forgotten } = this.#options;
    const found = new Map<string, NodeSummary>();
    for (const nodeId of nodeIds) {
      const node = known.node(nodeId);
      const summary = node === null ? null : summaryOf(node, forgotten().readingsBefore);
      if (summary !== null) found.set(nodeId, summary);
    }
    if (found.size === 0 && nodeIds.length > 0) this.#mustBeSeeded();
    return found;
  }

  nodeIds(): string[] {
    const { known, forgotten } = this.#options;
    const { readingsBefore } = forgotten();
    const found = known.nodeIds().filter(nodeId => known.node(nodeId)!.latest.measuredAt >= readingsBefore);
    if (found.length === 0) this.#mustBeSeeded();
    return found.sort();
  }

  /** The usable readings at one end of a span. */
  async #end(
    nodeId: string,
    probe: string,
    asked: Span,
    end: 'first' | 'last',
    count: number,
  ): Promise<TemperaturePoint[]> {
    const { known, clock } = this.#options;
    const span = this.#notForgotten(asked);
    const cut = (points: TemperaturePoint[]) =>
      end === 'first' ? points.slice(0, count) : points.slice(-count);
    const completeFrom = known.completeFrom(nodeId, probe);
    const here = known.usable(nodeId, probe, span.from, span.to);
    // Everything from `completeFrom` on is here; when that is enough, nothing before it is nearer.
    const certain = here.filter(point => point.at >= completeFrom);
    if (end === 'last' && certain.length >= count) return cut(certain);
    const there = await this.#ask(nodeId, elsewhere(span, completeFrom), async (server, part) => {
      const cuts = endPieces(server, part, end, clock.now());
      const found: TemperaturePoint[] = [];
      for (const piece of cuts) {
        const points = await askUsableEnd(server, { nodeId, probe, ...piece }, end, count - found.length);
        if (end === 'first') found.push(...points);
        else found.unshift(...points);
        if (found.length >= count) break;
      }
      return found;
    });
    return cut(mergePoints(there ?? [], here));
  }

  /** Usable readings of each span of a grid, from InfluxDB; spans with pending readings from all their readings. */
  async #spans(query: SeriesQuery, grid: BucketGrid): Promise<Summary[]> {
    const { known, clock } = this.#options;
    const { nodeId, probe } = query;
    if (query.from >= query.to) return [];
    const series = known.find(nodeId, probe);
    const pending =
      series === undefined
        ? []
        : known.readings(series, query.from, query.to, flags => (flags & pendingFlag) !== 0);
    const startOf = (at: number) => grid.origin + Math.floor((at - grid.origin) / grid.spanMs) * grid.spanMs;
    const touched = [...new Set(pending.map(reading => startOf(reading.measuredAt)))];
    const exact: Summary[] = [];
    for (const start of touched) {
      const part = { from: Math.max(query.from, start), to: Math.min(query.to, start + grid.spanMs) };
      exact.push(...(await this.usable({ nodeId, probe, ...part })).map(single));
    }
    const there = await this.#ask(nodeId, query, (server, part) =>
      inPieces(pieces(server, part, clock.now()), piece =>
        askSummaries(server, { nodeId, probe, ...piece }, grid),
      ),
    );
    // InfluxDB is away: what is here is all there is to say.
    if (there === null) return known.usable(nodeId, probe, query.from, query.to).map(single);
    const isTouched = new Set(touched);
    return [...there.filter(({ at }) => !isTouched.has(at)), ...exact];
  }

  /**
   * Asks InfluxDB about a span. Null when it is empty, and while InfluxDB is away and something is known here.
   *
   * @throws {StoreUnavailable} when it is away and nothing is known, or refuses the question
   */
  async #ask<T>(
    nodeId: string,
    span: Span,
    question: (server: InfluxServer, span: Span) => Promise<T>,
  ): Promise<T | null> {
    const { link, known } = this.#options;
    if (span.from >= span.to) return null;
    try {
      return await link.ask(server => question(server, span));
    } catch (error) {
      const isAway = error instanceof StoreUnavailable && link.server === null;
      if (!isAway || (known.node(nodeId) === null && !known.isSeeded)) throw error;
      return null;
    }
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #notForgotten({ from, to }: Span): Span {
    return { from: Math.max(from, this.#options.forgotten().readingsBefore), to };
  }

  /** @throws {StoreUnavailable} when "none" would only mean that nobody could be asked */
  #mustBeSeeded(): void {
    const { known, link } = this.#options;
    if (!known.isSeeded) throw new StoreUnavailable(`InfluxDB does not answer: ${link.fault?.reason}`);
  }
}

/** The part of a span that is not complete here. */
const elsewhere = (span: Span, completeFrom: number): Span => ({
  from: span.from,
  to: Math.min(span.to, completeFrom),
});

const single = ({ at, temperatureC: c }: TemperaturePoint): Summary => ({
  at,
  minC: c,
  maxC: c,
  sumC: c,
  count: 1,
});

function firstAndLast(readings: readonly Reading[]): number[] {
  const [first] = readings;
  return first === undefined ? [] : [first.measuredAt, readings.at(-1)!.measuredAt];
}
