import { ModelDomainError } from '../errors.ts';
import { cardinalTemperatureGamma } from '../growth/cardinalTemperature.ts';
import { ratkowskyExtendedRate, ratkowskyOptimumC } from '../growth/ratkowsky.ts';
import { cardinalGamma, phGamma } from '../secondary/cardinalParameter.ts';
import { carbonDioxideGamma, inhibitorGamma } from '../secondary/inhibitors.ts';
import { type RelativeRateModel, relativeRate, shelfLifeByRelativeRate } from '../secondary/relativeRate.ts';
import { rateOfTemperature } from '../secondary/temperatureModel.ts';
import { waterActivityCardinalGamma, waterActivityGamma } from '../secondary/waterActivity.ts';
import { zwieteringGamma } from '../secondary/zwieteringGamma.ts';
import { acidGammas, givesTotalAcid } from './acidCalculations.ts';
import type { Calculation } from './calculation.ts';
import { awMin, phCardinals, rateOutputs, temperatureCardinals, tMax, tMin, tOpt } from './cardinalInputs.ts';
import type { Inputs } from './inputs.ts';
import { activationOf, temperatureModelOf } from './temperatureModelOf.ts';

const kinds = ['secondary'];
const xT = ['x', 'T_c', 'T', 'temperature_c'];
function temperatureRate(model: string, aliases: readonly string[], gammaToo = false): Calculation {
  return {
    kinds,
    model,
    aliases,
    run: inputs => {
      const { rate } = rateOfTemperature(temperatureModelOf(inputs, model));
      const rates = inputs.numbers(...xT).map(rate);
      return gammaToo ? { ...rateOutputs(rates), gamma: rates } : rateOutputs(rates);
    },
  };
}

function gammaOf(
  model: string,
  aliases: readonly string[],
  columns: readonly string[],
  gamma: (inputs: Inputs) => (x: number) => number,
): Calculation {
  return {
    kinds,
    model,
    aliases,
    run: inputs => {
      // Total acid and pH instead of what is undissociated.
      if (model === 'gamma_inhibitor' && givesTotalAcid(inputs)) return acidGammas(inputs);
      const one = gamma(inputs);
      const gammas = inputs.numbers('x', ...columns).map(one);
      const muOpt = inputs.numberOr(1, 'mu_opt_ln_per_h', 'mu_opt', 'muopt');
      return { ...rateOutputs(gammas.map(value => value * muOpt)), gamma: gammas };
    },
  };
}

const gammas: readonly Calculation[] = [
  gammaOf('ctmi', ['cpm_t', 'cardinal_temperature', 'rosso_1993', 'ctmi_gamma'], ['T_c'], inputs => {
    const cardinal = temperatureCardinals(inputs);
    return x => cardinalTemperatureGamma(x, cardinal);
  }),
  gammaOf('cpm_ph', ['cpm_ph_4p', 'cpm_ph_3p', 'gamma_ph', 'cardinal_ph'], ['pH'], inputs => {
    const cardinals = phCardinals(inputs);
    return x => phGamma(x, cardinals);
  }),
  gammaOf(
    'cpm',
    ['cardinal_parameter_model', 'gamma_cpm', 'cpm_n', 'cpm_rosso', 'rosso_cpm'],
    ['T_c', 'pH', 'aw'],
    inputs => {
      const cardinals = {
        min: inputs.number('xmin', ...tMin),
        opt: inputs.number('xopt', ...tOpt),
        max: inputs.number('xmax', ...tMax),
      };
      const order = inputs.numberOr(2, 'n', 'order');
      return x => cardinalGamma(x, cardinals, order);
    },
  ),
  // biogrowth's half-point model of Aryani: half the optimum rate at xhalf.
  gammaOf('aryani', ['gamma_aryani'], ['pH', 'aw'], inputs => {
    const min = inputs.number('xmin', 'pHmin', 'awmin');
    const half = inputs.number('xhalf', 'xhalf_c', 'pHhalf');
    if (!(half > min)) throw new ModelDomainError('xhalf', half, `above xmin (${min})`);
    return x => (x <= min ? 0 : 1 - 2 ** (-(x - min) / (half - min)));
  }),
  gammaOf('gamma_aw_linear', ['aw_linear', 'gamma_aw', 'rosso_aw', 'gamma_rosso_aw'], ['aw'], inputs => {
    const min = awMin(inputs);
    return x => waterActivityGamma(x, { min });
  }),
  gammaOf('cpm_aw', ['gamma_aw_cpm', 'cpm_aw_3p', 'cpm_aw_2p', 'aw_cpm', 'cardinal_aw'], ['aw'], inputs => {
    const cardinals = { min: awMin(inputs), opt: inputs.numberOr(1, 'awopt', 'aw_opt', 'xopt') };
    return x => waterActivityCardinalGamma(x, cardinals);
  }),
  gammaOf(
    'gamma_inhibitor',
    ['gamma_acid', 'inhibitor', 'gamma_ha', 'gamma_undissociated_acid', 'gamma_mic'],
    ['HA', 'concentration', 'c'],
    inputs => {
      const parameters = {
        mic: inputs.number('MIC', 'mic', 'MIC_undissociated', 'xmax'),
        alpha: inputs.numberOr(1, 'alpha'),
      };
      return x => inhibitorGamma(x, parameters);
    },
  ),
  gammaOf(
    'gamma_co2',
    ['co2', 'gamma_co2_linear', 'carbon_dioxide', 'co2_linear'],
    ['CO2', 'co2', 'CO2_pct', 'CO2_percent'],
    inputs => {
      const max = inputs.number(
        'CO2max',
        'CO2_max',
        'co2_max',
        'CO2max_pct',
        'max',
        'CO2max_mM',
        'CO2max_percent',
        'xmax',
      );
      return x => carbonDioxideGamma(x, { max });
    },
  ),
  gammaOf('gamma_zwietering', ['zwietering', 'zwietering_gamma'], ['T_c', 'pH', 'aw'], inputs => {
    const parameters = {
      min: inputs.number('xmin', ...tMin),
      opt: inputs.number('xopt', ...tOpt),
      order: inputs.numberOr(2, 'n', 'order'),
    };
    // biogrowth's convention, and that of the schema: 0 above the optimum unless the case says otherwise.
    const above = inputs.textOr('zero', 'above_optimum');
    return x => zwieteringGamma(x, parameters, above === 'one' || above === 'refuse' ? above : 'zero');
  }),
  gammaOf(
    'ratkowsky_extended_gamma',
    ['gamma_ratkowsky_extended', 'ratkowsky_1983_gamma', 'full_ratkowsky', 'gamma_full_ratkowsky'],
    ['T_c'],
    inputs => {
      const curve = {
        b: 1,
        tMinC: inputs.number(...tMin),
        c: inputs.number('c', 'cc'),
        tMaxC: inputs.number(...tMax),
      };
      const fastest = ratkowskyExtendedRate(ratkowskyOptimumC(curve), curve);
      return x => ratkowskyExtendedRate(x, curve) / fastest;
    },
  ),
];

