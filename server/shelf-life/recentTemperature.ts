import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { segmentOfPair } from './placedWindows.ts';
import type { Track } from './tracks.ts';
import { usedReadings } from './usedReadings.ts';

const hourMs = 3_600_000;
const recentMs = 24 * hourMs;

/**
 * The used readings of one probe around the last day, with the sums that make the mean of any span of it two look-ups.
 * Made for all batches beside the probe.
 */
export interface RecentSeries {
  readonly points: readonly TemperaturePoint[];
  /** Up to each point: how long neighbours close enough to each other lie apart, and the integral of temperature. */
  readonly knownMs: Float64Array;
  readonly areaCMs: Float64Array;
  readonly maxGapMs: number;
}

/** Readings of the probe that may say something of the 24 h before `asOf`, as known then. */
export async function recentSeries(
  store: ReadingStore,
  { nodeId, probe }: { readonly nodeId: string; readonly probe: string },
  maxGapMs: number,
  asOf: number,
): Promise<RecentSeries> {
  const query = { nodeId, probe, from: asOf - recentMs, to: asOf, until: asOf };
  const points = (await usedReadings(store, query)).used;
  const knownMs = new Float64Array(points.length);
  const areaCMs = new Float64Array(points.length);
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    const spanMs = b.at - a.at;
    const counts = spanMs <= maxGapMs;
    knownMs[i] = knownMs[i - 1]! + (counts ? spanMs : 0);
    areaCMs[i] = areaCMs[i - 1]! + (counts ? (spanMs * (a.temperatureC + b.temperatureC)) / 2 : 0);
  }
  return { points, knownMs, areaCMs, maxGapMs };
}

/** A series for each window of a track that touches the last day, in the order of the windows. */
export async function recentSeriesOf(
  store: ReadingStore,
  track: Track,
  asOf: number,
): Promise<RecentSeries[]> {
  const series: RecentSeries[] = [];
  for (const window of recentWindows(track, asOf))
    series.push(await recentSeries(store, window, track.maxGapMs, asOf));
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
  recentWindows(track, asOf).forEach((whole, i) => {
    const window = { ...whole, from: Math.max(whole.from, asOf - recentMs), to: Math.min(whole.to, asOf) };
    const { points, knownMs: known, areaCMs: area, maxGapMs } = series[i]!;
    const first = firstAtOrAfter(points, window.from);
    const last = firstAtOrAfter(points, window.to + 1) - 1;
    if (last >= first) {
      knownMs += known[last]! - known[first]!;
      areaCMs += area[last]! - area[first]!;
    }
    // The pieces that cross an edge; with no reading between them they are one.
    const edges = last < first ? [first] : [first, last + 1];
    for (const edge of edges) {
      const [a, b] = [points[edge - 1], points[edge]];
      if (a === undefined || b === undefined || b.at - a.at > maxGapMs) continue;
      const piece = segmentOfPair(a, b, window, maxGapMs);
      if (piece === undefined) continue;
      knownMs += piece.to - piece.from;
      areaCMs += ((piece.to - piece.from) * (piece.fromC + piece.toC)) / 2;
    }
  });
  return knownMs >= hourMs ? areaCMs / knownMs : null;
}

function firstAtOrAfter(points: readonly TemperaturePoint[], at: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]!.at >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}
