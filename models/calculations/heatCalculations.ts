import { packCentreC, packCentreReachesAt } from '../cold-chain/productTemperature.ts';
import {
  type LethalityReference,
  lethality,
  lethalityByTrapezoid,
  lethalRate,
  logReductions,
  p70,
  p90,
} from '../inactivation/lethality.ts';
import { gaussKronrod } from '../integrate.ts';
import type { Calculation, Outputs, Wanted } from './calculation.ts';
import type { Inputs } from './inputs.ts';

const kinds = ['cold_chain'];

function referenceOf(inputs: Inputs, standard?: LethalityReference): LethalityReference {
  const referenceC = inputs.numberOr(
    standard?.referenceC ?? Number.NaN,
    'T_ref_c',
    'Tref',
    'T_ref',
    'temp_ref',
  );
  const zC = inputs.numberOr(standard?.zC ?? Number.NaN, 'z_c', 'z', 'z_above_c');
  const below = inputs.numberOr(standard?.zBelowC ?? null, 'z_below_c', 'z_below');
  return { referenceC, zC, ...(below === null ? {} : { zBelowC: below }) };
}

function fOutputs(minutes: number, inputs: Inputs, reference: number | '' = ''): Outputs {
  const decimal = inputs.numberOr(null, 'D_ref_min', 'D_R', 'D_ref', 'Dref_min');
  return {
    F_min: minutes,
    P_min: minutes,
    F: minutes,
    P: minutes,
    [`P${reference}_min`]: minutes,
    [`F${reference}_min`]: minutes,
    [`P${reference}`]: minutes,
    log_reduction: decimal === null ? null : logReductions(minutes, decimal),
    log_reductions: decimal === null ? null : logReductions(minutes, decimal),
  };
}

const lethalities: readonly Calculation[] = [
  {
    kinds,
    model: 'f_value_exact_linear',
    aliases: [
      'f_value',
      'p_value',
      'f_value_exact',
      'p_value_exact_linear',
      'pasteurisation_value',
      'lethality',
      'p_value_exact',
    ],
    run: inputs => fOutputs(lethality(inputs.profile('min'), referenceOf(inputs)), inputs),
  },
  {
    kinds,
    model: 'f_value_exact_step',
    aliases: ['f_value_step', 'p_value_step', 'p_value_exact_step', 'f_value_hold'],
    run: inputs => fOutputs(lethality(inputs.profile('min', 'step'), referenceOf(inputs)), inputs),
  },
  {
    kinds,
    model: 'p90',
    aliases: ['p90_value', 'p90_z10_9', 'p90_two_z', 'p_value_p90', 'p90_exact_linear'],
    run: inputs => fOutputs(lethality(inputs.profile('min'), referenceOf(inputs, p90)), inputs, 90),
  },
  {
    kinds,
    model: 'p70',
    aliases: ['p70_value', 'p70_exact_linear'],
    run: inputs => fOutputs(lethality(inputs.profile('min'), referenceOf(inputs, p70)), inputs, 70),
  },
  {
    kinds,
    model: 'f_value_trapezoid_of_rates',
    aliases: ['f_value_trapezoid', 'p_value_trapezoid'],
    run: inputs => fOutputs(lethalityByTrapezoid(inputs.profile('min'), referenceOf(inputs)), inputs),
  },
];

const reduction: Calculation = {
  kinds,
  model: 'log_reduction_from_f',
  aliases: [
    'log_reduction',
    'log_reductions',
    'reduction_from_f_value',
    'log_reduction_from_f_value',
    'log_reduction_of_f_value',
    'f_value_log_reduction',
  ],
  run: inputs =>
    fOutputs(
      inputs.has('T_c', 'profile')
        ? lethality(inputs.profile('min'), referenceOf(inputs))
        : inputs.number('F_min', 'F', 'P_min', 'P', 'F_value_min'),
      inputs,
    ),
};

