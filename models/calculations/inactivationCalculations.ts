import type { BigelowParameters } from '../inactivation/bigelow.ts';
import { decimalReductionMin, logLinearCount } from '../inactivation/bigelow.ts';
import {
  bigelowCounts,
  geeraerdCounts,
  heatDoseLn,
  weibullMafartCounts,
} from '../inactivation/dynamicInactivation.ts';
import { geeraerdCount } from '../inactivation/geeraerd.ts';
import { threePhaseSurvivalCount } from '../inactivation/threePhase.ts';
import { weibullMafartCount } from '../inactivation/weibullMafart.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { countOutputs } from './growthCalculations.ts';
import type { Inputs } from './inputs.ts';

const kinds = ['static_inactivation', 'inactivation_quality', 'inactivation'];
const scaleNames = ['D_R', 'D_ref_min', 'D_ref', 'Dref', 'D_ref_c', 'delta_ref', 'delta_ref_min', 'delta_R'];
const rateNames = ['kmax_ref', 'k_ref', 'kmax_ref_ln_per_min', 'kmax_ref_per_min', 'k_ref_ln_per_min'];
const zNames = ['z', 'z_c', 'zC'];
const referenceNames = ['temp_ref', 'T_ref_c', 'T_ref', 'Tref'];

/** Count with the reductions since the start beside it. */
function survivalOutputs(logN: readonly number[], logN0: number): Outputs {
  const reduction = logN.map(value => logN0 - value);
  return {
    ...countOutputs(logN),
    log_reduction: reduction,
    logS: reduction.map(value => -value),
    log_diff: reduction.map(value => -value),
  };
}

function bigelowOf(inputs: Inputs): BigelowParameters {
  return {
    // A rate in ln per minute says the same as the minutes of a decimal reduction.
    decimalMinAtReference: inputs.has(...rateNames)
      ? Math.LN10 / inputs.number(...rateNames)
      : inputs.number(...scaleNames),
    referenceC: inputs.number(...referenceNames),
    zC: inputs.number(...zNames),
  };
}

/** Minutes for one log10 (or the first): given, or by Bigelow at a constant temperature, or from a rate in ln per min. */
function scaleMin(inputs: Inputs, ...names: string[]): number {
  if (inputs.has(...names)) return inputs.number(...names);
  if (inputs.has('kmax_ln_per_min', 'k_ln_per_min'))
    return Math.LN10 / inputs.number('kmax_ln_per_min', 'k_ln_per_min');
  if (inputs.has(...scaleNames))
    return decimalReductionMin(inputs.number('T_c', 'temperature_c'), bigelowOf(inputs));
  return inputs.number(...names);
}

function tailOf(inputs: Inputs): { logNres?: number } {
  const logNres = inputs.logCount('Nres');
  return logNres === undefined ? {} : { logNres };
}

function staticSurvival(
  model: string,
  aliases: readonly string[],
  count: (inputs: Inputs, logN0: number) => (timeMin: number) => number,
): Calculation {
  return {
    kinds,
    model,
    aliases,
    run: inputs => {
      const logN0 = inputs.logCount('N0') ?? 0;
      return survivalOutputs(inputs.timesMin().map(count(inputs, logN0)), logN0);
    },
  };
}

const kMaxOf = (inputs: Inputs) =>
  inputs.has('D_min')
    ? Math.LN10 / inputs.number('D_min')
    : inputs.number('kmax_ln_per_min', 'kmax', 'k_ln_per_min');
const shoulderOf = (inputs: Inputs) => inputs.numberOr(0, 'Sl_min', 'Sl', 'S_min', 'shoulder_min');

const geeraerdRun = (shoulder: boolean, tail: boolean) => (inputs: Inputs, logN0: number) => {
  const given = {
    logN0,
    kMaxLnPerMin: kMaxOf(inputs),
    shoulderMin: shoulder ? shoulderOf(inputs) : 0,
    ...(tail ? tailOf(inputs) : {}),
  };
  return (timeMin: number) => geeraerdCount(timeMin, given);
};

