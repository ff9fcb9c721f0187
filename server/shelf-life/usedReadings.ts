import { cleanSeries, type TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { ReadingStore } from '../store/readingStore.ts';

export interface UsedReadings {
  /** Used readings of the span and, where there is one, the nearest on each side of it. Ascending. */
  readonly used: TemperaturePoint[];
  /** Readings inside the span left out as spikes. */
  readonly leftOut: TemperaturePoint[];
  /** Whether there are readings after the span, of whatever verdict. */
  readonly goesOn: boolean;
}

export interface UsedQuery {
  readonly nodeId: string;
  readonly probe: string;
  /** Both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Readings after this instant are not known yet, nor what they say of earlier ones. */
  readonly until: number;
}

/** A verdict of `cleanSeries` depends on at most this many readings on each side. */
const reach = 2;

/**
 * The readings of a span that may age a batch, exactly as cleaning the whole series would give them: reads only as many
 * neighbours as the verdicts at the edges need.
 */
export async function usedReadings(store: ReadingStore, query: UsedQuery): Promise<UsedReadings> {
  const { nodeId, probe, from, until } = query;
  const to = Math.min(query.to, until);
  const inside = to < from ? [] : await store.usable({ nodeId, probe, from, to: to + 1, knownUntil: until });
  for (let count = 2 * reach; ; count *= 4) {
    const before = (await store.neighbours(nodeId, probe, Math.min(from, until + 1), count, until)).before;
    const following = (await store.neighbours(nodeId, probe, Math.max(to, from - 1), count, until)).after;
    const after = following.filter(p => p.at <= until && p.at > to);
    const points = [...before, ...inside, ...after];
    const startsHere = before.length < count;
    const endsHere = after.length < count;
    const settledFrom = startsHere ? -Infinity : points[reach]!.at;
    const settledTo = endsHere ? Infinity : points.at(-1 - reach)!.at;
    const { used, leftOut } = cleanSeries(points);
    const settled = used.filter(p => p.at >= settledFrom && p.at <= settledTo);
    const left = settled.findLastIndex(p => p.at < from);
    const right = settled.findIndex(p => p.at > to);
    if ((left < 0 && !startsHere) || (right < 0 && !endsHere)) continue;
    return {
      used: settled.slice(Math.max(0, left), right < 0 ? settled.length : right + 1),
      leftOut: leftOut.filter(p => p.at >= from && p.at <= to),
      goesOn: after.length > 0,
    };
  }
}
