import { q10OfTwo } from '../cold-chain/q10OfData.ts';
import { ratkowskyExtendedRate, ratkowskyOptimumC } from '../growth/ratkowsky.ts';
import { activationFromQ10, arrheniusRate, q10OfSquareRoot } from '../secondary/arrhenius.ts';
import { interactionPsi, interactionXi, phiOfGamma } from '../secondary/interaction.ts';
import { waterActivityOfSalt, waterPhaseSaltPercent } from '../secondary/waterActivity.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { rateOutputs, tMax, tMin } from './cardinalInputs.ts';
import { rateOfInputs } from './environmentRateOf.ts';
import type { Inputs } from './inputs.ts';
import { activationOf, gasConstantOf } from './temperatureModelOf.ts';

const kinds = ['secondary', 'cold_chain'];
const secondary = ['secondary'];
const growth = ['secondary', 'static_growth'];
const xT = ['x', 'T_c', 'T', 'temperature_c'];

const saltNames = [
  'NaCl_g',
  'nacl_g',
  'NaCl',
  'NaCl_pct',
  'NaCl_percent',
  'NaCl_g_per_100g',
  'salt_g',
  'salt',
  'salt_pct',
];
const waterNames = ['water_g', 'water', 'water_pct', 'water_percent', 'water_g_per_100g', 'moisture_pct'];
const wpsNames = ['x', 'WPS', 'wps_pct', 'WPS_percent', 'WPS_pct', 'wps', 'water_phase_salt_pct'];

function waterActivity(inputs: Inputs): Outputs {
  const salt = inputs.has(...saltNames)
    ? inputs.numbers(...saltNames).map((g, i) => {
        const water = inputs.numbers(...waterNames);
        return waterPhaseSaltPercent(g, water[i] ?? water[0]!);
      })
    : inputs.numbers(...wpsNames);
  const aw = salt.map(waterActivityOfSalt);
  return { aw, WPS: salt, wps_pct: salt, WPS_percent: salt, wps: salt, water_activity: aw };
}

/** Lag at a rate, from the work h0: of a secondary model at temperatures, or of rates as given. */
function lagOfWork(inputs: Inputs): Outputs {
  const mu = inputs.has('secondary')
    ? inputs.numbers(...xT).map(rateOfInputs(inputs).rate)
    : inputs.numbers('mu_ln_per_h', 'mu', 'mumax');
  const h0 = inputs.h0(undefined);
  const lag = mu.map(value => (value > 0 ? h0 / value : null));
  return { ...rateOutputs(mu), lag_h: lag, lambda_h: lag, lag };
}

/** h0, Q0 and ln Q0 say the same: how much work is left before growth. h0 = 0 has no finite Q0. */
function stateOf(inputs: Inputs): Outputs {
  const h0 = inputs.h0(inputs.growthRate());
  const q0 = h0 > 0 ? 1 / Math.expm1(h0) : null;
  return { h0, Q0: q0, lnQ0: q0 === null ? null : -Math.log(Math.expm1(h0)) };
}

function rateScales(inputs: Inputs): Outputs {
  const mu = inputs.growthRate() ?? inputs.number('mu_ln_per_h');
  const doublingH = mu > 0 ? Math.LN2 / mu : null;
  return {
    ...{ mu_ln_per_h: mu, mu_log10_per_h: mu / Math.LN10, mu10: mu / Math.LN10, mu_ln_per_d: 24 * mu },
    ...{ doubling_time_h: doublingH, Td_h: doublingH, Td: doublingH, generation_time_h: doublingH },
  };
}

function q10OfActivation(inputs: Inputs): Outputs {
  const model = {
    rateAtReference: 1,
    referenceC: 0,
    activationJPerMol: activationOf(inputs),
    ...gasConstantOf(inputs),
  };
  const lower = inputs.numbers('T1_c', 'T_c', 'T_ref_c', 'x');
  const q10 = lower.map(lowerC => {
    const upperC = inputs.numberOr(lowerC + 10, 'T2_c');
    return q10OfTwo(
      { temperatureC: lowerC, rate: arrheniusRate(lowerC, model) },
      { temperatureC: upperC, rate: arrheniusRate(upperC, model) },
    );
  });
  return { Q10: q10, q10 };
}

