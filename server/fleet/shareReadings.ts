import type { Reading } from '../../models/contracts/reading.ts';
import type { TakeReadings } from '../ingest/takeReadings.ts';
import type { Log } from '../log.ts';
import type { ReadingFeed } from '../readingFeed.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import type { BatchKey } from '../shelf-life/placementIndex.ts';
import type { ReadingStore, SeriesMark, SharedReadings } from '../store/readingStore.ts';
import type { Fleet } from './fleet.ts';
import { type PackedSeries, packReadings, unpackReadings } from './readingRows.ts';

/** Between the servers on one database of readings; without one, or alone, nothing. */
export function shareStored(parts: {
  readonly fleet: Fleet;
  readonly store: ReadingStore;
  readonly lives: BatchLives;
  readonly log: Log;
  readonly take: TakeReadings;
  readonly feed: Pick<ReadingFeed, 'tell'>;
  readonly onTouched: (batches: Iterable<BatchKey>) => void;
}): Pick<SharingReadings, 'stop'> {
  const { fleet, store, lives, log, take, feed, onTouched } = parts;
  const { shared } = store;
  if (shared === undefined || !fleet.isShared) return { stop: async () => undefined };
  return shareReadings({
    ...{ fleet, shared, log },
    take: readings => take(readings, { isStored: true }),
    async takeMarks(marks) {
      const touched = await lives.take(async rejudged => {
        await shared.takeMarks(marks);
        for (const { nodeId, probe } of marks) rejudged(nodeId, probe);
        return [];
      });
      await feed.tell(marks.map(({ newest }) => newest));
      onTouched(touched);
    },
  });
}

export interface ShareReadingsParts {
  readonly fleet: Fleet;
  readonly shared: SharedReadings;
  readonly log: Log;
  /** Readings that another server has stored. */
  readonly take: (readings: readonly Reading[]) => Promise<void>;
  /** That another server has stored more than it tells. */
  readonly takeMarks: (marks: readonly SeriesMark[]) => Promise<void>;
}

export interface SharingReadings {
  /** Resolves when everything that has come by now is taken in. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Readings of one message: some 20 KB of it. */
const mostAtOnce = 2_000;
/** How long a reading waits for company. */
const lingerMs = 50;
/** Characters that wait for the database; above, readings are marked, not told. */
const markFrom = 4 * 1024 * 1024;
/** Readings of others that wait to be taken in; those that come then are taken as marks. */
const mostWaiting = 50_000;

/**
 * Tells the other servers what was stored here, and takes in what they tell. Where more comes than can be told, only which
 * series have changed, and until when: their readings are then asked for when somebody wants them.
 */
export function shareReadings(parts: ShareReadingsParts): SharingReadings {
  const { fleet, shared, log } = parts;
  let outgoing: Reading[] = [];
  let timer: NodeJS.Timeout | undefined;
  let readings: Reading[] = [];
  let marks: SeriesMark[] = [];
  let working: Promise<void> | null = null;

  function tell(): void {
    clearTimeout(timer);
    timer = undefined;
    const all = outgoing;
    outgoing = [];
    if (all.length === 0) return;
    if (fleet.stats().waiting > markFrom) {
      fleet.publish('marks', marksOf(all));
      return;
    }
    for (let i = 0; i < all.length; i += mostAtOnce)
      fleet.publish('readings', packReadings(all.slice(i, i + mostAtOnce)));
  }

  function wake(): void {
    working ??= work().then(() => {
      working = null;
      if (readings.length + marks.length > 0) wake();
    });
  }

  async function work(): Promise<void> {
    const taken = readings;
    const marked = marks;
    readings = [];
    marks = [];
    try {
      if (marked.length > 0) await parts.takeMarks(marked);
      if (taken.length > 0) await parts.take(taken);
    } catch (error) {
      // They are stored; lives that they belong to were forgotten and are built anew with them.
      log.error({ err: error }, 'readings of another server could not be taken in');
    }
  }

  shared.onStored(stored => {
    for (const reading of stored) outgoing.push(reading);
    if (outgoing.length >= mostAtOnce) tell();
    else timer ??= setTimeout(tell, lingerMs);
  });
  fleet.on<PackedSeries[]>('readings', packed => {
    const told = unpackReadings(packed);
    if (readings.length > mostWaiting) marks.push(...marksOf(told));
    else readings.push(...told);
    wake();
  });
  fleet.on<SeriesMark[]>('marks', told => {
    marks.push(...told);
    wake();
  });

  return {
    async settled() {
      while (working !== null) await working;
    },
    async stop() {
      tell();
      while (working !== null) await working;
    },
  };
}

export function marksOf(readings: readonly Reading[]): SeriesMark[] {
  const groups = Map.groupBy(readings, ({ nodeId, probe }) => `${nodeId}/${probe}`);
  return [...groups.values()].map(group => {
    const newest = group.reduce((a, b) => (b.measuredAt > a.measuredAt ? b : a));
    const { nodeId, probe, measuredAt: until } = newest;
    return { nodeId, probe, until, newest };
  });
}
