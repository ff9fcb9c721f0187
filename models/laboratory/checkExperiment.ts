import type {
  ExperimentKind,
  ExperimentRow,
  ExperimentSource,
  NewExperimentSeries,
} from '../contracts/experiment.ts';
import { ModelDomainError } from '../errors.ts';
import { leverOf } from '../preservation/levers.ts';
import {
  allowedSpan,
  countSpan,
  experimentSpans,
  isWithin,
  mostDecisions,
  mostLeftOut,
  mostRows,
  mostSeries,
  mostTemperaturePoints,
  temperatureSpan,
} from './experimentLimits.ts';

/** What cannot be kept as it is: where (a path such as `rows.4.log10CfuPerG`), what came, and what is allowed. */
export interface ExperimentFault {
  readonly field: string;
  /** Line in the source; null: not of a row. */
  readonly row: number | null;
  readonly value: string;
  readonly allowed: string;
}

export interface CheckedData {
  readonly kind: ExperimentKind;
  readonly rows: readonly ExperimentRow[];
  readonly series: readonly NewExperimentSeries[];
  readonly source: Pick<ExperimentSource, 'decisions' | 'leftOut'>;
}

const valueNames = ['log10CfuPerG', 'belowLog10', 'aboveLog10', 'shelfLifeH', 'shelfLifeAboveH'] as const;
const countNames: readonly string[] = valueNames.slice(0, 3);

/** Nobody mends more than this at once. */
const mostFaults = 100;

/**
 * Everything that must hold of the data of an experiment; the browser asks before it sends, the server before it keeps.
 *
 * @returns at most 100 faults, in order; empty when all is well
 */
export function checkExperiment(data: CheckedData): ExperimentFault[] {
  const faults: ExperimentFault[] = [];
  for (const fault of faultsOf(data)) {
    faults.push(fault);
    if (faults.length === mostFaults) break;
  }
  return faults;
}

function* faultsOf(data: CheckedData): Generator<ExperimentFault> {
  const tooMany = [...sizeFaults(data)];
  yield* tooMany;
  if (tooMany.length > 0) return;
  const names = new Set<string>();
  for (const [i, series] of data.series.entries()) {
    if (names.has(series.series))
      yield fault(`series.${i}.series`, series.series, 'must name each series once');
    names.add(series.series);
    yield* seriesFaults(series, data.kind, `series.${i}`);
  }
  const used = new Set<string>();
  const decided = new Set(data.source.decisions.map(decision => decision.row));
  const seen = new Map<string, number>();
  for (const [i, row] of data.rows.entries()) {
    used.add(row.series);
    yield* rowFaults(row, data.kind, names, `rows.${i}`);
    const key = measurementKey(row);
    const twin = seen.get(key);
    if (twin !== undefined && row.excluded === null && !decided.has(row.row))
      yield fault(
        `rows.${i}`,
        key,
        `must not repeat row ${twin} (same series, replicate, time and value), unless source.decisions says of it that it is another measurement`,
        row.row,
      );
    if (row.excluded === null) seen.set(key, row.row);
  }
  for (const [i, { series }] of data.series.entries())
    if (!used.has(series)) yield fault(`series.${i}.series`, series, 'must have at least one row');
}

function* sizeFaults({ rows, series, source }: CheckedData): Generator<ExperimentFault> {
  const between = (field: string, n: number, min: number, max: number) =>
    n < min || n > max ? [fault(field, `${n} entries`, `must have ${min} to ${max} entries`)] : [];
  yield* between('rows', rows.length, 1, mostRows);
  yield* between('series', series.length, 1, mostSeries);
  yield* between('source.leftOut', source.leftOut.length, 0, mostLeftOut);
  yield* between('source.decisions', source.decisions.length, 0, mostDecisions);
  if (rows.length > 0 && rows.every(row => row.excluded !== null))
    yield fault('rows', `${rows.length} entries`, 'must have at least one row that is not excluded');
}

