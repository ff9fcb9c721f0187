import { spellingOf } from '../fitting/parameterNames.ts';
import { rateFamilies } from '../fitting/rateFamilies.ts';
import type { EnvironmentRate } from '../secondary/environment.ts';
import { canonicalName } from './calculation.ts';
import type { Inputs } from './inputs.ts';

/**
 * The rate of several factors that `secondary` describes, or null when it is a model of temperature alone.
 * Recognised by its name: cpm_T_pH, cpm_T_pH_aw and the like.
 */
export function environmentRateOf(inputs: Inputs): EnvironmentRate | null {
  if (!inputs.has('secondary', 'secondary_model')) return null;
  const secondary = inputs.record('secondary', 'secondary_model');
  const id = familyIdOf(secondary.text('model'));
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
