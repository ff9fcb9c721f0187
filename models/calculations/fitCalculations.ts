import { type Censoring, fitCensored } from '../fitting/censoredFit.ts';
import { acceptableZoneShare, biasAccuracy } from '../fitting/criteria.ts';
import type { FitData, FitModel, Parameters, Row } from '../fitting/fitModel.ts';
import { type FitRequest, type FitResult, fitParameters } from '../fitting/fitParameters.ts';
import { fitModelOf } from '../fitting/fitRegistry.ts';
import { spellingOf } from '../fitting/parameterNames.ts';
import { profileInterval } from '../fitting/profileLikelihood.ts';
import { residualDiagnostics } from '../fitting/residualDiagnostics.ts';
import { countsFromStart, responseOf } from '../fitting/response.ts';
import { twoStepFit } from '../fitting/twoStep.ts';
import type { EnvironmentProfile } from '../secondary/environment.ts';
import type { Outputs, Wanted } from './calculation.ts';
import { censoringOf } from './censoring.ts';
import { dataOf } from './fitDataOf.ts';
import { fitModelNamed, type NameParts, twoStepParts } from './fitModelNames.ts';
import type { Inputs } from './inputs.ts';

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
    'log10_D',
    'D_min',
    'D',
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
function fixedOf(inputs: Inputs, model: FitModel, free: readonly string[], scale = ''): Parameters {
  const fixed: Record<string, number> = countsFromStart(scale) ? { logN0: 0 } : {};
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
function freeOf(model: FitModel, inputs: Inputs, wanted: Wanted, scale: string): string[] {
  if (wanted.parameters.length) return [...wanted.parameters];
  if (inputs.has('start')) return Object.keys(inputs.record('start').json);
  const order = inputs.raw('parameter_order', 'parameters').value;
  if (Array.isArray(order)) return order as string[];
  const given = fixedOf(inputs, model, []);
  const known = Object.keys(given).map(spelled => spellingOf(spelled, model.parameters).name);
  const alternatives = model.parameters.includes('lagH') ? ['h0'] : [];
  if (countsFromStart(scale)) alternatives.push('logN0');
  return model.parameters.filter(
    name =>
      model.defaults?.[name] === undefined &&
      !alternatives.includes(name) &&
      name !== 'referenceC' &&
      !known.includes(name),
  );
}

/**
 * The model that the data and the parameters mean, where one name has two: with an upper branch when a parameter of it
 * is asked for; decimal reduction times instead of counts when those were observed.
 */
function modelFor(model: FitModel, data: Inputs, asked: readonly string[]): FitModel {
  if (model.id === 'one_step_bigelow' && data.has(...decimalTimes) && !data.has('time_min', 'logN'))
    return fitModelOf('bigelow_d') ?? model;
  const known = (candidate: FitModel) => asked.every(spelled => spellingOrNull(spelled, candidate) !== null);
  const extended = fitModelOf(`${model.id}_extended`);
  return extended && !known(model) && known(extended) ? extended : model;
}

const decimalTimes = ['log10_D', 'log_D', 'D_min', 'D'];

/** What a file asks to be fitted: `data` or `experiments`, optional `start`, `fixed` and `mu_units`. */
export function fitRequestOf(name: string, inputs: Inputs, wanted: Wanted, response?: string): FitRequest {
  const first = inputs.has('experiments')
    ? inputs.records('experiments')[0]!.inputs.record('data')
    : inputs.record('data');
  const model = modelFor(fitModelNamed(name), first, wanted.parameters);
  const scale = response ?? inputs.textOr(defaultResponse(first, model), 'response');
  const data = requestData(inputs, scale);
  const free = freeOf(model, inputs, wanted, scale);
  const start = inputs.has('start') ? (inputs.record('start').json as Parameters) : undefined;
  return {
    model,
    data,
    free,
    fixed: withReference(fixedOf(inputs, model, free, scale), model, data),
    response: scale,
    rateFactor: model.quantity === 'log-count' ? inputs.rateFactor() : 1,
    ...(start ? { start } : {}),
  };
}

/** Runs a fit on plain JSON. */
export function runFit(name: string, inputs: Inputs, wanted: Wanted, response?: string): Outputs {
  const twoStep = twoStepParts(name);
  if (twoStep) return runTwoStep(twoStep, inputs, wanted);
  const request = fitRequestOf(name, inputs, wanted, response);
  const censored = censoredRequestOf(request, inputs);
  if (censored) return censoredReport(censored.request, censored.censoring);
  const result = fitParameters(request);
  const report = fitReport(request, result);
  if (!wanted.names.some(wish => /profile/i.test(wish))) return report;
  return { ...report, ...profilesOf(request, result) };
}

/** Intervals by profile likelihood of every parameter; null: the data do not bound it on that side. */
export function profilesOf(request: FitRequest, result: FitResult): Outputs {
  const intervals = Object.fromEntries(
    request.free.map(parameter => {
      const { lower, upper } = profileInterval(request, result, parameter);
      return [parameter, [lower, upper]];
    }),
  );
  return { profile95: intervals, profile_likelihood95: intervals };
}

/** The request with limits in the place of censored counts, when the file says which they are; else null. */
export function censoredRequestOf(
  request: FitRequest,
  inputs: Inputs,
  column?: string,
): { request: FitRequest; censoring: readonly Censoring[] } | null {
  if (inputs.has('experiments')) return null;
  const found = censoringOf(inputs, inputs.record('data'), request.data.observed, column);
  if (!found?.censoring.some(kind => kind !== 'none')) return null;
  return {
    request: { ...request, data: { ...request.data, observed: found.observed } },
    censoring: found.censoring,
  };
}

/** A fit by maximum likelihood of counts of which some are only known to lie below a limit. */
export function censoredReport(request: FitRequest, censoring: readonly Censoring[]): Outputs {
  const result = fitCensored(request, censoring);
  const k = request.free.length + 1;
  const n = request.data.observed.length;
  const AIC = 2 * k - 2 * result.logLik;
  return {
    ...(result.standardErrors
      ? { status: 'ok' }
      : { status: 'not_identifiable', reasons: ['the parameters cannot be told apart'] }),
    method: 'tobit',
    estimates: result.estimates,
    standard_errors: result.standardErrors,
    covariance: result.covariance,
    parameter_order: request.free,
    sigma: result.sigma,
    logLik: result.logLik,
    n,
    n_censored: result.censored,
    criteria: {
      logLik: result.logLik,
      AIC,
      AICc: n - k - 1 > 0 ? AIC + (2 * k * (k + 1)) / (n - k - 1) : null,
      BIC: k * Math.log(n) - 2 * result.logLik,
    },
  };
}

/** A fit with how it agrees with the observations. */
export function fitReport(request: FitRequest, result: FitResult): Outputs {
  const { data, model, response } = request;
  return { ...fitOutputs(result), ...agreementOf(result, data.observed, model.quantity, response) };
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

/** How the prediction agrees with the observations, in the measures of the field. */
function agreementOf(
  result: FitResult,
  observed: readonly number[],
  quantity: FitModel['quantity'],
  scale: string,
): Outputs {
  const residual_diagnostics = result.n >= 4 ? residualDiagnostics(result.residuals) : null;
  if (quantity === 'log-count')
    return { residual_diagnostics, acceptable_zone_share: acceptableZoneShare(result.predicted, observed) };
  const { toNatural } = responseOf(scale, quantity);
  const predicted = result.predicted.map(toNatural);
  const seen = observed.map(toNatural);
  if (![...predicted, ...seen].every(value => value > 0)) return { residual_diagnostics };
  const { biasFactor, accuracyFactor } = biasAccuracy(predicted, seen, 'rates');
  return { residual_diagnostics, Bf: biasFactor, Af: accuracyFactor };
}

function fitOutputs(result: FitResult): Outputs {
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

function runTwoStep({ primary, family }: NameParts, inputs: Inputs, wanted: Wanted): Outputs {
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
