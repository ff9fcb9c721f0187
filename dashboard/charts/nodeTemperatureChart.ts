import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { rootPx } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import { celsiusRange, type Span } from './chartModel.ts';
import { box, faded, horizontalLine, label, line, readColours, valueAxis } from './chartParts.ts';
import { coldLimitsUpToC, draw, type Frame, gapBoxes, type LineChart, labelPx, plotX } from './drawing.ts';
import { type NodeChartModel, nodeExtremes, nodeLine } from './nodeChartModel.ts';

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
  );
  const clear = 'transparent';
  return draw(canvas, frame, {
    datasets: [
      line(
        nodeLine(model, row => row.maxC),
        clear,
        { borderWidth: 0, fill: '+1', backgroundColor: faded(colours.temperature, 0.22) },
      ),
      line(
        nodeLine(model, row => row.minC),
        clear,
        { borderWidth: 0 },
      ),
      // One reading between two gaps has no line: it is a dot.
      line(
        nodeLine(model, row => row.meanC),
        colours.temperature,
        { pointRadius: model.rows.length < 3 ? 3 : 0, pointBackgroundColor: colours.temperature },
      ),
    ],
    y: valueAxis(range, frame.sizePx, colours, value => format.number(value, 0)),
    annotations: {
      ...gapBoxes(model.gaps, colours),
      ...gapLabel(model, frame, range.min + (range.max - range.min) * 0.85),
      ...(keptCold && range.max > coldLimitC ? coldZone(model, frame, range.min) : {}),
    },
  });
}

function coldZone({ from, to }: Span, frame: Frame, min: number): Record<string, AnnotationOptions> {
  const { colours, format, sizePx } = frame;
  const text = format.words.charts.coldLimit(format.plainTemperature(coldLimitC));
  return {
    cold: box(from, to, faded(colours.coldFill, 0.1), { yMin: Math.max(min, 0), yMax: coldLimitC }),
    warm: horizontalLine(coldLimitC, colours.cold, [3, 3], 1),
    warmLabel: label(to, coldLimitC, text, colours.cold, sizePx, { alignX: 'end', alignY: 'end' }),
  };
}

/** The longest gap is named, where the words fit into it. */
function gapLabel(model: NodeChartModel, frame: Frame, y: number): Record<string, AnnotationOptions> {
  const [longest] = [...model.gaps].sort((a, b) => b.to - b.from - (a.to - a.from));
  const text = frame.format.words.charts.noData;
  if (longest === undefined) return {};
  if (plotX(frame, longest.to) - plotX(frame, longest.from) < labelPx(frame, text)) return {};
  const middle = (longest.from + longest.to) / 2;
  return {
    gapLabel: label(middle, y, text, frame.colours.none, frame.sizePx, { alignX: 'center' }),
  };
}
