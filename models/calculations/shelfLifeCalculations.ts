import { baranyiCount } from '../growth/baranyi.ts';
import { integralAt, type RateOf, timeOfIntegral } from '../integrate.ts';
import { type TimeToLimit, timeToLimit } from '../shelf-life/timeToLimit.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { countOutputs, populationOf } from './growthCalculations.ts';
import type { Inputs } from './inputs.ts';
import { secondaryRateOf } from './temperatureModelOf.ts';

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

const statusOf = ({ status }: TimeToLimit): string => statusNames[status] ?? status;
const days = (hours: number | null): number | null => (hours === null ? null : hours / 24);

/** One organism in its food: how fast it grows, where it starts, when it ends the life. */
interface Organism {
  readonly rate: RateOf;
  readonly inputs: Inputs;
  readonly limit: number;
}

function organismOf(inputs: Inputs, outer: Inputs = inputs): Organism {
  const constant = inputs.growthRate();
  const rate: RateOf =
    constant !== undefined && !inputs.has('secondary')
      ? { rate: () => constant, kinks: [] }
      : secondaryRateOf(inputs);
  const limit = inputs.has(...limitNames) ? inputs.number(...limitNames) : outer.number(...limitNames);
  return { rate, inputs, limit };
}

/** A lag given in hours means work at the temperature it is given for. */
function lifeAt(organism: Organism, temperatureC: number, muIntegral = 0): TimeToLimit & { mu: number } {
  const mu = organism.rate.rate(temperatureC);
  const population = populationOf(organism.inputs, mu);
  return { mu, ...timeToLimit(muIntegral, mu, organism.limit, population) };
}

function staticLife(inputs: Inputs): Outputs {
  const organism = organismOf(inputs);
  const { value } = inputs.raw('T_c', 'temperature_c', 'T');
  const lives = (value === undefined ? [0] : inputs.numbers('T_c', 'temperature_c', 'T')).map(t =>
    lifeAt(organism, t),
  );
  const shaped = <T>(pick: (life: (typeof lives)[number]) => T) =>
    Array.isArray(value) ? lives.map(pick) : pick(lives[0]!);
  return {
    mu_ln_per_h: shaped(life => life.mu),
    // A start and a limit that are the same everywhere need the same growth at every temperature.
    M_required: lives[0]!.muIntegralRequired,
    time_h: shaped(life => life.remainingH),
    time_d: shaped(life => days(life.remainingH)),
    shelf_life_h: shaped(life => life.remainingH),
    shelf_life_d: shaped(life => days(life.remainingH)),
    status: shaped(statusOf),
  };
}

function remainingLife(inputs: Inputs): Outputs {
  const organism = organismOf(inputs);
  const profile = inputs.profile('h');
  const now = inputs.numberOr(profile.times.at(-1)!, 'now_h');
  const futureC = inputs.numberOr(null, 'future_T_c', 'T_future_c', 'future_c');
  const integral = integralAt(profile, organism.rate, [now])[0]!;
  const future = futureC ?? profile.values.at(-1)!;
  const life = lifeAt(organism, future, integral);
  const population = populationOf(organism.inputs, life.mu);
  const reference = inputs.numberOr(null, 'reference_T_c', 'T_ref_c');
  const atReference = reference === null ? 0 : organism.rate.rate(reference);
  const past = life.muIntegralRequired !== null && integral >= life.muIntegralRequired;
  return {
    ...countOutputs([baranyiCount(integral, population)]),
    logN_now: baranyiCount(integral, population),
    integral_mu_now: integral,
    integral_mu: integral,
    M_required: life.muIntegralRequired,
    remaining_h: life.remainingH,
    remaining_d: days(life.remainingH),
    time_h: life.remainingH,
    crossed_at_h: past ? timeOfIntegral(profile, organism.rate, life.muIntegralRequired!, now) : null,
    equivalent_age_h_at_reference: atReference > 0 ? integral / atReference : null,
    equivalent_age_h: atReference > 0 ? integral / atReference : null,
    fraction_of_life_used: life.lifeUsed,
    life_used: life.lifeUsed,
    mu_future_ln_per_h: life.mu,
    mu_ln_per_h: life.mu,
    status: statusOf(life),
  };
}

/** When a limit is crossed on a history that goes on: by the profile, then by its last temperature. */
function timeAlongProfile(inputs: Inputs): Outputs {
  const organism = organismOf(inputs);
  const profile = inputs.profile('h');
  const end = profile.times.at(-1)!;
  const life = lifeAt(organism, profile.values.at(-1)!, integralAt(profile, organism.rate, [end])[0]!);
  const crossed =
    life.status === 'past_limit'
      ? timeOfIntegral(profile, organism.rate, life.muIntegralRequired!, end)
      : null;
  const time =
    life.status === 'already_at_limit'
      ? 0
      : (crossed ?? (life.remainingH === null ? null : end + life.remainingH));
  const status = life.status === 'past_limit' ? 'ok' : statusOf(life);
  return {
    time_h: time,
    time_d: days(time),
    crossed_at_h: time,
    M_required: life.muIntegralRequired,
    status,
  };
}

const organismLists = ['organisms', 'limits', 'models', 'floras', 'flora'];

