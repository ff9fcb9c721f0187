import { finite, ModelDomainError, positive } from '../errors.ts';

/** Square-root model of 1982: b in h^-0.5 K^-1, Tmin in degrees Celsius. */
export interface Ratkowsky {
  readonly b: number;
  readonly tMinC: number;
}

/** Extended square-root model of 1983: adds the fall above the optimum with c in K^-1 and Tmax. */
export interface RatkowskyExtended extends Ratkowsky {
  readonly c: number;
  readonly tMaxC: number;
}

/**
 * Growth rate at a temperature by the square-root model.
 *
 *   sqrt(mu) = b (T - Tmin)   for T > Tmin, else mu = 0 (the square alone would rise again below Tmin)
 *
 * @param temperatureC  degrees Celsius, finite. No upper branch: use it below about Topt - 5 only
 * @param parameters    b > 0 in h^-0.5 K^-1, tMinC in degrees Celsius
 * @returns mu in ln units per hour, 0 or greater
 * @throws {ModelDomainError} if temperatureC or tMinC is not finite, or b is not above 0
 * @example
 * ratkowskyRate(8, { b: 0.03, tMinC: -2 }); // => 0.09
 * @see Ratkowsky et al. (1982), J. Bacteriol. 149(1):1–5, doi:10.1128/jb.149.1.1-5.1982
 */
export function ratkowskyRate(temperatureC: number, parameters: Ratkowsky): number {
  const aboveMin = finite('temperatureC', temperatureC) - finite('tMinC', parameters.tMinC);
  const root = positive('b', parameters.b) * aboveMin;
  return aboveMin > 0 ? root * root : 0;
}

/**
 * Growth rate at a temperature by the extended square-root model.
 *
 *   sqrt(mu) = b (T - Tmin) (1 - exp(c (T - Tmax)))   for Tmin < T < Tmax, else mu = 0
 *
 * @param temperatureC  degrees Celsius, finite
 * @param parameters    b > 0 in h^-0.5 K^-1, c > 0 in K^-1, tMinC < tMaxC in degrees Celsius
 * @returns mu in ln units per hour, 0 or greater
 * @throws {ModelDomainError} if temperatureC is not finite or a parameter is outside its domain
 * @example
 * ratkowskyExtendedRate(45, { b: 0.0225, tMinC: -1.1, c: 0.3, tMaxC: 45 }); // => 0
 * @see Ratkowsky et al. (1983), J. Bacteriol. 154(3):1222–1226, doi:10.1128/jb.154.3.1222-1226.1983
 */
export function ratkowskyExtendedRate(temperatureC: number, parameters: RatkowskyExtended): number {
  finite('temperatureC', temperatureC);
  checkRatkowskyExtended(parameters);
  return ratkowskyExtendedRateUnchecked(temperatureC, parameters);
}

/** The same without checks, for parameters that were checked once and rates that are asked for often. */
export function ratkowskyExtendedRateUnchecked(temperatureC: number, parameters: RatkowskyExtended): number {
  const { b, tMinC, c, tMaxC } = parameters;
  if (temperatureC <= tMinC || temperatureC >= tMaxC) return 0;
  const root = -b * (temperatureC - tMinC) * Math.expm1(c * (temperatureC - tMaxC));
  return root * root;
}

/** Throws unless the four parameters describe a curve with growth between Tmin and Tmax. */
export function checkRatkowskyExtended({ b, tMinC, c, tMaxC }: RatkowskyExtended): void {
  positive('b', b);
  positive('c', c);
  if (finite('tMaxC', tMaxC) <= finite('tMinC', tMinC))
    throw new ModelDomainError('tMaxC', tMaxC, `above tMinC (${tMinC})`);
}

/**
 * Temperature at which the extended square-root model grows fastest.
 *
 *   Topt = (W0(e^(c (Tmax - Tmin) + 1)) + c Tmin - 1) / c,   W0 the Lambert function
 *
 * W0 of such large arguments is found from w + ln w = c (Tmax - Tmin) + 1 by Newton steps, without the overflow.
 *
 * @returns degrees Celsius, between tMinC and tMaxC
 * @throws {ModelDomainError} if a parameter is outside its domain
 */
export function ratkowskyOptimumC(parameters: RatkowskyExtended): number {
  checkRatkowskyExtended(parameters);
  const { tMinC, c, tMaxC } = parameters;
  const target = c * (tMaxC - tMinC) + 1;
  let w = Math.max(1, target - Math.log(target));
  for (let step = 0; step < 50; step++) {
    const next = w - (w + Math.log(w) - target) / (1 + 1 / w);
    if (Math.abs(next - w) <= 1e-15 * w) break;
    w = next;
  }
  return (w + c * tMinC - 1) / c;
}
