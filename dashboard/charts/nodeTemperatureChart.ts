import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { rootPx } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import { celsiusRange } from './chartModel.ts';
import {
  box,
  type ChartColours,
  faded,
  horizontalLine,
  label,
  line,
  readColours,
  valueAxis,
} from './chartParts.ts';
import { coldLimitsUpToC, draw, type Frame, gapBoxes, type LineChart, labelPx, plotX } from './drawing.ts';
import { lonePoints, type NodeChartModel, type NodeRow, nodeExtremes, nodeLine } from './nodeChartModel.ts';

const coldLimitC = 8;

/** What one probe measured: mean as a line, lowest to highest as a tint, gaps as grey boxes. */
export function nodeTemperatureChart(
  canvas: HTMLCanvasElement,
  model: NodeChartModel,
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
  const keptCold = (nodeExtremes(model.rows)?.meanC ?? 0) <= coldLimitsUpToC;
  const range = celsiusRange(
    model.rows.flatMap(row => [row.minC, row.maxC]),
    keptCold ? 8 : 10,
    2,
  );
  return draw(canvas, frame, {
    datasets: datasets(model, colours),
    y: valueAxis(range, frame.sizePx, colours, value => format.number(value, 0)),
    annotations: {
      ...gapBoxes(model.gaps, frame),
      ...gapLabel(model, frame, range.min + (range.max - range.min) * 0.85),
      ...(keptCold && range.max > coldLimitC ? coldZone(model, frame, range.min) : {}),
      ...(keptCold ? peakLabel(model, frame) : {}),
    },
  });
}

function datasets(model: NodeChartModel, colours: ChartColours): ReturnType<typeof line>[] {
  // A thin edge, because in a year a warm hour is one pixel wide and would vanish in a tint.
  const edge = faded(colours.temperature, 0.5);
  return [
    line(
      nodeLine(model, row => row.maxC),
      edge,
      { borderWidth: 1, fill: '+1', backgroundColor: faded(colours.temperature, 0.22) },
    ),
    line(
      nodeLine(model, row => row.minC),
      edge,
      { borderWidth: 1 },
    ),
    line(
      nodeLine(model, row => row.meanC),
      colours.temperature,
    ),
    line(lonePoints(model), colours.temperature, {
      showLine: false,
      pointRadius: 1.5,
      pointBackgroundColor: colours.temperature,
    }),
  ];
}

/** The limit is named on the side where the temperatures stay further below it. */
function coldZone(model: NodeChartModel, frame: Frame, min: number): Record<string, AnnotationOptions> {
  const { from, to } = model;
  const { colours, format, sizePx } = frame;
  const quarter = (to - from) / 4;
  const warmest = (rows: readonly NodeRow[]): number => Math.max(...rows.map(row => row.maxC), min);
  const left = warmest(model.rows.filter(row => row.at < from + quarter));
  const right = warmest(model.rows.filter(row => row.at > to - quarter));
  const text = format.t('charts.coldLimit', { temperature: format.plainTemperature(coldLimitC) });
  return {
    cold: box(from, to, faded(colours.coldFill, 0.1), { yMin: Math.max(min, 0), yMax: coldLimitC }),
    warm: horizontalLine(coldLimitC, colours.cold, [3, 3], 1),
    warmLabel: label(left < right ? from : to, coldLimitC, text, colours.cold, sizePx, {
      alignX: left < right ? 'start' : 'end',
      alignY: 'end',
      background: faded(colours.surface, 0.7),
    }),
  };
}

/** The warmest moment, where it was warmer than cold. */
function peakLabel(model: NodeChartModel, frame: Frame): Record<string, AnnotationOptions> {
  const { colours, format, sizePx } = frame;
  const warmest = nodeExtremes(model.rows)?.warmest;
  if (warmest === undefined || warmest.maxC <= coldLimitC) return {};
  const farLeft = (warmest.at - model.from) / (model.to - model.from) < 0.12;
  return {
    peak: label(warmest.at, warmest.maxC, format.temperature(warmest.maxC), colours.risk, sizePx, {
      alignX: farLeft ? 'start' : 'end',
      alignY: 'end',
      background: faded(colours.surface, 0.7),
    }),
  };
}

/** The longest gap is named, where the words fit into it. */
function gapLabel(model: NodeChartModel, frame: Frame, y: number): Record<string, AnnotationOptions> {
  const [longest] = [...model.gaps].sort((a, b) => b.to - b.from - (a.to - a.from));
  const text = frame.format.t('charts.noData');
  if (longest === undefined) return {};
  if (plotX(frame, longest.to) - plotX(frame, longest.from) < labelPx(frame, text)) return {};
  const middle = (longest.from + longest.to) / 2;
  return {
    gapLabel: label(middle, y, text, frame.colours.none, frame.sizePx, { alignX: 'center' }),
  };
}
