import { fitRequestOf } from '../calculations/fitCalculations.ts';
import { twoStepParts } from '../calculations/fitModelNames.ts';
import { Inputs } from '../calculations/inputs.ts';
import type { NewFit } from '../contracts/fit.ts';
import { ModelDomainError } from '../errors.ts';
import type { FitData as Observations, Parameters, Row } from '../fitting/fitModel.ts';
import { type FitRequest, problemOf } from '../fitting/fitParameters.ts';
import { fitModelOf } from '../fitting/fitRegistry.ts';
import { spellingOf } from '../fitting/parameterNames.ts';
import { type RateFamily, rateFamilies } from '../fitting/rateFamilies.ts';
import { studentTQuantile } from '../fitting/studentT.ts';
import { type FitData, type FitInput, fitInputOf, fitOrderOf } from './fitInput.ts';

export type FitReport = Readonly<Record<string, unknown>>;

export interface Ends {
  readonly lo: number;
  readonly hi: number;
}

/** A value of the fitted curve with what is known of it; null where the report has no covariance. */
export interface Fitted {
  readonly value: number;
  /** 90 % interval of the curve itself. */
  readonly mean: Ends | null;
  /** 90 % interval of one more observation. */
  readonly prediction: Ends | null;
}

/** A report joined with its data again: what a page needs to draw it. */
export interface FittedModel {
  readonly input: FitInput;
  readonly observations: Observations;
  /** All parameters by their names in the code: estimated, fixed and default ones. */
  readonly parameters: Parameters;
  /** What rates are of; null where the model has none. */
  readonly family: RateFamily | null;
  /** t(0.95) with the degrees of freedom of the fit. */
  readonly t90: number;
  /** Curve on the scale of the file at rows like those of the data. */
  curve(rows: readonly Row[]): Fitted[];
  /** Any number that follows from the parameters, with the 90 % interval of what is known of these. */
  derived(of: (parameters: Parameters) => number): { value: number; ends: Ends | null };
}

/**
 * Joins a report with the data it was made of.
 *
 * @returns null for a report without estimates, or of two steps, whose curves have nothing in common
 * @throws {ModelDomainError} for data or a request that do not belong to the report
 */
export function fittedModelOf(data: FitData, request: NewFit, report: FitReport): FittedModel | null {
  if (!report.estimates || twoStepParts(request.model)) return null;
  const input = fitInputOf(data, request);
  const { model, json, parameters, response } = fitOrderOf(input, request);
  const fit = fitRequestOf(model, new Inputs(json), { names: [], parameters }, response);
  const estimates = report.estimates as Parameters;
  const values = fit.free.map(name => estimates[name]!);
  const covariance = report.covariance as readonly (readonly number[])[] | null;
  const df = Math.max(1, (report.n as number) - fit.free.length);
  const t90 = studentTQuantile(0.95, df);
  const sigma = report.sigma as number;
  const parametersAt = namedParameters(fit);
  const spread = (gradient: readonly number[]): number | null =>
    covariance === null ? null : Math.sqrt(Math.max(0, quadratic(gradient, covariance)));
  return {
    input,
    observations: fit.data,
    parameters: parametersAt(values),
    family: familyOf(fit.model.id),
    t90,
    curve(rows) {
      const problem = problemOf({ ...fit, data: padded(fit, rows) });
      const predict = (at: readonly number[]) => problem.predict(at).slice(0, rows.length);
      const middle = predict(values);
      const gradients = gradientsOf(predict, values, rows.length);
      return middle.map((value, i) => {
        const error = spread(gradients[i]!);
        const ends = (width: number): Ends => ({ lo: value - t90 * width, hi: value + t90 * width });
        return {
          value,
          mean: error === null ? null : ends(error),
          prediction: error === null ? null : ends(Math.hypot(error, sigma)),
        };
      });
    },
    derived(of) {
      const at = (vector: readonly number[]) => [of(parametersAt(vector))];
      const value = of(parametersAt(values));
      const error = spread(gradientsOf(at, values, 1)[0]!);
      return { value, ends: error === null ? null : { lo: value - t90 * error, hi: value + t90 * error } };
    },
  };
}

/** Rows to predict at, and enough of them for the checks of a fit; their observations are not looked at. */
function padded(fit: FitRequest, rows: readonly Row[]): Observations {
  const missing = Math.max(0, fit.free.length - rows.length);
  const all = [...rows, ...Array.from({ length: missing }, () => rows[0]!)];
  return { ...fit.data, rows: all, observed: all.map(() => 1) };
}

/** Central differences of several numbers on the parameters. */
function gradientsOf(
  of: (values: readonly number[]) => readonly number[],
  values: readonly number[],
  count: number,
): number[][] {
  const columns = values.map((value, j) => {
    const h = 1e-5 * Math.max(Math.abs(value), 1e-3);
    const at = (to: number) => valuesOrNull(() => of(values.map((other, k) => (k === j ? to : other))));
    const above = at(value + h);
    const below = at(value - h);
    // At the edge of the domain (a lag of 0) only one side exists.
    const high = above ?? of(values);
    const low = below ?? of(values);
    const width = (above ? h : 0) + (below ? h : 0) || 1;
    return high.map((up, i) => (up - low[i]!) / width);
  });
  return Array.from({ length: count }, (_, i) => columns.map(column => column[i]!));
}

function valuesOrNull(of: () => readonly number[]): readonly number[] | null {
  try {
    return of();
  } catch (error) {
    if (error instanceof ModelDomainError) return null;
    throw error;
  }
}

function quadratic(gradient: readonly number[], covariance: readonly (readonly number[])[]): number {
  let sum = 0;
  for (const [i, gi] of gradient.entries())
    for (const [j, gj] of gradient.entries()) sum += gi * gj * covariance[i]![j]!;
  return sum;
}

function namedParameters({ model, free, fixed = {}, rateFactor = 1 }: FitRequest) {
  const spelling = (spelled: string) => spellingOf(spelled, model.parameters, rateFactor);
  const known: Record<string, number> = { ...model.defaults };
  for (const [spelled, value] of Object.entries(fixed)) {
    const { name, toCode } = spelling(spelled);
    known[name] = toCode(value);
  }
  const spellings = free.map(spelling);
  return (values: readonly number[]): Parameters => ({
    ...known,
    ...Object.fromEntries(spellings.map(({ name, toCode }, j) => [name, toCode(values[j]!)])),
  });
}

/** The family of a model's rate: the longest id that its own ends with. */
export function familyOf(modelId: string): RateFamily | null {
  const found = rateFamilies.filter(({ id }) => modelId === id || modelId.endsWith(`_${id}`));
  return found.toSorted((a, b) => b.id.length - a.id.length)[0] ?? null;
}

/** The primary model of a name, for curves of their own. */
export function primaryOf(name: string): string {
  const parts = twoStepParts(name);
  if (parts) return parts.primary;
  const ids = ['baranyi', 'huang', 'trilinear', 'gompertz_zwietering', 'logistic_zwietering'];
  return ids.find(id => name.includes(id) && fitModelOf(id)) ?? 'baranyi';
}
