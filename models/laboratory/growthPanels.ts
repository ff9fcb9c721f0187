import { twoStepParts } from '../calculations/fitModelNames.ts';
import type { ExperimentRow, ExperimentSeries } from '../contracts/experiment.ts';
import type { NewFit } from '../contracts/fit.ts';
import type { Row } from '../fitting/fitModel.ts';
import { primaryCounts } from '../fitting/growthFits.ts';
import { type FitData, historyOf } from './fitInput.ts';
import type { Ends, FitReport, Fitted, FittedModel } from './fittedModel.ts';

/** A measurement in a panel. */
export interface PanelPoint {
  readonly row: ExperimentRow;
  readonly timeH: number;
  /** log10; the limit itself where it is one. */
  readonly value: number;
  readonly kind: 'count' | 'below' | 'above';
}

/** Curves of one temperature, or one series whose temperature changes. */
export interface GrowthPanel {
  readonly key: string;
  /** Null where it changes. */
  readonly temperatureC: number | null;
  readonly series: readonly string[];
  readonly points: readonly PanelPoint[];
  /** Empty without a fit. */
  readonly curve: readonly (Fitted & { readonly timeH: number })[];
  /** When the curve meets the limit; hours. `hi` null: not within the panel. */
  readonly limit: { readonly atH: number; readonly lo: number | null; readonly hi: number | null } | null;
  readonly muLnPerH: number | null;
  readonly lagH: number | null;
  /** Ends of the time axis. */
  readonly toH: number;
  /** What it went through, where it changes. */
  readonly temperatures: readonly { readonly timeH: number; readonly temperatureC: number }[];
}

/** Points of a curve: enough that its bends look round. */
const gridPoints = 90;

/**
 * Panels of an experiment, the coldest first. Without a report they hold the points alone.
 *
 * @param limitLog10  where it counts as spoilt; null: no such line (survivors)
 */
export function growthPanels(
  data: FitData,
  request: NewFit | null,
  report: FitReport | null,
  fitted: FittedModel | null,
  limitLog10: number | null,
): GrowthPanel[] {
  const groups = groupsOf(data, request);
  return groups.map(({ key, temperatureC, series, rows }, index) => {
    const points = rows.map(pointOf);
    const lastH = Math.max(1e-6, ...points.map(point => point.timeH));
    const toH = lastH * 1.04;
    const times = Array.from({ length: gridPoints }, (_, i) => (toH * i) / (gridPoints - 1));
    const first = series[0]!;
    const curve = fitted
      ? fittedCurve(fitted, first, times)
      : twoStepCurve(request, report, temperatureC, times);
    const conditions = conditionsOf(first, temperatureC);
    const muLnPerH = fitted ? rateOf(fitted, conditions) : twoStepRate(report, temperatureC);
    const h0 = fitted?.parameters.h0;
    return {
      key: key === '' ? String(index) : key,
      temperatureC,
      series: series.map(one => one.series),
      points,
      curve,
      limit: limitLog10 === null ? null : crossingOf(curve, limitLog10),
      muLnPerH,
      lagH: fitted?.parameters.lagH ?? (h0 === undefined || !muLnPerH ? null : h0 / muLnPerH),
      toH,
      temperatures: temperatureC === null ? historyOf(first, lastH) : [],
    };
  });
}

function pointOf(row: ExperimentRow): PanelPoint {
  const { timeH } = row;
  if (row.log10CfuPerG !== null) return { row, timeH, value: row.log10CfuPerG, kind: 'count' };
  return row.belowLog10 !== null
    ? { row, timeH, value: row.belowLog10, kind: 'below' }
    : { row, timeH, value: row.aboveLog10 ?? 0, kind: 'above' };
}

interface Group {
  readonly key: string;
  readonly temperatureC: number | null;
  readonly series: readonly ExperimentSeries[];
  readonly rows: readonly ExperimentRow[];
}

