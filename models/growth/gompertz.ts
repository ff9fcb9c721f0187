import { finite, ModelDomainError, notNegative, positive } from '../errors.ts';
import { softplus } from './baranyi.ts';

export interface SigmoidParameters {
  readonly logN0: number;
  /** ln units per hour. */
  readonly muLnPerH: number;
  readonly lagH: number;
  readonly logNmax: number;
}

/**
 * Count by the modified Gompertz model, for fitting old data, not for prediction: at t = 0 it sits above logN0 by
 * C exp(-exp(mu10 e lambda / C + 1)).
 *
 *   log N = log N0 + C exp(-exp(mu10 e (lambda - t)/C + 1)),  C = log Nmax - log N0, mu10 = mu / ln 10
 *
 * @param timeH  hours, >= 0
 * @returns log10 CFU/g
 * @throws {ModelDomainError} when logNmax <= logN0, or a value is not finite or negative where it may not be
 * @example
 * gompertzCount(1000, { logN0: 3, muLnPerH: 0.25, lagH: 10, logNmax: 9 }); // => 9
 * @see Zwietering et al. (1990), Appl. Environ. Microbiol. 56:1875-1881
 */
export function gompertzCount(timeH: number, parameters: SigmoidParameters): number {
  const { logN0, lagH } = parameters;
  const { rise, mu10 } = sigmoidOf(timeH, parameters);
  return logN0 + rise * Math.exp(-Math.exp(((mu10 * Math.E) / rise) * (lagH - timeH) + 1));
}

/**
 * Count by the modified logistic model, for fitting old data, not for prediction.
 *
 *   log N = log N0 + C / (1 + exp(4 mu10 (lambda - t)/C + 2)),  C = log Nmax - log N0, mu10 = mu / ln 10
 *
 * @param timeH  hours, >= 0
 * @returns log10 CFU/g
 * @throws {ModelDomainError} as gompertzCount
 * @example
 * logisticCount(1000, { logN0: 3, muLnPerH: 0.25, lagH: 10, logNmax: 9 }); // => 9
 * @see Zwietering et al. (1990), Appl. Environ. Microbiol. 56:1875-1881
 */
export function logisticCount(timeH: number, parameters: SigmoidParameters): number {
  const { logN0, lagH } = parameters;
  const { rise, mu10 } = sigmoidOf(timeH, parameters);
  return logN0 + rise / (1 + Math.exp(((4 * mu10) / rise) * (lagH - timeH) + 2));
}

/**
 * Count by the modified Richards model, for fitting old data: with nu = 1 it is the logistic, towards 0 the Gompertz.
 *
 *   log N = log N0 + C {1 + nu e^(1 + nu) exp[(mu10/C) (1 + nu)^(1 + 1/nu) (lambda - t)]}^(-1/nu)
 *
 * @param parameters  shape: nu > 0
 * @throws {ModelDomainError} as gompertzCount, and for a shape that is not above 0
 * @example
 * richardsCount(1000, { logN0: 3, muLnPerH: 0.25, lagH: 10, logNmax: 9, shape: 1 }); // => 9
 * @see Zwietering et al. (1990), Appl. Environ. Microbiol. 56:1875-1881
 */
export function richardsCount(
  timeH: number,
  parameters: SigmoidParameters & { readonly shape: number },
): number {
  const { logN0, lagH, shape } = parameters;
  const nu = positive('shape', shape);
  const { rise, mu10 } = sigmoidOf(timeH, parameters);
  const steep = (mu10 / rise) * (1 + nu) ** (1 + 1 / nu) * (lagH - timeH);
  return logN0 + rise * Math.exp(-softplus(Math.log(nu) + 1 + nu + steep) / nu);
}

function sigmoidOf(timeH: number, parameters: SigmoidParameters): { rise: number; mu10: number } {
  const { logN0, muLnPerH, lagH, logNmax } = parameters;
  notNegative('timeH', timeH);
  notNegative('muLnPerH', muLnPerH);
  notNegative('lagH', lagH);
  const rise = finite('logNmax', logNmax) - finite('logN0', logN0);
  if (!(rise > 0)) throw new ModelDomainError('logNmax', logNmax, `above logN0 (${logN0})`);
  return { rise, mu10: muLnPerH / Math.LN10 };
}
