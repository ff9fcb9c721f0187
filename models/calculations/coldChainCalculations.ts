import { mktActivationK } from '../cold-chain/meanKineticTemperature.ts';
import { mktOfProfile, mktOfReadings } from '../cold-chain/mktVariants.ts';
import { productTemperatureC } from '../cold-chain/productTemperature.ts';
import { q10OfSeries, q10OfTwo } from '../cold-chain/q10OfData.ts';
import { withoutSensorFaults } from '../cold-chain/sensorFaults.ts';
import { timeAbove } from '../cold-chain/timeAbove.ts';
import { integralAt } from '../integrate.ts';
import type { Profile } from '../profile.ts';
import { gasConstantJPerMolK, msPerHour } from '../units.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { rateOfInputs } from './environmentRateOf.ts';
import type { Inputs } from './inputs.ts';
import { activationOf, gasConstantOf } from './temperatureModelOf.ts';

const kinds = ['cold_chain'];

function activationK(inputs: Inputs): number {
  if (inputs.has('dH_kJ_mol'))
    return (
      (1000 * inputs.number('dH_kJ_mol')) / (gasConstantOf(inputs).gasConstantJPerMolK ?? gasConstantJPerMolK)
    );
  if (!inputs.has('Ea_J_mol', 'Ea_kJ_mol', 'Ea'))
    return inputs.numberOr(mktActivationK, 'Ea_over_R_K', 'dH_over_R', 'dH_R_K');
  return activationOf(inputs) / (gasConstantOf(inputs).gasConstantJPerMolK ?? gasConstantJPerMolK);
}

const mktOutputs = (mktC: number): Outputs => ({ mkt_c: mktC, MKT_c: mktC, mkt_K: mktC + 273.15 });

/** mkt_exact_linear, mkt_time_weighted_integral and so on: one figure under many names. */
const exactNames = ['mkt', 'mkt_time_weighted'].flatMap(start =>
  [
    'exact',
    'integral',
    'exact_integral',
    'linear',
    'exact_linear',
    'linear_integral',
    'piecewise_linear',
    'exact_piecewise_linear',
    'exact_linear_segments',
    'analytic',
    'exact_linear_integral',
    'continuous',
  ].map(end => `${start}_${end}`),
);

const mkt: readonly Calculation[] = [
  {
    kinds,
    model: 'mkt_equal_weights',
    aliases: ['mkt', 'mkt_usp', 'mkt_equal'],
    run: inputs => mktOutputs(mktOfReadings(inputs.numbers('T_c', 'temperature_c'), activationK(inputs))),
  },
  {
    kinds,
    model: 'mkt_time_weighted',
    aliases: ['mkt_weighted', 'mkt_weights', 'mkt_duration_weighted', 'mkt_time_weights'],
    run: inputs => {
      const temperatures = inputs.numbers('T_c', 'temperature_c');
      const given = ['weights', 'w', 'weights_h', 'duration_h', 'durations_h', 'dt_h'];
      if (inputs.has(...given))
        return mktOutputs(mktOfReadings(temperatures, activationK(inputs), inputs.numbers(...given)));
      return mktOutputs(mktOfProfile(inputs.profile('h'), activationK(inputs), 'trapezoid'));
    },
  },
  ...(['trapezoid', 'exact', 'step'] as const).map(
    (rule): Calculation => ({
      kinds,
      model: `mkt_time_weighted_${rule}`,
      aliases: {
        trapezoid: ['mkt_trapezoid', 'mkt_tong_lock', 'mkt_unequal'],
        exact: exactNames,
        step: ['mkt_step', 'mkt_hold', 'mkt_exact_step', 'mkt_time_weighted_hold'],
      }[rule],
      run: inputs => {
        const profile = inputs.profile('h');
        const byRule = rule === 'exact' && profile.interpolation === 'step' ? 'step' : rule;
        return mktOutputs(mktOfProfile(profile, activationK(inputs), byRule));
      },
    }),
  ),
];

/** Too cold counts too where a lower threshold is given: the same on the history turned upside down. */
function below(inputs: Inputs, profile: Profile, until: number, hoursAbove: number, span: number): Outputs {
  const lower = ['low_c', 'min_c', 'lower_c', 'threshold_low_c', 'T_low_c', 'T_min_c'];
  if (!inputs.has(...lower)) return {};
  const { hours, degreeHours } = timeAbove(
    { ...profile, values: profile.values.map(value => -value) },
    -inputs.number(...lower),
    until,
  );
  const out = hoursAbove + hours;
  return {
    ...{ hours_below: hours, time_below_h: hours, degree_hours_below: degreeHours },
    ...{ hours_out_of_range: out, time_out_of_range_h: out, hours_outside: out },
    ...{ fraction_out_of_range: out / span, fraction_in_range: 1 - out / span },
  };
}

