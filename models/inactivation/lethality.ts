import { finite, positive } from '../errors.ts';
import { type Profile, piecesOf } from '../profile.ts';

export interface LethalityReference {
  readonly referenceC: number;
  /** Degrees that change the rate tenfold; `zBelowC` when it differs below referenceC. */
  readonly zC: number;
  readonly zBelowC?: number;
}

/** Non-proteolytic Clostridium botulinum: z 10 from 90 C up, 9 below. 10 min at 90 C is the safe harbour. */
export const p90: LethalityReference = { referenceC: 90, zC: 10, zBelowC: 9 };
/** Listeria monocytogenes: 2 min at 70 C. */
export const p70: LethalityReference = { referenceC: 70, zC: 7.5 };

/**
 * Lethal rate at a temperature, in minutes of referenceC per minute: 10^((T - Tref)/z).
 *
 * @example
 * lethalRate(100, { referenceC: 90, zC: 10 }); // => 10
 */
export function lethalRate(temperatureC: number, reference: LethalityReference): number {
  return 10 ** ((finite('temperatureC', temperatureC) - reference.referenceC) / zAt(temperatureC, reference));
}

function zAt(temperatureC: number, { referenceC, zC, zBelowC = zC }: LethalityReference): number {
  positive('zC', zC);
  positive('zBelowC', zBelowC);
  return temperatureC < finite('referenceC', referenceC) ? zBelowC : zC;
}

/**
 * F or P value of a heat treatment: minutes at referenceC with the same effect.
 *
 *   F = integral 10^((T - Tref)/z) dt;  exact on a straight piece: dt (L2 - L1)/((ln10/z)(T2 - T1))
 *
 * @param profile  temperature over minutes
 * @param reference  p90, p70 or another
 * @param untilMin  last time counted, the end of the profile when absent
 * @returns minutes, >= 0
 * @example
 * lethality({ times: [0, 10], values: [90, 90], interpolation: 'linear' }, p90); // => 10
 */
export function lethality(
  profile: Profile,
  reference: LethalityReference,
  untilMin: number = profile.times.at(-1) ?? 0,
): number {
  return lethalityAt(profile, reference, [untilMin])[0]!;
}

/** The same up to each of several times, in any order. */
export function lethalityAt(
  profile: Profile,
  reference: LethalityReference,
  timesMin: readonly number[],
): number[] {
  return timesMin.map(until => {
    let total = 0;
    for (const piece of piecesOf(profile, until)) {
      const { fromValue, toValue } = piece;
      const crossing = (reference.referenceC - fromValue) / (toValue - fromValue);
      const span = piece.to - piece.from;
      if (crossing > 0 && crossing < 1) {
        total += straightLethality(fromValue, reference.referenceC, crossing * span, reference);
        total += straightLethality(reference.referenceC, toValue, (1 - crossing) * span, reference);
      } else total += straightLethality(fromValue, toValue, span, reference);
    }
    return total;
  });
}

function straightLethality(
  fromC: number,
  toC: number,
  minutes: number,
  reference: LethalityReference,
): number {
  const z = zAt((fromC + toC) / 2, reference);
  const from = 10 ** ((fromC - reference.referenceC) / z);
  const growth = (Math.LN10 / z) * (toC - fromC);
  // expm1 keeps all digits when the line is nearly flat.
  return growth === 0 ? minutes * from : (minutes * from * Math.expm1(growth)) / growth;
}

/**
 * F value by the trapezoid rule over the lethal rates at the readings: what many sheets do. Too high on steep pieces;
 * kept to repeat their figures.
 */
export function lethalityByTrapezoid(profile: Profile, reference: LethalityReference): number {
  let total = 0;
  for (const piece of piecesOf(profile, profile.times.at(-1) ?? 0))
    total +=
      ((piece.to - piece.from) *
        (lethalRate(piece.fromValue, reference) + lethalRate(piece.toValue, reference))) /
      2;
  return total;
}

/**
 * Log10 reductions of an organism by an F value: F / Dref.
 *
 * @example
 * logReductions(10, 2); // => 5
 */
export function logReductions(lethalityMin: number, decimalMinAtReference: number): number {
  return finite('lethalityMin', lethalityMin) / positive('decimalMinAtReference', decimalMinAtReference);
}
