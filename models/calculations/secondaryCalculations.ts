import { q10OfTwo } from '../cold-chain/q10OfData.ts';
import { cardinalTemperatureGamma } from '../growth/cardinalTemperature.ts';
import { ratkowskyExtendedRate, ratkowskyOptimumC } from '../growth/ratkowsky.ts';
import { activationFromQ10, arrheniusRate, q10OfSquareRoot } from '../secondary/arrhenius.ts';
import { cardinalGamma, phGamma } from '../secondary/cardinalParameter.ts';
import { carbonDioxideGamma, inhibitorGamma, pKa, undissociatedAcid } from '../secondary/inhibitors.ts';
import { interactionPsi, interactionXi, phiOfGamma } from '../secondary/interaction.ts';
import { type RelativeRateModel, relativeRate } from '../secondary/relativeRate.ts';
import { rateOfTemperature } from '../secondary/temperatureModel.ts';
import {
  waterActivityCardinalGamma,
  waterActivityGamma,
  waterActivityOfSalt,
  waterPhaseSaltPercent,
} from '../secondary/waterActivity.ts';
import { zwieteringGamma } from '../secondary/zwieteringGamma.ts';
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
  gammaOf('cpm', ['cardinal_parameter_model', 'gamma_cpm', 'cpm_n'], ['T_c', 'pH', 'aw'], inputs => {
    const cardinals = {
      min: inputs.number('xmin', ...tMin),
      opt: inputs.number('xopt', ...tOpt),
      max: inputs.number('xmax', ...tMax),
    };
    const order = inputs.numberOr(2, 'n', 'order');
    return x => cardinalGamma(x, cardinals, order);
  }),
  gammaOf('gamma_aw_linear', ['aw_linear', 'gamma_aw', 'rosso_aw'], ['aw'], inputs => {
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
      const max = inputs.number('CO2max', 'CO2_max', 'co2_max', 'CO2max_pct', 'max', 'CO2max_mM', 'xmax');
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
      const at = inputs.numberOr(referenceC, 'T_ref_c', 'Tref', 'T_ref', 'Tref_c');
      const relative = inputs.numbers(...xT).map(t => relativeRate(t, at, rateModel));
      const known = inputs.numberOr(
        null,
        'shelf_life_ref_d',
        'shelf_life_d',
        'SL_ref_d',
        'shelf_life_ref',
        'SL_ref',
        'shelf_life_ref_h',
      );
      const lives = known === null ? null : relative.map(rate => (rate > 0 ? known / rate : null));
      return {
        RRS: relative,
        rrs: relative,
        relative_rate: relative,
        gamma: relative,
        shelf_life_d: lives,
        shelf_life_h: lives,
        shelf_life: lives,
      };
    },
  };
}

