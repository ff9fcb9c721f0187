import type { ReadingStore } from '../store/readingStore.ts';
import { type RecentSeries, recentSeries, recentWindows } from './recentTemperature.ts';
import type { Track } from './tracks.ts';

/** The last day of the probes that are asked about, kept until a reading comes: one for all batches beside a probe. */
export interface RecentReadings {
  /** A series for each of the track's `recentWindows`. Only while no reading of them lies after `now`. */
  of(track: Track, now: number): Promise<readonly RecentSeries[]>;
  forget(nodeId: string, probe: string): void;
  clear(): void;
}

/** Probes kept; two kilobytes each. */
const mostKept = 4_000;

export function createRecentReadings(store: ReadingStore): RecentReadings {
  /** Keyed by node and probe, then by the longest gap. */
  const kept = new Map<string, Map<number, { readonly asOf: number; readonly series: RecentSeries }>>();

  async function seriesOf(window: { nodeId: string; probe: string }, maxGapMs: number, now: number) {
    const key = `${window.nodeId}/${window.probe}`;
    const ofProbe = kept.get(key) ?? new Map();
    const known = ofProbe.get(maxGapMs);
    // One made for a later instant may lack the beginning.
    if (known !== undefined && known.asOf <= now) return known.series;
    const series = await recentSeries(store, window, maxGapMs, now);
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, ofProbe.set(maxGapMs, { asOf: now, series }));
    return series;
  }

  return {
    async of(track, now) {
      const series: RecentSeries[] = [];
      for (const window of recentWindows(track, now))
        series.push(await seriesOf(window, track.maxGapMs, now));
      return series;
    },
    forget(nodeId, probe) {
      kept.delete(`${nodeId}/${probe}`);
    },
    clear() {
      kept.clear();
    },
  };
}
