import { finite, notNegative } from '../errors.ts';
import { softplus } from '../growth/baranyi.ts';
import { logExpm1 } from '../logExpm1.ts';
import { withTail } from './weibullMafart.ts';

export interface GeeraerdParameters {
  readonly logN0: number;
  /** ln units per minute. */
  readonly kMaxLnPerMin: number;
  /** Length of the shoulder; 0 or absent: none. */
  readonly shoulderMin?: number;
  /** Absent: no tail. */
  readonly logNres?: number;
}

/**
 * Count under constant heat by the Geeraerd model: shoulder, log-linear fall, tail.
 *
 *   N = Nres + (N0 - Nres) e^(-k t) e^(k S) / (1 + (e^(k S) - 1) e^(-k t))
 *
 * @param timeMin  minutes, >= 0
 * @returns log10 CFU/g
 * @example
 * geeraerdCount(0, { logN0: 7, kMaxLnPerMin: 0.9, shoulderMin: 5, logNres: 2 }); // => 7
 * @see Geeraerd et al. (2005), Int. J. Food Microbiol. 102:95-105
 */
export function geeraerdCount(timeMin: number, parameters: GeeraerdParameters): number {
  const { logN0, kMaxLnPerMin, shoulderMin = 0, logNres } = parameters;
  notNegative('timeMin', timeMin);
  notNegative('kMaxLnPerMin', kMaxLnPerMin);
  notNegative('shoulderMin', shoulderMin);
  return geeraerdCountAtDose(kMaxLnPerMin * timeMin, {
    logN0,
    shoulderLn: kMaxLnPerMin * shoulderMin,
    ...(logNres === undefined ? {} : { logNres }),
  });
}

/**
 * The same at a dose K = integral of k(T) dt, for heat that changes. The shoulder is a state of the cells,
 * Cc0 = e^(k S) - 1, given as shoulderLn = ln(1 + Cc0).
 *
 *   N = Nres + (N0 - Nres) e^(-K) (1 + Cc0)/(1 + Cc0 e^(-K))
 *
 * @param doseLn  K in ln units, >= 0
 * @returns log10 CFU/g
 */
export function geeraerdCountAtDose(
  doseLn: number,
  parameters: { readonly logN0: number; readonly shoulderLn: number; readonly logNres?: number },
): number {
  const { logN0, shoulderLn, logNres } = parameters;
  notNegative('doseLn', doseLn);
  notNegative('shoulderLn', shoulderLn);
  finite('logN0', logN0);
  const lnSurvival = shoulderLn - doseLn - softplus(logExpm1(shoulderLn) - doseLn);
  return withTail(logN0, Math.min(0, lnSurvival), logNres);
}
