import { ModelDomainError } from '../errors.ts';
import type { FitData, FitModel, Parameters, Row } from '../fitting/fitModel.ts';
import { type FitResult, fitParameters } from '../fitting/fitParameters.ts';
import { fitModelIds, fitModelOf } from '../fitting/fitRegistry.ts';
import { spellingOf } from '../fitting/parameterNames.ts';
import { twoStepFit } from '../fitting/twoStep.ts';
import type { EnvironmentProfile } from '../secondary/environment.ts';
import { canonicalName, type Outputs, type Wanted } from './calculation.ts';
import { familyIdOf } from './environmentRateOf.ts';
import { factorColumns, type Inputs } from './inputs.ts';

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

/** Columns of data files that are observations, not conditions. */
const timeColumns: readonly (readonly [column: string, spelled: string, factor: number])[] = [
  ['timeH', 'time_h', 1],
  ['timeH', 'time_d', 24],
  ['timeMin', 'time_min', 1],
  ['timeMin', 'time_s', 1 / 60],
  ['timeH', 'time', 1],
  ['timeMin', 'time', 1],
  ['timeH', 't', 1],
  ['timeMin', 't', 1],
  ['timeH', 'time_min', 1 / 60],
  ['timeMin', 'time_h', 60],
];

/** Rows and observations of a data record of columns side by side. */
export function dataOf(data: Inputs, response: string, experiment = 0): FitData {
  const observed = observedOf(data, response);
  const columns: Record<string, number[]> = {};
  for (const [column, spelled, factor] of timeColumns)
    if (!columns[column] && data.has(spelled))
      columns[column] = data.numbers(spelled).map(value => value * factor);
  for (const [column, names] of Object.entries(factorColumns))
    if (data.has(...names)) columns[column] = data.numbers(...names);
  // A column of plain x stands for whichever factor the model has.
  if (data.has('x')) for (const column of Object.keys(factorColumns)) columns[column] ??= data.numbers('x');
  if (data.has('flora')) columns.flora = data.numbers('flora');
  const rows = observed.map((_, i): Row => {
    const row: Record<string, number> = { experiment };
    for (const [column, values] of Object.entries(columns)) row[column] = values[i]!;
    return row;
  });
  return { rows, observed };
}

/** The column named by the response, or the plain column changed to its scale: sqrt_mu from mu, ln_k from k. */
function observedOf(data: Inputs, response: string): number[] {
  if (data.has(response)) return data.numbers(response);
  const [, scale = '', base = response] = /^(sqrt|ln|log10|log)_?(.+)$/.exec(response) ?? [];
  const change: Readonly<Record<string, (value: number) => number>> = {
    sqrt: Math.sqrt,
    ln: Math.log,
    log10: Math.log10,
    log: Math.log10,
  };
  const candidates = [base, `${base}_ln_per_h`, `${base}_per_h`, 'mu', 'mu_ln_per_h', 'k', 'k_per_h', 'rate'];
  if (scale && data.has(...candidates)) return data.numbers(...candidates).map(change[scale]!);
  const raised = ['sqrt_mu', 'sqrtmumax', 'sqrt_mumax', 'ln_mu', 'ln_k'].find(name => data.has(name));
  if (raised)
    return data.numbers(raised).map(value => (raised.startsWith('sqrt') ? value * value : Math.exp(value)));
  return data.numbers(response, 'logN', 'LOG10N', 'log10N', 'Q', 'mu', 'k', 'log_diff', 'logS', 'y');
}

function defaultResponse(data: Inputs, model: FitModel): string {
  const known = [
    'logN',
    'LOG10N',
    'log10N',
    'sqrt_mu',
    'sqrtmumax',
    'ln_mu',
    'ln_k',
    'mu',
    'k',
    'Q',
    'log_diff',
    'logS',
  ];
  return known.find(name => data.has(name)) ?? (model.quantity === 'rate' ? 'sqrt_mu' : 'logN');
}

/** All experiments of a request as one set of rows, with their histories. */
function requestData(inputs: Inputs, response: string): FitData {
  if (!inputs.has('experiments')) {
    const data = dataOf(inputs.record('data'), response);
    return inputs.has('profile', 'history', 'conditions')
      ? { ...data, histories: [inputs.environment()] }
      : data;
  }
  const rows: Row[] = [];
  const observed: number[] = [];
  const histories: EnvironmentProfile[] = [];
  for (const [i, { inputs: one }] of inputs.records('experiments').entries()) {
    const data = dataOf(one.record('data'), response, i);
    rows.push(...data.rows);
    observed.push(...data.observed);
    histories.push(one.environment());
  }
  return { rows, observed, histories };
}

const settings = new Set(['R_J_mol_K', 'R', 'seed']);

/** Numbers beside the data that are parameters of the model: a reference temperature, a fixed logNmax. */
function fixedOf(inputs: Inputs, model: FitModel, free: readonly string[]): Parameters {
  const fixed: Record<string, number> = {};
  const taken = new Set(free.map(spelled => spellingOf(spelled, model.parameters).name));
  const nested = inputs.has('fixed', 'known') ? inputs.record('fixed', 'known').json : {};
  for (const [spelled, value] of Object.entries({ ...inputs.json, ...nested })) {
    if (typeof value !== 'number' || settings.has(spelled)) continue;
    const inside = spelled in nested;
    const spelling = inside ? spellingOf(spelled, model.parameters) : spellingOrNull(spelled, model);
    if (spelling && !taken.has(spelling.name)) fixed[spelled] = value;
  }
  return fixed;
}

