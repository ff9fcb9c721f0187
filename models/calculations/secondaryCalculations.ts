import { cardinalTemperatureGamma } from '../growth/cardinalTemperature.ts';
import { ratkowskyExtendedRate, ratkowskyOptimumC } from '../growth/ratkowsky.ts';
import { activationFromQ10, q10OfSquareRoot } from '../secondary/arrhenius.ts';
import { cardinalGamma, phGamma } from '../secondary/cardinalParameter.ts';
import { gammaConcept } from '../secondary/gammaConcept.ts';
import { carbonDioxideGamma, inhibitorGamma, pKa, undissociatedAcid } from '../secondary/inhibitors.ts';
import { interactionPsi, interactionXi, phiOfDistance, phiOfGamma } from '../secondary/interaction.ts';
import { type RelativeRateModel, relativeRate } from '../secondary/relativeRate.ts';
import { rateOfTemperature } from '../secondary/temperatureModel.ts';
import {
  waterActivityCardinalGamma,
  waterActivityGamma,
  waterActivityOfSalt,
  waterPhaseSaltPercent,
} from '../secondary/waterActivity.ts';
import { zwieteringGamma } from '../secondary/zwieteringGamma.ts';
import type { Calculation, Outputs } from './calculation.ts';
import type { Inputs } from './inputs.ts';
import { activationOf, temperatureModelOf } from './temperatureModelOf.ts';

const kinds = ['secondary'];
const tMin = ['Tmin', 'T_min', 'Tmin_c', 'xmin'];
const tOpt = ['Topt', 'T_opt', 'Topt_c', 'xopt'];
const tMax = ['Tmax', 'T_max', 'Tmax_c', 'xmax'];
const xT = ['x', 'T_c', 'T', 'temperature_c'];
const rateNames = ['mu_ln_per_h', 'mu', 'k', 'rate', 'k_per_h'];

/** One list under every name a rate may go by, with its square root and its log10 scale. */
function rateOutputs(rates: readonly number[]): Outputs {
  return {
    ...Object.fromEntries(rateNames.map(name => [name, rates])),
    sqrt_mu: rates.map(Math.sqrt),
    mu_log10_per_h: rates.map(rate => rate / Math.LN10),
  };
}

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

const temperatureCardinals = (inputs: Inputs) => ({
  tMinC: inputs.number(...tMin),
  tOptC: inputs.number(...tOpt),
  tMaxC: inputs.number(...tMax),
});

const phCardinals = (inputs: Inputs) => {
  const min = inputs.number('pHmin', 'pH_min', 'xmin');
  const opt = inputs.number('pHopt', 'pH_opt', 'xopt');
  return { min, opt, max: inputs.numberOr(2 * opt - min, 'pHmax', 'pH_max', 'xmax') };
};

const awMin = (inputs: Inputs) => inputs.number('awmin', 'aw_min', 'xmin');

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

interface GridPoint {
  readonly gammas: Readonly<Record<string, number>>;
  readonly phis: Readonly<Record<string, number>>;
}

/** Gammas of one point of a grid of conditions, for each factor whose cardinal values are given. */
function gridPoint(inputs: Inputs, point: Inputs, leMarc: boolean): GridPoint {
  const gammas: Record<string, number> = {};
  const phis: Record<string, number> = {};
  const put = (factor: string, gamma: number, distance: () => number) => {
    gammas[factor] = gamma;
    phis[factor] = leMarc ? distance() : phiOfGamma(gamma);
  };
  if (inputs.has('Topt', 'T_opt')) {
    const t = point.number('T', 'T_c');
    const cardinal = temperatureCardinals(inputs);
    put('T', cardinalTemperatureGamma(t, cardinal), () =>
      phiOfDistance(t, { min: cardinal.tMinC, opt: cardinal.tOptC }),
    );
  }
  if (inputs.has('pHopt', 'pH_opt')) {
    const ph = point.number('pH');
    const cardinals = phCardinals(inputs);
    put('pH', phGamma(ph, cardinals), () => phiOfDistance(ph, cardinals));
  }
  if (inputs.has('awmin', 'aw_min')) {
    const aw = point.number('aw');
    const min = awMin(inputs);
    const opt = inputs.numberOr(1, 'awopt', 'aw_opt');
    const cardinal = inputs.has('awopt', 'aw_opt') && !/linear/.test(inputs.textOr('', 'aw_model'));
    put('aw', cardinal ? waterActivityCardinalGamma(aw, { min, opt }) : waterActivityGamma(aw, { min }), () =>
      phiOfDistance(aw, { min, opt }),
    );
  }
  if (inputs.has('CO2max', 'CO2_max')) {
    const co2 = point.numberOr(0, 'CO2', 'CO2_pct');
    const max = inputs.number('CO2max', 'CO2_max');
    put('CO2', carbonDioxideGamma(co2, { max }), () => phiOfDistance(co2, { min: max, opt: 0 }));
  }
  for (const [factor, mic] of Object.entries(inhibitorsOf(inputs))) {
    const acid = point.numberOr(0, factor);
    put(factor, inhibitorGamma(acid, { mic, alpha: inputs.numberOr(1, 'alpha') }), () =>
      phiOfDistance(Math.min(acid, mic), { min: mic, opt: 0 }),
    );
  }
  return { gammas, phis };
}

