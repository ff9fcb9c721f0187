import { cleanSeries, type TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { pairsOf } from './buildLife.ts';

export type Pair = readonly [TemperaturePoint, TemperaturePoint];

/** What new readings change in the cleaned series of one probe. */
export interface SeriesChange {
  /** Neighbours in the cleaned series before that are none any more. */
  readonly gone: readonly Pair[];
  /** Neighbours that are new. */
  readonly come: readonly Pair[];
  readonly spikesGone: readonly TemperaturePoint[];
  readonly spikesCome: readonly TemperaturePoint[];
  /** A reading that was used before and still is, with everything before it; -Infinity when the change has no such begin. */
  readonly settledFrom: number;
  /** The last used reading of the series when the change reaches to its end. */
  readonly lastUsed: TemperaturePoint | null;
}

/** A reading changes the verdicts of at most this many readings on each side, and each depends on as many again. */
const reach = 2;

/**
 * Compares the cleaned series of a probe with and without readings that have just been stored. Looks only as far around
 * them as their effect reaches.
 *
 * @param insertedAt  times of the new usable readings, at least one
 */
export async function seriesChange(
  store: ReadingStore,
  nodeId: string,
  probe: string,
  insertedAt: readonly number[],
): Promise<SeriesChange> {
  const isNew = new Set(insertedAt);
  const from = insertedAt.reduce((least, at) => Math.min(least, at));
  const to = insertedAt.reduce((most, at) => Math.max(most, at));
  for (let count = 4 * reach; ; count *= 4) {
    const { before, inside } = await beforeAndInside(store, { nodeId, probe, from, to }, isNew.size, count);
    const { after } = await store.neighbours(nodeId, probe, to, count);
    const points = [...before, ...inside, ...after];
    const now = cleanSeries(points);
    const earlier = cleanSeries(points.filter(p => !isNew.has(p.at)));
    const usedNow = new Set(now.used.map(p => p.at));
    // An anchor is used both before and after, and so is everything beyond it: the change lies between the anchors.
    const left = before.slice(reach, -reach).findLast(p => usedNow.has(p.at));
    const right = after.slice(reach, -reach).find(p => usedNow.has(p.at));
    const startsHere = before.length < count;
    const endsHere = after.length < count;
    if ((left === undefined && !startsHere) || (right === undefined && !endsHere)) continue;
    const first = left?.at ?? Number.NEGATIVE_INFINITY;
    const last = right?.at ?? Number.POSITIVE_INFINITY;
    const between = (list: readonly TemperaturePoint[]) => list.filter(p => p.at >= first && p.at <= last);
    return {
      ...differentPairs(pairsOf(between(earlier.used)), pairsOf(between(now.used))),
      spikesGone: between(earlier.leftOut),
      spikesCome: between(now.leftOut),
      settledFrom: first,
      lastUsed: right === undefined ? (now.used.at(-1) ?? null) : null,
    };
  }
}

/**
 * The usable readings from `from` to `to`, both inclusive, and up to `count` before them. Mostly nothing lies between the new
 * ones: then they are the last ones there are, which a store tells without reading a day.
 */
async function beforeAndInside(
  store: ReadingStore,
  { nodeId, probe, from, to }: { nodeId: string; probe: string; from: number; to: number },
  expected: number,
  count: number,
) {
  const most = expected + count;
  // Times are whole milliseconds.
  const last = (await store.neighbours(nodeId, probe, to + 1, most)).before;
  const before = last.filter(p => p.at < from);
  if (last.length < most || before.length >= count)
    return { before: before.slice(-count), inside: last.slice(before.length) };
  const inside = await store.usable({ nodeId, probe, from, to: to + 1 });
  return { before: (await store.neighbours(nodeId, probe, from, count)).before, inside };
}

/** Within a series a reading has one next. */
function differentPairs(before: readonly Pair[], after: readonly Pair[]) {
  const nextBefore = new Map(before.map(([a, b]) => [a.at, b.at]));
  const nextAfter = new Map(after.map(([a, b]) => [a.at, b.at]));
  return {
    gone: before.filter(([a, b]) => nextAfter.get(a.at) !== b.at),
    come: after.filter(([a, b]) => nextBefore.get(a.at) !== b.at),
  };
}
