import { integralAt, type RateOf, timeOfIntegral } from '../integrate.ts';
import { ageAtQuality, hoursToQuality, type QualityLaw, qualityAtAge } from '../quality/qualityKinetics.ts';
import { rateOfTemperature } from '../secondary/temperatureModel.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { canonicalName, never } from './calculation.ts';
import type { Inputs } from './inputs.ts';
import { temperatureModelOf } from './temperatureModelOf.ts';

const staticKinds = ['static_inactivation', 'inactivation_quality', 'quality', 'static_quality'];
const initial = ['Q0', 'Q_0', 'q0', 'initial'];
const limitNames = [
  'Q_min',
  'Qmin',
  'Q_crit',
  'Q_critical',
  'Q_f',
  'Q_limit',
  'Qlim',
  'Q_lim',
  'Qlimit',
  'limit_Q',
  'limit',
  'Q_end',
];

const scale = ['a_h', 'a', 'scale_h', 'alpha_h', 'scale'];
const shapeNames = ['shape', 'b', 'beta', 'n'];

/** Law by its name or order, with a shape where it has one. */
function lawOf(inputs: Inputs, named: string): QualityLaw {
  const name = canonicalName(named);
  if (/weibull/.test(name)) return { law: 'weibull', shape: inputs.number(...shapeNames) };
  if (/order_?0|zero_order|order_zero/.test(name)) return { law: 'order-0' };
  if (/order_?1|first_order|order_first/.test(name)) return { law: 'order-1' };
  const order = inputs.raw('order').value;
  if (order === 0 || order === '0') return { law: 'order-0' };
  if (order === 1 || order === '1') return { law: 'order-1' };
  if (typeof order === 'string') return lawOf(inputs, `order_${order}`.replace('order_order', 'order'));
  return never(`${inputs.path}.order`, order, '0, 1 or "weibull"');
}

/** Speed of ageing at a temperature: k, or 1/a for Weibull, by a nested rate model or fields beside the others. */
function ageingOf(inputs: Inputs): RateOf {
  for (const name of ['secondary', 'kinetics', 'rate_model', 'secondary_model'])
    if (inputs.has(name)) return rateOfTemperature(temperatureModelOf(inputs.record(name)));
  if (inputs.has('Ea_kJ_mol', 'Ea_J_mol', 'Ea'))
    return rateOfTemperature(temperatureModelOf(scaled(inputs), 'arrhenius'));
  if (inputs.has('Q10', 'q10')) return rateOfTemperature(temperatureModelOf(scaled(inputs), 'q10'));
  const constant = constantRate(inputs);
  return { rate: () => constant, kinks: [] };
}

/** A Weibull scale at the reference is a rate of 1/a there. */
function scaled(inputs: Inputs): Inputs {
  const scales = ['a_ref_h', 'a_ref', 'scale_ref_h'];
  return inputs.has(...scales) ? inputs.with({ k_ref: 1 / inputs.number(...scales) }) : inputs;
}

function constantRate(inputs: Inputs): number {
  if (inputs.has('k_per_h', 'k', 'k_ref')) return inputs.number('k_per_h', 'k', 'k_ref');
  if (inputs.has('k_per_d')) return inputs.number('k_per_d') / 24;
  return 1 / inputs.number(...scale);
}

function qualityStatic(model: string, aliases: readonly string[]): Calculation {
  return {
    kinds: staticKinds,
    model,
    aliases,
    run: inputs => {
      if (!inputs.has('times_h', 'times_d', 'time_h') && inputs.has(...limitNames))
        return runToLimit(inputs, model);
      const law = lawOf(inputs, model);
      const rate = inputs.has('T_c', 'temperature_c')
        ? ageingOf(inputs).rate(inputs.number('T_c', 'temperature_c'))
        : ageingOf(inputs).rate(0);
      const q = inputs.timesH().map(t => qualityAtAge(inputs.number(...initial), rate * t, law));
      return { Q: q, quality: q, k_per_h: rate, k: rate };
    },
  };
}

