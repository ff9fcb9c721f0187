import { ModelDomainError } from '../errors.ts';
import type { RateOf } from '../integrate.ts';
import { rateOfTemperature, type TemperatureModel } from '../secondary/temperatureModel.ts';
import { canonicalName } from './calculation.ts';
import type { Inputs } from './inputs.ts';

const names: Readonly<Record<string, TemperatureModel['model']>> = {
  ratkowsky_sqrt: 'ratkowsky_sqrt',
  ratkowsky: 'ratkowsky_sqrt',
  ratkowsky_1982: 'ratkowsky_sqrt',
  ratkowsky_square_root: 'ratkowsky_sqrt',
  square_root: 'ratkowsky_sqrt',
  sqrt: 'ratkowsky_sqrt',
  belehradek: 'ratkowsky_sqrt',
  ratkowsky_extended: 'ratkowsky_extended',
  ratkowsky_1983: 'ratkowsky_extended',
  ratkowsky_full: 'ratkowsky_extended',
  full_ratkowsky: 'ratkowsky_extended',
  huang_sqrt: 'huang_sqrt',
  huang_square_root: 'huang_sqrt',
  huang_sqrt_extended: 'huang_sqrt',
  huang_square_root_extended: 'huang_sqrt',
  huang_sqrt_suboptimal: 'huang_sqrt',
  huang_sqrt_full: 'huang_sqrt',
  ctmi: 'ctmi',
  cardinal_temperature: 'ctmi',
  rosso: 'ctmi',
  cpm_t: 'ctmi',
  cpm: 'cpm',
  zwietering: 'zwietering',
  gamma_zwietering: 'zwietering',
  arrhenius: 'arrhenius',
  q10: 'q10',
  constant: 'constant',
  exponential: 'exponential',
  rrs_exponential: 'exponential',
  rrs_square_root: 'square_root_relative',
  rrs_sqrt: 'square_root_relative',
};

const tMin = ['Tmin', 'Tmin_c', 'T_min_c', 'T_min', 'tMinC'];
const tOpt = ['Topt', 'Topt_c', 'T_opt_c', 'T_opt', 'tOptC'];
const tMax = ['Tmax', 'Tmax_c', 'T_max_c', 'T_max', 'tMaxC'];
const reference = ['T_ref_c', 'Tref', 'T_ref', 'temp_ref', 'Tref_c'];

/** Activation energy in J/mol, from joules or kilojoules. */
export function activationOf(inputs: Inputs): number {
  if (inputs.has('Ea_kJ_mol', 'Ea_kJ_per_mol')) return 1000 * inputs.number('Ea_kJ_mol', 'Ea_kJ_per_mol');
  return inputs.number('Ea_J_mol', 'Ea_J_per_mol', 'Ea');
}

/** Gas constant where the file brings its own, for the figures of software that rounds it. */
export const gasConstantOf = (inputs: Inputs): { gasConstantJPerMolK?: number } =>
  inputs.has('R_J_mol_K', 'R') ? { gasConstantJPerMolK: inputs.number('R_J_mol_K', 'R') } : {};

/** The temperature model named by `model` with its parameters, rates in ln units per hour. */
export function temperatureModelOf(inputs: Inputs, named: string = inputs.text('model')): TemperatureModel {
  const model = names[canonicalName(named)];
  const factor = inputs.rateFactor();
  const muOptLnPerH = () =>
    factor *
    (inputs.has('mu_opt_log10_per_h')
      ? inputs.number('mu_opt_log10_per_h') * Math.LN10
      : inputs.numberOr(1, 'mu_opt_ln_per_h', 'mu_opt', 'muopt', 'muOpt'));
  const rateAtReference = () =>
    factor * inputs.number('mu_ref_ln_per_h', 'mu_ref', 'k_ref', 'k_ref_per_h', 'rate_ref');
  const referenceC = () => inputs.number(...reference);
  switch (model) {
    case 'ratkowsky_sqrt':
      return { model, b: Math.sqrt(factor) * inputs.number('b'), tMinC: inputs.number(...tMin) };
    case 'ratkowsky_extended':
      return {
        model,
        b: Math.sqrt(factor) * inputs.number('b'),
        tMinC: inputs.number(...tMin),
        c: inputs.number('c', 'cc'),
        tMaxC: inputs.number(...tMax),
      };
    case 'huang_sqrt':
      return {
        model,
        a: Math.sqrt(factor) * inputs.number('a'),
        tMinC: inputs.number(...tMin),
        ...(inputs.has(...tMax) ? { b: inputs.number('b', 'c'), tMaxC: inputs.number(...tMax) } : {}),
      };
    case 'ctmi':
    case 'cpm': {
      const order = inputs.numberOr(2, 'n', 'order', 'CPM_n_T');
      const cardinals = {
        tMinC: inputs.number(...tMin),
        tOptC: inputs.number(...tOpt),
        tMaxC: inputs.number(...tMax),
      };
      if (model === 'ctmi') return { model, muOptLnPerH: muOptLnPerH(), ...cardinals };
      return { model, muOptLnPerH: muOptLnPerH(), ...cardinals, order };
    }
    case 'zwietering':
      return {
        model,
        muOptLnPerH: muOptLnPerH(),
        tMinC: inputs.number('xmin', ...tMin),
        tOptC: inputs.number('xopt', ...tOpt),
        order: inputs.numberOr(2, 'n', 'order'),
      };
    case 'arrhenius':
      return {
        model,
        rateAtReference: rateAtReference(),
        referenceC: referenceC(),
        activationJPerMol: activationOf(inputs),
        ...gasConstantOf(inputs),
      };
    case 'q10':
      return {
        model,
        rateAtReference: rateAtReference(),
        referenceC: referenceC(),
        q10: inputs.number('Q10', 'q10'),
      };
    case 'exponential':
      return {
        model,
        rateAtReference: rateAtReference(),
        referenceC: referenceC(),
        perC: inputs.number('a', 'a_per_c', 'slope'),
      };
    case 'square_root_relative':
      return {
        model,
        rateAtReference: rateAtReference(),
        referenceC: referenceC(),
        tMinC: inputs.number(...tMin),
      };
    case 'constant':
      return { model, rate: inputs.growthRate() ?? inputs.number('rate', 'k') };
    default:
      throw new ModelDomainError(`${inputs.path}.model`, named, `one of ${Object.keys(names).join(', ')}`);
  }
}

/** The rate of the nested `secondary` record, or of the fields beside it. */
export function secondaryRateOf(inputs: Inputs): RateOf {
  return rateOfTemperature(
    temperatureModelOf(inputs.record('secondary', 'secondary_model', 'rate_model', 'kinetics')),
  );
}

/** Id of a temperature model by any of its names. */
export const temperatureModelId = (name: string): TemperatureModel['model'] | undefined =>
  names[canonicalName(name)];
