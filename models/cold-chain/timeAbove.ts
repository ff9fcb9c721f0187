import { finite } from '../errors.ts';
import { type Profile, piecesOf } from '../profile.ts';

export interface TimeAbove {
  /** Hours strictly above the threshold. */
  readonly hours: number;
  /** Integral of the excess over the threshold, degree-hours. */
  readonly degreeHours: number;
}

/**
 * Time and degree-hours above a threshold, with exact crossings.
 *
 *   hours = measure of {T > threshold};  degree-hours = integral max(0, T - threshold) dt
 *
 * @param profile  temperature over hours; in minutes the answers are minutes and degree-minutes
 * @param thresholdC  degrees Celsius
 * @param until  last time counted, the end of the profile when absent
 * @example
 * timeAbove({ times: [0, 2], values: [4, 8], interpolation: 'linear' }, 6); // => { hours: 1, degreeHours: 1 }
 */
export function timeAbove(
  profile: Profile,
  thresholdC: number,
  until: number = profile.times.at(-1) ?? 0,
): TimeAbove {
  finite('thresholdC', thresholdC);
  let hours = 0;
  let degreeHours = 0;
  for (const piece of piecesOf(profile, until)) {
    const span = piece.to - piece.from;
    const first = piece.fromValue - thresholdC;
    const last = piece.toValue - thresholdC;
    if (first <= 0 && last <= 0) continue;
    const above = first > 0 && last > 0 ? span : (span * Math.max(first, last)) / Math.abs(last - first);
    hours += above;
    // Trapezoid when wholly above, triangle when it crosses: either way the mean of the positive ends.
    degreeHours += (above * (Math.max(0, first) + Math.max(0, last))) / 2;
  }
  return { hours, degreeHours };
}
