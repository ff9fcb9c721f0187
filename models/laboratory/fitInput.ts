import type { FitOrder } from '../calculations/fitRun.ts';
import type { ExperimentRow, ExperimentSeries, ExperimentVersion } from '../contracts/experiment.ts';
import type { NewFit } from '../contracts/fit.ts';
import { ModelDomainError } from '../errors.ts';
import { type ModelUse, modelUseOf } from './fitModelsOf.ts';

/** A row as it takes part in a fit; in the order of the observations of the report. */
export interface FittedRow {
  readonly row: ExperimentRow;
  readonly series: ExperimentSeries;
  /** Null where it changes. */
  readonly temperatureC: number | null;
  /** What is fitted, on the scale of the file: log10 CFU/g, or 1/h of a shelf life. */
  readonly value: number;
  readonly censoring: 'none' | 'below' | 'above';
}

/** The data of a version as `tahan fit` takes them. */
export interface FitInput {
  readonly use: ModelUse;
  /** What the file holds. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly file: {
    readonly name: string;
    readonly type: 'text/csv' | 'application/json';
    readonly text: string;
  };
  readonly rows: readonly FittedRow[];
  readonly leftOut: readonly { readonly row: number; readonly reason: 'excluded' | 'censored' | 'series' }[];
}

/** A version, as far as fits look at it. */
export interface FitData extends Pick<ExperimentVersion, 'kind' | 'version'> {
  readonly rows: readonly ExperimentRow[];
  readonly series: readonly ExperimentSeries[];
}
type Asked = Pick<NewFit, 'model' | 'series' | 'censored'>;

/**
 * Turns the data of a version into exactly the file that `tahan fit` takes: a CSV of columns where temperatures are constant,
 * JSON of experiments with their histories where they change.
 *
 * @throws {ModelDomainError} naming what this model cannot be fitted to, and what can
 */
export function fitInputOf(data: FitData, asked: Asked): FitInput {
  const use = modelUseOf(asked.model);
  checkKind(data, asked, use);
  const { rows, leftOut } = rowsOf(data, asked);
  if (rows.length === 0) throw new ModelDomainError('rows', 0, 'one that is neither excluded nor left out');
  checkTemperatures(rows, asked, use);
  const stem = `experiment-v${data.version}`;
  if (use.form === 'dynamic') {
    const json = { experiments: experimentsOf(rows, use) };
    const text = `${JSON.stringify(json, null, 1)}\n`;
    return { use, json, rows, leftOut, file: { name: `${stem}.json`, type: 'application/json', text } };
  }
  const columns = columnsOf(rows, use, asked.censored);
  const file = { name: `${stem}.csv`, type: 'text/csv' as const, text: csvOf(columns) };
  return { use, json: { data: columns }, rows, leftOut, file };
}

/** What `tahan fit` is asked for. */
export function fitOrderOf(input: FitInput, request: NewFit): FitOrder {
  const { fixed, start } = request;
  return {
    model: request.model,
    json: {
      ...input.json,
      ...(fixed && Object.keys(fixed).length > 0 ? { fixed } : {}),
      ...(start ? { start } : {}),
    },
    parameters: request.free ?? [],
    response: request.response ?? usualResponse(input.use),
    profile: request.profile,
    resamples: request.bootstrap ?? null,
    seed: request.seed,
    censored: marksCensored(input) ? 'censored' : null,
  };
}

/** The command line of the same fit. */
export function fitCommandOf(input: FitInput, request: NewFit): string {
  const pairs = (given: Readonly<Record<string, number>> | undefined) =>
    Object.entries(given ?? {}).map(([name, value]) => `${name}=${value}`);
  const option = (name: string, values: readonly string[]) => (values.length ? [name, ...values] : []);
  return [
    ...['tahan', 'fit', input.file.name, '--model', request.model],
    ...option('--free', request.free?.length ? [request.free.join(',')] : []),
    ...option('--fixed', pairs(request.fixed)),
    ...option('--start', pairs(request.start)),
    ...['--response', request.response ?? usualResponse(input.use)],
    ...(marksCensored(input) ? ['--censored', 'censored'] : []),
    ...(request.profile ? ['--profile'] : []),
    ...(request.bootstrap === undefined ? [] : ['--bootstrap', String(request.bootstrap)]),
    ...['--seed', String(request.seed)],
  ].join(' ');
}

const marksCensored = ({ json }: FitInput): boolean =>
  'censored' in ((json.data ?? {}) as Readonly<Record<string, unknown>>);

/** The logarithm of a shelf life has the same spread at each temperature. */
export const usualResponse = ({ form }: Pick<ModelUse, 'form'>): string =>
  form === 'rate' ? 'ln_k' : 'logN';

function checkKind({ kind, series }: FitData, { model, series: names }: Asked, use: ModelUse): void {
  if (use.kind !== kind)
    throw new ModelDomainError('model', model, `a model of ${kind} for this experiment, not of ${use.kind}`);
  const known = series.map(one => one.series);
  for (const name of names ?? [])
    if (!known.includes(name)) throw new ModelDomainError('series', name, `one of ${known.join(', ')}`);
}

function checkTemperatures(rows: readonly FittedRow[], { model, censored }: Asked, use: ModelUse): void {
  const changing = rows.find(row => row.temperatureC === null);
  if (changing && use.form !== 'dynamic') {
    const name = changing.series.series;
    throw new ModelDomainError(
      'model',
      model,
      use.kind === 'shelf-life'
        ? `fitted to series of one temperature (that of ${name} changes): a shelf life says nothing of when`
        : `a dynamic one (such as dynamic_${use.kind === 'growth' ? 'baranyi_ratkowsky_sqrt' : 'bigelow'}), for the temperature of ${name} changes`,
    );
  }
  if (censored && use.form === 'dynamic' && rows.some(row => row.censoring !== 'none'))
    throw new ModelDomainError(
      'censored',
      true,
      'false where temperatures change: limits are left out there',
    );
  const temperatures = new Set(rows.map(row => row.temperatureC));
  if (use.form === 'curve' && temperatures.size > 1)
    throw new ModelDomainError(
      'model',
      model,
      `a one_step_… model for ${temperatures.size} temperatures, or fitted to series of one`,
    );
  const factors = use.model.columns.filter(column => column === 'ph' || column === 'waterActivity');
  for (const factor of factors)
    if (rows.some(row => (factor === 'ph' ? row.series.pH : row.series.aw) === null))
      throw new ModelDomainError(
        'model',
        model,
        `fitted to series that all have ${factor === 'ph' ? 'a pH' : 'an aw'}`,
      );
}

/** Rows that take part, and those that do not. */
function rowsOf(data: FitData, asked: Asked): Pick<FitInput, 'rows' | 'leftOut'> {
  const series = new Map(data.series.map(one => [one.series, one]));
  const wanted = asked.series === undefined ? null : new Set(asked.series);
  const rows: FittedRow[] = [];
  const leftOut: { row: number; reason: 'excluded' | 'censored' | 'series' }[] = [];
  for (const row of data.rows) {
    const found = measuredOf(row);
    const reason =
      row.excluded !== null
        ? 'excluded'
        : wanted && !wanted.has(row.series)
          ? 'series'
          : !asked.censored && found.censoring !== 'none'
            ? 'censored'
            : null;
    if (reason !== null) {
      leftOut.push({ row: row.row, reason });
      continue;
    }
    const own = series.get(row.series)!;
    const temperatureC = own.temperature.kind === 'constant' ? own.temperature.temperatureC : null;
    rows.push({ row, series: own, temperatureC, ...found });
  }
  return { rows, leftOut };
}

function measuredOf(row: ExperimentRow): { value: number; censoring: FittedRow['censoring'] } {
  if (row.log10CfuPerG !== null) return { value: row.log10CfuPerG, censoring: 'none' };
  if (row.belowLog10 !== null) return { value: row.belowLog10, censoring: 'below' };
  if (row.aboveLog10 !== null) return { value: row.aboveLog10, censoring: 'above' };
  if (row.shelfLifeH !== null) return { value: 1 / row.shelfLifeH, censoring: 'none' };
  // Still good when the test ended: it spoils no faster than that.
  return { value: 1 / row.shelfLifeAboveH!, censoring: 'below' };
}

/** Minutes of hours, without what the division left over: 7 min is not 7.000000000000001. */
const minutes = (timeH: number): number => Number((timeH * 60).toPrecision(12));

const timeName = (use: ModelUse) => (use.kind === 'inactivation' ? 'time_min' : 'time_h');
const timeOf = (use: ModelUse, timeH: number) => (use.kind === 'inactivation' ? minutes(timeH) : timeH);

type Columns = Record<string, (number | string)[]>;

function columnsOf(rows: readonly FittedRow[], use: ModelUse, censored: boolean): Columns {
  const column = (pick: (row: FittedRow) => number | null): number[] | null => {
    const values = rows.map(pick);
    return values.every(value => value !== null) ? values : null;
  };
  const isRate = use.form === 'rate';
  const given: Readonly<Record<string, (number | string)[] | null>> = {
    row: rows.map(row => row.row.row),
    [timeName(use)]: isRate ? null : rows.map(({ row }) => timeOf(use, row.timeH)),
    [isRate ? 'k' : 'logN']: rows.map(row => row.value),
    T_c: column(row => row.temperatureC),
    pH: column(row => row.series.pH),
    aw: column(row => row.series.aw),
    censored: censored && rows.some(row => row.censoring !== 'none') ? rows.map(row => row.censoring) : null,
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, (number | string)[]] => entry[1] !== null),
  );
}

