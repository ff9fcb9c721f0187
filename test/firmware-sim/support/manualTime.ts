import type { SimulationTime } from '../../../firmware-sim/simulationTime.ts';

export interface ManualTime extends SimulationTime {
  /** Moves on and calls every wake-up on the way, in order, each at its own time. */
  advanceTo(at: number): void;
}

/** A time that stands still until it is moved. */
export function createManualTime(startAt: number): ManualTime {
  let current = startAt;
  let wakes: { at: number; wake: () => void }[] = [];
  return {
    now: () => current,
    wakeAt(at, wake) {
      const entry = { at, wake };
      wakes.push(entry);
      return () => {
        wakes = wakes.filter(w => w !== entry);
      };
    },
    advanceTo(at) {
      for (;;) {
        const next = wakes.filter(w => w.at <= at).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        wakes = wakes.filter(w => w !== next);
        current = Math.max(current, next.at);
        next.wake();
      }
      current = at;
    },
  };
}
