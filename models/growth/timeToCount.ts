import { finite, ModelDomainError, notNegative } from '../errors.ts';
import { logExpm1 } from '../logExpm1.ts';
import { softplus } from './baranyi.ts';
import { huangAlphaPerH } from './huang.ts';

export interface PrimaryCurve {
  readonly logN0: number;
  /** ln units per hour. */
  readonly muLnPerH: number;
  readonly lagH: number;
  /** Needed by gompertz and logistic; absent elsewhere: no stationary phase. */
  readonly logNmax?: number;
  /** Huang only. */
  readonly alphaPerH?: number;
}

/** Primary models other than Baranyi's, whose time goes through the integral of its rate (baranyiGrowthRequired). */
export type PrimaryName = 'trilinear' | 'huang' | 'gompertz' | 'logistic';

/**
 * Hours at constant temperature until a primary model reaches a count: each model turned round.
 *
 *   trilinear  lambda + (L - log N0)/mu10
 *   huang      mu B = d_L with d_L = ln(e^d - 1) - ln(e^{(log Nmax - L) ln 10} - 1), then
 *              t = lambda + ln(e^{alpha B}(1 + e^{-alpha lambda}) - 1)/alpha
 *   gompertz   lambda + (C/(mu10 e)) (1 - ln(-ln((L - log N0)/C)))
 *   logistic   lambda + (C/(4 mu10)) (2 - ln(C/(L - log N0) - 1))
 *
 * @param limitLog10Cfu  finite
 * @returns 0 when the curve starts at the limit or above it; null when it never gets there
 * @throws {ModelDomainError} for a count that is not finite, a negative rate or lag, or a sigmoid without logNmax
 * @example
 * timeToCount('trilinear', 5, { logN0: 3, muLnPerH: Math.LN10, lagH: 4 }); // => 6
 */
export function timeToCount(primary: PrimaryName, limitLog10Cfu: number, curve: PrimaryCurve): number | null {
  const { logN0, muLnPerH, lagH, logNmax } = curve;
  const rise = finite('limitLog10Cfu', limitLog10Cfu) - finite('logN0', logN0);
  notNegative('muLnPerH', muLnPerH);
  notNegative('lagH', lagH);
  if (logNmax !== undefined && !(finite('logNmax', logNmax) >= logN0))
    throw new ModelDomainError('logNmax', logNmax, `at least logN0 (${logN0})`);
  if (rise <= 0) return 0;
  if (muLnPerH === 0 || (logNmax !== undefined && limitLog10Cfu >= logNmax)) return null;
  return inverses[primary](rise, curve);
}

type Inverse = (riseLog10: number, curve: PrimaryCurve) => number;

const inverses: Readonly<Record<PrimaryName, Inverse>> = {
  trilinear: (rise, { muLnPerH, lagH }) => lagH + (rise * Math.LN10) / muLnPerH,
  huang: (rise, { logN0, muLnPerH, lagH, logNmax, alphaPerH = huangAlphaPerH }) => {
    const needed =
      logNmax === undefined
        ? rise * Math.LN10
        : logExpm1((logNmax - logN0) * Math.LN10) - logExpm1((logNmax - logN0 - rise) * Math.LN10);
    const y = (alphaPerH * needed) / muLnPerH + softplus(-alphaPerH * lagH);
    return Math.max(0, lagH + logExpm1(y) / alphaPerH);
  },
  // The sigmoids start above N0: a limit between the two is reached at once.
  gompertz: (rise, curve) => {
    const { span, mu10 } = sigmoid(curve);
    return Math.max(0, curve.lagH + (span / (mu10 * Math.E)) * (1 - Math.log(-Math.log(rise / span))));
  },
  logistic: (rise, curve) => {
    const { span, mu10 } = sigmoid(curve);
    return Math.max(0, curve.lagH + (span / (4 * mu10)) * (2 - Math.log(span / rise - 1)));
  },
};

function sigmoid({ logN0, logNmax, muLnPerH }: PrimaryCurve): { span: number; mu10: number } {
  if (logNmax === undefined) throw new ModelDomainError('logNmax', logNmax, 'given for a sigmoid');
  return { span: logNmax - logN0, mu10: muLnPerH / Math.LN10 };
}
