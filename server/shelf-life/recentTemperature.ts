import type { ReadingStore } from '../store/readingStore.ts';
import { type PlacedBatch, pairsOf } from './buildLife.ts';
import { segmentOfPair } from './placedWindows.ts';
import { usedReadings } from './usedReadings.ts';

const hourMs = 3_600_000;

export interface RecentTemperature {
  /** Time-weighted; null with less than an hour of readings. */
  readonly meanC: number | null;
  readonly warmestC: number | null;
}

/** What a batch went through in the last 24 hours before `asOf`, by its readings. */
export async function recentTemperature(
  store: ReadingStore,
  placed: PlacedBatch,
  asOf: number,
): Promise<RecentTemperature> {
  const since = asOf - 24 * hourMs;
  let weightMs = 0;
  let sum = 0;
  let warmest: number | null = null;
  for (const whole of placed.windows) {
    const window = { ...whole, from: Math.max(whole.from, since), to: Math.min(whole.to, asOf) };
    if (window.from >= window.to) continue;
    const { used } = await usedReadings(store, { ...window, until: asOf });
    for (const { at, temperatureC } of used) {
      if (at >= window.from && at <= window.to) warmest = Math.max(warmest ?? temperatureC, temperatureC);
    }
    for (const [a, b] of pairsOf(used)) {
      if (b.at - a.at > placed.maxGapMs) continue;
      const segment = segmentOfPair(a, b, window, placed.maxGapMs);
      if (segment === undefined) continue;
      const spanMs = segment.to - segment.from;
      weightMs += spanMs;
      sum += (spanMs * (segment.fromC + segment.toC)) / 2;
    }
  }
  return { meanC: weightMs >= hourMs ? sum / weightMs : null, warmestC: warmest };
}