const relativeRates: readonly Calculation[] = [
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

const conversions: readonly Calculation[] = [
  {
    kinds,
    model: 'undissociated_acid',
    aliases: ['undissociated', 'henderson_hasselbalch'],
    run: inputs => {
      const total = inputs.number('total_mmol_L', 'total_mM', 'total', 'total_mmol_kg');
      const phs = inputs.numbers('pH', 'x');
      const given = inputs.raw('pKa').value;
      if (typeof given === 'number') {
        const acid = phs.map(ph => undissociatedAcid(total, ph, given));
        return { HA: acid, undissociated: acid, undissociated_mmol_L: acid };
      }
      const constants = given === undefined ? pKa : inputs.record('pKa').json;
      return Object.fromEntries(
        Object.entries(constants).map(([acid, constant]) => [
          acid,
          phs.map(ph => undissociatedAcid(total, ph, Number(constant))),
        ]),
      );
    },
  },
  {
    kinds,
    model: 'aw_from_salt',
    aliases: [
      'water_phase_salt',
      'aw_from_wps',
      'aw_wps',
      'salt_aw',
      'water_activity_salt',
      'aw_nacl',
      'resnik_chirife',
      'aw_resnik_chirife',
      'aw_from_salt_resnik_chirife',
      'salt_to_aw',
      'wps_to_aw',
      'wps_aw',
    ],
    run: inputs => {
      const salt = inputs.has('NaCl_g', 'nacl_g', 'NaCl', 'NaCl_pct')
        ? inputs.numbers('NaCl_g', 'nacl_g', 'NaCl', 'NaCl_pct').map((g, i) => {
            const water = inputs.numbers('water_g', 'water', 'water_pct');
            return waterPhaseSaltPercent(g, water[i] ?? water[0]!);
          })
        : inputs.numbers('x', 'WPS', 'wps_pct', 'WPS_pct', 'wps');
      const aw = salt.map(waterActivityOfSalt);
      return { aw, WPS: salt, wps_pct: salt, WPS_pct: salt, wps: salt, water_activity: aw };
    },
  },
  {
    kinds,
    model: 'ratkowsky_optimum',
    aliases: ['ratkowsky_topt', 'ratkowsky_extended_optimum', 'ratkowsky_extended_topt', 'topt_ratkowsky'],
    run: inputs => {
      const curve = {
        b: inputs.numberOr(1, 'b'),
        tMinC: inputs.number(...tMin),
        c: inputs.number('c', 'cc'),
        tMaxC: inputs.number(...tMax),
      };
      const optimum = ratkowskyOptimumC(curve);
      const muOpt = ratkowskyExtendedRate(optimum, curve);
      return { Topt: optimum, T_opt_c: optimum, Topt_c: optimum, mu_opt_ln_per_h: muOpt, mu_opt: muOpt };
    },
  },
  {
    kinds: ['secondary', 'cold_chain'],
    model: 'q10_of_square_root',
    aliases: ['q10_square_root', 'q10_sqrt', 'q10_from_sqrt', 'q10_ratkowsky'],
    run: inputs => ({ Q10: inputs.numbers(...xT).map(t => q10OfSquareRoot(t, inputs.number(...tMin))) }),
  },
  {
    kinds: ['secondary', 'cold_chain'],
    model: 'ea_from_q10',
    aliases: ['activation_from_q10', 'q10_to_ea'],
    run: inputs => {
      const q10 = inputs.number('Q10', 'q10');
      const lower = inputs.number('T1_c', 'T_c', 'T_ref_c');
      const ea = activationFromQ10(q10, lower, inputs.numberOr(lower + 10, 'T2_c'));
      return { Ea_J_mol: ea, Ea_kJ_mol: ea / 1000 };
    },
  },
  {
    kinds: ['secondary', 'cold_chain'],
    model: 'q10_from_ea',
    aliases: ['q10_from_activation', 'ea_to_q10', 'q10_of_arrhenius', 'q10_arrhenius'],
    run: inputs => {
      const at = (temperatureC: number) =>
        arrheniusRate(temperatureC, {
          rateAtReference: 1,
          referenceC: 0,
          activationJPerMol: activationOf(inputs),
        });
      const lowerC = inputs.number('T1_c', 'T_c', 'T_ref_c');
      const upperC = inputs.numberOr(lowerC + 10, 'T2_c');
      const q10 = q10OfTwo(
        { temperatureC: lowerC, rate: at(lowerC) },
        { temperatureC: upperC, rate: at(upperC) },
      );
      return { Q10: q10, q10 };
    },
  },
  {
    kinds,
    model: 'interaction_psi',
    aliases: ['psi', 'xi', 'interaction', 'le_marc_interaction', 'interaction_xi', 'psi_xi'],
    run: inputs => {
      const phis = inputs.has('phi', 'phis')
        ? inputs.numbers('phi', 'phis')
        : inputs.numbers('gamma', 'gammas').map(phiOfGamma);
      const psi = interactionPsi(phis);
      return { phi: phis, psi, xi: psi === null ? null : interactionXi(psi) };
    },
  },
  {
    kinds,
    model: 'lag_from_h0',
    aliases: ['lag_of_temperature', 'lag', 'lambda_from_h0'],
    run: inputs => {
      const { rate } = rateOfTemperature(temperatureModelOf(inputs.record('secondary')));
      const mu = inputs.numbers(...xT).map(rate);
      const h0 = inputs.h0(undefined);
      const lag = mu.map(value => (value > 0 ? h0 / value : null));
      return { ...rateOutputs(mu), lag_h: lag, lambda_h: lag };
    },
  },
];

/** Secondary models on grids of temperature, pH, water activity and inhibitors. */
export const secondaryCalculations: readonly Calculation[] = [
  ...gammas,
  ...rates,
  ...relativeRates,
  ...conversions,
];
