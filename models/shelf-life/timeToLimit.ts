import { notNegative } from '../errors.ts';
import { type BaranyiPopulation, baranyiGrowthRequired } from '../growth/baranyi.ts';

/**
 *   ok                    the limit lies ahead
 *   already_at_limit      the start was at or above it
 *   past_limit            the history has crossed it
 *   limit_not_below_nmax  the population never gets there
 *   no_growth             it lies ahead, but nothing grows at the future temperature
 */
export type LimitState = 'ok' | 'already_at_limit' | 'past_limit' | 'limit_not_below_nmax' | 'no_growth';

export interface TimeToLimit {
  readonly status: LimitState;
  /** Integral of mu from the start to the limit, ln units; null = never. */
  readonly muIntegralRequired: number | null;
  /** Share of it that is used up, 0 to 1; 0 when the limit is never reached. */
  readonly lifeUsed: number;
  /** Hours until the limit; 0 when reached; null = never. */
  readonly remainingH: number | null;
}

/** Beyond this many hours (11 000 years) a limit counts as never reached: rates so near zero are no knowledge. */
const neverAfterH = 1e8;

/**
 * Hours until a population reaches a count, after a history and at a constant future rate.
 *
 *   remaining = (M_required - M) / mu(T_future),   life used = M / M_required
 *
 * @param muIntegral       M of the history so far, ln units, 0 or greater
 * @param futureMuLnPerH   ln units per hour, 0 or greater
 * @param limitLog10Cfu    log10 CFU/g
 * @throws {ModelDomainError} if a value is outside its domain
 * @example
 * timeToLimit(0, 0.5, 4, { initialLog10Cfu: 5, h0: 0, maxLog10Cfu: 8.6 }).status; // => 'already_at_limit'
 */
export function timeToLimit(
  muIntegral: number,
  futureMuLnPerH: number,
  limitLog10Cfu: number,
  population: BaranyiPopulation,
): TimeToLimit {
  notNegative('muIntegral', muIntegral);
  notNegative('futureMuLnPerH', futureMuLnPerH);
  const required = baranyiGrowthRequired(limitLog10Cfu, population);
  if (required === null)
    return { status: 'limit_not_below_nmax', muIntegralRequired: null, lifeUsed: 0, remainingH: null };
  const reached = { muIntegralRequired: required, lifeUsed: 1, remainingH: 0 };
  if (limitLog10Cfu <= population.initialLog10Cfu) return { status: 'already_at_limit', ...reached };
  if (muIntegral >= required) return { status: 'past_limit', ...reached };
  const ahead = { muIntegralRequired: required, lifeUsed: muIntegral / required };
  const remainingH = (required - muIntegral) / futureMuLnPerH;
  if (!(remainingH <= neverAfterH)) return { status: 'no_growth', ...ahead, remainingH: null };
  return { status: 'ok', ...ahead, remainingH };
}