const weibullRun = (tail: boolean) => (inputs: Inputs, logN0: number) => {
  const given = {
    logN0,
    deltaMin: scaleMin(inputs, 'delta_min', 'delta'),
    p: inputs.number('p', 'beta', 'n'),
    ...(tail ? tailOf(inputs) : {}),
  };
  return (timeMin: number) => weibullMafartCount(timeMin, given);
};

const staticModels: readonly Calculation[] = [
  staticSurvival(
    'log_linear',
    ['loglinear', 'log_linear_inactivation', 'first_order', 'log_linear_bigelow'],
    (inputs, logN0) => {
      const decimalMin = scaleMin(inputs, 'D_min', 'D');
      return timeMin => logLinearCount(timeMin, { logN0, decimalMin });
    },
  ),
  {
    kinds,
    model: 'bigelow',
    aliases: ['bigelow_isothermal', 'isothermal_bigelow', 'bigelow_d', 'bigelow_static', 'd_value'],
    run: inputs => {
      const parameters = bigelowOf(inputs);
      const temperatures = inputs.numbers('T_c', 'x', 'temperature_c');
      const decimals = temperatures.map(t => decimalReductionMin(t, parameters));
      const single = decimals.length === 1 && typeof inputs.raw('T_c', 'x').value === 'number';
      const outputs: Record<string, unknown> = {
        D_min: single ? decimals[0] : decimals,
        D: single ? decimals[0] : decimals,
        k_ln_per_min: single ? Math.LN10 / decimals[0]! : decimals.map(d => Math.LN10 / d),
      };
      if (!inputs.has('times_min', 'time_min')) return outputs;
      const logN0 = inputs.logCount('N0') ?? 0;
      const times = inputs.timesMin();
      // One time for each temperature where both are lists of one length, else all times at the first temperature.
      const logN = times.map((timeMin, i) =>
        logLinearCount(timeMin, {
          logN0,
          decimalMin: decimals.length === times.length ? decimals[i]! : decimals[0]!,
        }),
      );
      return { ...outputs, ...survivalOutputs(logN, logN0) };
    },
  },
  staticSurvival(
    'weibull_mafart',
    ['weibull', 'mafart', 'weibull_inactivation', 'weibull_bigelow', 'weibull_mafart_bigelow'],
    weibullRun(false),
  ),
  // log N = log N0 - b t^n: the same curve in other letters, delta = b^(-1/n).
  staticSurvival('weibull_peleg', ['peleg'], (inputs, logN0) => {
    const p = inputs.number('n', 'p');
    const deltaMin = inputs.number('b', 'b_peleg') ** (-1 / p);
    return timeMin => weibullMafartCount(timeMin, { logN0, deltaMin, p });
  }),
  staticSurvival(
    'weibull_mafart_tail',
    [
      'albert_mafart',
      'albert',
      'weibull_tail',
      'albert_mafart_tail',
      'weibull_albert_mafart',
      'weibull_with_tail',
      'mafart_tail',
      'weibull_mafart_with_tail',
    ],
    weibullRun(true),
  ),
  staticSurvival('geeraerd', ['geeraerd_shoulder_tail'], geeraerdRun(true, true)),
  staticSurvival(
    'geeraerd_no_tail',
    ['geeraerd_shoulder', 'log_linear_shoulder', 'log_linear_with_shoulder'],
    geeraerdRun(true, false),
  ),
  staticSurvival(
    'geeraerd_no_shoulder',
    ['geeraerd_tail', 'log_linear_tail', 'log_linear_with_tail'],
    geeraerdRun(false, true),
  ),
  staticSurvival('geeraerd_no_shoulder_no_tail', ['geeraerd_no_tail_no_shoulder'], geeraerdRun(false, false)),
  ...[true, false].flatMap(shoulder =>
    [true, false].map(tail => {
      const suffix = `${tail ? '' : '_no_tail'}${shoulder ? '' : '_no_shoulder'}`;
      return staticSurvival(
        `three_phase_survival${suffix}`,
        [
          `trilinear_inactivation${suffix}`,
          `trilinear_survival${suffix}`,
          `bilinear_survival${suffix}`,
          `bilinear_inactivation${suffix}`,
        ],
        (inputs, logN0) => {
          const given = {
            logN0,
            kMaxLnPerMin: kMaxOf(inputs),
            shoulderMin: shoulder ? shoulderOf(inputs) : 0,
            ...(tail ? tailOf(inputs) : {}),
          };
          return timeMin => threePhaseSurvivalCount(timeMin, given);
        },
      );
    }),
  ),
];