function activationOfQ10(inputs: Inputs): Outputs {
  const q10 = inputs.number('Q10', 'q10');
  const ea = inputs
    .numbers('T1_c', 'T_c', 'T_ref_c', 'x')
    .map(lower => activationFromQ10(q10, lower, inputs.numberOr(lower + 10, 'T2_c')));
  return { Ea_J_mol: ea, Ea_kJ_mol: ea.map(value => value / 1000) };
}

function ratkowskyOptimum(inputs: Inputs): Outputs {
  const curve = {
    b: inputs.numberOr(1, 'b'),
    tMinC: inputs.number(...tMin),
    c: inputs.number('c', 'cc'),
    tMaxC: inputs.number(...tMax),
  };
  const optimum = ratkowskyOptimumC(curve);
  const muOpt = ratkowskyExtendedRate(optimum, curve);
  return { Topt: optimum, T_opt_c: optimum, Topt_c: optimum, mu_opt_ln_per_h: muOpt, mu_opt: muOpt };
}

function interaction(inputs: Inputs): Outputs {
  const phis = inputs.has('phi', 'phis')
    ? inputs.numbers('phi', 'phis')
    : inputs.numbers('gamma', 'gammas').map(phiOfGamma);
  const psi = interactionPsi(phis);
  return { phi: phis, psi, xi: psi === null ? null : interactionXi(psi) };
}

/** From one way of saying a thing to another: rates, lag and work, Ea and Q10, salt and water activity. */
export const conversionCalculations: readonly Calculation[] = [
  {
    kinds: secondary,
    model: 'aw_from_salt',
    aliases: [
      ...['water_phase_salt', 'aw_from_wps', 'aw_wps', 'salt_aw', 'aw_nacl', 'wps', 'aw_from_nacl'],
      ...[
        'resnik_chirife',
        'aw_resnik_chirife',
        'aw_from_salt_resnik_chirife',
        'salt_to_aw',
        'wps_to_aw',
        'wps_aw',
      ],
      ...['aw_from_water_phase_salt', 'salt_water_phase', 'aw_salt'],
    ],
    run: waterActivity,
  },
  {
    kinds: secondary,
    model: 'ratkowsky_optimum',
    aliases: ['ratkowsky_topt', 'ratkowsky_extended_optimum', 'ratkowsky_extended_topt', 'topt_ratkowsky'],
    run: ratkowskyOptimum,
  },
  {
    kinds,
    model: 'q10_of_square_root',
    aliases: ['q10_square_root', 'q10_sqrt', 'q10_from_sqrt', 'q10_ratkowsky', 'q10_ratkowsky_sqrt'],
    run: inputs => {
      const q10 = inputs.numbers(...xT).map(t => q10OfSquareRoot(t, inputs.number(...tMin)));
      return { Q10: q10, q10 };
    },
  },
  { kinds, model: 'ea_from_q10', aliases: ['activation_from_q10', 'q10_to_ea'], run: activationOfQ10 },
  {
    kinds,
    model: 'q10_from_ea',
    aliases: ['q10_from_activation', 'ea_to_q10', 'q10_of_arrhenius', 'q10_arrhenius'],
    run: q10OfActivation,
  },
  {
    kinds: secondary,
    model: 'interaction_psi',
    aliases: ['psi', 'xi', 'interaction', 'le_marc_interaction', 'interaction_xi', 'psi_xi', 'le_marc_psi'],
    run: interaction,
  },
  {
    kinds: growth,
    model: 'lag_from_h0',
    aliases: [
      'lag_of_temperature',
      'lag',
      'lambda_from_h0',
      'lag_h0',
      'lag_from_mu',
      'lag_from_rate',
      'h0_to_lag',
    ],
    run: lagOfWork,
  },
  {
    kinds: growth,
    model: 'h0_from_lag',
    aliases: ['h0_from_q0', 'q0_from_h0', 'q0_from_lag', 'physiological_state', 'h0_q0', 'lag_to_h0'],
    run: stateOf,
  },
  {
    kinds: growth,
    model: 'rate_units',
    aliases: ['doubling_time', 'generation_time', 'mu_units', 'rate_conversion', 'growth_rate_units'],
    run: rateScales,
  },
];
