import { finite, notNegative, positive } from '../errors.ts';

export interface BigelowParameters {
  /** Minutes for one log10 at referenceC. */
  readonly decimalMinAtReference: number;
  readonly referenceC: number;
  /** Degrees that change D tenfold. */
  readonly zC: number;
}

/**
 * Decimal reduction time at a temperature (Bigelow).
 *
 *   D(T) = Dref 10^((Tref - T)/z)
 *
 * @param temperatureC  degrees Celsius, finite
 * @param parameters  Dref > 0 in minutes, z > 0 in degrees
 * @returns minutes for one log10
 * @example
 * decimalReductionMin(80, { decimalMinAtReference: 2, referenceC: 70, zC: 10 }); // => 0.2
 * @see Bigelow (1921), J. Infect. Dis. 29:528-536
 */
export function decimalReductionMin(temperatureC: number, parameters: BigelowParameters): number {
  const { decimalMinAtReference, referenceC, zC } = parameters;
  positive('decimalMinAtReference', decimalMinAtReference);
  positive('zC', zC);
  return (
    decimalMinAtReference *
    10 ** ((finite('referenceC', referenceC) - finite('temperatureC', temperatureC)) / zC)
  );
}

/**
 * Count under constant heat, log-linear: log N = log N0 - t/D.
 *
 * @param timeMin  minutes, >= 0
 * @returns log10 CFU/g
 * @example
 * logLinearCount(5, { logN0: 7, decimalMin: 2.5 }); // => 5
 */
export function logLinearCount(
  timeMin: number,
  parameters: { readonly logN0: number; readonly decimalMin: number },
): number {
  const { logN0, decimalMin } = parameters;
  return finite('logN0', logN0) - notNegative('timeMin', timeMin) / positive('decimalMin', decimalMin);
}
