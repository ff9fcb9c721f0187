import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { rootPx } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import { longestAbove } from './alertChartModel.ts';
import { celsiusRange } from './chartModel.ts';
import { faded, horizontalLine, label, line, readColours, valueAxis } from './chartParts.ts';
import { coldLimitsUpToC, draw, type Frame, gapBoxes, type LineChart, labelPx, plotX } from './drawing.ts';
import { lonePoints, type NodeChartModel, nodeExtremes, nodeLine } from './nodeChartModel.ts';

export interface AlertDrawing {
  readonly model: NodeChartModel;
  /** The limit that was passed; null where there is none. */
  readonly levelC: number | null;
  /** "4 jam": how long it was above the limit. */
  readonly duration: string | null;
}

/** What was measured around an alert: the area above the limit filled, how long that was inside it. */
export function alertTemperatureChart(
  canvas: HTMLCanvasElement,
  { model, levelC, duration }: AlertDrawing,
  format: Format,
): LineChart {
  const colours = readColours(document.documentElement);
  const frame: Frame = {
    format,
    colours,
    sizePx: 12 * (rootPx() / 16),
    from: model.from,
    to: model.to,
    widthPx: canvas.parentElement?.clientWidth ?? 320,
  };
  const values = model.rows.flatMap(row => [row.minC, row.maxC]);
  const cold = levelC !== null ? levelC <= coldLimitsUpToC : (nodeExtremes(model.rows)?.meanC ?? 0) <= 15;
  const range = celsiusRange(levelC === null ? values : [...values, levelC + 1], cold ? 8 : 10, 2);
  return draw(canvas, frame, {
    datasets: [
      line(
        nodeLine(model, row => row.meanC),
        colours.temperature,
        {
          borderWidth: 2.5,
          ...(levelC === null
            ? {}
            : { fill: { value: levelC, above: faded(colours.riskFill, 0.28), below: 'transparent' } }),
        },
      ),
      line(lonePoints(model), colours.temperature, {
        showLine: false,
        pointRadius: 1.5,
        pointBackgroundColor: colours.temperature,
      }),
    ],
    y: valueAxis(range, frame.sizePx, colours, value => format.number(value, 0)),
    annotations: {
      ...gapBoxes(model.gaps, frame),
      ...(levelC === null ? {} : limitLine(model, frame, levelC)),
      ...peakLabel(model, frame, levelC),
      ...(levelC === null || duration === null ? {} : durationLabel(model, frame, levelC, duration)),
    },
  });
}

/** The limit is named on the side where the temperatures stay below it. */
function limitLine(model: NodeChartModel, frame: Frame, levelC: number): Record<string, AnnotationOptions> {
  const { colours, format, sizePx, from, to } = frame;
  const quarter = (to - from) / 4;
  const warmest = (side: (at: number) => boolean): number =>
    Math.max(...model.rows.filter(row => side(row.at)).map(row => row.maxC), levelC - 99);
  const onRight = warmest(at => at > to - quarter) <= warmest(at => at < from + quarter);
  const text = format.t('alerts.chart.limit', { level: format.plainTemperature(levelC) });
  return {
    limit: horizontalLine(levelC, colours.limit, [7, 4]),
    limitLabel: label(onRight ? to : from, levelC, text, colours.limit, sizePx, {
      alignX: onRight ? 'end' : 'start',
      alignY: 'end',
    }),
  };
}

function peakLabel(
  model: NodeChartModel,
  frame: Frame,
  levelC: number | null,
): Record<string, AnnotationOptions> {
  const { colours, format, sizePx } = frame;
  const warmest = nodeExtremes(model.rows)?.warmest;
  if (warmest === undefined || (levelC !== null && warmest.maxC <= levelC)) return {};
  const text = format.temperature(warmest.maxC);
  const fitsRight = plotX(frame, warmest.at) + labelPx(frame, text) + 4 < plotX(frame, model.to);
  return {
    peak: label(
      warmest.at,
      warmest.maxC,
      text,
      levelC === null ? colours.temperature : colours.risk,
      sizePx,
      {
        alignX: fitsRight ? 'start' : 'end',
        alignY: 'end',
        dx: fitsRight ? 4 : -4,
      },
    ),
  };
}

/** Inside the filled area, where it is wide and high enough for the words. */
function durationLabel(
  model: NodeChartModel,
  frame: Frame,
  levelC: number,
  text: string,
): Record<string, AnnotationOptions> {
  const { format } = frame;
  const above = longestAbove(model, levelC);
  const peakC = nodeExtremes(model.rows)?.warmest.maxC ?? levelC;
  if (above === null || peakC - levelC < 2) return {};
  if (plotX(frame, above.to) - plotX(frame, above.from) < labelPx(frame, text)) return {};
  const middle = (above.from + above.to) / 2;
  const limitPx = labelPx(frame, format.t('alerts.chart.limit', { level: format.plainTemperature(levelC) }));
  const besides = plotX(frame, frame.to) - plotX(frame, middle) > limitPx + labelPx(frame, text) / 2;
  // Where the name of the limit would run into it, it stands higher.
  const share = besides ? 0.28 : 0.5;
  return {
    duration: label(middle, levelC + (peakC - levelC) * share, text, frame.colours.risk, frame.sizePx, {
      alignX: 'center',
    }),
  };
}
