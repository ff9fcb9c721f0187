import { tahuParametersFor } from '../../models/parameters/tahu.ts';
import { type BatchLife, type BatchLifeOptions, createBatchLife } from '../../models/shelf-life/batchLife.ts';
import type { Segment, TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { Batch } from '../store/metadata/batches.ts';
import type { Placement } from '../store/metadata/placements.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { maxGapMs, type PlacedWindow, placedWindows, segmentOfPair } from './placedWindows.ts';
import { usedReadings } from './usedReadings.ts';

/** A batch with everything that says which readings speak for it. */
export interface PlacedBatch {
  readonly batch: Batch;
  readonly windows: readonly PlacedWindow[];
  readonly maxGapMs: number;
  /** Of the placement that speaks last; null when it does not say. */
  readonly reportEveryS: number | null;
}

export function toPlacedBatch(batch: Batch, placements: readonly Placement[]): PlacedBatch {
  const latest = placements.toSorted((a, b) => a.from - b.from).at(-1);
  return {
    batch,
    windows: placedWindows(batch.producedAt, placements),
    maxGapMs: Math.max(...placements.map(p => maxGapMs(p.reportEveryS)), latest ? 0 : maxGapMs(null)),
    reportEveryS: latest?.reportEveryS ?? null,
  };
}

/** The life of a batch with the segments of its windows, and how many readings inside them were spikes. */
export interface BuiltLife {
  readonly life: BatchLife;
  spikes: number;
}

/** Builds the life of a batch from all readings measured up to `until` (inclusive). */
export async function buildLife(store: ReadingStore, placed: PlacedBatch, until: number): Promise<BuiltLife> {
  const life = createBatchLife(lifeOptions(placed));
  const { segments, spikes } = await segmentsOf(store, placed, until);
  for (const segment of segments) life.addSegment(segment);
  return { life, spikes };
}

export function lifeOptions({ batch, maxGapMs }: PlacedBatch): BatchLifeOptions {
  return { producedAt: batch.producedAt, parameters: tahuParametersFor(batch.treatment), maxGapMs };
}

/** The straight pieces that readings up to `until` say of a batch, ascending; spikes are left out and counted. */
export async function segmentsOf(
  store: ReadingStore,
  placed: PlacedBatch,
  until: number,
): Promise<{ segments: Segment[]; spikes: number }> {
  const segments: Segment[] = [];
  let spikes = 0;
  for (const window of placed.windows) {
    const { used, leftOut } = await usedReadings(store, { ...window, until });
    segments.push(...pairsOf(used).flatMap(([a, b]) => segmentOfPair(a, b, window, placed.maxGapMs) ?? []));
    spikes += leftOut.filter(p => p.at < window.to).length;
  }
  return { segments, spikes };
}

export function pairsOf(points: readonly TemperaturePoint[]): [TemperaturePoint, TemperaturePoint][] {
  return points.slice(1).map((point, i) => [points[i]!, point]);
}
