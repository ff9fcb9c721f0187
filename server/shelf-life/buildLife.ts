import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BatchLife, type BatchLifeOptions, createBatchLife } from '../../models/shelf-life/batchLife.ts';
import type { Segment, TemperaturePoint } from '../../models/temperatureHistory.ts';
import { msPerHour } from '../../models/units.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { type PlacedWindow, segmentOfPair } from './placedWindows.ts';
import type { Track } from './tracks.ts';
import { type UsedReadings, usedReadings } from './usedReadings.ts';

/** The life of a batch with the segments of its windows, and how many readings inside them were spikes. */
export interface BuiltLife {
  readonly life: BatchLife;
  spikes: number;
}

/** Builds the life of a batch from all readings measured up to `until` (inclusive). */
export async function buildLife(store: ReadingStore, track: Track, until: number): Promise<BuiltLife> {
  const life = createBatchLife(lifeOptions(track));
  const { segments, spikes } = await segmentsOf(store, track, until);
  await addInTurns(life, segments);
  return { life, spikes };
}

/** Segments of some milliseconds of work. */
const segmentsATurn = 2_000;

/** Adds many segments, letting readings in between. */
export async function addInTurns(life: BatchLife, segments: readonly Segment[]): Promise<void> {
  for (const [index, segment] of segments.entries()) {
    if (index > 0 && index % segmentsATurn === 0) await nextTurn();
    life.addSegment(segment);
  }
}

export function lifeOptions({ parameters, producedAt, maxGapMs }: Track): BatchLifeOptions {
  return { producedAt, parameters, maxGapMs };
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
    let last: TemperaturePoint | undefined;
    for await (const { used, leftOut } of piecesOf(store, window, until)) {
      for (const point of used) {
        // Pieces know the nearest reading on each side, which is in the next piece too.
        if (last !== undefined && point.at <= last.at) continue;
        const segment = last && segmentOfPair(last, point, window, track.maxGapMs);
        if (segment !== undefined) segments.push(segment);
        last = point;
      }
      spikes += leftOut.filter(p => p.at < window.to).length;
    }
  }
  return { segments, spikes };
}

/** Of readings a minute some milliseconds of work. */
const pieceMs = 2 * 24 * msPerHour;

/** The readings of a window piece by piece, letting others in between. */
async function* piecesOf(
  store: ReadingStore,
  window: PlacedWindow,
  until: number,
): AsyncGenerator<UsedReadings> {
  for (let { from } = window; ; ) {
    const to = Math.min(window.to, from + pieceMs - 1);
    const piece = await usedReadings(store, { ...window, from, to, until });
    yield piece;
    if (to === window.to || to >= until || !piece.goesOn) return;
    from = to + 1;
    await nextTurn();
  }
}

export function pairsOf(points: readonly TemperaturePoint[]): [TemperaturePoint, TemperaturePoint][] {
  return points.slice(1).map((point, i) => [points[i]!, point]);
}
