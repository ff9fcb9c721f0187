import { finite, positive } from '../errors.ts';
import type { Profile } from '../profile.ts';
import type { BigelowParameters } from './bigelow.ts';
import { geeraerdCountAtDose } from './geeraerd.ts';
import { lethalityAt } from './lethality.ts';
import { weibullMafartCountAtAge, withTail } from './weibullMafart.ts';

/**
 * Dose of heat K = integral ln10/D(T) dt up to each time, exact on straight pieces.
 *
 * @param profile  temperature over minutes
 * @returns ln units, one for each time
 */
export function heatDoseLn(
  profile: Profile,
  parameters: BigelowParameters,
  timesMin: readonly number[],
): number[] {
  const perMin = Math.LN10 / positive('decimalMinAtReference', parameters.decimalMinAtReference);
  return lethalityAt(profile, { referenceC: parameters.referenceC, zC: parameters.zC }, timesMin).map(
    minutes => minutes * perMin,
  );
}

/**
 * Count under changing heat by the Bigelow model: log N = log N0 - K / ln 10. Logs are integrated, never N, so that
 * nothing is lost after many decimal reductions.
 *
 * @returns log10 CFU/g at each time
 * @example
 * bigelowCounts({ times: [0], values: [70], interpolation: 'step' }, { logN0: 6, decimalMinAtReference: 2, referenceC: 70, zC: 7.5 }, [4]); // => [4]
 */
export function bigelowCounts(
  profile: Profile,
  parameters: BigelowParameters & { readonly logN0: number; readonly logNres?: number },
  timesMin: readonly number[],
): number[] {
  finite('logN0', parameters.logN0);
  return heatDoseLn(profile, parameters, timesMin).map(dose =>
    withTail(parameters.logN0, -dose, parameters.logNres),
  );
}

/**
 * Count under changing heat by the Weibull-Mafart model, by equivalent time: log N = log N0 - (integral dt/delta(T))^p.
 * `decimalMinAtReference` is delta at referenceC.
 *
 * @returns log10 CFU/g at each time
 * @example
 * weibullMafartCounts({ times: [0], values: [70], interpolation: 'step' }, { logN0: 6, decimalMinAtReference: 2, referenceC: 70, zC: 7.5, p: 2 }, [4]); // => [2]
 */
export function weibullMafartCounts(
  profile: Profile,
  parameters: BigelowParameters & { readonly logN0: number; readonly p: number; readonly logNres?: number },
  timesMin: readonly number[],
): number[] {
  return heatDoseLn(profile, parameters, timesMin).map(dose =>
    weibullMafartCountAtAge(dose / Math.LN10, parameters),
  );
}

/**
 * Count under changing heat by the Geeraerd model with k(T) = ln10/D(T) and the shoulder as a state of the cells.
 *
 * @param parameters  shoulderLn = ln(1 + Cc0), 0 for no shoulder
 * @returns log10 CFU/g at each time
 * @example
 * geeraerdCounts({ times: [0], values: [70], interpolation: 'step' }, { logN0: 6, decimalMinAtReference: 2, referenceC: 70, zC: 7.5, shoulderLn: 0 }, [4]); // => [4]
 */
export function geeraerdCounts(
  profile: Profile,
  parameters: BigelowParameters & {
    readonly logN0: number;
    readonly shoulderLn: number;
    readonly logNres?: number;
  },
  timesMin: readonly number[],
): number[] {
  return heatDoseLn(profile, parameters, timesMin).map(dose => geeraerdCountAtDose(dose, parameters));
}
