import type { BatchHistory, Estimate } from '../../models/contracts/estimate.ts';
import { hourMs } from '../zone.ts';

/** Three values that belong together: lower end, middle and upper end of the 90 % interval. */
export interface Band {
  readonly lo: number;
  readonly median: number;
  readonly hi: number;
}

/** One instant on the shared axis. Temperatures are null where nothing was measured. */
export interface Row {
  readonly at: number;
  readonly forecast: boolean;
  readonly temperatureC: number | null;
  readonly minC: number | null;
  readonly maxC: number | null;
  readonly count: Band;
  readonly remainingH: Band;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ChartModel {
  readonly from: number;
  readonly asOf: number;
  /** End of the axis: the upper end of the interval and a little air. */
  readonly to: number;
  readonly past: readonly Row[];
  readonly forecast: readonly Row[];
  readonly gaps: readonly Span[];
  readonly excursions: readonly (Span & { readonly peakC: number; readonly lifeLostH: number })[];
  readonly limitLog10: number;
  readonly warmAboveC: number;
  readonly futureTemperatureC: number;
  /** When the 90 % interval of the count meets the limit; null when it does not on this axis. */
  readonly reach: Span | null;
  /** When the lower end of the remaining life meets zero. */
  readonly loEndsAt: number;
  /** Unit of the remaining-life axis and how many hours one of it has. */
  readonly lifeUnit: 'hours' | 'days';
  readonly lifeUnitH: number;
}

/** Longest life that is still drawn in hours. */
const hoursUpToH = 72;

type HistoryPoint = BatchHistory['points'][number];

/** A batch's history and forecast as the three charts draw them. */
export function chartModel(history: BatchHistory, estimate: Estimate): ChartModel {
  const asOf = Date.parse(history.asOf);
  const from = Date.parse(history.from);
  const past = history.points.map(point => toRow(point, false));
  const forecast = history.forecast.map(point => toRow(point, true));
  const endOfHi = Date.parse(estimate.keepsUntil.p95);
  const end = endOfHi > asOf ? endOfHi : asOf + (asOf - from) * 0.08 + hourMs / 2;
  const longestH = Math.max(0, ...[...past, ...forecast].map(row => row.remainingH.hi));
  const lifeUnit = longestH > hoursUpToH ? 'days' : 'hours';
  return {
    from,
    asOf,
    to: end + (end - from) * 0.03,
    past,
    forecast,
    gaps: history.gaps.map(gap => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) })),
    excursions: history.excursions.map(e => ({
      from: Date.parse(e.from),
      to: e.to === null ? asOf : Date.parse(e.to),
      peakC: e.peakC,
      lifeLostH: e.lifeLostH,
    })),
    limitLog10: history.limitLog10CfuPerG,
    warmAboveC: history.outOfRangeAboveC,
    futureTemperatureC: history.futureTemperatureC,
    reach: reachOf(estimate, [...past, ...forecast], history.limitLog10CfuPerG),
    loEndsAt: Date.parse(estimate.keepsUntil.p05),
    lifeUnit,
    lifeUnitH: lifeUnit === 'days' ? 24 : 1,
  };
}

function toRow(point: HistoryPoint, forecast: boolean): Row {
  const band = (b: HistoryPoint['remainingH']): Band => ({ lo: b.p05, median: b.median, hi: b.p95 });
  return {
    at: Date.parse(point.at),
    forecast,
    temperatureC: point.temperatureC,
    minC: point.minC,
    maxC: point.maxC,
    count: band(point.countLog10CfuPerG),
    remainingH: band(point.remainingH),
  };
}

/**
 * When the count meets the limit: from the estimate where spoilage ends the life, else (a rule or a pathogen ends it
 * sooner) where the band itself crosses.
 */
