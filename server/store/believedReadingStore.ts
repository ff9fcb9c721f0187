import type { Reading } from '../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { StoreUnavailable } from '../errors.ts';
import { bucketGrid } from './bucketGrid.ts';
import { bucketise } from './bucketise.ts';
import {
  type AppendResult,
  type Bucket,
  type BucketQuery,
  isUsable,
  type NodeSummary,
  type ReadingStore,
  type SeriesQuery,
  type SharedReadings,
  type TimeAboveLevel,
  type TimeAboveQuery,
} from './readingStore.ts';
import { SeriesBelief, type StuckSpan } from './seriesBelief.ts';
import { timeAboveOf } from './timeAboveOf.ts';

type SeriesKey = Pick<SeriesQuery, 'nodeId' | 'probe'>;

/** One probe: what is believed of it, one question at a time, and how often its readings have changed. */
interface Believed {
  readonly nodeId: string;
  readonly probe: string;
  readonly belief: SeriesBelief;
  version: number;
  /** Null while nobody asks. */
  turn: Promise<unknown> | null;
}

/**
 * A store that leaves out what a stuck probe says wherever temperatures are judged, and calls it suspect wherever readings
 * are shown. On disk they stay as they came: a late reading that breaks a run brings them back. The verdict is a function of
 * the readings alone (`models/cold-chain/stuckProbe.ts`), whatever order they came in.
 *
 * Of what is forgotten (`forget`) summaries are left as they were made.
 */
