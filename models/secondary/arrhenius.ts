import { finite, ModelDomainError, notNegative, positive } from '../errors.ts';
import { gasConstantJPerMolK, kelvinFromCelsius, zeroCelsiusK } from '../units.ts';

export interface ArrheniusParameters {
  /** Rate at referenceC, in any unit; the answer has the same. */
  readonly rateAtReference: number;
  readonly referenceC: number;
  readonly activationJPerMol: number;
  /** Only to repeat the figures of software that uses a rounded value. */
  readonly gasConstantJPerMolK?: number;
}

/**
 * Rate at a temperature by the Arrhenius equation.
 *
 *   k = kref exp[-(Ea/R) (1/T - 1/Tref)],  T in kelvin
 *
 * @param temperatureC  degrees Celsius, above absolute zero
 * @param parameters  rateAtReference >= 0, activationJPerMol in J/mol
 * @returns the rate, in the unit of rateAtReference
 * @throws {ModelDomainError} at or below -273.15 C
 * @example
 * arrheniusRate(10, { rateAtReference: 0.012, referenceC: 10, activationJPerMol: 65000 }); // => 0.012
 */
export function arrheniusRate(temperatureC: number, parameters: ArrheniusParameters): number {
  const {
    rateAtReference,
    referenceC,
    activationJPerMol,
    gasConstantJPerMolK: gasConstant = gasConstantJPerMolK,
  } = parameters;
  notNegative('rateAtReference', rateAtReference);
  finite('activationJPerMol', activationJPerMol);
  positive('gasConstantJPerMolK', gasConstant);
  const inverseDifference = 1 / kelvin('temperatureC', temperatureC) - 1 / kelvin('referenceC', referenceC);
  return rateAtReference * Math.exp((-activationJPerMol / gasConstant) * inverseDifference);
}

/**
 * Rate at a temperature by a Q10: k = kref Q10^((T - Tref)/10).
 *
 * @param temperatureC  degrees Celsius, finite
 * @param parameters  rateAtReference >= 0; q10 > 0
 * @returns the rate, in the unit of rateAtReference
 * @example
 * q10Rate(20, { rateAtReference: 0.012, referenceC: 10, q10: 2 }); // => 0.024
 */
export function q10Rate(
  temperatureC: number,
  parameters: { readonly rateAtReference: number; readonly referenceC: number; readonly q10: number },
): number {
  const { rateAtReference, referenceC, q10 } = parameters;
  notNegative('rateAtReference', rateAtReference);
  positive('q10', q10);
  return (
    rateAtReference * q10 ** ((finite('temperatureC', temperatureC) - finite('referenceC', referenceC)) / 10)
  );
}

/**
 * Activation energy that gives this Q10 between T and T + 10.
 *
 *   Ea = R ln Q10 / (1/T1 - 1/T2),  T2 = T1 + 10 K
 *
 * @returns J/mol
 * @example
 * activationFromQ10(1, 5); // => 0
 */
export function activationFromQ10(q10: number, lowerC: number, upperC: number = lowerC + 10): number {
  positive('q10', q10);
  if (upperC === lowerC) throw new ModelDomainError('upperC', upperC, `different from lowerC (${lowerC})`);
  // Q10 is per 10 C: over another step the rate changes by Q10^(step/10).
  const lnRatio = (Math.log(q10) * (upperC - lowerC)) / 10;
  return (gasConstantJPerMolK * lnRatio) / (1 / kelvin('lowerC', lowerC) - 1 / kelvin('upperC', upperC));
}

/**
 * Q10 of a square-root organism, which is not a constant: ((T + 10 - Tmin)/(T - Tmin))^2.
 *
 * @param temperatureC  above tMinC
 * @example
 * q10OfSquareRoot(7.5, -2.5); // => 4
 */
export function q10OfSquareRoot(temperatureC: number, tMinC: number): number {
  if (!(finite('temperatureC', temperatureC) > finite('tMinC', tMinC)))
    throw new ModelDomainError('temperatureC', temperatureC, `above tMinC (${tMinC})`);
  return ((temperatureC + 10 - tMinC) / (temperatureC - tMinC)) ** 2;
}

function kelvin(name: string, temperatureC: number): number {
  if (!(finite(name, temperatureC) > -zeroCelsiusK))
    throw new ModelDomainError(name, temperatureC, 'above -273.15');
  return kelvinFromCelsius(temperatureC);
}