const others: readonly Calculation[] = [
  {
    kinds,
    model: 'q10_two_points',
    aliases: ['q10', 'q10_two_rates'],
    run: inputs => {
      const q10 = q10OfTwo(
        { temperatureC: inputs.number('T1_c'), rate: inputs.number('k1', 'rate1') },
        { temperatureC: inputs.number('T2_c'), rate: inputs.number('k2', 'rate2') },
      );
      return { Q10: q10 };
    },
  },
  {
    kinds,
    model: 'q10_regression',
    aliases: ['q10_series', 'q10_from_data'],
    run: inputs => {
      const lives = ['shelf_life_d', 'shelf_life_h', 'shelf_life'];
      const rates = inputs.has(...lives)
        ? inputs.numbers(...lives).map(life => 1 / life)
        : inputs.numbers('k', 'rate', 'k_per_h', 'mu_ln_per_h');
      return { Q10: q10OfSeries(inputs.numbers('T_c'), rates) };
    },
  },
  ...(['linear', 'step'] as const).map(
    (interpolation): Calculation => ({
      kinds,
      model: `degree_hours_and_time_above_${interpolation}`,
      aliases:
        interpolation === 'linear'
          ? [
              'degree_hours_linear',
              'time_above_linear',
              'degree_hours',
              'time_above',
              'degree_hours_and_time_above',
              'time_out_of_range',
            ]
          : ['degree_hours_step', 'time_above_step'],
      run: inputs => {
        const given = inputs.profile('h');
        const profile: Profile = inputs.recordOrSelf('profile').has('interpolation')
          ? given
          : { ...given, interpolation };
        const until = inputs.numberOr(profile.times.at(-1)!, 'until_h', 'now_h', 'end_h');
        const upper = ['threshold_c', 'threshold', 'high_c', 'max_c', 'upper_c', 'T_high_c', 'T_max_c'];
        const { hours, degreeHours } = timeAbove(profile, inputs.number(...upper), until);
        const span = until - profile.times[0]!;
        return {
          ...{ hours_above: hours, time_above_h: hours, h_above: hours },
          ...{ degree_hours: degreeHours, degree_hours_above: degreeHours },
          fraction_above: hours / span,
          ...below(inputs, profile, until, hours, span),
        };
      },
    }),
  ),
  {
    kinds: ['cold_chain', 'shelf_life'],
    model: 'equivalent_age',
    aliases: ['equivalent_age_at_reference'],
    run: inputs => {
      const profile = inputs.profile('h');
      const rate = rateOfInputs(inputs);
      const until = inputs.numberOr(profile.times.at(-1)!, 'now_h', 'until_h');
      const integral = integralAt(profile, rate, [until])[0]!;
      const atReference = rate.rate(inputs.number('T_ref_c', 'reference_T_c'));
      const age = atReference > 0 ? integral / atReference : null;
      return {
        integral_mu: integral,
        equivalent_age_h: age,
        equivalent_age_d: age === null ? null : age / 24,
      };
    },
  },
  {
    kinds,
    model: 'sensor_faults',
    aliases: ['sensor_rejection', 'rejected_readings', 'out_of_range_values'],
    run: inputs => {
      const { times, values } = inputs.profile('h');
      const readings = times.map((hours, i) => ({ at: hours * msPerHour, temperatureC: values[i]! }));
      const { used, leftOut } = withoutSensorFaults(readings);
      return {
        ...{ n_used: used.length, n_rejected: leftOut.length, rejected: leftOut.length },
        T_c: used.map(point => point.temperatureC),
        time_h: used.map(point => point.at / msPerHour),
        faults: leftOut.map(({ point, fault }) => ({ time_h: point.at / msPerHour, fault })),
      };
    },
  },
  {
    kinds,
    model: 'product_temperature_lag',
    aliases: [
      'air_to_product',
      'product_temperature',
      'first_order_product',
      'product_lag',
      'air_product_lag',
      'first_order_lag',
      'first_order_product_temperature',
    ],
    run: inputs => {
      const startC = inputs.numberOr(
        null,
        'T0_c',
        'start_c',
        'T_product0_c',
        'T_product_0_c',
        'Tp0_c',
        'T_start_c',
      );
      const product = productTemperatureC(
        inputs.profile('h'),
        { tauH: inputs.number('tau_h', 'tau'), ...(startC === null ? {} : { startC }) },
        inputs.timesH(),
      );
      return { T_c: product, T_product_c: product, Tp_c: product, product_c: product };
    },
  },
];

/** Figures of the cold chain: MKT, Q10, degree-hours, equivalent age, bias factors. */
export const coldChainCalculations: readonly Calculation[] = [...mkt, ...others];
