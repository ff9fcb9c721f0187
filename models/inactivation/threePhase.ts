import { finite, ModelDomainError, notNegative } from '../errors.ts';
import type { GeeraerdParameters } from './geeraerd.ts';

/**
 * Count under constant heat by straight lines: shoulder, fall, tail.
 *
 *   log N = log N0 for t <= S;  log N0 - (k / ln 10)(t - S) down to log Nres;  then log Nres
 *
 * @param timeMin  minutes, >= 0
 * @returns log10 CFU/g
 * @example
 * threePhaseSurvivalCount(4, { logN0: 7, kMaxLnPerMin: Math.LN10, shoulderMin: 2, logNres: 1 }); // => 5
 */
export function threePhaseSurvivalCount(timeMin: number, parameters: GeeraerdParameters): number {
  const { logN0, kMaxLnPerMin, shoulderMin = 0, logNres } = parameters;
  notNegative('timeMin', timeMin);
  notNegative('shoulderMin', shoulderMin);
  const fall = (notNegative('kMaxLnPerMin', kMaxLnPerMin) / Math.LN10) * Math.max(0, timeMin - shoulderMin);
  if (logNres === undefined) return finite('logN0', logN0) - fall;
  if (!(finite('logNres', logNres) <= finite('logN0', logN0)))
    throw new ModelDomainError('logNres', logNres, `at most logN0 (${logN0})`);
  return Math.max(logNres, logN0 - fall);
}