function inhibitorsOf(inputs: Inputs): Record<string, number> {
  const { value } = inputs.raw('MIC_undissociated', 'MIC', 'mic');
  if (typeof value === 'number') return { HA: value };
  return value === undefined
    ? {}
    : (inputs.record('MIC_undissociated', 'MIC', 'mic').json as Record<string, number>);
}

function gammaGrid(model: string, aliases: readonly string[], interaction: boolean): Calculation {
  return { kinds, model, aliases, run: inputs => runGammaGrid(inputs, interaction) };
}

function runGammaGrid(inputs: Inputs, interaction: boolean): Outputs {
  const convention = /le_?marc/i.test(inputs.textOr('', 'phi_convention')) ? 'le-marc' : 'mejlholm-dalgaard';
  const points = gridOf(inputs).map(point => gridPoint(inputs, point, convention === 'le-marc'));
  const muOpt = inputs.numberOr(1, 'mu_opt_ln_per_h', 'mu_opt', 'muopt');
  const results = points.map(({ gammas, phis }) =>
    gammaConcept(
      muOpt,
      Object.values(gammas),
      interaction ? { convention, phis: Object.values(phis) } : 'none',
    ),
  );
  const mu = results.map(result => result.muLnPerH);
  const outputs: Record<string, unknown> = { ...rateOutputs(mu), gamma: results.map(result => result.gamma) };
  for (const factor of Object.keys(points[0]?.gammas ?? {})) {
    outputs[`gamma_${factor}`] = points.map(point => point.gammas[factor]);
    outputs[`phi_${factor}`] = points.map(point => point.phis[factor]);
  }
  return { ...outputs, psi: results.map(result => result.psi), xi: results.map(result => result.xi) };
}

/** A list of points, or columns side by side. */
function gridOf(inputs: Inputs): Inputs[] {
  if (inputs.has('grid', 'conditions', 'points'))
    return inputs.records('grid', 'conditions', 'points').map(({ inputs: point }) => point);
  const columns = ['T', 'T_c', 'pH', 'aw', 'HA', 'CO2'].filter(name => inputs.has(name));
  const lists = columns.map(name => inputs.numbers(name));
  const length = Math.max(...lists.map(list => list.length));
  return Array.from({ length }, (_, i) =>
    inputs.with(Object.fromEntries(columns.map((name, j) => [name, lists[j]![i] ?? lists[j]![0]]))),
  );
}

/** Secondary models on grids of temperature, pH, water activity and inhibitors. */
export const secondaryCalculations: readonly Calculation[] = [
  ...gammas,
  ...rates,
  ...relativeRates,
  ...conversions,
  gammaGrid(
    'gamma_concept_interaction',
    [
      'gamma_interaction',
      'gamma_concept_xi',
      'gamma_concept_with_interaction',
      'gamma_concept_interaction_le_marc',
    ],
    true,
  ),
  gammaGrid('gamma_concept', ['gamma_product', 'gamma_concept_no_interaction'], false),
  gammaGrid('cpm_T_pH_aw', ['cpm_t_ph', 'cpm_t_aw', 'cpm_ph_aw', 'cardinal_t_ph_aw'], false),
];
