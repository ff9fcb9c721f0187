import type { Clock } from '../../models/contracts/intake.ts';

/** A clock that stands still until a test moves it. */
export function fakeClock(startAt: number): Clock & { set(at: number): void; advance(ms: number): void } {
  let now = startAt;
  return {
    now: () => now,
    set: at => {
      now = at;
    },
    advance: ms => {
      now += ms;
    },
  };
}
