import { ModelDomainError, notNegative, positive } from '../errors.ts';
import { integrateOverPiece } from '../integrate.ts';
import { type Profile, piecesOf } from '../profile.ts';
import { kelvinFromCelsius } from '../units.ts';
import { arrheniusWeight, mktActivationK, temperatureOfWeight } from './meanKineticTemperature.ts';

/**
 * Mean kinetic temperature of separate readings.
 *
 *   Tk = (dH/R) / -ln( sum w_i e^(-dH/(R T_i)) / sum w_i )
 *
 * Equal weights are right for equal spacing only; otherwise give the hours each reading stands for.
 *
 * @param temperaturesC  one or more, degrees Celsius
 * @param activationK  dH/R in kelvin, 10000 by the convention of USP <1079.2>
 * @param weights  as many, >= 0, not all 0; equal when absent
 * @returns degrees Celsius
 * @example
 * mktOfReadings([7, 7, 7]); // => 7
 */
export function mktOfReadings(
  temperaturesC: readonly number[],
  activationK: number = mktActivationK,
  weights: readonly number[] = temperaturesC.map(() => 1),
): number {
  positive('activationK', activationK);
  if (temperaturesC.length === 0 || weights.length !== temperaturesC.length)
    throw new ModelDomainError(
      'weights',
      weights.length,
      `as many as temperaturesC (${temperaturesC.length}), one or more`,
    );
  let sum = 0;
  let total = 0;
  for (const [i, temperatureC] of temperaturesC.entries()) {
    if (!(kelvinFromCelsius(temperatureC) > 0))
      throw new ModelDomainError(`temperaturesC[${i}]`, temperatureC, 'above absolute zero');
    sum += notNegative(`weights[${i}]`, weights[i]!) * arrheniusWeight(temperatureC, activationK);
    total += weights[i]!;
  }
  positive('sum of weights', total);
  return temperatureOfWeight(sum / total, activationK);
}

/**
 * Mean kinetic temperature of a history with unequal spacing.
 *
 * @param rule  exact: the integral over straight lines; trapezoid: over the Arrhenius weights at the readings (Tong and
 *   Lock 2015); step: each reading until the next
 * @returns degrees Celsius; a single reading is its own mean
 * @example
 * mktOfProfile({ times: [0, 5], values: [4, 4], interpolation: 'linear' }, 10000, 'exact'); // => 4
 */
export function mktOfProfile(
  profile: Profile,
  activationK: number,
  rule: 'exact' | 'trapezoid' | 'step',
): number {
  positive('activationK', activationK);
  const weightOf = (temperatureC: number) => {
    if (!(kelvinFromCelsius(temperatureC) > 0))
      throw new ModelDomainError('temperatureC', temperatureC, 'above absolute zero');
    return arrheniusWeight(temperatureC, activationK);
  };
  const shaped: Profile =
    rule === 'exact' ? profile : { ...profile, interpolation: rule === 'step' ? 'step' : 'linear' };
  let sum = 0;
  let total = 0;
  for (const piece of piecesOf(shaped, profile.times.at(-1) ?? 0)) {
    const span = piece.to - piece.from;
    total += span;
    sum +=
      rule === 'trapezoid'
        ? (span * (weightOf(piece.fromValue) + weightOf(piece.toValue))) / 2
        : integrateOverPiece(piece, { rate: weightOf, kinks: [] });
  }
  return total > 0
    ? temperatureOfWeight(sum / total, activationK)
    : mktOfReadings(profile.values.slice(-1), activationK);
}
