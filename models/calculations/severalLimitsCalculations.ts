import { integralAt } from '../integrate.ts';
import type { TimeToLimit } from '../shelf-life/timeToLimit.ts';
import type { Calculation, Outputs } from './calculation.ts';
import type { Inputs } from './inputs.ts';
import { capHoursOf, lifeAt, type Organism, organismOf, statusOf } from './organismLife.ts';

const days = (hours: number | null): number | null => (hours === null ? null : hours / 24);

const organismLists = ['organisms', 'limits', 'models', 'floras', 'flora'];

function organismsOf(inputs: Inputs): { key: string; organism: Organism }[] {
  const listed = inputs.has(...organismLists)
    ? inputs.records(...organismLists)
    : inputs.recordsWith('secondary', 'mu_ln_per_h');
  if (listed.length === 0) return [{ key: '1', organism: organismOf(inputs.record('organisms')) }];
  return listed.map(({ key, inputs: own }) => ({ key, organism: organismOf(own, inputs) }));
}

type Life = TimeToLimit & { readonly key: string; readonly mu: number; readonly integral: number };

/** Several limits side by side, and rules (`cap_h`, `cap_d`, `caps`): the life is that of the first to be reached. */
function severalLimits(inputs: Inputs): Outputs {
  const { value } = inputs.raw('future_T_c', 'T_c', 'temperature_c');
  if (!Array.isArray(value))
    return limitsAt(inputs, inputs.numberOr(null, 'future_T_c', 'T_c', 'temperature_c'));
  const each = inputs.numbers('future_T_c', 'T_c', 'temperature_c').map(t => limitsAt(inputs, t));
  return Object.fromEntries(
    Object.keys(each[0] ?? {}).map(name => [name, each.map(outputs => outputs[name])]),
  );
}

function limitsAt(inputs: Inputs, temperatureC: number | null): Outputs {
  const profile = inputs.has('profile', 'history') ? inputs.profile('h') : null;
  const now = profile ? inputs.numberOr(profile.times.at(-1)!, 'now_h') : 0;
  const futureC = temperatureC ?? profile?.values.at(-1) ?? inputs.number('T_c');
  const lives: Life[] = organismsOf(inputs).map(({ key, organism }) => {
    const integral = profile ? integralAt(profile, organism.rate, [now])[0]! : 0;
    return { key, integral, ...lifeAt(organism, futureC, integral) };
  });
  const all = [...lives, ...rulesOf(inputs, now)];
  const first = all.reduce((a, b) => ((b.remainingH ?? Infinity) < (a.remainingH ?? Infinity) ? b : a));
  const never = first.remainingH === null;
  const outputs: Record<string, unknown> = {};
  for (const life of all) Object.assign(outputs, limitOutputs(life));
  for (const name of ['time_h', 'remaining_h', 'shelf_life_h', 'min_h']) outputs[name] = first.remainingH;
  for (const name of ['time_d', 'remaining_d', 'shelf_life_d']) outputs[name] = days(first.remainingH);
  for (const name of firstNames) outputs[name] = never ? null : first.key;
  outputs.times_h = lives.map(life => life.remainingH);
  outputs.each_h = Object.fromEntries(all.map(life => [life.key, life.remainingH]));
  return { ...outputs, status: statusOf(first) };
}

const firstNames = [
  ...['limiting', 'limited_by', 'limiting_organism', 'ends_by', 'ended_by', 'which', 'limiting_limit'],
  ...['first', 'governing', 'limiting_factor', 'which_ends_life', 'ends_life'],
];

/** Hours that are left by a rule, whatever grows: named in `caps`, or one of them as cap_h or cap_d. */
function rulesOf(inputs: Inputs, now: number): Life[] {
  const one = capHoursOf(inputs);
  const named = inputs.has('caps', 'caps_h') ? Object.keys(inputs.record('caps', 'caps_h').json) : [];
  const hours = [
    ...(one === null ? [] : [{ key: 'cap', hours: one }]),
    ...named.map(key => ({ key, hours: inputs.record('caps', 'caps_h').number(key) })),
  ];
  return hours.map(rule => ({
    key: rule.key,
    mu: 0,
    integral: 0,
    muIntegralRequired: null,
    lifeUsed: rule.hours > 0 ? Math.min(1, now / rule.hours) : 1,
    remainingH: Math.max(0, rule.hours - now),
    status: rule.hours > now ? 'ok' : 'past_limit',
  }));
}

function limitOutputs(life: Life): Record<string, unknown> {
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

/** Several organisms and rules, of which the first ends the life. */
export const severalLimitsCalculations: readonly Calculation[] = [
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