function dynamicSurvival(
  name: string,
  words: readonly string[],
  counts: (
    inputs: Inputs,
    parameters: BigelowParameters & { logN0: number; logNres?: number },
    times: number[],
  ) => number[],
): Calculation {
  const names = [name, ...words];
  return {
    kinds: ['dynamic_inactivation'],
    model: `inactivation_dynamic_${name}`,
    aliases: names.flatMap(word => [
      `inactivation_dynamic_${word}`,
      `dynamic_${word}`,
      `${word}_dynamic`,
      `dynamic_inactivation_${word}`,
      `nonisothermal_${word}`,
      word,
    ]),
    run: inputs => {
      const own = inputs.recordOrSelf('parameters');
      const parameters = bigelowOf(own);
      const logN0 = own.logCount('N0') ?? inputs.logCount('N0') ?? 0;
      const times = inputs.timesMin();
      const profile = inputs.profile('min');
      const dose = heatDoseLn(profile, parameters, times);
      const minutes = dose.map(value => (value / Math.LN10) * parameters.decimalMinAtReference);
      return {
        ...survivalOutputs(counts(inputs, { ...parameters, logN0, ...tailOf(own) }, times), logN0),
        integral_k_ln: dose,
        F_min: minutes,
      };
    },
  };
}

const parametersOf = (inputs: Inputs) => inputs.recordOrSelf('parameters');

const dynamicModels: readonly Calculation[] = [
  dynamicSurvival('bigelow', ['log_linear', 'bigelow_tail', 'log_linear_tail'], (inputs, parameters, times) =>
    bigelowCounts(inputs.profile('min'), parameters, times),
  ),
  dynamicSurvival(
    'weibull_mafart',
    [
      'weibull',
      'mafart',
      'weibull_equivalent_time',
      'weibull_mafart_equivalent_time',
      'mafart_equivalent_time',
      'albert_mafart',
      'weibull_mafart_tail',
      'weibull_tail',
    ],
    (inputs, parameters, times) =>
      weibullMafartCounts(
        inputs.profile('min'),
        { ...parameters, p: parametersOf(inputs).number('p', 'beta', 'n') },
        times,
      ),
  ),
  dynamicSurvival(
    'geeraerd',
    ['geeraerd_shoulder_tail', 'geeraerd_no_tail', 'geeraerd_no_shoulder'],
    (inputs, parameters, times) => {
      const own = parametersOf(inputs);
      const shoulderLn = own.has('C_c0', 'Cc0')
        ? Math.log1p(own.number('C_c0', 'Cc0'))
        : shoulderLnOf(own, parameters);
      return geeraerdCounts(inputs.profile('min'), { ...parameters, shoulderLn }, times);
    },
  ),
];

/** A shoulder in minutes is one at the reference temperature: k S there. */
function shoulderLnOf(own: Inputs, { decimalMinAtReference }: BigelowParameters): number {
  return (Math.LN10 / decimalMinAtReference) * own.numberOr(0, 'Sl_min', 'Sl', 'S_min', 'Sl_ref_min');
}

/** Inactivation at constant and changing temperature. */
export const inactivationCalculations: readonly Calculation[] = [...staticModels, ...dynamicModels];
