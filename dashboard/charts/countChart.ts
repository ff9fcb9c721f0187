import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { hourMs } from '../zone.ts';
import { countRange, type Span } from './chartModel.ts';
import { bandLines, faded, horizontalLine, label, line, valueAxis, verticalLine } from './chartParts.ts';
import {
  bands,
  type ChartContent,
  type Drawing,
  draw,
  gapBoxes,
  type LineChart,
  labelPx,
  plotX,
} from './drawing.ts';

/** Predicted count with its interval, and when that meets the spoilage limit. */
export function countChart(canvas: HTMLCanvasElement, drawing: Drawing): LineChart {
  return draw(canvas, drawing, countContent(drawing));
}

export function countContent(drawing: Drawing): ChartContent {
  const { model, format, colours } = drawing;
  const limit = model.limitLog10;
  const past = bands(model.past, row => row.count, drawing);
  const future = bands(model.forecast, row => row.count, drawing);
  const middle = (rows: typeof past) => rows.map(row => ({ x: row.at, y: row.band.median }));
  return {
    datasets: [
      ...bandLines(past, colours.count, 0.22),
      ...bandLines(future, colours.count, 0.14),
      line(middle(past), colours.count, { borderWidth: 2.5 }),
      line(middle(future), colours.count, { borderDash: [5, 4] }),
    ],
    y: valueAxis(countRange(model), drawing.sizePx, colours, value =>
      value % 2 === 0 || value === limit ? format.number(value, value % 1 === 0 ? 0 : 1) : '',
    ),
    annotations: {
      ...gapBoxes(drawing.model.gaps, drawing),
      now: verticalLine(model.asOf, colours.ink),
      limit: horizontalLine(limit, colours.limit, [7, 4]),
      ...limitLabel(drawing),
      ...reachMarks(drawing),
    },
  };
}

/** Names the limit at its left end, or where that is taken by "now" or by the crossing, at the next free place. */
function limitLabel(drawing: Drawing): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to } = drawing;
  const text = format.t('charts.spoilageLimit', { value: format.number(model.limitLog10) });
  const put = (x: number, look: Parameters<typeof label>[5]): Record<string, AnnotationOptions> => ({
    limitLabel: label(x, model.limitLog10, text, colours.limit, sizePx, { alignY: 'end', ...look }),
  });
  if (!reachAtEnd(drawing)) return put(to, { alignX: 'end', dx: -2 });
  const widthPx = labelPx(drawing, text);
  const nowPx = plotX(drawing, model.asOf);
  const crossingPx =
    model.reach === null
      ? Number.POSITIVE_INFINITY
      : plotX(drawing, model.reach.to) - labelPx(drawing, reachText(drawing, model.reach));
  if (nowPx > widthPx + 2 && crossingPx > widthPx) return put(from, { dx: 2 });
  if (crossingPx > nowPx + widthPx + 6) return put(model.asOf, { dx: 4 });
  return put(to, { alignX: 'end', alignY: 'start', dx: -2, dy: 5, background: faded(colours.surface, 0.82) });
}

/** The times of the crossing stand at its right end, unless that is near the left of the chart. */
const reachAtEnd = ({ model, from, to }: Drawing): boolean =>
  model.reach === null || (model.reach.to - from) / (to - from) > 0.55;

/** The two ends of the crossing: with their days where they need them, shorter on a phone. */
function reachText({ model, format, narrow }: Drawing, reach: Span): string {
  const start = format.until(reach.from, model.asOf);
  const end = format.until(reach.to, model.asOf);
  const today = [start, end].every(t => format.zone.daysBetween(model.asOf, t.at) === 0);
  const named = (t: typeof start): string => `${format.day(t.at)} ${t.clock}`;
  if (!narrow)
    return today
      ? format.t('charts.reachesLimit', { from: start.clock, to: end.clock })
      : format.t('charts.reachesLimit', { from: named(start), to: named(end) });
  return today || reach.to - reach.from < 20 * hourMs
    ? `${start.clock}–${end.clock}`
    : `${format.day(start.at)}–${format.day(end.at)}`;
}

/** The thick segment of the limit where the 90 % interval meets it, with its two clock times. */
function reachMarks(drawing: Drawing): Record<string, AnnotationOptions> {
  const { model, colours, sizePx, from, to } = drawing;
  const { reach, limitLog10: limit } = model;
  if (reach === null || reach.to < from || reach.from > to) return {};
  const atEnd = reachAtEnd(drawing);
  return {
    reach: {
      type: 'line',
      xMin: Math.max(from, reach.from),
      xMax: Math.min(to, reach.to),
      yMin: limit,
      yMax: limit,
      borderColor: colours.limit,
      borderWidth: 5,
    },
    reachLabel: label(
      atEnd ? Math.min(to, reach.to) : Math.max(from, reach.from),
      limit,
      reachText(drawing, reach),
      colours.limit,
      sizePx,
      {
        alignX: atEnd ? 'end' : 'start',
        alignY: 'end',
        dy: -5,
        background: faded(colours.surface, 0.82),
      },
    ),
  };
}