const packCentre: Calculation = {
  kinds: ['cold_chain', 'dynamic_inactivation'],
  model: 'pack_centre_temperature',
  aliases: [
    'pack_centre',
    'centre_of_pack',
    'core_temperature',
    'pack_core_temperature',
    'pack_center',
    'pack_center_temperature',
    'pack_centre_first_order',
    'pack_centre_heating',
    'centre_temperature',
    'newton_heating',
    'pack_centre_newton',
    'pack_centre_exponential',
    'pack_centre_p_value',
    'pack_centre_f_value',
    'pack_centre_lethality',
    'pack_centre_f',
  ],
  run: runPackCentre,
};

interface Pack {
  readonly bathC: number;
  readonly startC: number;
  readonly perTime: number;
}

const endNames = [
  'bath_min',
  'end_min',
  'duration_min',
  't_end_min',
  'hold_min',
  'time_end_min',
  'minutes',
  't_total_min',
  'total_min',
];
const thresholdNames = ['threshold_c', 'T_threshold_c', 'T_target_c', 'target_c', 'above_c'];

function runPackCentre(inputs: Inputs, { names }: Wanted): Outputs {
  const pack: Pack = {
    bathC: inputs.number('T_bath_c', 'Tb_c', 'bath_c', 'T_b_c', 'Tb', 'T_bath', 'bath_T_c'),
    startC: inputs.number(
      'T0_c',
      'T_start_c',
      'T_0_c',
      'start_c',
      'T_initial_c',
      'T0',
      'start_T_c',
      'T_init_c',
    ),
    perTime: inputs.number('k_per_min', 'k', 'heating_index_per_min'),
  };
  const times = inputs.has('times_min', 'time_min', 't_min') ? inputs.timesMin() : [];
  const centre = times.map(t => packCentreC(t, pack));
  const shown = typeof inputs.raw('times_min', 'time_min', 't_min').value === 'number' ? centre[0] : centre;
  const last = inputs.numberOr(times.at(-1) ?? 0, ...endNames);
  return {
    ...Object.fromEntries(
      ['T_c', 'T_centre_c', 'centre_c', 'T_center_c', 'Tc_c', 'centre_T_c'].map(name => [name, shown]),
    ),
    T_end_c: packCentreC(last, pack),
    ...thresholdsInNames(names, pack, last),
    ...(inputs.has(...thresholdNames) ? thresholdOutputs(inputs.number(...thresholdNames), pack, last) : {}),
    ...(inputs.has('z_c', 'z') ? fOutputs(packLethality(pack, referenceOf(inputs), last), inputs) : {}),
  };
}

/** Minutes until a threshold is reached, and above it until the end. */
function thresholdOutputs(thresholdC: number, pack: Pack, last: number): Outputs {
  const reached = packCentreReachesAt(thresholdC, pack);
  const above = Math.max(0, last - (reached ?? last));
  const outputs: Record<string, unknown> = {};
  for (const name of ['time_to_threshold_min', 'time_to_target_min', 'reached_at_min', 'time_to_reach_min'])
    outputs[name] = reached;
  for (const name of [
    'minutes_above',
    'time_above_min',
    'min_above',
    'minutes_above_threshold',
    'time_above_threshold_min',
    'min_above_threshold',
  ])
    outputs[name] = above;
  return outputs;
}

/** A name such as min_above_73_c carries its own threshold. */
function thresholdsInNames(names: readonly string[], pack: Pack, last: number): Outputs {
  const outputs: Record<string, unknown> = {};
  for (const name of names) {
    const [, degrees] = /(?:above|over|ge|reach(?:es)?)_?(\d+(?:\.\d+)?)/.exec(name) ?? [];
    if (degrees === undefined) continue;
    const reached = packCentreReachesAt(Number(degrees), pack);
    outputs[name] = /reach/.test(name) ? reached : Math.max(0, last - (reached ?? last));
  }
  return outputs;
}

function packLethality(pack: Pack, reference: LethalityReference, last: number): number {
  const rate = (t: number) => lethalRate(packCentreC(t, pack), reference);
  const edges = Array.from({ length: 65 }, (_, i) => (last * i) / 64);
  return edges.slice(1).reduce((sum, to, i) => sum + gaussKronrod(rate, edges[i]!, to), 0);
}

/** Heat treatments: F and P values, the centre of a pack. */
export const heatCalculations: readonly Calculation[] = [...lethalities, reduction, packCentre];
