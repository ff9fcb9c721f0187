import { rootPx } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import { box, faded, horizontalLine, label, line, readColours, valueAxis } from './chartParts.ts';
import { draw, type Frame, type LineChart } from './drawing.ts';
import { type DriftModel, sensorLimitC } from './driftModel.ts';

/** What a sensor showed beside the reference thermometer, calibration by calibration. */
export function driftChart(canvas: HTMLCanvasElement, model: DriftModel, format: Format): LineChart {
  const colours = readColours(document.documentElement);
  const frame: Frame = {
    format,
    colours,
    sizePx: 12 * (rootPx() / 16),
    from: model.from,
    to: model.to,
    widthPx: canvas.parentElement?.clientWidth ?? 320,
  };
  const limit = format.t('charts.drift.limit', { limit: format.temperature(sensorLimitC) });
  const last = model.rows.at(-1);
  const isHigh = last !== undefined && last.differenceC > 0;
  return draw(canvas, frame, {
    datasets: [
      line(
        model.rows.map(row => ({ x: row.at, y: row.differenceC })),
        colours.temperature,
        {
          pointRadius: 4.5,
          pointBackgroundColor: colours.surface,
          pointBorderColor: colours.temperature,
          pointBorderWidth: 2,
        },
      ),
    ],
    y: valueAxis(model.range, frame.sizePx, colours, value => signed(value, format)),
    annotations: {
      band: box(model.from, model.to, faded(colours.coldFill, 0.12), {
        yMin: -sensorLimitC,
        yMax: sensorLimitC,
      }),
      zero: horizontalLine(0, colours.controlEdge, [], 1),
      // On the side of the zero line where the last calibration is not.
      limit: label(model.to, isHigh ? -sensorLimitC : sensorLimitC, limit, colours.cold, frame.sizePx, {
        alignX: 'end',
        alignY: isHigh ? 'end' : 'start',
      }),
    },
  });
}

/** "+0,3", "0,0", "−0,3". */
export const signed = (value: number, format: Format): string =>
  `${value > 0 ? '+' : ''}${format.number(value, Math.abs(value * 10 - Math.round(value * 10)) < 1e-6 ? 1 : 2)}`;
