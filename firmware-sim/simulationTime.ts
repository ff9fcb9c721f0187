import type { Clock } from '../models/contracts/intake.ts';

/** The time a simulated fleet lives in. */
export interface SimulationTime {
  /** Epoch milliseconds of the simulated world. */
  now(): number;
  /** Calls `wake` once, at or after `at`; returns a function that calls it off. */
  wakeAt(at: number, wake: () => void): () => void;
}

export interface SimulationTimeOptions {
  readonly clock: Clock;
  /** Simulated seconds per real second. 1 by default. */
  readonly speed?: number;
  /** When the simulated world begins; the present by default. */
  readonly startAt?: number;
}

/** setTimeout takes at most 2^31 - 1 ms; a longer wait is made of several. */
const longestTimerMs = 2_000_000_000;

/**
 * Real time, or time that runs `speed` times as fast from `startAt`. A world that begins in the past runs fast until it
 * reaches the present and then keeps to it: a reading from the future would be taken for a wrong device clock.
 */
export function createSimulationTime(options: SimulationTimeOptions): SimulationTime {
  const { clock, speed = 1 } = options;
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError(`speed must be above 0, got ${speed}`);
  const bornAt = clock.now();
  const startAt = options.startAt ?? bornAt;
  const stopsAtPresent = startAt < bornAt;
  const now = (): number => {
    const real = clock.now();
    if (speed === 1 && !stopsAtPresent) return real + startAt - bornAt;
    const simulated = startAt + (real - bornAt) * speed;
    return stopsAtPresent ? Math.min(simulated, real) : simulated;
  };
  const realDelayMs = (at: number): number => {
    const ahead = at - now();
    if (ahead <= 0) return 0;
    const real = clock.now();
    // Past the present the simulated world is as slow as the real one.
    return Math.ceil(stopsAtPresent ? Math.max(at - real, ahead / speed) : ahead / speed);
  };
  return {
    now,
    wakeAt(at, wake) {
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        timer = setTimeout(
          () => (now() >= at ? wake() : arm()),
          Math.min(longestTimerMs, Math.max(1, realDelayMs(at))),
        );
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}
