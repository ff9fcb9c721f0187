import type { Clock } from '../../models/contracts/intake.ts';

export interface FakeClock extends Clock {
  set(at: number): void;
  advance(ms: number): void;
  /** Somebody sets the clock by so much: no time passes. */
  step(ms: number): void;
}

/** A clock that stands still until a test moves it. */
export function fakeClock(startAt: number): FakeClock {
  let now = startAt;
  let setBy = 0;
  return {
    now: () => now,
    monotonic: () => now - setBy,
    set: at => {
      now = at;
    },
    advance: ms => {
      now += ms;
    },
    step: ms => {
      now += ms;
      setBy += ms;
    },
  };
}
