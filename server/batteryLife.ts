/** What a node said of its battery at some instant. */
export interface BatteryTold {
  readonly at: number;
  readonly pct: number;
}

const dayMs = 24 * 3_600_000;
/** Less than this says nothing: the steps in which batteries tell, and cold nights, are as large. */
const leastFallPct = 3;
const leastSpanDays = 3;
/** A battery that is warmer tells a little more; one that tells much more is a new one. */
const noisePct = 2;
/** Further ahead than two years no straight line reaches. */
const mostDays = 730;

/**
 * Days until a battery is empty if it goes on falling as it did: from now back to when it was put in (or the oldest that is
 * given), the fall over the time, straight on to 0 %. Rounded down.
 *
 * @param told  ascending by time, the last is now
 * @returns null when it fell by less than 3 points or is known for less than 3 days: then nothing can be said
 */
export function batteryDaysLeft(told: readonly BatteryTold[]): number | null {
  const now = told.at(-1);
  if (now === undefined) return null;
  let oldest = now;
  for (const one of told.toReversed()) {
    if (one.pct < oldest.pct - noisePct) break;
    oldest = one;
  }
  const days = (now.at - oldest.at) / dayMs;
  const fallPct = oldest.pct - now.pct;
  if (days < leastSpanDays || fallPct < leastFallPct) return null;
  const left = Math.floor((now.pct * days) / fallPct);
  return left > mostDays ? null : left;
}
