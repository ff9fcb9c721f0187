import type { Condition } from './stepAlert.ts';

const minuteMs = 60_000;
const leastPatienceMs = 30 * minuteMs;
const mostPatienceMs = 24 * 60 * minuteMs;
/** Below this many intervals a node has shown no cadence. */
const fewestIntervals = 5;
const unknownPatienceMs = 65 * minuteMs;
/** Readings that arrive together are one sign of life. */
const oneArrivalMs = 1_000;

/**
 * How long a node may be silent before that means something: 3 times the interval that 95 % of its arrivals keep, from
 * 30 min to 24 h. A node that has shown no cadence yet is taken by its promise, and without one it may report hourly.
 *
 * @param arrivals       when its latest readings arrived, epoch ms, any order
 * @param promisedEveryMs  null when it promises nothing
 */
export function noDataPatienceMs(arrivals: readonly number[], promisedEveryMs: number | null): number {
  const sorted = arrivals.toSorted((a, b) => a - b);
  const intervals = sorted
    .slice(1)
    .map((at, i) => at - sorted[i]!)
    .filter(ms => ms > oneArrivalMs)
    .sort((a, b) => a - b);
  if (intervals.length < fewestIntervals)
    return promisedEveryMs === null ? unknownPatienceMs : within(3 * promisedEveryMs);
  return within(3 * intervals[Math.ceil(0.95 * intervals.length) - 1]!);
}

/** Silent for longer than it may be; clear as soon as it speaks again. */
export function noData(silentMs: number, patienceMs: number, severity: Condition['severity']): Condition {
  return { sign: silentMs > patienceMs ? 'over' : 'clear', severity };
}

function within(ms: number): number {
  return Math.min(mostPatienceMs, Math.max(leastPatienceMs, ms));
}
