import type { Segment } from '../temperatureHistory.ts';
import { hoursBetween } from '../units.ts';

/** Share of a straight piece of history spent above a threshold, 0 to 1; being at it does not count. */
export function shareAbove({ fromC, toC }: Segment, thresholdC: number): number {
  const lowC = Math.min(fromC, toC);
  const highC = Math.max(fromC, toC);
  if (lowC > thresholdC) return 1;
  return highC > thresholdC ? (highC - thresholdC) / (highC - lowC) : 0;
}

/**
 * Hours a straight piece of history spends above a threshold. The crossing is exact.
 *
 * @example
 * hoursAbove({ from: 0, fromC: 6, to: 3_600_000, toC: 10 }, 8); // => 0.5
 */
export function hoursAbove(segment: Segment, thresholdC: number): number {
  return hoursBetween(segment.from, segment.to) * shareAbove(segment, thresholdC);
}