export function believedReadingStore(store: ReadingStore): ReadingStore {
  /** Keyed by node, then by probe. */
  const all = new Map<string, Map<string, Believed>>();
  let isPartial = false;

  /** What was learnt while only a part of the readings was known is asked anew. */
  function forgetPartial(): void {
    const isStale = store.health().state === 'stale';
    if (isPartial && !isStale) all.clear();
    isPartial = isStale;
  }

  function knownOf(nodeId: string, probe: string): Believed {
    let probes = all.get(nodeId);
    if (probes === undefined) {
      probes = new Map();
      all.set(nodeId, probes);
    }
    const known = probes.get(probe);
    if (known !== undefined) return known;
    const belief = new SeriesBelief({ store, nodeId, probe });
    const made = { nodeId, probe, belief, version: 0, turn: null };
    probes.set(probe, made);
    return made;
  }

  function believedOf({ nodeId, probe }: SeriesKey): Believed {
    forgetPartial();
    return knownOf(nodeId, probe);
  }

  function forgetBelief({ nodeId, probe }: SeriesKey): void {
    all.get(nodeId)?.delete(probe);
  }

  function inTurn<T>(one: Believed, work: () => Promise<T>): Promise<T> {
    const result = one.turn === null ? work() : one.turn.then(work);
    takeTurn([one], result);
    return result;
  }

  function takeTurn(concerned: Iterable<Believed>, work: Promise<unknown>): void {
    const turn = work
      .catch(() => {})
      .then(() => {
        for (const one of concerned) if (one.turn === turn) one.turn = null;
      });
    for (const one of concerned) one.turn = turn;
  }

  /** Reads with the spans that hold for what is read: again, when readings came in between. */
  async function reading<T>(
    series: SeriesKey,
    knownUntil: number | undefined,
    read: (stuck: readonly StuckSpan[]) => Promise<T>,
  ): Promise<T> {
    for (let tries = 0; ; tries++) {
      const one = believedOf(series);
      const { version } = one;
      const stuck = await inTurn(one, () => one.belief.spans(knownUntil ?? Number.POSITIVE_INFINITY));
      const result = await read(stuck);
      if (one.version === version || tries === mostTries) return result;
    }
  }

  /** Runs `take`, which makes readings of these series known. */
  function taking(readings: readonly SeriesKey[], take: () => Promise<AppendResult>): Promise<AppendResult> {
    forgetPartial();
    const concerned = new Set<Believed>();
    for (const { nodeId, probe } of readings) concerned.add(knownOf(nodeId, probe));
    const turns: Promise<unknown>[] = [];
    for (const { turn } of concerned) if (turn !== null) turns.push(turn);
    const takeAndJudge = () => takenAndJudged(take, concerned);
    const work = turns.length === 0 ? takeAndJudge() : Promise.all(turns).then(takeAndJudge);
    takeTurn(concerned, work);
    return work;
  }

  async function takenAndJudged(
    take: () => Promise<AppendResult>,
    concerned: ReadonlySet<Believed>,
  ): Promise<AppendResult> {
    for (const one of concerned) one.version++;
    try {
      return await judged(await take());
    } catch (error) {
      // They may be stored all the same.
      for (const one of concerned) forgetBelief(one);
      throw error;
    } finally {
      for (const one of concerned) one.version++;
    }
  }

  async function judged(result: AppendResult): Promise<AppendResult> {
    const rejudged: SeriesKey[] = [];
    const stuckOf = new Map<Believed, readonly StuckSpan[]>();
    for (const [one, added] of usableOf(result.inserted)) {
      try {
        const now = one.belief.takeNow(added);
        const { isOtherwise, stuck } = now ?? (await one.belief.take(added));
        if (isOtherwise) rejudged.push({ nodeId: one.nodeId, probe: one.probe });
        if (stuck.length > 0) stuckOf.set(one, stuck);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        // Taken all the same. Who reads while the database is away begins anew once it is back.
        forgetBelief(one);
      }
    }
    const inserted =
      stuckOf.size === 0
        ? result.inserted
        : result.inserted.map(r => asBelieved(r, stuckOf.get(knownOf(r.nodeId, r.probe)) ?? []));
    return { ...result, inserted, ...(rejudged.length > 0 && { rejudged }) };
  }

  /** Usable ones by their probe, ascending. */
  function usableOf(readings: readonly Reading[]): Map<Believed, TemperaturePoint[]> {
    const added = new Map<Believed, TemperaturePoint[]>();
    for (const reading of readings) {
      if (!isUsable(reading)) continue;
      const one = knownOf(reading.nodeId, reading.probe);
      const point = { at: reading.measuredAt, temperatureC: reading.temperatureC };
      const others = added.get(one);
      if (others === undefined) added.set(one, [point]);
      else others.push(point);
    }
    for (const points of added.values()) if (points.length > 1) points.sort((a, b) => a.at - b.at);
    return added;
  }

  /** Asks the store nothing: a probe that has said nothing since the start is called stuck when it speaks again. */
  function summaryOf(summary: NodeSummary): NodeSummary {
    const { lastReading } = summary;
    const stuckSince = believedOf(lastReading).belief.stuckSince();
    if (stuckSince === null) return summary;
    return { ...summary, stuckSince, lastReading: asSuspect(lastReading) };
  }

  /** Asked anew, also by whoever is reading just now. */
  function forget(series: SeriesKey): void {
    const one = all.get(series.nodeId)?.get(series.probe);
    if (one !== undefined) one.version++;
    forgetBelief(series);
  }

  function believedShared(shared: SharedReadings): SharedReadings {
    return {
      onStored: listener => shared.onStored(listener),
      async takeStored(readings) {
        const result = await taking(readings, () => shared.takeStored(readings));
        for (const conflict of result.conflicts) forget(conflict);
        return result;
      },
      async takeMarks(marks) {
        await shared.takeMarks(marks);
        for (const mark of marks) forget(mark);
      },
      async forgetAll() {
        await shared.forgetAll();
        for (const probes of all.values()) for (const one of probes.values()) forget(one);
        all.clear();
      },
      takeForgotten: bounds => shared.takeForgotten(bounds),
      unheard: ask => shared.unheard(ask),
    };
  }

  return {
    ...(store.shared && { shared: believedShared(store.shared) }),
    append: (readings, throughPosition) => taking(readings, () => store.append(readings, throughPosition)),
    durablePosition: () => store.durablePosition(),
    ...(store.onStored && { onStored: listener => store.onStored?.(listener) }),
    sync: () => store.sync(),
    async range(query) {
      const readings = await store.range(query);
      const stuckOf = new Map<string, readonly StuckSpan[]>();
      for (const { nodeId, probe } of readings)
        if (!stuckOf.has(probe))
          stuckOf.set(probe, await reading({ nodeId, probe }, undefined, async stuck => stuck));
      return readings.map(r => asBelieved(r, stuckOf.get(r.probe) ?? []));
    },
    usable: query =>
      reading(query, query.knownUntil, async stuck => withoutStuck(await store.usable(query), stuck)),
    suspectCount: query =>
      reading(query, query.knownUntil, async stuck => {
        let count = await store.suspectCount(query);
        for (const { from, to } of overlapping(stuck, query)) {
          const part = { ...query, from: Math.max(query.from, from + 1), to: Math.min(query.to, to + 1) };
          count += (await store.usable(part)).length;
        }
        return count;
      }),
    neighbours: (nodeId, probe, at, count, knownUntil) =>
      reading({ nodeId, probe }, knownUntil, async stuck => {
        const found = await store.neighbours(nodeId, probe, at, count);
        if (stuck.length === 0) return found;
        return neighboursWithout(store, { nodeId, probe }, { at, count, stuck });
      }),
    buckets: query =>
      reading(query, query.knownUntil, async stuck =>
        bucketsWithout(store, query, overlapping(stuck, query)),
      ),
    timeAbove: query =>
      reading(query, query.knownUntil, async stuck => timeAboveWithout(store, query, stuck)),
    reception: query => store.reception(query),
    bounds: nodeId => store.bounds(nodeId),
    async nodeSummary(nodeId) {
      const summary = await store.nodeSummary(nodeId);
      return summary && summaryOf(summary);
    },
    async nodeSummaries(nodeIds) {
      const summaries = await store.nodeSummaries(nodeIds);
      for (const [nodeId, summary] of summaries) summaries.set(nodeId, summaryOf(summary));
      return summaries;
    },
    nodeIds: () => store.nodeIds(),
    count: () => store.count(),
    async forget(bounds) {
      const forgotten = await store.forget(bounds);
      if (forgotten.readings > 0) all.clear();
      return forgotten;
    },
    health: () => store.health(),
    close: () => store.close(),
  };
}

