import type { Clock } from '../models/contracts/intake.ts';

/** The time of this machine. Wired in once at the top; everything below is handed a `Clock`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
