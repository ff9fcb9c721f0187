import { tahuParametersFor } from '../../models/parameters/tahu.ts';
import { type BatchLife, type BatchLifeOptions, createBatchLife } from '../../models/shelf-life/batchLife.ts';
import type { Segment, TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { segmentOfPair } from './placedWindows.ts';
import type { Track } from './tracks.ts';
import { usedReadings } from './usedReadings.ts';

/** The life of a batch with the segments of its windows, and how many readings inside them were spikes. */
export interface BuiltLife {
  readonly life: BatchLife;
  spikes: number;
}

/** Builds the life of a batch from all readings measured up to `until` (inclusive). */
export async function buildLife(store: ReadingStore, track: Track, until: number): Promise<BuiltLife> {
  const life = createBatchLife(lifeOptions(track));
  const { segments, spikes } = await segmentsOf(store, track, until);
  for (const segment of segments) life.addSegment(segment);
  return { life, spikes };
}

export function lifeOptions({ batch, producedAt, maxGapMs }: Track): BatchLifeOptions {
  return { producedAt, parameters: tahuParametersFor(batch.treatment), maxGapMs };
}

/** The straight pieces that readings up to `until` say of a batch, ascending; spikes are left out and counted. */
export async function segmentsOf(
  store: ReadingStore,
  track: Track,
  until: number,
): Promise<{ segments: Segment[]; spikes: number }> {
  const segments: Segment[] = [];
  let spikes = 0;
  for (const window of track.windows) {
    const { used, leftOut } = await usedReadings(store, { ...window, until });
    segments.push(...pairsOf(used).flatMap(([a, b]) => segmentOfPair(a, b, window, track.maxGapMs) ?? []));
    spikes += leftOut.filter(p => p.at < window.to).length;
  }
  return { segments, spikes };
}

export function pairsOf(points: readonly TemperaturePoint[]): [TemperaturePoint, TemperaturePoint][] {
  return points.slice(1).map((point, i) => [points[i]!, point]);
}
