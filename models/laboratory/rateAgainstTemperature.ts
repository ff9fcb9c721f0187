import type { NewFit } from '../contracts/fit.ts';
import { fitParameters } from '../fitting/fitParameters.ts';
import { fitModelOf } from '../fitting/fitRegistry.ts';
import { studentTQuantile } from '../fitting/studentT.ts';
import type { FitInput, FittedRow } from './fitInput.ts';
import { type Ends, type FitReport, type FittedModel, familyOf, primaryOf } from './fittedModel.ts';

/** What stands over temperature: the square root of a growth rate, the logarithm of D, or a shelf life in hours. */
export type RateScale = 'sqrt-mu' | 'log10-d' | 'life-h';

export interface RateChart {
  readonly scale: RateScale;
  /** One for each temperature, from its own data alone; of shelf lives each observation. */
  readonly points: readonly {
    readonly temperatureC: number;
    readonly value: number;
    readonly ends: Ends | null;
    /** Still good when the test ended. */
    readonly isAtLeast: boolean;
  }[];
  /** The model, also beyond what was tested. */
  readonly line: readonly {
    readonly temperatureC: number;
    readonly value: number;
    readonly ends: Ends | null;
  }[];
  readonly tested: { readonly from: number; readonly to: number };
}

/**
 * The secondary model against what each temperature says by itself; null for one temperature, temperatures that change, or
 * a rate that depends on more than temperature.
 */
export function rateAgainstTemperature(
  input: FitInput,
  request: NewFit,
  fitted: FittedModel | null,
  report: FitReport,
): RateChart | null {
  const groups = [...Map.groupBy(input.rows, row => row.temperatureC)]
    .filter((group): group is [number, FittedRow[]] => group[0] !== null)
    .toSorted((a, b) => a[0] - b[0]);
  if (groups.length < 2 || groups.length < new Set(input.rows.map(row => row.temperatureC)).size) return null;
  const scale: RateScale =
    input.use.kind === 'growth' ? 'sqrt-mu' : input.use.kind === 'inactivation' ? 'log10-d' : 'life-h';
  const points =
    scale === 'life-h'
      ? livesOf(input.rows)
      : groups.flatMap(([temperatureC, rows]) => {
          const own = ownRate(scale, request.model, rows);
          return own === null ? [] : [{ temperatureC, ...own, isAtLeast: false }];
        });
  const from = groups[0]![0];
  const to = groups.at(-1)![0];
  const line = lineOf(scale, fitted, report, request, { from, to });
  return line === null ? null : { scale, points, line, tested: { from, to } };
}

const livesOf = (rows: readonly FittedRow[]) =>
  rows.map(({ temperatureC, value, censoring }) => ({
    temperatureC: temperatureC!,
    value: 1 / value,
    ends: null,
    isAtLeast: censoring !== 'none',
  }));

/** The fullest primary model that the counts of one temperature determine. */
function ownRate(
  scale: 'sqrt-mu' | 'log10-d',
  model: string,
  rows: readonly FittedRow[],
): { value: number; ends: Ends | null } | null {
  const known = rows.filter(row => row.censoring === 'none');
  const isHeat = scale === 'log10-d';
  const data = {
    rows: known.map(({ row }) => ({ timeH: row.timeH, timeMin: row.timeH * 60 })),
    observed: known.map(row => row.value),
  };
  const primary = primaryOf(model);
  const ids = isHeat
    ? ['log_linear']
    : [primary, `${primary}_no_stationary`, `${primary}_no_lag`, 'baranyi_no_lag_no_stationary'];
  for (const id of ids) {
    const own = fitModelOf(id);
    if (!own) continue;
    const free = own.parameters.filter(name => name !== 'h0' && own.defaults?.[name] === undefined);
    if (data.observed.length < free.length + 2) continue;
    const { estimates, standardErrors, identifiability, df } = fitParameters({
      ...{ model: own, data, free, response: 'logN' },
    });
    if (identifiability.status === 'not_identifiable' || !standardErrors) continue;
    const name = isHeat ? 'decimalMin' : 'muLnPerH';
    const rate = estimates[name]!;
    if (!(rate > 0)) continue;
    const value = isHeat ? Math.log10(rate) : Math.sqrt(rate);
    const error = isHeat
      ? standardErrors[name]! / (rate * Math.LN10)
      : standardErrors[name]! / (2 * Math.sqrt(rate));
    const width = studentTQuantile(0.95, df) * error;
    return { value, ends: { lo: isHeat ? value - width : Math.max(0, value - width), hi: value + width } };
  }
  return null;
}

/** How far beyond the tested temperatures the line is drawn, C. */
const beyondC = 7;

function lineOf(
  scale: RateScale,
  fitted: FittedModel | null,
  report: FitReport,
  request: NewFit,
  { from, to }: { from: number; to: number },
): RateChart['line'] | null {
  const family = fitted?.family ?? familyOf(request.model);
  if (scale === 'log10-d') {
    if (!fitted) return null;
    return gridOf(from, to).map(temperatureC => ({
      temperatureC,
      ...at(
        fitted,
        ({ decimalMin, deltaMin, zC, referenceC }) =>
          Math.log10((decimalMin ?? deltaMin)!) - (temperatureC - referenceC!) / zC!,
      ),
    }));
  }
  if (!family || family.factors.join() !== 'temperatureC') return null;
  const change = scale === 'sqrt-mu' ? Math.sqrt : (rate: number) => Math.log(1 / rate);
  const back = scale === 'sqrt-mu' ? (value: number) => Math.max(0, value) : Math.exp;
  const parameters = fitted?.parameters ?? (report.estimates as Readonly<Record<string, number>>);
  return gridOf(startOf(parameters.tMinC, from), to).flatMap(temperatureC => {
    const rate = family.environment(parameters).rate({ temperatureC });
    if (!(rate > 0)) return scale === 'sqrt-mu' ? [{ temperatureC, value: 0, ends: { lo: 0, hi: 0 } }] : [];
    if (!fitted) return [{ temperatureC, value: back(change(rate)), ends: null }];
    const { value, ends } = at(fitted, given => change(family.environment(given).rate({ temperatureC })));
    const known = ends && Number.isFinite(ends.lo) && Number.isFinite(ends.hi);
    return [
      { temperatureC, value: back(value), ends: known ? { lo: back(ends.lo), hi: back(ends.hi) } : null },
    ];
  });
}

/** Where growth stops, if that is near; the line then begins on the axis. */
const startOf = (tMinC: number | undefined, from: number): number =>
  tMinC !== undefined && tMinC <= from && tMinC > from - 2 * beyondC ? tMinC : from - beyondC;

const at = (fitted: FittedModel, of: Parameters<FittedModel['derived']>[0]) => fitted.derived(of);

function gridOf(from: number, to: number): number[] {
  const end = to + beyondC;
  return Array.from({ length: 81 }, (_, i) => from + ((end - from) * i) / 80);
}