function reachOf(estimate: Estimate, rows: readonly Row[], limit: number): Span | null {
  if (estimate.limitedBy === 'spoilage')
    return { from: Date.parse(estimate.keepsUntil.p05), to: Date.parse(estimate.keepsUntil.p95) };
  const first = rows.find(row => row.count.hi >= limit);
  const last = rows.find(row => row.count.lo >= limit);
  return first && last ? { from: first.at, to: last.at } : null;
}

export interface Point {
  readonly x: number;
  readonly y: number | null;
}

/** The measured line, broken wherever a gap lies between two points: a gap is never bridged. */
export function temperatureLine(
  model: ChartModel,
  value: (row: Row) => number | null = row => row.temperatureC,
): Point[] {
  const line: Point[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (const row of model.past) {
    const gap = model.gaps.find(g => g.from >= previous && g.from < row.at && g.to > previous);
    if (gap && line.length > 0) line.push({ x: (previous + row.at) / 2, y: null });
    line.push({ x: row.at, y: value(row) });
    previous = row.at;
  }
  return line;
}

/**
 * Bands thinned to at most two points per pixel column, keeping the widest of each column (max of hi, min of lo), so
 * that thinning never makes a band look surer than it is.
 */
export function thinBands(
  rows: readonly { at: number; band: Band }[],
  from: number,
  to: number,
  widthPx: number,
): { at: number; band: Band }[] {
  if (rows.length <= 2 * widthPx || widthPx <= 0) return [...rows];
  const columnMs = (to - from) / widthPx;
  const thinned: { at: number; band: Band }[] = [];
  let column = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const own = Math.floor((row.at - from) / columnMs);
    const last = thinned.at(-1);
    if (own === column && last) {
      thinned[thinned.length - 1] = {
        at: last.at,
        band: {
          lo: Math.min(last.band.lo, row.band.lo),
          median: last.band.median,
          hi: Math.max(last.band.hi, row.band.hi),
        },
      };
    } else {
      thinned.push(row);
      column = own;
    }
  }
  return thinned;
}

export interface AxisRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** °C from 0 (or below, for a freezer) to the data, in steps of 8 for what is kept cold and 10 for what is not. */
export function temperatureRange(model: ChartModel): AxisRange {
  const values = model.past
    .flatMap(row => [row.temperatureC, row.minC, row.maxC])
    .concat(model.futureTemperatureC)
    .filter(value => value !== null);
  return celsiusRange(values, model.warmAboveC <= 15 ? 8 : 10);
}

/** °C from 0 (or below) to the data, in this many steps at least. */
export function celsiusRange(values: readonly number[], step: number, leastSteps = 3): AxisRange {
  const top = Math.max(...values, step * leastSteps);
  const bottom = Math.min(...values, 0);
  const coarse = top > step * 6 ? step * 2 : step;
  return { min: Math.floor(bottom / coarse) * coarse, max: Math.ceil(top / coarse) * coarse, step: coarse };
}

/** log CFU/g: 2 to 9, wider where the band is. */
export function countRange(model: ChartModel): AxisRange {
  const rows = [...model.past, ...model.forecast];
  const min = Math.min(2, ...rows.map(row => Math.floor(row.count.lo / 2) * 2));
  const max = Math.max(9, Math.ceil(model.limitLog10) + 1);
  return { min, max, step: 1 };
}

/** Remaining life from 0 in the unit of the axis, with three to five round steps. */
export function lifeRange(model: ChartModel): AxisRange {
  const rows = [...model.past, ...model.forecast];
  const top = Math.max(1, ...rows.map(row => row.remainingH.hi / model.lifeUnitH));
  const step = [1, 2, 5, 10, 20, 50, 100].find(s => top / s <= 5) ?? 200;
  return { min: 0, max: Math.ceil(top / step) * step, step };
}

/** The row nearest in time. @param rows  ascending, at least one */
export function nearestRow(rows: readonly { readonly at: number }[], at: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && row.at < at) low = middle + 1;
    else high = middle;
  }
  const before = rows[low - 1];
  const found = rows[low];
  return before && found && at - before.at < found.at - at ? low - 1 : low;
}
