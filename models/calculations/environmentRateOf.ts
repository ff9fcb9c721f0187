import { ModelDomainError } from '../errors.ts';
import { spellingOf } from '../fitting/parameterNames.ts';
import { rateFamilies } from '../fitting/rateFamilies.ts';
import type { RateOf } from '../integrate.ts';
import type { EnvironmentRate } from '../secondary/environment.ts';
import { gammaConcept } from '../secondary/gammaConcept.ts';
import { canonicalName } from './calculation.ts';
import { gridPoint, phiConventionOf } from './gammaGridCalculations.ts';
import type { Inputs } from './inputs.ts';
import { muOptOf, secondaryRateOf } from './temperatureModelOf.ts';

/**
 * The rate of several factors that `secondary` describes, or null when it is a model of temperature alone.
 * Recognised by its name: cpm_T_pH, cpm_T_pH_aw and the like; gamma_concept takes whichever factors have cardinal
 * values, gamma_concept_interaction their interaction too.
 */
export function environmentRateOf(inputs: Inputs): EnvironmentRate | null {
  if (!inputs.has('secondary', 'secondary_model')) return null;
  const secondary = inputs.record('secondary', 'secondary_model');
  const id = familyIdOf(secondary.text('model'));
  if (/^gamma_(concept|product|interaction)/.test(id))
    return gammaRateOf(secondary, /interaction|xi/.test(id));
  const family = rateFamilies.find(candidate => candidate.id === id);
  if (!family || family.factors.join() === 'temperatureC') return null;
  const parameters: Record<string, number> = { ...family.defaults };
  for (const [spelled, value] of Object.entries(secondary.json)) {
    if (typeof value !== 'number') continue;
    const spelling = spellingOf(spelled, family.parameters, secondary.rateFactor());
    parameters[spelling.name] = spelling.toCode(value);
  }
  return family.environment(parameters);
}

/** Factors in the code, with their names in a grid point. */
const gridNames = [
  ['temperatureC', 'T', ['Topt', 'T_opt'], ['Tmin', 'T_min', 'Tmax', 'T_max']],
  ['ph', 'pH', ['pHopt', 'pH_opt'], ['pHmin', 'pH_min', 'pHmax', 'pH_max']],
  ['waterActivity', 'aw', ['awmin', 'aw_min'], ['awmin', 'aw_min']],
  ['concentration', 'HA', ['MIC_undissociated', 'MIC'], ['MIC_undissociated', 'MIC']],
  ['carbonDioxide', 'CO2', ['CO2max', 'CO2_max'], ['CO2max', 'CO2_max']],
] as const;

function gammaRateOf(secondary: Inputs, interaction: boolean): EnvironmentRate {
  const used = gridNames.filter(([, , given]) => secondary.has(...given));
  const muOpt = muOptOf(secondary);
  const convention = phiConventionOf(secondary);
  return {
    kinks: Object.fromEntries(
      used.map(([factor, , , edges]) => [
        factor,
        [...new Set(edges.filter(name => secondary.has(name)).map(name => secondary.number(name)))],
      ]),
    ),
    rate: values => {
      const point = secondary.with(Object.fromEntries(used.map(([factor, name]) => [name, values[factor]])));
      const { gammas, phis } = gridPoint(secondary, point, convention === 'le-marc');
      const how = interaction ? { convention, phis: Object.values(phis) } : 'none';
      return gammaConcept(muOpt, Object.values(gammas), how).muLnPerH;
    },
  };
}

/**
 * The rate of `secondary` as one of temperature: a model of temperature alone, or one of several factors of which all
 * but temperature are given as constants (pH, aw, HA, CO2).
 */
export function rateOfInputs(inputs: Inputs): RateOf {
  const environment = environmentRateOf(inputs);
  if (!environment) return secondaryRateOf(inputs);
  const constants = inputs.constantConditions();
  for (const factor of Object.keys(environment.kinks))
    if (factor !== 'temperatureC' && constants[factor] === undefined)
      throw new ModelDomainError(`${inputs.path}.${factor}`, undefined, 'given: the rate depends on it');
  return {
    rate: temperatureC => environment.rate({ ...constants, temperatureC }),
    kinks: environment.kinks.temperatureC ?? [],
  };
}

/** Id of a rate family by any of its names. */
export function familyIdOf(name: string): string {
  const canonical = canonicalName(name).replace(/^(gamma|cardinal)_(?=t_|ph_)/, 'cpm_');
  return familyAliases[canonical] ?? canonical;
}

const familyAliases: Readonly<Record<string, string>> = {
  ratkowsky: 'ratkowsky_sqrt',
  sqrt: 'ratkowsky_sqrt',
  square_root: 'ratkowsky_sqrt',
  ratkowsky_1982: 'ratkowsky_sqrt',
  ratkowsky_square_root: 'ratkowsky_sqrt',
  ratkowsky_1983: 'ratkowsky_extended',
  ratkowsky_full: 'ratkowsky_extended',
  full_ratkowsky: 'ratkowsky_extended',
  huang_square_root: 'huang_sqrt',
  huang_square_root_extended: 'huang_sqrt_extended',
  huang_sqrt_full: 'huang_sqrt_extended',
  cpm: 'ctmi',
  cpm_t: 'ctmi',
  rosso: 'ctmi',
  cpm_ph_4p: 'cpm_ph',
  cpm_ph_3p: 'cpm_ph',
  cpm_aw_3p: 'cpm_aw',
  cpm_aw_2p: 'cpm_aw',
  gamma_aw: 'gamma_aw_linear',
  gamma_aw_cpm: 'cpm_aw',
  gamma_acid: 'gamma_inhibitor',
  gamma_undissociated_acid: 'gamma_inhibitor',
  inhibitor: 'gamma_inhibitor',
  gamma_zwietering: 'zwietering',
  zwietering_gamma: 'zwietering',
  cpm_t_ph_aw_9p: 'cpm_t_ph_aw',
};
