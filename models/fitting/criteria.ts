import { finite, ModelDomainError, positive } from '../errors.ts';

export interface FitCriteria {
  readonly logLik: number;
  readonly AIC: number;
  /** null when n is too small for the correction: n - K - 1 <= 0. */
  readonly AICc: number | null;
  readonly BIC: number;
  /** Divided by the degrees of freedom, n - p. */
  readonly RMSE_df: number;
  /** Divided by n. */
  readonly RMSE_n: number;
}

/**
 * Likelihood and information criteria of a least-squares fit with normal errors. K counts sigma, as R does.
 *
 *   logLik = -n/2 (ln(2 pi) + 1 + ln(rss/n));  AIC = 2K - 2 logLik;  AICc = AIC + 2K(K+1)/(n-K-1);  BIC = K ln n - 2 logLik
 *
 * @param rss  > 0
 * @param n  observations
 * @param parameters  fitted parameters without sigma
 */
export function fitCriteria(rss: number, n: number, parameters: number): FitCriteria {
  positive('n', n);
  const k = parameters + 1;
  // A perfect fit has no likelihood; the smallest number that has one stands for it.
  const logLik = (-n / 2) * (Math.log(2 * Math.PI) + 1 + Math.log(Math.max(rss, Number.MIN_VALUE) / n));
  const AIC = 2 * k - 2 * logLik;
  return {
    logLik,
    AIC,
    AICc: n - k - 1 > 0 ? AIC + (2 * k * (k + 1)) / (n - k - 1) : null,
    BIC: k * Math.log(n) - 2 * logLik,
    RMSE_df: n > parameters ? Math.sqrt(rss / (n - parameters)) : 0,
    RMSE_n: Math.sqrt(rss / n),
  };
}

export interface BiasAccuracy {
  readonly biasFactor: number;
  readonly accuracyFactor: number;
}

/**
 * Bias and accuracy factor of predicted against observed times or rates.
 *
 *   Bf = 10^(mean log10(pred/obs)),  Af = 10^(mean |log10(pred/obs)|)
 *
 * For times Bf > 1 is fail-dangerous; for rates the ratio is turned over (obs/pred), so that it stays so.
 *
 * @param of  what the numbers are
 * @throws {ModelDomainError} when the lists differ in length or hold a number that is not positive
 * @example
 * biasAccuracy([2, 2], [1, 4], 'times'); // => { biasFactor: 1, accuracyFactor: 2 }
 * @see Ross (1996), J. Appl. Bacteriol. 81:501-508
 */
export function biasAccuracy(
  predicted: readonly number[],
  observed: readonly number[],
  of: 'times' | 'rates',
): BiasAccuracy {
  if (predicted.length !== observed.length || predicted.length === 0)
    throw new ModelDomainError(
      'observed',
      observed.length,
      `as many as predicted (${predicted.length}), one or more`,
    );
  const sign = of === 'times' ? 1 : -1;
  let sum = 0;
  let absolute = 0;
  for (const [i, value] of predicted.entries()) {
    const ratio =
      sign * Math.log10(positive(`predicted[${i}]`, value) / positive(`observed[${i}]`, observed[i]!));
    sum += ratio;
    absolute += Math.abs(ratio);
  }
  const n = predicted.length;
  return { biasFactor: 10 ** (sum / n), accuracyFactor: 10 ** (absolute / n) };
}

/**
 * Share of observed log10 counts within a distance of the prediction. A simulation is accepted from 0.7 up at 0.5 log.
 *
 * @example
 * acceptableZoneShare([3, 4], [3.2, 5]); // => 0.5
 */
export function acceptableZoneShare(
  predictedLog10: readonly number[],
  observedLog10: readonly number[],
  distanceLog10: number = 0.5,
): number {
  if (predictedLog10.length !== observedLog10.length || predictedLog10.length === 0)
    throw new ModelDomainError(
      'observedLog10',
      observedLog10.length,
      `as many as predicted (${predictedLog10.length})`,
    );
  const inside = predictedLog10.filter(
    (value, i) =>
      Math.abs(finite(`predictedLog10[${i}]`, value) - finite(`observedLog10[${i}]`, observedLog10[i]!)) <=
      distanceLog10,
  );
  return inside.length / predictedLog10.length;
}
