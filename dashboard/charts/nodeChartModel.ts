import type { TemperatureBucketView } from '../../models/contracts/temperatureBucket.ts';
import type { Point, Span } from './chartModel.ts';

/** Temperatures of one span of time; `at` is its middle, where the line passes. */
export interface NodeRow extends Span {
  readonly at: number;
  readonly minC: number;
  readonly meanC: number;
  readonly maxC: number;
  readonly count: number;
}

export interface NodeChartModel extends Span {
  readonly rows: readonly NodeRow[];
  readonly gaps: readonly Span[];
}

const minuteMs = 60_000;

/**
 * As in estimates: three missed reports, never less than half an hour; a node that does not say how often it reports
 * may do so hourly.
 */
export const longestSilenceMs = (reportEveryS: number | null): number =>
  reportEveryS === null ? 65 * minuteMs : Math.max(30 * minuteMs, 3000 * reportEveryS);

/** Buckets of the server as the chart draws them. Where spans without readings add up to a silence, there is a gap. */
export function nodeChartModel(
  buckets: readonly TemperatureBucketView[],
  { from, to }: Span,
  silenceMs: number,
): NodeChartModel {
  const rows = buckets.map(bucket => {
    const span = { from: Date.parse(bucket.from), to: Date.parse(bucket.to) };
    return { ...bucket, ...span, at: (span.from + span.to) / 2 };
  });
  const edges = [{ from, to: from }, ...rows, { from: to, to }];
  const gaps = edges.slice(1).flatMap((edge, i) => {
    const start = edges[i]?.to ?? from;
    return edge.from - start >= silenceMs ? [{ from: start, to: edge.from }] : [];
  });
  return { from, to, rows, gaps };
}

/** A line through the middles of the spans, broken at every gap. */
export function nodeLine(model: NodeChartModel, value: (row: NodeRow) => number): Point[] {
  const line: Point[] = [];
  for (const row of model.rows) {
    const gap = model.gaps.find(one => one.to === row.from);
    if (gap !== undefined && line.length > 0) line.push({ x: (gap.from + gap.to) / 2, y: null });
    line.push({ x: row.at, y: value(row) });
  }
  return line;
}

/** Spans with a gap on both sides: no line passes through them, so they are dots. */
export function lonePoints(model: NodeChartModel): Point[] {
  const starts = new Set(model.gaps.map(gap => gap.from));
  const ends = new Set(model.gaps.map(gap => gap.to));
  return model.rows
    .filter(
      row =>
        (ends.has(row.from) || row === model.rows[0]) && (starts.has(row.to) || row === model.rows.at(-1)),
    )
    .map(row => ({ x: row.at, y: row.meanC }));
}

/** Lowest, highest and weighted mean of all that is shown; null without readings. */
export function nodeExtremes(
  rows: readonly NodeRow[],
): { readonly coldest: NodeRow; readonly warmest: NodeRow; readonly meanC: number } | null {
  const [first] = rows;
  if (first === undefined) return null;
  let coldest = first;
  let warmest = first;
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    if (row.minC < coldest.minC) coldest = row;
    if (row.maxC > warmest.maxC) warmest = row;
    sum += row.meanC * row.count;
    count += row.count;
  }
  return { coldest, warmest, meanC: sum / count };
}

/** All rows as CSV: ISO times, a decimal point, full units, for a spreadsheet or R. */
export function nodeCsv({ rows }: NodeChartModel): string {
  const lines = rows.map(row =>
    [
      new Date(row.from).toISOString(),
      new Date(row.to).toISOString(),
      row.minC,
      row.meanC,
      row.maxC,
      row.count,
    ].join(','),
  );
  return `${['from,to,minC,meanC,maxC,count', ...lines].join('\r\n')}\r\n`;
}