function csvOf(columns: Columns): string {
  const names = Object.keys(columns);
  const rows = columns.row!.map((_, i) => names.map(name => columns[name]![i]).join(','));
  return `${[names.join(','), ...rows].join('\n')}\n`;
}

/** One for each series, with the temperature it went through. */
function experimentsOf(rows: readonly FittedRow[], use: ModelUse) {
  const bySeries = Map.groupBy(rows, row => row.series);
  return [...bySeries].map(([series, own]) => {
    const lastH = Math.max(...own.map(({ row }) => row.timeH));
    const points = historyOf(series, lastH);
    const conditions = {
      ...(series.pH === null ? {} : { pH: series.pH }),
      ...(series.aw === null ? {} : { aw: series.aw }),
    };
    return {
      profile: {
        [timeName(use)]: points.map(point => timeOf(use, point.timeH)),
        T_c: points.map(point => point.temperatureC),
        interpolation: 'linear',
      },
      ...(Object.keys(conditions).length > 0 ? { conditions } : {}),
      data: {
        row: own.map(({ row }) => row.row),
        [timeName(use)]: own.map(({ row }) => timeOf(use, row.timeH)),
        logN: own.map(row => row.value),
      },
    };
  });
}

/** The temperatures of a series from its start to its last count; before the first and after the last they stay. */
export function historyOf(
  { temperature }: ExperimentSeries,
  lastH: number,
): { timeH: number; temperatureC: number }[] {
  if (temperature.kind === 'constant')
    return [0, Math.max(lastH, 1)].map(timeH => ({ timeH, temperatureC: temperature.temperatureC }));
  const points = temperature.points;
  const first = points[0]!;
  const last = points.at(-1)!;
  return [
    ...(first.timeH > 0 ? [{ timeH: 0, temperatureC: first.temperatureC }] : []),
    ...points,
    ...(last.timeH < lastH || points.length === 1
      ? [{ timeH: Math.max(lastH, last.timeH + 1), temperatureC: last.temperatureC }]
      : []),
  ];
}
