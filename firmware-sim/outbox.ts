import type { Sample } from './readingSource.ts';

/** A sample waiting to be acknowledged; positions count up by one and are never given twice. */
export interface OutboxEntry extends Sample {
  readonly position: number;
}

/**
 * What a node has measured and nobody has acknowledged yet: oldest first, bounded. At the bound the oldest are dropped
 * and counted, because the newest say most about what is in the box now.
 */
export interface Outbox {
  append(samples: readonly Sample[]): void;
  /** Up to `max` oldest entries. They stay until removed. */
  oldest(max: number): readonly OutboxEntry[];
  /** Forgets every entry up to and including `position`: they were acknowledged. */
  removeThrough(position: number): void;
  readonly depth: number;
  readonly dropped: number;
  /** Time of the newest sample ever appended, acknowledged or not; `null` for a new outbox. */
  readonly lastSampledAt: number | null;
  close(): void;
}

/** About 70 days at one reading a minute. */
export const defaultOutboxBound = 100_000;

/** An outbox that does not outlive the process. */
export function createMemoryOutbox(options: { bound?: number } = {}): Outbox {
  const queue = createOutboxQueue(options.bound ?? defaultOutboxBound);
  return {
    append: samples => {
      for (const sample of samples) queue.push(sample);
    },
    oldest: queue.oldest,
    removeThrough: queue.removeThrough,
    get depth() {
      return queue.depth;
    },
    get dropped() {
      return queue.dropped;
    },
    get lastSampledAt() {
      return queue.lastSampledAt;
    },
    close: () => {},
  };
}

/** The queue behind every outbox: entries in order, with room for `bound`. */
export function createOutboxQueue(bound: number) {
  if (!(Number.isInteger(bound) && bound > 0)) throw new RangeError(`bound must be 1 or more, got ${bound}`);
  let entries: OutboxEntry[] = [];
  let first = 0; // entries before this index are gone; they are cut off in one go now and then
  let nextPosition = 1;
  let dropped = 0;
  let lastSampledAt: number | null = null;
  const forget = (count: number): void => {
    first += count;
    if (first > 1024 && first * 2 > entries.length) {
      entries = entries.slice(first);
      first = 0;
    }
  };
  return {
    push(sample: Sample): OutboxEntry {
      const entry = { position: nextPosition++, sampledAt: sample.sampledAt, text: sample.text };
      entries.push(entry);
      lastSampledAt = Math.max(lastSampledAt ?? sample.sampledAt, sample.sampledAt);
      if (entries.length - first > bound) {
        forget(1);
        dropped++;
      }
      return entry;
    },
    oldest: (max: number): readonly OutboxEntry[] => entries.slice(first, first + max),
    removeThrough(position: number): void {
      let count = 0;
      while (first + count < entries.length && entries[first + count]!.position <= position) count++;
      forget(count);
    },
    /** Goes on counting where an earlier process stopped. */
    resume(position: number, sampledAt: number | null): void {
      nextPosition = Math.max(nextPosition, position);
      if (sampledAt !== null) lastSampledAt = Math.max(lastSampledAt ?? sampledAt, sampledAt);
    },
    get nextPosition() {
      return nextPosition;
    },
    get depth() {
      return entries.length - first;
    },
    get dropped() {
      return dropped;
    },
    get lastSampledAt() {
      return lastSampledAt;
    },
  };
}