function spellingOrNull(spelled: string, model: FitModel): { name: string } | null {
  try {
    return spellingOf(spelled, model.parameters);
  } catch {
    // A number beside the data that is no parameter of this model.
    return null;
  }
}

/** Parameters of a model that a file leaves open when it does not list them: all without default and not fixed. */
function freeOf(model: FitModel, inputs: Inputs, wanted: Wanted): string[] {
  if (wanted.parameters.length) return [...wanted.parameters];
  if (inputs.has('start')) return Object.keys(inputs.record('start').json);
  const order = inputs.raw('parameter_order', 'parameters').value;
  if (Array.isArray(order)) return order as string[];
  const alternatives = model.parameters.includes('lagH') ? ['h0'] : [];
  return model.parameters.filter(
    name => model.defaults?.[name] === undefined && !alternatives.includes(name) && name !== 'referenceC',
  );
}

/** Runs a fit on plain JSON: `data` or `experiments`, optional `start`, `fixed` and `mu_units`. */
export function runFit(name: string, inputs: Inputs, wanted: Wanted, response?: string): Outputs {
  const twoStep = twoStepParts(name);
  if (twoStep) return runTwoStep(twoStep, inputs, wanted);
  const model = fitModelNamed(name);
  const first = inputs.has('experiments')
    ? inputs.records('experiments')[0]!.inputs.record('data')
    : inputs.record('data');
  const scale = response ?? inputs.textOr(defaultResponse(first, model), 'response');
  const data = requestData(inputs, scale);
  const free = freeOf(model, inputs, wanted);
  const start = inputs.has('start') ? (inputs.record('start').json as Parameters) : undefined;
  const fixed = withReference(fixedOf(inputs, model, free), model, data);
  const result = fitParameters({
    model,
    data,
    free,
    fixed,
    response: scale,
    rateFactor: model.quantity === 'log-count' ? inputs.rateFactor() : 1,
    ...(start ? { start } : {}),
  });
  return fitOutputs(result);
}

/** A reference temperature that nobody gave is the mean of the data: any will do, but one must be said. */
function withReference(fixed: Parameters, model: FitModel, data: FitData): Parameters {
  const given = Object.keys(fixed).some(
    spelled => spellingOf(spelled, model.parameters).name === 'referenceC',
  );
  if (!model.parameters.includes('referenceC') || given) return fixed;
  const temperatures = data.rows.flatMap(row => row.temperatureC ?? []);
  const all = temperatures.length
    ? temperatures
    : (data.histories ?? []).flatMap(history => history.factors.temperatureC ?? []);
  return { ...fixed, referenceC: all.reduce((sum, t) => sum + t, 0) / Math.max(1, all.length) };
}

export function fitOutputs(result: FitResult): Outputs {
  const { estimates, standardErrors, identifiability } = result;
  const refused = identifiability.status === 'not_identifiable';
  return {
    status: refused ? 'not_identifiable' : 'ok',
    identifiable: !refused,
    reasons: identifiability.reasons,
    condition: identifiability.condition,
    estimates,
    standard_errors: standardErrors,
    covariance: result.covariance,
    correlation: result.correlation,
    parameter_order: result.parameterOrder,
    rss: result.rss,
    sigma: result.sigma,
    n: result.n,
    df: result.df,
    criteria: result.criteria,
    wald95: result.wald95,
    predicted: result.predicted,
    residuals: result.residuals,
    converged: result.converged,
  };
}

interface TwoStepParts {
  readonly primary: string;
  readonly family: string;
}

function twoStepParts(name: string): TwoStepParts | null {
  const [, rest] = /^two_step_(.+)$/.exec(canonicalName(name)) ?? [];
  if (!rest) return null;
  const parts = primaryNames.exec(rest);
  const primary = parts?.[1] ?? 'baranyi';
  const family = familyIdOf(rest.slice(parts?.[0].length ?? 0));
  return fitModelOf(family) ? { primary: aliases[primary] ?? primary, family } : null;
}

function runTwoStep({ primary, family }: TwoStepParts, inputs: Inputs, wanted: Wanted): Outputs {
  const model = fitModelOf(family)!;
  const free = wanted.parameters.length
    ? wanted.parameters
    : model.parameters.filter(name => model.defaults?.[name] === undefined);
  const response = inputs.textOr('sqrt_mu', 'secondary_response');
  const { curves, secondary } = twoStepFit(
    fitModelOf(primary)!,
    model,
    requestData(inputs, 'logN'),
    free,
    response,
  );
  const mu = curves.map(curve => curve.muLnPerH);
  return {
    ...fitOutputs(secondary),
    T_c: curves.map(curve => curve.temperatureC),
    mu_ln_per_h: mu,
    sqrt_mu: mu.map(Math.sqrt),
    lag_h: curves.map(curve => curve.lagH),
    per_curve: curves.map(curve => ({
      T_c: curve.temperatureC,
      mu_ln_per_h: curve.muLnPerH,
      ...curve.fit.estimates,
    })),
  };
}
