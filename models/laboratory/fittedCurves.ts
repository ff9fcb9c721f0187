import { fitRequestOf } from '../calculations/fitCalculations.ts';
import type { FitOrder } from '../calculations/fitRun.ts';
import { Inputs } from '../calculations/inputs.ts';
import type { FitData, Row } from '../fitting/fitModel.ts';
import { type FitRequest, problemOf } from '../fitting/fitParameters.ts';
import { spellingOf } from '../fitting/parameterNames.ts';
import { rateFamilies } from '../fitting/rateFamilies.ts';
import { studentTQuantile } from '../fitting/studentT.ts';

/** What `tahan fit` prints of a regression, as far as curves are drawn from it. */
export interface CurveReport {
  readonly estimates: Readonly<Record<string, number>>;
  readonly covariance: readonly (readonly number[])[] | null;
  readonly parameter_order: readonly string[];
  readonly df?: number;
}

export interface FittedCurve {
  /** As the observations are numbered: the first of those that share this curve. */
  readonly first: number;
  readonly conditions: Row;
  /** Hours, or minutes of heat. */
  readonly time: readonly number[];
  readonly value: readonly number[];
}

export interface RateCurve {
  readonly temperatureC: readonly number[];
  /** Square root of the rate; of the estimates, and its 90 % interval by the covariance. */
  readonly root: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const pointsOfCurve = 80;

/** The curves of a fit of counts, one for each condition (or history), from the start to the last count. */
export function fittedCurves(order: FitOrder, report: CurveReport): FittedCurve[] {
  const request = requestOf(order);
  const { model, data } = request;
  if (model.quantity !== 'log-count') return [];
  const timeName = model.columns.includes('timeMin') ? 'timeMin' : 'timeH';
  const conditions = ['experiment', ...model.columns.filter(column => column !== timeName)];
  const conditionOf = (row: Row) => conditions.map(name => row[name]).join(' ');
  const groups = Map.groupBy(
    data.rows.map((row, index) => ({ row, index })),
    ({ row }) => conditionOf(row),
  );
  return [...groups.values()].map(group => {
    const { row, index } = group[0]!;
    const last = group.reduce((latest, one) => Math.max(latest, one.row[timeName] ?? 0), 0) || 1;
    const time = Array.from({ length: pointsOfCurve + 1 }, (_, i) => (last * i) / pointsOfCurve);
    const rows = time.map(at => ({ ...row, [timeName]: at }));
    return { first: index, conditions: row, time, value: predict(request, report.estimates, rows) };
  });
}

/**
 * Square root of the growth (or spoilage) rate against temperature; null for a model whose rate does not depend on
 * temperature alone.
 *
 *   sd of f = sqrt(g' V g), g the derivatives of f by the estimates (differences)
 */
export function rateCurve(
  order: FitOrder,
  report: CurveReport,
  [from, to]: readonly [number, number],
): RateCurve | null {
  const request = requestOf(order);
  const { model } = request;
  const family = rateFamilies.find(
    ({ id, factors }) =>
      String(factors) === 'temperatureC' && (model.id === id || model.id.endsWith(`_${id}`)),
  );
  if (family === undefined || model.columns.includes('timeMin')) return null;
  const rootAt = (estimates: CurveReport['estimates'], temperatureC: number): number => {
    const { rate } = family.environment(inCode(request, estimates));
    return Math.sqrt(Math.max(0, rate({ temperatureC })));
  };
  const temperatureC = Array.from({ length: 61 }, (_, i) => from + ((to - from) * i) / 60);
  const root = temperatureC.map(t => rootAt(report.estimates, t));
  const quantile = studentTQuantile(0.95, report.df ?? 1_000_000);
  const half = temperatureC.map(t => quantile * sdOf(report, estimates => rootAt(estimates, t)));
  return {
    ...{ temperatureC, root },
    low: root.map((value, i) => Math.max(0, value - half[i]!)),
    high: root.map((value, i) => value + half[i]!),
  };
}

function sdOf(
  { estimates, covariance, parameter_order: names }: CurveReport,
  of: (estimates: CurveReport['estimates']) => number,
): number {
  if (covariance === null) return 0;
  const gradient = names.map(name => {
    const value = estimates[name]!;
    const step = Math.max(1e-7, Math.abs(value) * 1e-5);
    const at = (shifted: number) => of({ ...estimates, [name]: shifted });
    return (at(value + step) - at(value - step)) / (2 * step);
  });
  let variance = 0;
  for (const [i, row] of covariance.entries())
    for (const [j, v] of row.entries()) variance += gradient[i]! * v * gradient[j]!;
  return Math.sqrt(Math.max(0, variance));
}

const requestOf = ({ model, json, parameters, response }: FitOrder): FitRequest =>
  fitRequestOf(model, new Inputs(json), { names: [], parameters }, response);

/** The parameters of the code: defaults, what is fixed, what was estimated. */
function inCode(
  { model, fixed = {}, rateFactor = 1 }: FitRequest,
  estimates: CurveReport['estimates'],
): Record<string, number> {
  const known: Record<string, number> = { ...model.defaults };
  for (const [spelled, value] of Object.entries({ ...fixed, ...estimates })) {
    const spelling = spellingOf(spelled, model.parameters, rateFactor);
    known[spelling.name] = spelling.toCode(value);
  }
  return known;
}

function predict(request: FitRequest, estimates: CurveReport['estimates'], rows: readonly Row[]): number[] {
  const data: FitData = { ...request.data, rows, observed: rows.map(() => 1) };
  const { response } = problemOf({ ...request, data });
  return request.model.predict(inCode(request, estimates), data).map(response.toObserved);
}
