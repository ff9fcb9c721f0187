import { fitModelNamed, twoStepParts } from '../calculations/fitModelNames.ts';
import type { ExperimentKind } from '../contracts/experiment.ts';
import { ModelDomainError } from '../errors.ts';
import type { FitModel } from '../fitting/fitModel.ts';
import { fitModelOf } from '../fitting/fitRegistry.ts';

/** What a model wants of an experiment. */
export interface ModelUse {
  readonly kind: ExperimentKind;
  /** One curve, several constant temperatures in one regression or in two, or temperatures that change. */
  readonly form: 'curve' | 'one-step' | 'two-step' | 'dynamic' | 'rate';
  /** Of the regression; of two steps the second one. */
  readonly model: FitModel;
}

/**
 * @throws {ModelDomainError} for a name that is no model, or a model of something an experiment does not hold
 */
export function modelUseOf(name: string): ModelUse {
  const parts = twoStepParts(name);
  if (parts) return { kind: 'growth', form: 'two-step', model: fitModelOf(parts.family)! };
  const model = fitModelNamed(name);
  if (model.quantity === 'quality' || model.columns.includes('flora') || model.id === 'bigelow_d')
    throw new ModelDomainError('model', name, 'a model of one count, of survivors, or of a rate');
  if (model.quantity === 'rate') return { kind: 'shelf-life', form: 'rate', model };
  const isHeat = model.parameters.some(parameter =>
    ['decimalMin', 'deltaMin', 'kMaxLnPerMin'].includes(parameter),
  );
  const form = model.id.startsWith('dynamic_')
    ? 'dynamic'
    : model.columns.some(column => column !== 'timeH' && column !== 'timeMin')
      ? 'one-step'
      : 'curve';
  return { kind: isHeat ? 'inactivation' : 'growth', form, model };
}

/**
 * What is estimated when nobody says: all parameters without a default that are not fixed. Curves at several temperatures
 * share h0, the work before growth, not a lag in hours, which belongs to one temperature.
 */
export function usualFree({ form, model }: ModelUse, fixed: readonly string[] = []): string[] {
  const shares = form === 'one-step' || form === 'dynamic';
  return model.parameters.filter(name => {
    if (fixed.includes(name) || name === 'referenceC') return false;
    if (name === 'h0') return shares;
    if (name === 'lagH') return !shares;
    return model.defaults?.[name] === undefined && !(form === 'dynamic' && name === 'shoulderLn');
  });
}

/** Where they are told apart: the models that are offered first, best known first. */
export function usualModels(
  kind: ExperimentKind,
  { temperatures, isChanging }: { readonly temperatures: number; readonly isChanging: boolean },
): readonly string[] {
  if (kind === 'shelf-life') return ['ratkowsky_sqrt', 'q10', 'arrhenius'];
  if (kind === 'inactivation') {
    if (isChanging) return ['dynamic_bigelow', 'dynamic_weibull_mafart'];
    return temperatures > 1
      ? ['one_step_bigelow', 'one_step_weibull_mafart']
      : ['log_linear', 'weibull_mafart', 'geeraerd', 'geeraerd_no_tail', 'geeraerd_no_shoulder'];
  }
  if (isChanging)
    return ['ratkowsky_sqrt', 'huang_sqrt', 'arrhenius'].map(family => `dynamic_baranyi_${family}`);
  return temperatures > 1
    ? primaries.map(primary => `one_step_${primary}_ratkowsky_sqrt`)
    : [...primaries, 'baranyi_no_lag'];
}

const primaries = ['baranyi', 'huang', 'trilinear', 'gompertz_zwietering', 'logistic_zwietering'];
