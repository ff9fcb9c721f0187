import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { plusOffset } from '../calibration.ts';
import type { Offsets } from './correctedReadingStore.ts';
import type { ReadingStore, TimeAboveLevel, TimeAboveQuery } from './readingStore.ts';
import { timeAboveOf } from './timeAboveOf.ts';

/** The line between the last reading before an offset changed and the first one after it. */
type Crossing = readonly [before: TemperaturePoint, after: TemperaturePoint];

/**
 * `timeAbove` of corrected temperatures, without reading the span: where the offset is one number, the level moves instead
 * of the readings; the lines that cross a change are worked out from their two ends.
 *
 * @param parts  `store` as the readings came, `judged` corrected
 */
export async function correctedTimeAbove(
  parts: { readonly store: ReadingStore; readonly judged: ReadingStore; readonly offsets: Offsets },
  query: TimeAboveQuery,
): Promise<TimeAboveLevel> {
  const { store, judged, offsets } = parts;
  const { nodeId, probe, from, to, levelC } = query;
  let aboveMs = 0;
  let knownMs = 0;
  const add = (part: TimeAboveLevel) => {
    aboveMs += part.aboveMs;
    knownMs += part.knownMs;
  };
  /** A stretch in which every reading has the offset that is in force at `at`. */
  const addStretch = async (start: number, end: number, at: number) => {
    if (end <= start) return;
    const { offsetC } = offsets.inForce(nodeId, probe, at);
    add(await store.timeAbove({ ...query, from: start, to: end, levelC: plusOffset(levelC, -offsetC) }));
  };
  const crossings = await crossingsIn(judged, offsets, query);
  const first = crossings[0]?.[0] ?? (await store.neighbours(nodeId, probe, from - 1, 1)).after[0];
  let start = from;
  let at = first?.at ?? from;
  for (const [before, after] of crossings) {
    await addStretch(start, before.at, at);
    add(timeAboveOf([before, after], query));
    start = after.at;
    at = after.at;
  }
  await addStretch(start, to, at);
  return { aboveMs, knownMs };
}

/** Those that reach into the span. Times are whole milliseconds. */
async function crossingsIn(
  judged: ReadingStore,
  offsets: Offsets,
  { nodeId, probe, from, to, longestGapMs }: TimeAboveQuery,
): Promise<Crossing[]> {
  const crossings: Crossing[] = [];
  for (const change of offsets.changesBetween(nodeId, probe, from - longestGapMs, to + longestGapMs)) {
    const before = (await judged.neighbours(nodeId, probe, change, 1)).before[0];
    const after = (await judged.neighbours(nodeId, probe, change - 1, 1)).after[0];
    if (before === undefined || after === undefined || after.at <= from || before.at >= to) continue;
    // Several changes between two readings are one crossing.
    if (crossings.at(-1)?.[0].at !== before.at) crossings.push([before, after]);
  }
  return crossings;
}
