import type { ReadingStore } from '../store/readingStore.ts';
import type { RecentSeries } from './recentSeries.ts';
import { recentSeries, recentWindows } from './recentTemperature.ts';
import type { Track } from './tracks.ts';

/** The last day of the probes that are asked about, kept until a reading comes: one for all batches beside a probe. */
export interface RecentReadings {
  /** A series for each of the track's `recentWindows`. Only while no reading of them lies after `now`. */
  of(track: Track, now: number): Promise<readonly RecentSeries[]>;
  forget(nodeId: string, probe: string): void;
  clear(): void;
}

/** Probes kept; a kilobyte or two each. */
const mostKept = 4_000;

export function createRecentReadings(store: ReadingStore): RecentReadings {
  /** Keyed by node and probe. */
  const kept = new Map<string, { readonly asOf: number; readonly series: RecentSeries }>();

  async function seriesOf(window: { nodeId: string; probe: string }, now: number): Promise<RecentSeries> {
    const key = `${window.nodeId}/${window.probe}`;
    const known = kept.get(key);
    // One made for a later instant may lack the beginning.
    if (known !== undefined && known.asOf <= now) return known.series;
    const series = await recentSeries(store, window, now);
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, { asOf: now, series });
    return series;
  }

  return {
    async of(track, now) {
      const series: RecentSeries[] = [];
      for (const window of recentWindows(track, now)) series.push(await seriesOf(window, now));
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
