import { finite, ModelDomainError, positive } from '../errors.ts';

/** The three temperatures of an organism: no growth at or below Tmin and at or above Tmax, fastest at Topt. */
export interface CardinalTemperatures {
  readonly tMinC: number;
  readonly tOptC: number;
  readonly tMaxC: number;
}

export interface CardinalTemperatureModel extends CardinalTemperatures {
  /** Rate at Topt in ln units per hour. */
  readonly muOptLnPerH: number;
}

/**
 * Effect of temperature on growth as a share of the rate at the optimum: cardinal temperature model with inflection.
 *
 *   gamma = (T - Tmax) (T - Tmin)^2 /
 *           { (Topt - Tmin) [ (Topt - Tmin)(T - Topt) - (Topt - Tmax)(Topt + Tmin - 2 T) ] }
 *
 * and 0 at or outside Tmin and Tmax.
 *
 * @param temperatureC  degrees Celsius, finite
 * @param cardinal      Tmin < Topt < Tmax, with Topt above (Tmin + Tmax) / 2: otherwise the formula has a pole
 * @returns 0 to 1, without unit
 * @throws {ModelDomainError} if temperatureC is not finite or the three temperatures are not such a set
 * @example
 * cardinalTemperatureGamma(37, { tMinC: -1.7, tOptC: 37, tMaxC: 45.5 }); // => 1
 * @see Rosso et al. (1993), J. Theor. Biol. 162(4):447–463, doi:10.1006/jtbi.1993.1099
 */
export function cardinalTemperatureGamma(temperatureC: number, cardinal: CardinalTemperatures): number {
  finite('temperatureC', temperatureC);
  checkCardinalTemperatures(cardinal);
  return cardinalTemperatureGammaUnchecked(temperatureC, cardinal);
}

/** The same without checks, for temperatures that were checked once and rates that are asked for often. */
export function cardinalTemperatureGammaUnchecked(
  temperatureC: number,
  cardinal: CardinalTemperatures,
): number {
  const { tMinC, tOptC, tMaxC } = cardinal;
  if (temperatureC <= tMinC || temperatureC >= tMaxC) return 0;
  const aboveMin = temperatureC - tMinC;
  const span = tOptC - tMinC;
  const numerator = (temperatureC - tMaxC) * aboveMin * aboveMin;
  const bracket = span * (temperatureC - tOptC) - (tOptC - tMaxC) * (tOptC + tMinC - 2 * temperatureC);
  return numerator / (span * bracket);
}

/**
 * Growth rate at a temperature by the cardinal temperature model: mu = muOpt * gamma(T).
 *
 * @returns mu in ln units per hour, 0 or greater
 * @throws {ModelDomainError} as {@link cardinalTemperatureGamma}, and if muOptLnPerH is not above 0
 * @example
 * cardinalTemperatureRate(8, { tMinC: 8, tOptC: 38, tMaxC: 46, muOptLnPerH: 1.9 }); // => 0
 */
export function cardinalTemperatureRate(temperatureC: number, model: CardinalTemperatureModel): number {
  return positive('muOptLnPerH', model.muOptLnPerH) * cardinalTemperatureGamma(temperatureC, model);
}

/** Throws unless Tmin < Topt < Tmax and Topt lies above the middle of Tmin and Tmax. */
export function checkCardinalTemperatures({ tMinC, tOptC, tMaxC }: CardinalTemperatures): void {
  finite('tMinC', tMinC);
  finite('tMaxC', tMaxC);
  if (finite('tOptC', tOptC) >= tMaxC) throw new ModelDomainError('tOptC', tOptC, `below tMaxC (${tMaxC})`);
  const middle = (tMinC + tMaxC) / 2;
  if (tOptC <= middle)
    throw new ModelDomainError('tOptC', tOptC, `above the middle of tMinC and tMaxC (${middle})`);
}
