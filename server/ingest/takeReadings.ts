import type { Reading } from '../../models/contracts/reading.ts';
import type { ReadingFeed } from '../readingFeed.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import type { BatchKey } from '../shelf-life/placementIndex.ts';
import type { AppendResult, ReadingStore } from '../store/readingStore.ts';

export interface IntakeCounts {
  accepted(count: number): void;
  duplicates(count: number): void;
  conflicts(count: number): void;
  /** Older than readings are kept. */
  expired(count: number): void;
}

export interface TakeParts {
  readonly store: ReadingStore;
  readonly lives: BatchLives;
  /** Tells whoever listens. */
  readonly feed: Pick<ReadingFeed, 'tell'>;
  readonly counts: IntakeCounts;
  /** Told of the batches whose estimate has changed, and of the readings that are new; without these, of another past. */
  onTouched(batches: Iterable<BatchKey>, inserted?: readonly Reading[]): void;
}

export interface TakeOptions {
  /** Journal position that is applied with them. */
  readonly throughPosition?: number;
  /** Told of readings whose key is taken by other values, before any estimate knows of the others. */
  readonly onConflicts?: (conflicts: readonly Reading[]) => Promise<void>;
  /** Another server took them and has stored them: they are only to be known here. */
  readonly isStored?: boolean;
}

/** Puts readings into the store, what is new into the lives of batches, and tells who listens. */
export type TakeReadings = (readings: readonly Reading[], options?: TakeOptions) => Promise<void>;

export function createTakeReadings(parts: TakeParts): TakeReadings {
  const { store, lives, counts, feed } = parts;
  return async (readings, { throughPosition, onConflicts, isStored } = {}) => {
    let inserted: readonly Reading[] = [];
    let rejudged: NonNullable<AppendResult['rejudged']> = [];
    const touched = await lives.take(async onRejudged => {
      const result =
        isStored && store.shared
          ? await store.shared.takeStored(readings)
          : await store.append(readings, throughPosition);
      rejudged = result.rejudged ?? [];
      for (const { nodeId, probe } of rejudged) onRejudged(nodeId, probe);
      inserted = result.inserted;
      if (isStored) {
        // Which of two is the one that stays, only the database knows.
        for (const { nodeId, probe } of result.conflicts) onRejudged(nodeId, probe);
        return inserted;
      }
      await onConflicts?.(result.conflicts);
      counts.accepted(result.inserted.length);
      counts.duplicates(result.duplicates);
      counts.conflicts(result.conflicts.length);
      counts.expired(result.expired);
      return inserted;
    });
    await feed.tell(inserted);
    parts.onTouched(touched, inserted);
    // These are looked at from their beginning.
    for (const { nodeId, probe } of rejudged) parts.onTouched(lives.fedBy(nodeId, probe));
  };
}
