import { ModelDomainError } from '../errors.ts';
import { ratkowskyExtendedRate, ratkowskyOptimumC } from '../growth/ratkowsky.ts';
import type { RateOf } from '../integrate.ts';
import { rateOfTemperature, type TemperatureModel } from '../secondary/temperatureModel.ts';
import { canonicalName } from './calculation.ts';
import type { Inputs } from './inputs.ts';

const names: Readonly<Record<string, Named>> = {
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
  ratkowsky_extended_gamma: 'ratkowsky_extended_gamma',
  gamma_ratkowsky_extended: 'ratkowsky_extended_gamma',
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

type Reader = (inputs: Inputs) => TemperatureModel;

const rateAtReference = (inputs: Inputs): number =>
  inputs.rateFactor() *
  inputs.number('mu_ref_ln_per_h', 'mu_ref', 'k_ref', 'k_ref_per_h', 'rate_ref', 'rateAtReference');
const referenceC = (inputs: Inputs): number => inputs.number(...reference);
const cardinals = (inputs: Inputs) => ({
  muOptLnPerH: muOptOf(inputs),
  tMinC: inputs.number(...tMin),
  tOptC: inputs.number(...tOpt),
  tMaxC: inputs.number(...tMax),
});

/** Without an optimum rate the model gives gamma itself. */
export function muOptOf(inputs: Inputs): number {
  if (inputs.has('mu_opt_log10_per_h')) return inputs.number('mu_opt_log10_per_h') * Math.LN10;
  return inputs.rateFactor() * inputs.numberOr(1, 'mu_opt_ln_per_h', 'mu_opt', 'muopt', 'muOpt');
}

/** b and a stand for the root of a rate: their factor is the root of the rate's. */
const rooted = (inputs: Inputs, name: string): number => Math.sqrt(inputs.rateFactor()) * inputs.number(name);

/** A model of the code, or one that is another of them in other parameters. */
type Named = TemperatureModel['model'] | 'ratkowsky_extended_gamma';

const readers: Readonly<Record<Named, Reader>> = {
  ratkowsky_sqrt: inputs => ({
    model: 'ratkowsky_sqrt',
    b: rooted(inputs, 'b'),
    tMinC: inputs.number(...tMin),
  }),
  ratkowsky_extended: inputs => ({
    model: 'ratkowsky_extended',
    b: rooted(inputs, 'b'),
    tMinC: inputs.number(...tMin),
    c: inputs.number('c', 'cc'),
    tMaxC: inputs.number(...tMax),
  }),
  ratkowsky_extended_gamma: inputs => {
    const curve = {
      b: 1,
      tMinC: inputs.number(...tMin),
      c: inputs.number('c', 'cc'),
      tMaxC: inputs.number(...tMax),
    };
    const fastest = ratkowskyExtendedRate(ratkowskyOptimumC(curve), curve);
    return { model: 'ratkowsky_extended', ...curve, b: Math.sqrt(muOptOf(inputs) / fastest) };
  },
  huang_sqrt: inputs => ({
    model: 'huang_sqrt',
    a: rooted(inputs, 'a'),
    tMinC: inputs.number(...tMin),
    ...(inputs.has(...tMax) ? { b: inputs.number('b', 'c'), tMaxC: inputs.number(...tMax) } : {}),
  }),
  ctmi: inputs => ({ model: 'ctmi', ...cardinals(inputs) }),
  cpm: inputs => ({ model: 'cpm', ...cardinals(inputs), order: inputs.numberOr(2, 'n', 'order', 'CPM_n_T') }),
  zwietering: inputs => ({
    model: 'zwietering',
    muOptLnPerH: muOptOf(inputs),
    tMinC: inputs.number('xmin', ...tMin),
    tOptC: inputs.number('xopt', ...tOpt),
    order: inputs.numberOr(2, 'n', 'order'),
  }),
  arrhenius: inputs => ({
    model: 'arrhenius',
    rateAtReference: rateAtReference(inputs),
    referenceC: referenceC(inputs),
    activationJPerMol: activationOf(inputs),
    ...gasConstantOf(inputs),
  }),
  q10: inputs => ({
    model: 'q10',
    rateAtReference: rateAtReference(inputs),
    referenceC: referenceC(inputs),
    q10: inputs.number('Q10', 'q10'),
  }),
  exponential: inputs => ({
    model: 'exponential',
    rateAtReference: rateAtReference(inputs),
    referenceC: referenceC(inputs),
    perC: inputs.number('a', 'a_per_c', 'slope'),
  }),
  square_root_relative: inputs => ({
    model: 'square_root_relative',
    rateAtReference: rateAtReference(inputs),
    referenceC: referenceC(inputs),
    tMinC: inputs.number(...tMin),
  }),
  constant: inputs => ({ model: 'constant', rate: inputs.growthRate() ?? inputs.number('rate', 'k') }),
};

/** The temperature model named by `model` with its parameters, rates in ln units per hour. */
export function temperatureModelOf(inputs: Inputs, named: string = inputs.text('model')): TemperatureModel {
  const model = temperatureModelId(named);
  if (!model)
    throw new ModelDomainError(
      `${inputs.path}.model`,
      named,
      `one of ${[...new Set(Object.values(names))].join(', ')}`,
    );
  return readers[model](inputs);
}

/** The rate of the nested `secondary` record, or of the fields beside it. */
export function secondaryRateOf(inputs: Inputs): RateOf {
  return rateOfTemperature(
    temperatureModelOf(inputs.record('secondary', 'secondary_model', 'rate_model', 'kinetics')),
  );
}

/** Id of a temperature model by any of its names. */
export const temperatureModelId = (name: string): Named | undefined => names[canonicalName(name)];
