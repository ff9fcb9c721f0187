import { shareAbove } from '../../models/cold-chain/hoursAbove.ts';
import { segmentsBetween, type TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { ReadingStore, SeriesQuery, TimeAboveLevel, TimeAboveQuery } from './readingStore.ts';

/**
 * `ReadingStore.timeAbove` worked out from readings.
 *
 * @param points  ascending: usable readings of [from, to), the last one before `from` and the first one at or after `to`
 */
export function timeAboveOf(
  points: readonly TemperaturePoint[],
  { from, to, levelC, longestGapMs }: Omit<TimeAboveQuery, 'nodeId' | 'probe'>,
): TimeAboveLevel {
  let aboveMs = 0;
  let knownMs = 0;
  let start = 0;
  for (let next = 1; next <= points.length; next++) {
    const isJoined = next < points.length && points[next]!.at - points[next - 1]!.at <= longestGapMs;
    if (isJoined) continue;
    for (const segment of segmentsBetween(points.slice(start, next), from, to)) {
      knownMs += segment.to - segment.from;
      aboveMs += (segment.to - segment.from) * shareAbove(segment, levelC);
    }
    start = next;
  }
  return { aboveMs, knownMs };
}

/** What `timeAboveOf` needs, from a store that can say what is usable. */
export async function pointsAround(
  store: Pick<ReadingStore, 'usable' | 'neighbours'>,
  query: SeriesQuery,
): Promise<TemperaturePoint[]> {
  const { nodeId, probe, from, to } = query;
  const { before } = await store.neighbours(nodeId, probe, from, 1);
  const inside = await store.usable(query);
  // Times are whole milliseconds: after `to - 1` is at or after `to`.
  const { after } = await store.neighbours(nodeId, probe, to - 1, 1);
  return [...before, ...inside, ...after];
}
