import type { Clock } from '../models/contracts/intake.ts';

/** A clock that has stayed where it was set back to for this long is the time. */
const believedAfterMs = 24 * 3_600_000;

/**
 * The latest time it can be. That is the wall clock, unless it was set back while we run: then the time from before goes
 * on beside it for a day, because nobody knows yet which of the two was wrong. A node that agrees with either is not
 * ahead, and its readings keep the time they were measured at.
 */
export class LatestTime {
  readonly #clock: Clock;
  readonly #monotonicNow: () => number;
  #latest: number;
  #at: number;
  #setBackAt: number | null = null;

  constructor(clock: Clock, monotonicNow: () => number) {
    this.#clock = clock;
    this.#monotonicNow = monotonicNow;
    this.#latest = clock.now();
    this.#at = monotonicNow();
  }

  /** Epoch milliseconds, never before the wall clock. */
  now(): number {
    const at = this.#monotonicNow();
    const wall = this.#clock.now();
    const before = this.#latest + at - this.#at;
    this.#at = at;
    const isBehind = before - wall > 1_000;
    this.#setBackAt = isBehind ? (this.#setBackAt ?? at) : null;
    const isBelieved = this.#setBackAt === null || at - this.#setBackAt > believedAfterMs;
    this.#latest = isBelieved ? wall : before;
    return this.#latest;
  }
}
