import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { type Row, temperatureLine, temperatureRange } from './chartModel.ts';
import { box, faded, horizontalLine, label, line, valueAxis, verticalLine } from './chartParts.ts';
import {
  type ChartContent,
  coldLimitsUpToC,
  costliest,
  type Drawing,
  draw,
  gapBoxes,
  type LineChart,
  labelPx,
  nowIsFarRight,
  plotX,
} from './drawing.ts';

/** What was measured, and dotted after now what is assumed. */
export function temperatureChart(canvas: HTMLCanvasElement, drawing: Drawing): LineChart {
  return draw(canvas, drawing, temperatureContent(drawing));
}

export function temperatureContent(drawing: Drawing): ChartContent {
  const { model, format, colours, sizePx, to } = drawing;
  const range = temperatureRange(model);
  const height = range.max - range.min;
  const last =
    model.past.findLast(row => row.temperatureC !== null)?.temperatureC ?? model.futureTemperatureC;
  const dataIsHigh = last > range.min + height / 2;
  const paper = faded(colours.surface, 0.82);
  const annotations: Record<string, AnnotationOptions> = {
    ...gapBoxes(model.gaps, drawing),
    ...gapLabel(drawing, range.min + height * (dataIsHigh ? 0.37 : 0.85)),
    ...limitZone(drawing, range.min, range.max),
    ...peakLabel(drawing),
    now: verticalLine(model.asOf, colours.ink),
    nowLabel: label(
      model.asOf,
      range.min + height * (dataIsHigh ? 0.12 : 0.85),
      format.t('when.now'),
      colours.ink,
      sizePx,
      {
        background: paper,
        ...(nowIsFarRight(drawing) ? { alignX: 'end', dx: -4 } : { dx: 4 }),
      },
    ),
  };
  if (model.asOf < to && !nowIsFarRight(drawing)) {
    annotations.assumed = {
      type: 'line',
      xMin: model.asOf,
      xMax: to,
      yMin: model.futureTemperatureC,
      yMax: model.futureTemperatureC,
      borderColor: colours.temperature,
      borderWidth: 2,
      borderDash: [2, 4],
    };
    annotations.assumedLabel = label(
      to,
      model.futureTemperatureC,
      format.t('charts.assumed', { temperature: format.plainTemperature(model.futureTemperatureC) }),
      colours.temperature,
      sizePx,
      model.futureTemperatureC < range.min + height * 0.2 &&
        Math.abs(model.futureTemperatureC - model.warmAboveC) > 1.5
        ? { alignX: 'end', alignY: 'end', dy: -3 }
        : { alignX: 'end', alignY: 'start', dy: 4 },
    );
  }
  return {
    datasets: [
      line(
        temperatureLine(model, row => row.maxC),
        'transparent',
        {
          borderWidth: 0,
          fill: '+1',
          backgroundColor: faded(colours.temperature, 0.22),
        },
      ),
      line(
        temperatureLine(model, row => row.minC),
        'transparent',
        { borderWidth: 0 },
      ),
      line(temperatureLine(model), colours.temperature),
    ],
    y: valueAxis(range, drawing.sizePx, colours, value => format.number(value, 0)),
    annotations,
  };
}

/** Only the longest gap is named, since the boxes look alike, and only where the word does not run into "now". */
function gapLabel(drawing: Drawing, y: number): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to } = drawing;
  const visible = model.gaps.filter(gap => gap.to > from);
  if (visible.length === 0) return {};
  const longest = visible.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  const text = format.t('charts.noData');
  const xOf = (at: number): number => plotX(drawing, at);
  const textPx = labelPx(drawing, text);
  const free = (left: number): boolean =>
    left >= 0 && (left + textPx < xOf(model.asOf) || left > xOf(model.asOf) + 70);
  const look = { background: faded(colours.surface, 0.82) };
  const middle = (Math.max(from, longest.from) + longest.to) / 2;
  if (free(xOf(longest.from) - textPx - 4) && (longest.from - from) / (to - from) > 0.3)
    return {
      gapLabel: label(longest.from, y, text, colours.none, sizePx, { ...look, alignX: 'end', dx: -4 }),
    };
  if (free(xOf(middle) - textPx / 2))
    return { gapLabel: label(middle, y, text, colours.none, sizePx, { ...look, alignX: 'center' }) };
  if (free(xOf(longest.to) + 4))
    return { gapLabel: label(longest.to, y, text, colours.none, sizePx, { ...look, dx: 4 }) };
  return {};
}

/** The zone up to the limit of this product: tinted and named where it is a cold limit, a line where it is not. */
function limitZone(drawing: Drawing, min: number, max: number): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to } = drawing;
  const limit = model.warmAboveC;
  if (limit >= max || (limit > coldLimitsUpToC && model.excursions.length === 0)) return {};
  const cold = limit <= coldLimitsUpToC;
  const text = format.plainTemperature(limit);
  return {
    ...(cold ? { cold: box(from, to, faded(colours.coldFill, 0.1), { yMin: min, yMax: limit }) } : {}),
    warm: horizontalLine(limit, cold ? colours.cold : colours.limit, [3, 3], 1),
    warmLabel: label(
      to,
      limit,
      cold
        ? format.t('charts.coldLimit', { temperature: text })
        : format.t('charts.warmLimit', { temperature: text }),
      cold ? colours.cold : colours.limit,
      sizePx,
      {
        alignX: 'end',
        alignY: 'end',
      },
    ),
  };
}

function peakLabel(drawing: Drawing): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to } = drawing;
  const worst = costliest(model);
  if (worst === undefined) return {};
  const inside = model.past.filter(
    row => row.at >= worst.from && row.at <= worst.to && row.temperatureC !== null,
  );
  const peak = inside.reduce<Row | undefined>(
    (a, b) => (a === undefined || (b.maxC ?? b.temperatureC ?? 0) > (a.maxC ?? a.temperatureC ?? 0) ? b : a),
    undefined,
  );
  if (peak === undefined || peak.at < from) return {};
  const farLeft = (peak.at - from) / (to - from) < 0.12;
  return {
    peak: label(peak.at, worst.peakC, format.temperature(worst.peakC), colours.risk, sizePx, {
      alignX: farLeft ? 'start' : 'end',
      alignY: 'end',
      dy: -1,
      dx: farLeft ? -4 : 8,
      background: faded(colours.surface, 0.7),
    }),
  };
}
