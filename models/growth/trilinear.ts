import { finite, ModelDomainError, notNegative } from '../errors.ts';

export interface TrilinearParameters {
  readonly logN0: number;
  /** ln units per hour. */
  readonly muLnPerH: number;
  readonly lagH: number;
  /** Absent: no stationary phase. */
  readonly logNmax?: number;
}

/**
 * Count by the three-phase linear model: flat, straight, flat.
 *
 *   log N = log N0 for t <= lambda;  log N0 + mu10 (t - lambda) until log Nmax;  then log Nmax
 *
 * @param timeH  hours, >= 0
 * @returns log10 CFU/g
 * @throws {ModelDomainError} when logNmax < logN0, or a value is not finite or negative where it may not be
 * @example
 * trilinearCount(5, { logN0: 3, muLnPerH: 0.25, lagH: 10, logNmax: 9 }); // => 3
 * @see Buchanan, Whiting and Damert (1997), Food Microbiol. 14:313-326
 */
export function trilinearCount(timeH: number, parameters: TrilinearParameters): number {
  const { logN0, muLnPerH, lagH, logNmax } = parameters;
  notNegative('timeH', timeH);
  finite('logN0', logN0);
  notNegative('muLnPerH', muLnPerH);
  notNegative('lagH', lagH);
  const straight = logN0 + (muLnPerH / Math.LN10) * Math.max(0, timeH - lagH);
  if (logNmax === undefined) return straight;
  if (!(finite('logNmax', logNmax) >= logN0))
    throw new ModelDomainError('logNmax', logNmax, `at least logN0 (${logN0})`);
  return Math.min(logNmax, straight);
}
