import { spellingOf } from '../fitting/parameterNames.ts';
import { integralAt, type RateOf } from '../integrate.ts';
import { rateOfTemperature, type TemperatureModel } from '../secondary/temperatureModel.ts';
import { quantileInPlace } from '../shelf-life/quantile.ts';
import {
  conditionedTimeToLimit,
  type LaboratoryCount,
  type TimeToLimitDraws,
  timeToLimitDraws,
  weightedQuantile,
} from '../uncertainty/timeToLimitDraws.ts';
import { type Calculation, never, type Outputs } from './calculation.ts';
import type { Inputs } from './inputs.ts';
import { limitNames } from './organismLife.ts';
import { temperatureModelId } from './temperatureModelOf.ts';

const days = (hours: number | null): number | null => (hours === null ? null : hours / 24);

const known = [
  'b',
  'tMinC',
  'c',
  'tMaxC',
  'muOptLnPerH',
  'tOptC',
  'h0',
  'logN0',
  'logNmax',
  'a',
  'rateAtReference',
  'activationJPerMol',
  'referenceC',
  'q10',
];
const spread = ['limit_range', 'limit_logN_range', 'limit_uniform'];

function monteCarlo(inputs: Inputs): Outputs {
  const probNames = ['quantile_probs', 'probs', 'p', 'quantiles'];
  const probabilities = inputs.has(...probNames)
    ? inputs.numbers(...probNames)
    : [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
  const { request, rateOf } = requestOf(inputs);
  const counts = laboratoryCounts(inputs, rateOf);
  const weighted = counts.length ? conditionedTimeToLimit(request, counts) : null;
  const plain = weighted ? weighted.hours : timeToLimitDraws(request);
  const quantile = (p: number) => {
    const value = weighted ? weightedQuantile(weighted, p) : quantileInPlace(plain, p);
    return Number.isFinite(value) ? value : null;
  };
  const delivery = inputs.numberOr(null, 'delivery_h', 'deliver_at_h');
  const share = (h: number, i: number) =>
    delivery !== null && h < delivery ? (weighted?.weights[i] ?? 1 / plain.length) : 0;
  const before = delivery === null ? null : plain.reduce((sum, h, i) => sum + share(h, i), 0);
  return {
    quantile_probs: probabilities,
    quantiles_h: probabilities.map(quantile),
    quantiles_d: probabilities.map(p => days(quantile(p))),
    median_h: quantile(0.5),
    ...Object.fromEntries(
      [5, 10, 25, 50, 75, 90, 95].flatMap(percent => {
        const hours = quantile(percent / 100);
        const name = String(percent).padStart(2, '0');
        return [`p${name}_h`, `q${name}_h`].map(key => [key, hours]);
      }),
    ),
    ...Object.fromEntries(
      [
        'probability_before_delivery',
        'p_limit_before_delivery',
        'p_before_delivery',
        'probability_limit_before_delivery',
        'P_before_delivery',
      ].map(name => [name, before]),
    ),
    effective_draws: weighted?.effectiveDraws ?? plain.length,
  };
}

type RateOfDraw = (parameters: Readonly<Record<string, number>>) => RateOf;

function requestOf(inputs: Inputs): { request: TimeToLimitDraws; rateOf: RateOfDraw } {
  const order = (inputs.raw('parameter_order').value ?? Object.keys(inputs.record('mean').json)) as string[];
  const mean = inputs.record('mean');
  const secondary = inputs.recordOrSelf('secondary');
  const named = secondary.has('model')
    ? secondary.text('model')
    : guessedModel([...order, ...Object.keys(inputs.json), ...Object.keys(secondary.json)]);
  const id = temperatureModelId(named);
  const model =
    id === undefined || id === 'ratkowsky_extended_gamma'
      ? never('secondary.model', named, 'a temperature model')
      : id;
  const names = order.map(spelled => spellingOf(spelled, known).name);
  const rateOf: RateOfDraw = parameters => rateOfDraw(model, parameters);
  const profile = inputs.has('profile', 'history') ? inputs.profile('h') : null;
  const now = profile ? inputs.numberOr(profile.times.at(-1)!, 'now_h') : 0;
  const futureC = inputs.numberOr(profile?.values.at(-1) ?? Number.NaN, 'future_T_c', 'T_c', 'temperature_c');
  const request = {
    names,
    mean: order.map(spelled => mean.number(spelled)),
    covariance: covarianceOf(inputs, order),
    fixed: fixedOf(inputs, order, names),
    history: (parameters: Readonly<Record<string, number>>) =>
      profile ? integralAt(profile, rateOf(parameters), [now])[0]! : 0,
    futureMuLnPerH: (parameters: Readonly<Record<string, number>>) => rateOf(parameters).rate(futureC),
    limitLog10Cfu: limitOf(inputs),
    lotRateLnSd: inputs.numberOr(0, ...lotNames),
    draws: profile && profile.times.length > 50 ? 20_000 : 200_000,
    seed: inputs.numberOr(1, 'seed'),
  };
  return { request, rateOf };
}

const lotNames = [
  ...['lot_rate_factor_ln_sd', 'lot_sd_ln', 'lot_rate_ln_sd', 'lot_factor_sd_ln', 'lot_factor_ln_sd'],
  ...['lot_ln_sd', 'lot_sd', 'lot_rate_sd'],
];

/** One limit, or an even spread between two: a list, a record of min and max, or two fields. */
function limitOf(inputs: Inputs): number | [number, number] {
  const low = ['limit_logN_min', 'limit_min', 'limit_lower'];
  const high = ['limit_logN_max', 'limit_max', 'limit_upper'];
  if (inputs.has(...low)) return [inputs.number(...low), inputs.number(...high)];
  const { name, value } = inputs.raw(...spread, ...limitNames);
  if (Array.isArray(value)) {
    const ends = inputs.numbers(...spread, ...limitNames);
    if (ends.length !== 2 || ends[0]! > ends[1]!) never(name, value, 'two numbers, the lower first');
    return ends as [number, number];
  }
  if (typeof value !== 'object' || value === null) return inputs.number(...limitNames);
  const ends = inputs.record(...spread, ...limitNames);
  return [ends.number('min', 'lower', 'from', 'low'), ends.number('max', 'upper', 'to', 'high')];
}

/** Parameters that are given beside the uncertain ones. */
function fixedOf(inputs: Inputs, order: readonly string[], names: readonly string[]): Record<string, number> {
  const fixed: Record<string, number> = {};
  for (const source of [inputs.recordOrSelf('secondary'), inputs.recordOrSelf('primary'), inputs])
    for (const [spelled, value] of Object.entries(source.json)) {
      if (typeof value !== 'number' || order.includes(spelled) || notParameters.has(spelled)) continue;
      try {
        const { name, toCode } = spellingOf(spelled, known);
        if (!names.includes(name)) fixed[name] = toCode(value);
      } catch {
        // Not a parameter: a temperature, a limit or a number of draws, read elsewhere by its own name.
      }
    }
  return fixed;
}

/** Counts of the laboratory: `counts: [{time_h, logN, sd}]` along the history, or at T_c without one. */
function laboratoryCounts(inputs: Inputs, rateOf: RateOfDraw): LaboratoryCount[] {
  if (!inputs.has('counts', 'laboratory_counts')) return [];
  const profile = inputs.has('profile', 'history') ? inputs.profile('h') : null;
  return inputs.records('counts', 'laboratory_counts').map(({ inputs: count }) => {
    const time = count.number('time_h');
    const sdLog10 = count.numberOr(0.3, 'sd', 'sd_log10');
    return {
      countLog10CfuPerG: count.number('logN', 'log10_cfu_per_g'),
      sdLog10,
      muIntegral: parameters =>
        profile
          ? integralAt(profile, rateOf(parameters), [time])[0]!
          : time * rateOf(parameters).rate(inputs.number('T_c', 'temperature_c')),
    };
  });
}

const notParameters = new Set([
  'T_c',
  'now_h',
  'seed',
  'draws',
  'n',
  'limit_logN',
  'limit_logN_min',
  'limit_logN_max',
  'future_T_c',
  'delivery_h',
  'R',
  'c_draws',
]);

function guessedModel(names: readonly string[]): string {
  if (names.some(name => /^T_?opt/i.test(name))) return 'ctmi';
  return names.some(name => /^T_?max/i.test(name)) ? 'ratkowsky_extended' : 'ratkowsky_sqrt';
}

/** The rate at the parameters of a draw. A draw outside the model's domain (b below 0) grows no faster than not at all. */
function rateOfDraw(model: TemperatureModel['model'], parameters: Readonly<Record<string, number>>): RateOf {
  const safe: Record<string, number> = { ...parameters };
  for (const name of ['b', 'a', 'muOptLnPerH', 'c', 'q10']) if (safe[name]! <= 0) safe[name] = 1e-12;
  return rateOfTemperature({ ...safe, model } as unknown as TemperatureModel);
}

function covarianceOf(inputs: Inputs, order: readonly string[]): number[][] {
  const { value } = inputs.raw('covariance', 'cov', 'vcov');
  if (Array.isArray(value)) return value as number[][];
  const sd = inputs.record('sd', 'standard_deviation', 'sds');
  return order.map((a, i) => order.map((_, j) => (i === j ? sd.numberOr(0, a) ** 2 : 0)));
}

/** Uncertainty of a time to a limit. */
export const monteCarloCalculations: readonly Calculation[] = [
  {
    kinds: ['shelf_life', 'monte_carlo'],
    model: 'monte_carlo_time_to_limit',
    aliases: [
      'monte_carlo',
      'monte_carlo_shelf_life',
      'monte_carlo_remaining_life',
      'monte_carlo_remaining_shelf_life',
      'time_to_limit_monte_carlo',
    ],
    run: monteCarlo,
  },
];
