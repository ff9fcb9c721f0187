import { ModelDomainError } from '../errors.ts';
import { type PrimaryName, timeToCount } from '../growth/timeToCount.ts';
import type { RateOf } from '../integrate.ts';
import { type TimeToLimit, timeToLimit } from '../shelf-life/timeToLimit.ts';
import { rateOfInputs } from './environmentRateOf.ts';
import { populationOf } from './growthCalculations.ts';
import type { Inputs } from './inputs.ts';

/** Names of a limit in files. */
export const limitNames = [
  'limit_logN',
  'limit_log10',
  'limit_log10_cfu_per_g',
  'logN_limit',
  'logNlim',
  'limit',
];
const statusNames: Readonly<Record<string, string>> = { limit_not_below_nmax: 'limit_not_below_Nmax' };

/** The state of a life in the spelling of files. */
export const statusOf = ({ status }: TimeToLimit): string => statusNames[status] ?? status;

/** One organism in its food: how fast it grows, where it starts, when it ends the life. */
export interface Organism {
  readonly rate: RateOf;
  readonly inputs: Inputs;
  readonly limit: number;
  /** Another primary model than Baranyi's: at constant temperature only. */
  readonly primary: PrimaryName | null;
}

const primaries: readonly (readonly [RegExp, PrimaryName])[] = [
  [/huang/i, 'huang'],
  [/gompertz/i, 'gompertz'],
  [/logistic/i, 'logistic'],
  [/trilinear|buchanan|three_phase/i, 'trilinear'],
];

/**
 * The organism of a record of inputs.
 *
 * @param outer  where the limit is looked for when the record has none of its own
 * @param primaryName  name of a primary model that the record does not say itself
 */
export function organismOf(inputs: Inputs, outer: Inputs = inputs, primaryName = ''): Organism {
  const source = inputs.recordOrSelf('primary');
  const constant = inputs.growthRate() ?? (inputs.has('secondary') ? undefined : source.growthRate());
  const rate: RateOf =
    constant !== undefined && !inputs.has('secondary')
      ? { rate: () => constant, kinks: [] }
      : held(rateOfInputs(inputs), inputs.has(...holdNames) ? inputs : outer);
  const limit = inputs.has(...limitNames) ? inputs.number(...limitNames) : outer.number(...limitNames);
  const named = source === inputs ? primaryName : source.textOr(primaryName, 'model');
  return { rate, inputs, limit, primary: primaries.find(([pattern]) => pattern.test(named))?.[1] ?? null };
}

const holdNames = [
  'held_below_c',
  'hold_below_c',
  'mu_floor_T_c',
  'floor_T_c',
  'mu_held_below_c',
  'extrapolate_below_c',
];

/** A rate that is not believed below a temperature, and held there. */
function held(rateOf: RateOf, inputs: Inputs): RateOf {
  const belowC = inputs.numberOr(null, ...holdNames);
  if (belowC === null) return rateOf;
  return { rate: t => rateOf.rate(Math.max(t, belowC)), kinks: [...rateOf.kinks, belowC] };
}

/** Life at a temperature after a history. A lag given in hours means work at the temperature it is given for. */
export function lifeAt(
  organism: Organism,
  temperatureC: number,
  muIntegral = 0,
): TimeToLimit & { readonly mu: number } {
  const mu = organism.rate.rate(temperatureC);
  if (organism.primary) return lifeByCurve(organism, organism.primary, mu, muIntegral);
  const population = populationOf(organism.inputs, mu);
  return { mu, ...timeToLimit(muIntegral, mu, organism.limit, population) };
}

function lifeByCurve(
  { inputs, limit }: Organism,
  primary: PrimaryName,
  mu: number,
  muIntegral: number,
): TimeToLimit & { readonly mu: number } {
  if (muIntegral > 0)
    throw new ModelDomainError('primary.model', primary, 'baranyi where the temperature changes');
  const source = inputs.recordOrSelf('primary');
  const logN0 = source.logN0();
  const logNmax = source.logCount('Nmax');
  const alphaPerH = source.numberOr(null, 'alpha_per_h', 'alpha');
  const remainingH = timeToCount(primary, limit, {
    logN0,
    muLnPerH: mu,
    lagH: source.lagH() ?? (mu > 0 ? source.h0(mu) / mu : 0),
    ...(logNmax === undefined ? {} : { logNmax }),
    ...(alphaPerH === null ? {} : { alphaPerH }),
  });
  const at = { mu, muIntegralRequired: null, lifeUsed: 0, remainingH };
  if (limit <= logN0) return { ...at, status: 'already_at_limit', lifeUsed: 1 };
  if (remainingH !== null) return { ...at, status: 'ok' };
  return { ...at, status: mu > 0 ? 'limit_not_below_nmax' : 'no_growth' };
}

/** A rule of so many hours from production, whatever the model says; null when the file gives none. */
export function capHoursOf(inputs: Inputs): number | null {
  if (inputs.has('cap_h', 'max_life_h')) return inputs.number('cap_h', 'max_life_h');
  return inputs.has('cap_d', 'max_life_d') ? 24 * inputs.number('cap_d', 'max_life_d') : null;
}

/** The shorter of what the model gives and the rule. */
export const cappedHours = (hours: number | null, capH: number | null): number | null =>
  capH === null ? hours : Math.min(hours ?? Infinity, capH);