function* rowFaults(
  row: ExperimentRow,
  kind: ExperimentKind,
  names: ReadonlySet<string>,
  path: string,
): Generator<ExperimentFault> {
  const at = (name: string, value: unknown, allowed: string) =>
    fault(`${path}.${name}`, value, allowed, row.row);
  if (!names.has(row.series)) yield at('series', row.series, `must be one of ${[...names].join(', ')}`);
  if (!isWithin(row.timeH, experimentSpans.timeH))
    yield at('timeH', row.timeH, allowedSpan(experimentSpans.timeH));
  if (kind === 'shelf-life' && row.timeH !== 0) yield at('timeH', row.timeH, 'must be 0 for a shelf life');
  const given = valueNames.filter(name => row[name] !== null);
  const wanted = valueNames.filter(name => countNames.includes(name) === (kind !== 'shelf-life'));
  if (given.length !== 1 || !wanted.includes(given[0]!)) {
    yield at(
      given[0] ?? wanted[0]!,
      given.map(name => row[name]).join(', '),
      `must be the only one of ${wanted.join(', ')}`,
    );
    return;
  }
  const name = given[0]!;
  const span = kind === 'shelf-life' ? experimentSpans.shelfLifeH : countSpan(kind);
  if (!isWithin(row[name]!, span)) yield at(name, row[name], allowedSpan(span));
}

function* seriesFaults(
  series: NewExperimentSeries,
  kind: ExperimentKind,
  path: string,
): Generator<ExperimentFault> {
  for (const name of ['pH', 'aw', 'costIdrPerPack'] as const) {
    const value = series[name];
    if (value !== null && !isWithin(value, experimentSpans[name]))
      yield fault(`${path}.${name}`, value, allowedSpan(experimentSpans[name]));
  }
  yield* temperatureFaults(series, kind, `${path}.temperature`);
  for (const [id, dose] of Object.entries(series.levers)) {
    const allowed = leverFault(id, dose, series.pH);
    if (allowed !== null) yield fault(`${path}.levers.${id}`, dose, allowed);
  }
}

function* temperatureFaults(
  { temperature }: NewExperimentSeries,
  kind: ExperimentKind,
  path: string,
): Generator<ExperimentFault> {
  const span = temperatureSpan(kind);
  if (temperature.kind === 'constant') {
    if (!isWithin(temperature.temperatureC, span))
      yield fault(`${path}.temperatureC`, temperature.temperatureC, allowedSpan(span));
    return;
  }
  if (temperature.kind === 'node') {
    if (temperature.to <= temperature.from)
      yield fault(`${path}.to`, new Date(temperature.to).toISOString(), 'must be later than from');
    return;
  }
  const { points } = temperature;
  if (points.length < 1 || points.length > mostTemperaturePoints) {
    yield fault(
      `${path}.points`,
      `${points.length} entries`,
      `must have 1 to ${mostTemperaturePoints} entries`,
    );
    return;
  }
  for (const [i, point] of points.entries()) {
    if (!isWithin(point.temperatureC, span))
      yield fault(`${path}.points.${i}.temperatureC`, point.temperatureC, allowedSpan(span));
    if (!isWithin(point.timeH, experimentSpans.timeH))
      yield fault(`${path}.points.${i}.timeH`, point.timeH, allowedSpan(experimentSpans.timeH));
    if (i > 0 && point.timeH <= points[i - 1]!.timeH)
      yield fault(`${path}.points.${i}.timeH`, point.timeH, 'must be later than the point before');
  }
}

/** Why a dose of a lever cannot be taken; null when it can. A lever is asked itself, at 10 C. */
export function leverFault(id: string, dose: number, pH: number | null): string | null {
  try {
    const lever = leverOf(id);
    if (lever.doseUnit === null) return dose === 1 ? null : 'must be 1: there is nothing to dose';
    if (!(dose >= 0 && dose <= 100)) return `must be from 0 to 100 ${lever.doseUnit}`;
    lever.effect({ temperatureC: 10, ph: pH ?? 6, dose });
    return null;
  } catch (error) {
    if (error instanceof ModelDomainError) return error.message;
    throw error;
  }
}

const measurementKey = (row: ExperimentRow): string =>
  [row.series, row.replicate ?? '', row.timeH, ...valueNames.map(name => row[name] ?? '')].join(' · ');

function fault(field: string, value: unknown, allowed: string, row: number | null = null): ExperimentFault {
  const where = row === null ? '' : `, in row ${row}`;
  return { field, row, value: String(value).slice(0, 200), allowed: `${allowed}${where}` };
}
