import { finite, ModelDomainError, notNegative, positive } from '../errors.ts';
import { gaussKronrod, type RateOf } from '../integrate.ts';
import { logExpm1 } from '../logExpm1.ts';
import { type Piece, type Profile, piecesOf, valueOn } from '../profile.ts';
import { softplus } from './baranyi.ts';

export interface HuangParameters {
  readonly logN0: number;
  /** ln units per hour. */
  readonly muLnPerH: number;
  readonly lagH: number;
  /** Absent: no stationary phase. */
  readonly logNmax?: number;
  /** Steepness of the end of the lag, per hour. In days the same number is another shape. */
  readonly alphaPerH?: number;
}

/** Huang's own value, valid for hours only. */
export const huangAlphaPerH = 4;

/**
 * Count by the Huang (2008) model.
 *
 *   B(t) = t + (1/alpha) [softplus(-alpha (t - lambda)) - softplus(alpha lambda)]
 *   ln N = ln Nmax - softplus(ln(e^d - 1) - mu B),  d = ln(Nmax/N0)
 *
 * The softplus form does not overflow: the form with exp(4 lambda) is NaN for lambda > 177 h.
 *
 * @param timeH  hours, >= 0
 * @param parameters  logN0 < logNmax in log10 CFU/g, mu >= 0 in ln per hour, lag >= 0 in hours
 * @returns log10 CFU/g
 * @throws {ModelDomainError} outside these domains
 * @example
 * huangCount(0, { logN0: 3, muLnPerH: 0.25, lagH: 10, logNmax: 9 }); // => 3
 * @see Huang L (2008), J. Food Sci. 73:M235-M242
 */
export function huangCount(timeH: number, parameters: HuangParameters): number {
  const { logN0, muLnPerH, lagH, logNmax, alphaPerH = huangAlphaPerH } = parameters;
  notNegative('timeH', timeH);
  finite('logN0', logN0);
  notNegative('muLnPerH', muLnPerH);
  notNegative('lagH', lagH);
  positive('alphaPerH', alphaPerH);
  const effectiveH = timeH + (softplus(-alphaPerH * (timeH - lagH)) - softplus(alphaPerH * lagH)) / alphaPerH;
  const growthLn = muLnPerH * Math.max(0, effectiveH);
  if (logNmax === undefined) return logN0 + growthLn / Math.LN10;
  return levelOff(logN0, logNmax, growthLn);
}

/**
 * Huang's model without a lag, B = t: not the same as a lag of 0, after which the rate still takes ln 2/alpha (10 min)
 * to come up.
 *
 *   ln N = ln Nmax - softplus(ln(e^d - 1) - mu t),  d = (log Nmax - log N0) ln 10
 *
 * @example
 * huangCountWithoutLag(10, { logN0: 3, muLnPerH: 0.1 * Math.LN10 }); // => 4
 * @see Huang (2013), Food Control 32:283-288
 */
export function huangCountWithoutLag(timeH: number, parameters: Omit<HuangParameters, 'lagH'>): number {
  const { logN0, muLnPerH, logNmax } = parameters;
  const growthLn = notNegative('muLnPerH', muLnPerH) * notNegative('timeH', timeH);
  finite('logN0', logN0);
  return logNmax === undefined ? logN0 + growthLn / Math.LN10 : levelOff(logN0, logNmax, growthLn);
}

/**
 * Count by the Huang model while the temperature changes: d ln N/dt = mu/(1 + e^(-alpha (t - lambda))) (1 - N/Nmax),
 * exact by the integral of mu over the open lag. The lag is one number whatever the temperature was: unsuited to
 * fluctuating temperature, kept to repeat the figures of others.
 *
 * @param profile  temperature over hours
 * @param growth  mu in ln per hour
 * @param timesH  not before the profile, in any order
 * @returns log10 CFU/g at each time
 */
export function huangCountsAlong(
  profile: Profile,
  growth: RateOf,
  parameters: Omit<HuangParameters, 'muLnPerH'>,
  timesH: readonly number[],
): number[] {
  const { logN0, lagH, logNmax, alphaPerH = huangAlphaPerH } = parameters;
  notNegative('lagH', lagH);
  positive('alphaPerH', alphaPerH);
  const start = profile.times[0] ?? 0;
  const open = (piece: Piece) => (time: number) =>
    growth.rate(valueOn(piece, time)) / (1 + Math.exp(-alphaPerH * (time - start - lagH)));
  const grownBy = (piece: Piece) => {
    let sum = 0;
    for (const [from, to] of smoothParts(piece, growth.kinks, start + lagH))
      sum += gaussKronrod(open(piece), from, to);
    return sum;
  };
  const pieces = piecesOf(
    profile,
    timesH.reduce((latest, time) => Math.max(latest, time), start),
  );
  const sums = [0];
  for (const piece of pieces) sums.push(sums.at(-1)! + grownBy(piece));
  return timesH.map(until => {
    const index = pieces.findIndex(piece => piece.to > until);
    const piece = pieces[index];
    const growthLn =
      piece === undefined
        ? sums.at(-1)!
        : sums[index]! +
          (until > piece.from ? grownBy({ ...piece, to: until, toValue: valueOn(piece, until) }) : 0);
    return logNmax === undefined ? logN0 + growthLn / Math.LN10 : levelOff(logN0, logNmax, growthLn);
  });
}

/** A piece cut at the kinks of the rate and around the end of the lag, where the integrand turns within an hour. */
function smoothParts(piece: Piece, kinks: readonly number[], lagEndsAt: number): [number, number][] {
  const { from, to, fromValue, toValue } = piece;
  const crossings = kinks.map(kink => from + ((kink - fromValue) / (toValue - fromValue)) * (to - from));
  const cuts = [...crossings, ...[-8, -2, 0, 2, 8].map(offset => lagEndsAt + offset)].filter(
    time => time > from && time < to,
  );
  const edges = [from, ...cuts.sort((a, b) => a - b), to];
  return edges.slice(1).map((end, i) => [edges[i]!, end]);
}

/** ln N = ln Nmax - softplus(ln(e^d - 1) - growth): growth that slows as N nears Nmax. Counts in log10. */
export function levelOff(logN0: number, logNmax: number, growthLn: number): number {
  const d = (finite('logNmax', logNmax) - logN0) * Math.LN10;
  if (d < 0) throw new ModelDomainError('logNmax', logNmax, `at least logN0 (${logN0})`);
  if (d === 0 || growthLn === 0) return logN0;
  return logNmax - softplus(logExpm1(d) - growthLn) / Math.LN10;
}
