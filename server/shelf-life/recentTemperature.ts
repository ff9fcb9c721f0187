import type { ReadingStore } from '../store/readingStore.ts';
import { RecentSeries } from './recentSeries.ts';
import type { Track } from './tracks.ts';
import { usedReadings } from './usedReadings.ts';

const hourMs = 3_600_000;
const recentMs = 24 * hourMs;

/** Readings of the probe that may say something of the 24 h before `asOf`, as known then. */
export async function recentSeries(
  store: ReadingStore,
  { nodeId, probe }: { readonly nodeId: string; readonly probe: string },
  asOf: number,
): Promise<RecentSeries> {
  const query = { nodeId, probe, from: asOf - recentMs, to: asOf, until: asOf };
  return new RecentSeries((await usedReadings(store, query)).used);
}

/** A series for each window of a track that touches the last day, in the order of the windows. */
export async function recentSeriesOf(
  store: ReadingStore,
  track: Track,
  asOf: number,
): Promise<RecentSeries[]> {
  const series: RecentSeries[] = [];
  for (const window of recentWindows(track, asOf)) series.push(await recentSeries(store, window, asOf));
  return series;
}

/** The windows of a track that touch the 24 h before `asOf`. */
export function recentWindows(track: Track, asOf: number) {
  return track.windows.filter(w => Math.max(w.from, asOf - recentMs) < Math.min(w.to, asOf));
}

/**
 * How warm a batch was in the 24 h before `asOf`, by its readings: time-weighted; null with less than an hour of them.
 *
 * @param series  one for each of `recentWindows`
 */
export function recentMeanC(series: readonly RecentSeries[], track: Track, asOf: number): number | null {
  let knownMs = 0;
  let areaCMs = 0;
  recentWindows(track, asOf).forEach((window, index) => {
    const from = Math.max(window.from, asOf - recentMs);
    const to = Math.min(window.to, asOf);
    const points = series[index]!;
    for (let i = Math.max(1, firstAfter(points, from)); i < points.length; i++) {
      const [a, b] = [points.at(i - 1), points.at(i)];
      if (a >= to) break;
      if (b - a > track.maxGapMs) continue;
      const [start, end] = [Math.max(a, from), Math.min(b, to)];
      if (end <= start) continue;
      const [aC, bC] = [points.temperatureC(i - 1), points.temperatureC(i)];
      const slope = (bC - aC) / (b - a);
      const startC = aC + slope * (start - a);
      const endC = end === b ? bC : aC + slope * (end - a);
      knownMs += end - start;
      areaCMs += ((end - start) * (startC + endC)) / 2;
    }
  });
  return knownMs >= hourMs ? areaCMs / knownMs : null;
}

/** Where in a series the first reading after `at` is; its length when none is. */
function firstAfter(points: RecentSeries, at: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points.at(middle) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