function qualityDynamic(model: string): Calculation {
  const order = model.replace(/^quality_dynamic_?/, '');
  return {
    kinds: ['dynamic_quality', 'dynamic_inactivation', 'quality', 'dynamic_growth', 'inactivation_quality'],
    model,
    aliases: [
      `dynamic_quality_${order}`,
      `quality_${order}_dynamic`,
      `quality_${order}_arrhenius_dynamic`,
      `quality_dynamic_${order}_arrhenius`,
    ],
    run: inputs => {
      const law = lawOf(inputs, model);
      const times = inputs.timesH();
      const ages = integralAt(inputs.profile('h'), ageingOf(inputs), times);
      const start = inputs.number(...initial);
      const q = ages.map(age => qualityAtAge(start, age, law));
      return { Q: q, quality: q, integral_k: ages, age: ages };
    },
  };
}

/** Time to a quality limit, of an order that the name says or the inputs do. */
function toLimit(order: '' | 'order_0' | 'order_1' | 'weibull'): Calculation {
  const tail = order === '' ? '' : `_${order}`;
  const starts = [
    'time_to_quality_limit',
    'quality_shelf_life',
    'time_to_limit_quality',
    'quality_limit',
    'quality_remaining_life',
    'shelf_life_quality',
    'remaining_shelf_life_quality',
  ];
  return {
    kinds: ['shelf_life', 'quality'],
    model: `time_to_quality_limit${tail}`,
    aliases: [...starts, ...(order === '' ? ['quality'] : [])].flatMap(start =>
      ['', '_arrhenius', '_q10', '_dynamic'].map(end => start + tail + end),
    ),
    run: inputs => runToLimit(inputs, order),
  };
}

function runToLimit(inputs: Inputs, order: string): Outputs {
  const law = lawOf(
    inputs,
    inputs.textOr(order, 'law', 'quality_model', 'kinetic_order', 'order_name', 'model'),
  );
  const start = inputs.number(...initial);
  const limit = inputs.number(...limitNames);
  const ageing = ageingOf(inputs);
  const required = ageAtQuality(start, limit, law);
  const past = inputs.has('profile', 'history');
  const now = inputs.numberOr(0, 'now_h');
  const profile = past ? inputs.profile('h') : null;
  const age = profile ? integralAt(profile, ageing, [now])[0]! : inputs.numberOr(0, 'age');
  const temperatures = inputs.has('future_T_c', 'T_c', 'temperature_c')
    ? inputs.numbers('future_T_c', 'T_c', 'temperature_c')
    : [0];
  const rates = temperatures.map(ageing.rate);
  const hours = rates.map(rate => hoursToQuality(start, limit, rate, law, age));
  const single = <T>(values: readonly T[]) =>
    Array.isArray(inputs.raw('future_T_c', 'T_c', 'temperature_c').value) ? values : values[0];
  const crossed =
    required !== null && profile && age >= required ? timeOfIntegral(profile, ageing, required, now) : null;
  const status = statusOf(required, age, rates[0]!, limit >= start);
  return {
    k_per_h: single(rates),
    k: single(rates),
    time_h: single(hours),
    remaining_h: single(hours),
    time_d: single(hours.map(h => (h === null ? null : h / 24))),
    shelf_life_h: single(hours),
    shelf_life_d: single(hours.map(h => (h === null ? null : h / 24))),
    Q_now: qualityAtAge(start, age, law),
    age_required: required,
    fraction_of_life_used: required === null ? 0 : required === 0 ? 1 : Math.min(1, age / required),
    crossed_at_h: crossed,
    status,
  };
}

function statusOf(required: number | null, age: number, rate: number, met: boolean): string {
  if (required === null) return 'never';
  if (met) return 'already_at_limit';
  if (age >= required) return 'past_limit';
  return rate > 0 ? 'ok' : 'no_change';
}

/** Quality kinetics at constant and changing temperature, and time to a quality limit. */
export const qualityCalculations: readonly Calculation[] = [
  qualityStatic('quality_order_0', ['quality_zero_order', 'order_0', 'zero_order']),
  qualityStatic('quality_order_1', ['quality_first_order', 'order_1', 'quality_1']),
  qualityStatic('quality_weibull', ['weibull_quality']),
  qualityDynamic('quality_dynamic'),
  qualityDynamic('quality_dynamic_order_0'),
  qualityDynamic('quality_dynamic_order_1'),
  qualityDynamic('quality_dynamic_weibull'),
  ...(['', 'order_0', 'order_1', 'weibull'] as const).map(toLimit),
];
