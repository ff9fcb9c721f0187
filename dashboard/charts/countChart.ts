import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { hourMs } from '../zone.ts';
import { countRange } from './chartModel.ts';
import { bandLines, faded, horizontalLine, label, line, valueAxis, verticalLine } from './chartParts.ts';
import { bands, type Drawing, draw, gapBoxes, type LineChart, valueAxisWidthPx } from './drawing.ts';

/** Predicted count with its interval, and when that meets the spoilage limit. */
export function countChart(canvas: HTMLCanvasElement, drawing: Drawing): LineChart {
  const { model, format, colours, sizePx, from } = drawing;
  const { charts } = format.words;
  const limit = model.limitLog10;
  const past = bands(model.past, row => row.count, drawing);
  const future = bands(model.forecast, row => row.count, drawing);
  const middle = (rows: typeof past) => rows.map(row => ({ x: row.at, y: row.band.median }));
  return draw(canvas, drawing, {
    datasets: [
      ...bandLines(past, colours.count, 0.22),
      ...bandLines(future, colours.count, 0.14),
      line(middle(past), colours.count, { borderWidth: 2.5 }),
      line(middle(future), colours.count, { borderDash: [5, 4] }),
    ],
    y: valueAxis(countRange(model), valueAxisWidthPx, colours, value =>
      value % 2 === 0 || value === limit ? format.number(value, value % 1 === 0 ? 0 : 1) : '',
    ),
    annotations: {
      ...gapBoxes(drawing),
      now: verticalLine(model.asOf, colours.ink),
      limit: horizontalLine(limit, colours.limit, [7, 4]),
      limitLabel: label(from, limit, charts.spoilageLimit(format.number(limit)), colours.limit, sizePx, {
        alignY: 'end',
        dx: 2,
      }),
      ...reachMarks(drawing),
    },
  });
}

/** The thick segment of the limit where the 90 % interval meets it, with its two clock times. */
function reachMarks(drawing: Drawing): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to, narrow } = drawing;
  const { reach, limitLog10: limit, asOf } = model;
  if (reach === null || reach.to < from || reach.from > to) return {};
  const start = format.until(reach.from, asOf);
  const end = format.until(reach.to, asOf);
  const sameDay = format.zone.daysBetween(start.at, end.at) === 0;
  const named = (at: typeof start): string => `${format.day(at.at)} ${at.clock}`;
  const text = narrow
    ? sameDay || reach.to - reach.from < 20 * hourMs
      ? `${start.clock}–${end.clock}`
      : `${format.day(start.at)}–${format.day(end.at)}`
    : format.words.charts.reachesLimit(named(start), named(end));
  const atEnd = (reach.to - from) / (to - from) > 0.55;
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
      text,
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