/** Series of one constant temperature together; those that change each alone. */
function groupsOf(data: FitData, request: NewFit | null): Group[] {
  const wanted = data.series.filter(one => request?.series?.includes(one.series) ?? true);
  const byKey = Map.groupBy(wanted, ({ temperature, series, pH, aw }) =>
    temperature.kind === 'constant' ? [temperature.temperatureC, pH, aw].join(' ') : `changing ${series}`,
  );
  return [...byKey]
    .map(([key, series]) => {
      const { temperature } = series[0]!;
      const names = new Set(series.map(one => one.series));
      return {
        key,
        temperatureC: temperature.kind === 'constant' ? temperature.temperatureC : null,
        series,
        rows: data.rows.filter(row => names.has(row.series)),
      };
    })
    .toSorted((a, b) => (a.temperatureC ?? Infinity) - (b.temperatureC ?? Infinity) || 0);
}

const conditionsOf = (series: ExperimentSeries, temperatureC: number | null): Row => ({
  ...(temperatureC === null ? {} : { temperatureC }),
  ...(series.pH === null ? {} : { ph: series.pH }),
  ...(series.aw === null ? {} : { waterActivity: series.aw }),
});

function fittedCurve(fitted: FittedModel, series: ExperimentSeries, times: readonly number[]) {
  const { temperature } = series;
  const conditions = conditionsOf(series, temperature.kind === 'constant' ? temperature.temperatureC : null);
  const experiment = experimentOf(fitted, series.series);
  if (experiment === null) return [];
  const rows = times.map(timeH => ({ timeH, timeMin: timeH * 60, experiment, ...conditions }));
  return fitted.curve(rows).map((value, i) => ({ ...value, timeH: times[i]! }));
}

/** The place of a series among the histories of a dynamic fit; null when none of its rows took part. */
function experimentOf({ input }: FittedModel, series: string): number | null {
  const names = [...new Set(input.rows.map(row => row.series.series))];
  const at = names.indexOf(series);
  if (input.use.form === 'dynamic') return at < 0 ? null : at;
  return 0;
}

/** Rate of growth under constant conditions; null where the model has none, or they change. */
function rateOf(fitted: FittedModel, conditions: Row): number | null {
  if (fitted.parameters.muLnPerH !== undefined) return fitted.parameters.muLnPerH;
  const { family, parameters } = fitted;
  if (!family || !fitted.parameters || fitted.input.use.kind !== 'growth') return null;
  if (family.factors.some(factor => conditions[factor] === undefined)) return null;
  return family.environment(parameters).rate(conditions);
}

type PerCurve = Readonly<Record<string, number>> & { readonly T_c: number };

const curveAt = (report: FitReport | null, temperatureC: number | null): PerCurve | undefined =>
  ((report?.per_curve ?? []) as PerCurve[]).find(curve => curve.T_c === temperatureC);

const twoStepRate = (report: FitReport | null, temperatureC: number | null): number | null =>
  curveAt(report, temperatureC)?.mu_ln_per_h ?? null;

/** Each temperature by its own curve: two steps have no regression in common. */
function twoStepCurve(
  request: NewFit | null,
  report: FitReport | null,
  temperatureC: number | null,
  times: readonly number[],
) {
  const own = curveAt(report, temperatureC);
  const parts = request && twoStepParts(request.model);
  if (!own || !parts) return [];
  const count = primaryCounts[parts.primary]!;
  return times.map(timeH => ({ timeH, value: count(timeH, own), mean: null, prediction: null }));
}

/** Where a rising curve meets a limit, and where the ends of its interval do. */
function crossingOf(
  curve: GrowthPanel['curve'],
  limit: number,
): { atH: number; lo: number | null; hi: number | null } | null {
  const atH = crossing(curve, point => point.value, limit);
  if (atH === null) return null;
  const end = (of: (mean: Ends) => number) =>
    curve.every(point => point.mean !== null) ? crossing(curve, point => of(point.mean!), limit) : null;
  return { atH, lo: end(mean => mean.hi), hi: end(mean => mean.lo) };
}

function crossing(
  curve: GrowthPanel['curve'],
  of: (point: GrowthPanel['curve'][number]) => number,
  limit: number,
): number | null {
  for (const [i, point] of curve.entries()) {
    if (of(point) < limit) continue;
    if (i === 0) return 0;
    const before = curve[i - 1]!;
    const share = (limit - of(before)) / (of(point) - of(before));
    return before.timeH + share * (point.timeH - before.timeH);
  }
  return null;
}
