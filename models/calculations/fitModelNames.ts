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
  log_linear_bigelow: 'one_step_bigelow',
  weibull_mafart_bigelow: 'one_step_weibull_mafart',
  bigelow_z: 'bigelow_d',
  z_value: 'bigelow_d',
  d_value: 'bigelow_d',
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
  /^(baranyi|huang|trilinear|gompertz_zwietering|gompertz|logistic_zwietering|logistic|buchanan)(?:_roberts|_dynamic|_no_lag|_no_stationary)*(?:_|$)/;

export interface NameParts {
  /** Id of the primary model; baranyi when the name has none. */
  readonly primary: string;
  /** Id of the rate family; ratkowsky_sqrt when the name has none. */
  readonly family: string;
}

/** baranyi_ratkowsky as its two models. Lag and stationary phase are there when their parameters are. */
function partsOf(name: string): NameParts {
  const parts = primaryNames.exec(name);
  const primary = parts?.[1] ?? 'baranyi';
  const rest = name.slice(parts?.[0].length ?? 0);
  return { primary: aliases[primary] ?? primary, family: familyIdOf(rest || 'ratkowsky_sqrt') };
}

/** The model of a fit by any of its names; the dynamic and one-step ones are put together from their parts. */
export function fitModelNamed(name: string): FitModel {
  const canonical = withoutMethod(name);
  const model =
    fitModelOf(canonical) ??
    fitModelOf(aliases[canonical] ?? '') ??
    fitModelOf(familyIdOf(canonical)) ??
    dynamicModel(canonical) ??
    qualityModel(canonical) ??
    oneStepModel(canonical);
  if (!model) throw new ModelDomainError('model', name, `one of ${fitModelIds.join(', ')}`);
  return model;
}

/** A name without the words for how it is fitted: the method follows from the data. */
const withoutMethod = (name: string): string =>
  canonicalName(name)
    .replace(/(^|_)(?:fit|tobit|censored|least_squares)(?=_|$)/g, '')
    .replace(/^_/, '');

/** order_1_arrhenius, with or without one_step and quality before it. */
function qualityModel(name: string): FitModel | undefined {
  const [, order, family] =
    /^(?:one_step_|global_)?(?:quality_)?(?:order_)?(0|1|zero|first)(?:_order)?_(.+)$/.exec(name) ?? [];
  if (!order || !family) return undefined;
  const number = order === '0' || order === 'zero' ? 0 : 1;
  return fitModelOf(`one_step_quality_order_${number}_${familyIdOf(family)}`);
}

function dynamicModel(name: string): FitModel | undefined {
  if (!/(^|_)dynamic(_|$)/.test(name)) return undefined;
  const rest = name.replace(/(^|_)(?:one_step|global|inactivation|dynamic)(?=_|$)/g, '').replace(/^_/, '');
  const survival = aliases[rest] === 'one_step_bigelow' ? rest : (aliases[rest] ?? rest);
  return fitModelOf(`dynamic_${survival}`) ?? fitModelOf(`dynamic_baranyi_${partsOf(rest).family}`);
}

function oneStepModel(name: string): FitModel | undefined {
  const [, rest] = /^(?:one_step|global)_(?:static_)?(.+)$/.exec(name) ?? [];
  if (!rest) return undefined;
  const { primary, family } = partsOf(rest);
  return fitModelOf(`one_step_${primary}_${family}`);
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

/** The two models of a two-step regression, or null when the name is none. */
export function twoStepParts(name: string): NameParts | null {
  const canonical = withoutMethod(name);
  if (!/(^|_)two_step(_|$)/.test(canonical)) return null;
  const rest = canonical.replace(/(^|_)(?:two_step|then|and)(?=_|$)/g, '').replace(/^_/, '');
  const parts = partsOf(rest);
  return fitModelOf(parts.family) ? parts : null;
}
