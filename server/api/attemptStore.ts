import type { Store } from 'express-rate-limit';

/** The limiter complains on stderr of a store that does not tell when a window ends; this one does not mean to. */
export const toldWithoutReset = { headersResetTime: false } as const;

interface Attempts {
  readonly since: number;
  count: number;
}

/**
 * Counts attempts per key in windows of elapsed time: a clock of this machine that is set locks nobody out for longer
 * and lets nobody try sooner. How long a key has still to wait is not told; it is at most a window.
 *
 * @param monotonicNow  milliseconds of a clock that nobody sets
 */
export function attemptStore(windowMs: number, monotonicNow = () => performance.now()): Store {
  /** Oldest first, so that what is over is found at the front. */
  const attempts = new Map<string, Attempts>();

  function dropOver(now: number): void {
    for (const [key, { since }] of attempts) {
      if (now - since < windowMs) return;
      attempts.delete(key);
    }
  }

  return {
    localKeys: true,
    increment(key) {
      const now = monotonicNow();
      dropOver(now);
      const known = attempts.get(key) ?? { since: now, count: 0 };
      known.count += 1;
      attempts.set(key, known);
      return { totalHits: known.count, resetTime: undefined };
    },
    decrement(key) {
      const known = attempts.get(key);
      if (known && known.count > 0) known.count -= 1;
    },
    resetKey(key) {
      attempts.delete(key);
    },
  };
}