const rates: readonly Calculation[] = [
  temperatureRate('ratkowsky_sqrt', ['ratkowsky_1982', 'ratkowsky', 'square_root', 'ratkowsky_square_root']),
  temperatureRate('ratkowsky_extended', ['ratkowsky_1983', 'ratkowsky_full']),
  temperatureRate('huang_sqrt', [
    'huang_square_root',
    'huang_sqrt_suboptimal',
    'huang_sqrt_extended',
    'huang_square_root_extended',
    'huang_sqrt_full',
    'huang_ssqrt',
    'huang_full',
  ]),
  temperatureRate('arrhenius', ['arrhenius_rate']),
  temperatureRate('q10', ['q10_rate']),
];

function rrs(
  model: string,
  aliases: readonly string[],
  of: (inputs: Inputs) => RelativeRateModel,
  referenceC: number,
): Calculation {
  return {
    kinds: ['secondary', 'shelf_life', 'cold_chain'],
    model,
    aliases,
    run: inputs => {
      const rateModel = of(inputs);
      const at = inputs.numberOr(referenceC, 'T_ref_c', 'Tref', 'T_ref', 'Tref_c', 'T_known_c');
      const relative = inputs.numbers(...xT).map(t => relativeRate(t, at, rateModel));
      const known = inputs.numberOr(
        null,
        'shelf_life_ref_d',
        'shelf_life_d',
        'SL_ref_d',
        'shelf_life_ref',
        'SL_ref',
        'shelf_life_ref_h',
        'shelf_life_known_d',
        'known_shelf_life_d',
        'SL_known_d',
        'SL_d',
      );
      const lives =
        known === null
          ? null
          : inputs
              .numbers(...xT)
              .map(t => shelfLifeByRelativeRate(t, { knownLife: known, referenceC: at }, rateModel));
      return {
        RRS: relative,
        rrs: relative,
        relative_rate: relative,
        gamma: relative,
        shelf_life_d: lives,
        shelf_life_h: lives,
        shelf_life: lives,
        SL: lives,
        SL_d: lives,
        SL_h: lives,
      };
    },
  };
}

/** The form that a file names beside its numbers. */
function namedRelativeRate(inputs: Inputs): RelativeRateModel {
  const named = inputs.textOr('square_root', 'model', 'form', 'rrs_model');
  if (/exp/i.test(named)) return { model: 'exponential', perC: inputs.number('a', 'a_per_c', 'slope') };
  if (/arr/i.test(named)) return { model: 'arrhenius', activationJPerMol: activationOf(inputs) };
  return { model: 'square-root', tMinC: inputs.numberOr(-10, ...tMin) };
}

const relativeRates: readonly Calculation[] = [
  rrs('relative_rate_of_spoilage', ['relative_rate', 'relative_spoilage_rate'], namedRelativeRate, 0),
  rrs(
    'rrs_square_root',
    ['rrs_sqrt', 'rrs', 'relative_rate_square_root', 'rrs_temperate'],
    inputs => ({ model: 'square-root', tMinC: inputs.numberOr(-10, ...tMin) }),
    0,
  ),
  rrs(
    'rrs_exponential',
    ['rrs_exp', 'rrs_tropical', 'relative_rate_exponential'],
    inputs => ({ model: 'exponential', perC: inputs.numberOr(0.12, 'a', 'a_per_c', 'slope') }),
    0,
  ),
  rrs(
    'rrs_arrhenius',
    ['relative_rate_arrhenius'],
    inputs => ({ model: 'arrhenius', activationJPerMol: activationOf(inputs) }),
    0,
  ),
];

/** Secondary models on grids of temperature, pH, water activity and inhibitors. */
export const secondaryCalculations: readonly Calculation[] = [...gammas, ...rates, ...relativeRates];