/** Readings of a probe that come in faster than it can be read are judged by the last look. */
const mostTries = 5;

function isStuck(at: number, stuck: readonly StuckSpan[]): boolean {
  return stuck.some(({ from, to }) => at > from && at <= to);
}

function withoutStuck(points: readonly TemperaturePoint[], stuck: readonly StuckSpan[]): TemperaturePoint[] {
  return stuck.length === 0 ? [...points] : points.filter(({ at }) => !isStuck(at, stuck));
}

function asSuspect(reading: Reading): Reading {
  return isUsable(reading) ? { ...reading, quality: 'suspect' } : reading;
}

function asBelieved(reading: Reading, stuck: readonly StuckSpan[]): Reading {
  return isStuck(reading.measuredAt, stuck) ? asSuspect(reading) : reading;
}

function overlapping(stuck: readonly StuckSpan[], { from, to }: { from: number; to: number }): StuckSpan[] {
  return stuck.filter(span => span.from < to && span.to >= from);
}

/** The nearest readings that are believed: over a stuck span goes one step. */
async function neighboursWithout(
  store: ReadingStore,
  { nodeId, probe }: SeriesKey,
  asked: { readonly at: number; readonly count: number; readonly stuck: readonly StuckSpan[] },
) {
  const { at, count, stuck } = asked;
  const spanOf = (time: number) => stuck.find(({ from, to }) => time > from && time <= to);
  const before: TemperaturePoint[] = [];
  for (let cursor = at; before.length < count; ) {
    const inside = spanOf(cursor - 1);
    const found = (await store.neighbours(nodeId, probe, inside ? inside.from + 1 : cursor, count)).before;
    before.unshift(...withoutStuck(found, stuck));
    if (found.length < count) break;
    cursor = found[0]!.at;
  }
  const after: TemperaturePoint[] = [];
  for (let cursor = at; after.length < count; ) {
    const inside = spanOf(cursor + 1);
    const found = (await store.neighbours(nodeId, probe, inside ? inside.to : cursor, count)).after;
    after.push(...withoutStuck(found, stuck));
    if (found.length < count) break;
    cursor = found.at(-1)!.at;
  }
  return { before: count === 0 ? [] : before.slice(-count), after: after.slice(0, count) };
}

/** Buckets in which a stuck probe spoke are made anew from what is believed. */
async function bucketsWithout(
  store: ReadingStore,
  query: BucketQuery,
  stuck: readonly StuckSpan[],
): Promise<Bucket[]> {
  const buckets = await store.buckets(query);
  if (stuck.length === 0) return buckets;
  const grid = bucketGrid(query.from, query.to, query.points);
  const answer: Bucket[] = [];
  for (const bucket of buckets) {
    if (overlapping(stuck, bucket).length === 0) answer.push(bucket);
    else {
      const points = await store.usable({ ...query, from: bucket.from, to: bucket.to });
      answer.push(...bucketise(grid, query, withoutStuck(points, stuck)));
    }
  }
  return answer;
}

/** The pieces between stuck spans, and the lines over those that are short enough to be no gap. */
async function timeAboveWithout(
  store: ReadingStore,
  query: TimeAboveQuery,
  stuck: readonly StuckSpan[],
): Promise<TimeAboveLevel> {
  const { nodeId, probe, from, to, longestGapMs } = query;
  let aboveMs = 0;
  let knownMs = 0;
  const add = (part: TimeAboveLevel) => {
    aboveMs += part.aboveMs;
    knownMs += part.knownMs;
  };
  let start = from;
  for (const span of stuck) {
    const before = (await store.neighbours(nodeId, probe, span.from + 1, 1)).before[0];
    const after = (await store.neighbours(nodeId, probe, span.to, 1)).after[0];
    const end = after?.at ?? Number.POSITIVE_INFINITY;
    if (end <= from || span.from >= to) continue;
    if (span.from > start) add(await store.timeAbove({ ...query, from: start, to: Math.min(span.from, to) }));
    if (before !== undefined && after !== undefined)
      add(timeAboveOf([before, after], { from, to, levelC: query.levelC, longestGapMs }));
    start = Math.max(start, end);
  }
  if (start < to) add(await store.timeAbove({ ...query, from: start }));
  return { aboveMs, knownMs };
}
