import { ModelDomainError, positive } from '../errors.ts';
import { integrateRate } from '../growth/integrateRate.ts';
import type { Segment } from '../temperatureHistory.ts';
import { celsiusFromKelvin, hoursBetween, kelvinFromCelsius } from '../units.ts';

/** Activation energy over gas constant by the convention of USP <1079.2>: 83.144 kJ/mol, in kelvin. */
export const mktActivationK = 10_000;

/** Arrhenius weight of a temperature, e^(-dH/(R T)); the quantity whose mean is a mean kinetic temperature. */
export function arrheniusWeight(temperatureC: number, activationK = mktActivationK): number {
  return Math.exp(-activationK / kelvinFromCelsius(temperatureC));
}

/** The temperature with a given Arrhenius weight: the inverse of {@link arrheniusWeight}. */
export function temperatureOfWeight(weight: number, activationK = mktActivationK): number {
  return celsiusFromKelvin(-activationK / Math.log(weight));
}

/**
 * Mean kinetic temperature of a history: the constant temperature with the same Arrhenius effect.
 *
 *   Tk = (dH/R) / -ln( (1/t) integral e^(-dH/(R T(t))) dt )
 *
 * Describes thermal stress; it is no shelf life, and not to be quoted for frozen goods.
 *
 * @param segments     straight pieces, in any order; gaps between them do not count
 * @param activationK  dH/R in kelvin
 * @returns degrees Celsius, between the mean and the maximum of the history; `null` without any duration
 * @throws {ModelDomainError} if activationK is not above 0 or a temperature is not above absolute zero
 * @see USP <1079.2>; Tong and Lock (2015), PDA J. 69(1), for unequal spacing
 */
export function meanKineticTemperature(
  segments: readonly Segment[],
  activationK = mktActivationK,
): number | null {
  positive('activationK', activationK);
  let weightH = 0;
  let durationH = 0;
  for (const segment of segments) {
    if (!(kelvinFromCelsius(Math.min(segment.fromC, segment.toC)) > 0))
      throw new ModelDomainError('temperatureC', Math.min(segment.fromC, segment.toC), 'above absolute zero');
    weightH += integrateRate(segment, temperatureC => arrheniusWeight(temperatureC, activationK));
    durationH += hoursBetween(segment.from, segment.to);
  }
  return durationH > 0 ? temperatureOfWeight(weightH / durationH, activationK) : null;
}
