import type { Segment } from '../temperatureHistory.ts';
import { hoursBetween } from '../units.ts';

/**
 * Hours a straight piece of history spends above a threshold; being at it does not count. The crossing is exact.
 *
 * @example
 * hoursAbove({ from: 0, fromC: 6, to: 3_600_000, toC: 10 }, 8); // => 0.5
 */
export function hoursAbove(segment: Segment, thresholdC: number): number {
  const lowC = Math.min(segment.fromC, segment.toC);
  const highC = Math.max(segment.fromC, segment.toC);
  const hours = hoursBetween(segment.from, segment.to);
  if (lowC > thresholdC) return hours;
  return highC > thresholdC ? (hours * (highC - thresholdC)) / (highC - lowC) : 0;
}