function organismsOf(inputs: Inputs): { key: string; organism: Organism }[] {
  const listed = inputs.has(...organismLists)
    ? inputs.records(...organismLists)
    : Object.entries(inputs.json)
        .filter(
          ([, value]) =>
            typeof value === 'object' && value !== null && !Array.isArray(value) && 'secondary' in value,
        )
        .map(([key]) => ({ key, inputs: inputs.record(key) }));
  if (listed.length === 0) return [{ key: '1', organism: organismOf(inputs.record('organisms')) }];
  return listed.map(({ key, inputs: own }) => ({ key, organism: organismOf(own, inputs) }));
}

/** Several limits side by side: the life is that of the first to be reached. */
function severalLimits(inputs: Inputs): Outputs {
  const profile = inputs.has('profile', 'history') ? inputs.profile('h') : null;
  const now = profile ? inputs.numberOr(profile.times.at(-1)!, 'now_h') : 0;
  const futureC = inputs.numberOr(profile?.values.at(-1) ?? Number.NaN, 'future_T_c', 'T_c', 'temperature_c');
  const lives = organismsOf(inputs).map(({ key, organism }) => {
    const integral = profile ? integralAt(profile, organism.rate, [now])[0]! : 0;
    return { key, integral, ...lifeAt(organism, futureC, integral) };
  });
  const first = lives.reduce((a, b) => ((b.remainingH ?? Infinity) < (a.remainingH ?? Infinity) ? b : a));
  const never = first.remainingH === null;
  const outputs: Record<string, unknown> = {};
  for (const life of lives) Object.assign(outputs, limitOutputs(life));
  for (const name of ['time_h', 'remaining_h', 'shelf_life_h', 'min_h']) outputs[name] = first.remainingH;
  for (const name of ['time_d', 'remaining_d', 'shelf_life_d']) outputs[name] = days(first.remainingH);
  for (const name of [
    'limiting',
    'limited_by',
    'limiting_organism',
    'ends_by',
    'ended_by',
    'which',
    'limiting_limit',
    'first',
    'governing',
  ])
    outputs[name] = never ? null : first.key;
  outputs.times_h = lives.map(life => life.remainingH);
  outputs.each_h = Object.fromEntries(lives.map(life => [life.key, life.remainingH]));
  return { ...outputs, status: statusOf(first) };
}

function limitOutputs(
  life: TimeToLimit & { key: string; mu: number; integral: number },
): Record<string, unknown> {
  const { key, remainingH, muIntegralRequired, mu } = life;
  const all = {
    mu_ln_per_h: mu,
    M_required: muIntegralRequired,
    time_h: remainingH,
    remaining_h: remainingH,
    integral_mu: life.integral,
    integral_mu_now: life.integral,
    status: statusOf(life),
    fraction_of_life_used: life.lifeUsed,
  };
  const outputs: Record<string, unknown> = { [key]: all };
  for (const [name, value] of Object.entries(all)) {
    outputs[`${name}_${key}`] = value;
    outputs[`${key}_${name}`] = value;
  }
  for (const name of [
    `${key}_h`,
    `time_${key}_h`,
    `remaining_${key}_h`,
    `time_to_${key}_h`,
    `time_to_limit_${key}_h`,
    `shelf_life_${key}_h`,
  ])
    outputs[name] = remainingH;
  return outputs;
}

/** Time to a limit, remaining life after a history, several limits. */
export const shelfLifeCalculations: readonly Calculation[] = [
  {
    kinds: ['shelf_life', 'tahu_default'],
    model: 'time_to_limit_static',
    aliases: ['time_to_limit', 'shelf_life_static', 'static_shelf_life', 'time_to_limit_constant'],
    run: staticLife,
  },
  {
    kinds: ['shelf_life'],
    model: 'remaining_shelf_life',
    aliases: ['remaining_life', 'remaining_shelf_life_with_gaps', 'remaining_life_after_history'],
    run: remainingLife,
  },
  {
    kinds: ['shelf_life'],
    model: 'time_to_limit_dynamic',
    aliases: ['dynamic_shelf_life', 'time_to_limit_profile', 'shelf_life_dynamic'],
    run: timeAlongProfile,
  },
  {
    kinds: ['shelf_life'],
    model: 'two_limits',
    aliases: [
      'two_limit',
      'several_limits',
      'two_limits_static',
      'time_to_limit_two_limits',
      'remaining_shelf_life_two_limits',
      'two_limit_rule',
      'shelf_life_two_limits',
      'two_limit_shelf_life',
      'two_limits_shelf_life',
      'earliest_limit',
      'earliest_of_two_limits',
      'earliest_of_limits',
      'first_limit',
      'first_of_two_limits',
      'min_of_two_limits',
      'two_limits_time_to_limit',
      'shelf_life_of_two_limits',
      'time_to_limits',
      'limits',
      'two_organisms',
      'time_to_limit_static_two_limits',
      'two_limits_remaining',
      'remaining_life_two_limits',
      'spoilage_and_safety',
      'time_to_first_limit',
      'multi_limit',
      'multiple_limits',
      'two_limit_static',
      'spoilage_and_pathogen',
      'shelf_life_earliest_of_two',
    ],
    run: severalLimits,
  },
];
