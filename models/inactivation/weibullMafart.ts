import { finite, ModelDomainError, notNegative, positive } from '../errors.ts';
import { softplus } from '../growth/baranyi.ts';

export interface WeibullMafartParameters {
  readonly logN0: number;
  /** Minutes for the first log10. */
  readonly deltaMin: number;
  /** Shape: > 1 shoulder, < 1 tail, 1 log-linear. */
  readonly p: number;
  /** Absent: no tail. */
  readonly logNres?: number;
}

/**
 * Count under constant heat by the Weibull model of Mafart, with the tail of Albert and Mafart when logNres is given.
 *
 *   log N = log N0 - (t/delta)^p;  with tail: log[(N0 - Nres) 10^(-(t/delta)^p) + Nres]
 *
 * @param timeMin  minutes, >= 0
 * @returns log10 CFU/g
 * @example
 * weibullMafartCount(6, { logN0: 7, deltaMin: 3, p: 2 }); // => 3
 * @see Mafart et al. (2002), Int. J. Food Microbiol. 72:107-113; Albert and Mafart (2005), ibid. 100:197-211
 */
export function weibullMafartCount(timeMin: number, parameters: WeibullMafartParameters): number {
  notNegative('timeMin', timeMin);
  return weibullMafartCountAtAge(timeMin / positive('deltaMin', parameters.deltaMin), parameters);
}

/**
 * The same at an age counted in deltas: t/delta at constant heat, the integral of dt/delta(T) under changing heat.
 * (From d log N/dt = -(p/delta)(t*\/delta)^(p-1) with the equivalent time t* follows d(S^(1/p))/dt = 1/delta exactly,
 * S = log N0 - log N: no solver, and no answer that depends on when the clock was started.)
 */
export function weibullMafartCountAtAge(
  age: number,
  parameters: Pick<WeibullMafartParameters, 'logN0' | 'p' | 'logNres'>,
): number {
  const { logN0, p, logNres } = parameters;
  notNegative('age', age);
  finite('logN0', logN0);
  const reductions = age ** positive('p', p);
  return withTail(logN0, -reductions * Math.LN10, logNres);
}

/**
 * log10[(N0 - Nres) e^lnSurvival + Nres], without overflow or underflow. Without logNres: log N0 + lnSurvival / ln 10.
 */
export function withTail(logN0: number, lnSurvival: number, logNres: number | undefined): number {
  if (logNres === undefined) return logN0 + lnSurvival / Math.LN10;
  if (!(finite('logNres', logNres) <= logN0))
    throw new ModelDomainError('logNres', logNres, `at most logN0 (${logN0})`);
  if (logNres === logN0) return logN0;
  const lnAboveTail = logN0 * Math.LN10 + Math.log(-Math.expm1((logNres - logN0) * Math.LN10)) + lnSurvival;
  return logNres + softplus(lnAboveTail - logNres * Math.LN10) / Math.LN10;
}
