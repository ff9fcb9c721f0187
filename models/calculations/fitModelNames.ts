import { ModelDomainError } from '../errors.ts';
import type { FitModel } from '../fitting/fitModel.ts';
import { fitModelIds, fitModelOf } from '../fitting/fitRegistry.ts';
import { canonicalName } from './calculation.ts';
import { familyIdOf } from './environmentRateOf.ts';

/** Names of fit models in other software and older files. */
const aliases: Readonly<Record<string, string>> = {
  gompertz: 'gompertz_zwietering',
  modified_gompertz: 'gompertz_zwietering',
  gompertzm: 'gompertz_zwietering',
  logistic: 'logistic_zwietering',
  modified_logistic: 'logistic_zwietering',
  buchanan: 'trilinear',
  buchanan_no_lag: 'trilinear_no_lag',
  buchanan_no_stationary: 'trilinear_no_stationary',
  three_phase_linear: 'trilinear',
  bigelow: 'one_step_bigelow',
  isothermal_bigelow: 'one_step_bigelow',
  bigelow_isothermal: 'one_step_bigelow',
  one_step_log_linear_bigelow: 'one_step_bigelow',
  one_step_weibull_mafart_bigelow: 'one_step_weibull_mafart',
  one_step_mafart_bigelow: 'one_step_weibull_mafart',
  one_step_mafart: 'one_step_weibull_mafart',
  isothermal_mafart: 'one_step_weibull_mafart',
  inactivation_dynamic_bigelow: 'dynamic_bigelow',
  dynamic_inactivation_bigelow: 'dynamic_bigelow',
  one_step_dynamic_bigelow: 'dynamic_bigelow',
  inactivation_dynamic_weibull_mafart: 'dynamic_weibull_mafart',
  inactivation_dynamic_mafart: 'dynamic_weibull_mafart',
  dynamic_mafart: 'dynamic_weibull_mafart',
  inactivation_dynamic_geeraerd: 'dynamic_geeraerd',
  weibull: 'weibull_mafart',
  mafart: 'weibull_mafart',
  albert: 'weibull_mafart_tail',
  albert_mafart: 'weibull_mafart_tail',
  loglinear: 'log_linear',
  trilinear_survival: 'three_phase_survival',
  trilinear_inactivation: 'three_phase_survival',
  bilinear_no_tail: 'three_phase_survival_no_tail',
  bilinear_no_shoulder: 'three_phase_survival_no_shoulder',
  jameson_buchanan: 'jameson_trilinear',
  jameson_two_flora: 'jameson_baranyi',
  jameson: 'jameson_baranyi',
  order_0: 'quality_order_0',
  order_1: 'quality_order_1',
};

const primaryNames =
  /^(baranyi|huang|trilinear|gompertz_zwietering|gompertz|logistic_zwietering|logistic|buchanan)_(?:roberts_)?/;

/** The model of a fit by any of its names; the dynamic and one-step ones are put together from their parts. */
export function fitModelNamed(name: string): FitModel {
  const canonical = canonicalName(name).replace(/^fit_/, '');
  const direct =
    fitModelOf(canonical) ?? fitModelOf(aliases[canonical] ?? '') ?? fitModelOf(familyIdOf(canonical));
  if (direct) return direct;
  const dynamic =
    /^(?:one_step_|global_)?dynamic_(.+)$/.exec(canonical) ?? /^(?:one_step_)?(.+)_dynamic$/.exec(canonical);
  const oneStep = /^(?:one_step|global)_(?:static_)?(.+)$/.exec(canonical);
  const parts = primaryNames.exec(dynamic?.[1] ?? oneStep?.[1] ?? '');
  const rest = (dynamic?.[1] ?? oneStep?.[1] ?? '').slice(parts?.[0].length ?? 0);
  const primary = parts?.[1] ?? 'baranyi';
  const full = aliases[primary] ?? primary;
  const whole = dynamic?.[1] ?? '';
  const survival = fitModelOf(
    `dynamic_${aliases[whole] === 'one_step_bigelow' ? whole : (aliases[whole] ?? whole)}`,
  );
  if (survival) return survival;
  const id = dynamic ? `dynamic_baranyi_${familyIdOf(rest)}` : `one_step_${full}_${familyIdOf(rest)}`;
  const model = dynamic || oneStep ? fitModelOf(id) : undefined;
  if (!model) throw new ModelDomainError('model', name, `one of ${fitModelIds.join(', ')}`);
  return model;
}

/** Whether a name is that of a model that can be fitted. */
export function isFitModel(name: string): boolean {
  if (twoStepParts(name)) return true;
  try {
    return Boolean(fitModelNamed(name));
  } catch {
    // The name was not understood: that is the answer.
    return false;
  }
}

export interface TwoStepParts {
  readonly primary: string;
  readonly family: string;
}

/** The two models of a two-step regression, or null when the name is none. */
export function twoStepParts(name: string): TwoStepParts | null {
  const [, rest] = /^two_step_(.+)$/.exec(canonicalName(name)) ?? [];
  if (!rest) return null;
  const parts = primaryNames.exec(rest);
  const primary = parts?.[1] ?? 'baranyi';
  const family = familyIdOf(rest.slice(parts?.[0].length ?? 0));
  return fitModelOf(family) ? { primary: aliases[primary] ?? primary, family } : null;
}
