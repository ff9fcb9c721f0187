import { Chart, Decimation, Filler, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import annotation, { type AnnotationOptions } from 'chartjs-plugin-annotation';
import type { Format } from '../format.ts';
import {
  type Band,
  type ChartModel,
  countRange,
  lifeRange,
  type Row,
  temperatureLine,
  temperatureRange,
  thinBands,
} from './chartModel.ts';
import {
  type Axes,
  bandLines,
  box,
  type ChartColours,
  faded,
  horizontalLine,
  label,
  line,
  readColours,
  timeAxis,
  valueAxis,
  verticalLine,
} from './chartParts.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, Decimation, annotation);

const valueAxisWidthPx = 36;

export interface Canvases {
  readonly temperature: HTMLCanvasElement;
  readonly count: HTMLCanvasElement;
  readonly life: HTMLCanvasElement;
}

export interface DrawnCharts {
  /** Where an instant stands, in CSS px from the left of a canvas. */
  xOf(at: number): number;
  /** The instant below a point, in CSS px from the left of a canvas. */
  atOf(x: number): number;
  destroy(): void;
}

interface Drawing {
  readonly model: ChartModel;
  readonly format: Format;
  readonly colours: ChartColours;
  readonly sizePx: number;
  readonly from: number;
  readonly to: number;
  readonly widthPx: number;
  readonly narrow: boolean;
}

/** Draws temperature, predicted count and remaining life below each other on one time axis. */
export function drawCharts(
  canvases: Canvases,
  model: ChartModel,
  format: Format,
  span: { from: number; to: number },
): DrawnCharts {
  const widthPx = canvases.temperature.parentElement?.clientWidth ?? 320;
  const rootPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const drawing: Drawing = {
    model,
    format,
    colours: readColours(document.documentElement),
    sizePx: 12 * (rootPx / 16),
    widthPx,
    narrow: widthPx < 480,
    ...span,
  };
  const temperature = temperatureChart(canvases.temperature, drawing);
  const charts = [temperature, countChart(canvases.count, drawing), lifeChart(canvases.life, drawing)];
  const scale = (): {
    getPixelForValue(v: number): number;
    getValueForPixel(x: number): number | undefined;
  } => {
    const x = temperature.scales.x;
    if (x === undefined) throw new Error('the temperature chart has no scale named x');
    return x;
  };
  return {
    xOf: at => scale().getPixelForValue(at),
    atOf: x => scale().getValueForPixel(x) ?? model.asOf,
    destroy: () => {
      for (const chart of charts) chart.destroy();
    },
  };
}

interface ChartContent {
  readonly datasets: ReturnType<typeof line>[];
  readonly y: Axes;
  readonly annotations: Record<string, AnnotationOptions>;
}

function draw(
  canvas: HTMLCanvasElement,
  drawing: Drawing,
  content: ChartContent,
): Chart<'line', { x: number; y: number }[]> {
  const { colours, sizePx, from, to, widthPx, format } = drawing;
  const most = Math.max(3, Math.min(9, Math.floor((widthPx - valueAxisWidthPx) / (sizePx * 4.8))));
  return new Chart(canvas, {
    type: 'line',
    data: { datasets: content.datasets },
    options: {
      animation: false,
      maintainAspectRatio: false,
      events: [],
      color: colours.axis,
      font: { family: getComputedStyle(document.body).fontFamily, size: sizePx },
      layout: { padding: { top: 6, right: 8, bottom: 0, left: 0 } },
      elements: { point: { radius: 0 } },
      scales: { ...timeAxis(from, to, most, format, colours, sizePx), ...content.y },
      plugins: {
        annotation: { clip: false, annotations: content.annotations },
        decimation: { enabled: true, algorithm: 'min-max', threshold: 2 * widthPx },
      },
    },
  });
}

/** Labels beside the now line go to the side with room. */
const nowIsFarRight = ({ model, from, to }: Drawing): boolean => (model.asOf - from) / (to - from) > 0.72;

function temperatureChart(
  canvas: HTMLCanvasElement,
  drawing: Drawing,
): Chart<'line', { x: number; y: number }[]> {
  const { model, format, colours, sizePx, to } = drawing;
  const { charts, now } = format.words;
  const range = temperatureRange(model);
  const height = range.max - range.min;
  const last =
    model.past.findLast(row => row.temperatureC !== null)?.temperatureC ?? model.futureTemperatureC;
  const dataIsHigh = last > range.min + height / 2;
  const paper = faded(colours.surface, 0.82);
  const annotations: Record<string, AnnotationOptions> = {
    ...gapBoxes(drawing),
    ...gapLabel(drawing, range.min + height * (dataIsHigh ? 0.37 : 0.85)),
    ...limitZone(drawing, range.min, range.max),
    ...peakLabel(drawing),
    now: verticalLine(model.asOf, colours.ink),
    nowLabel: label(model.asOf, range.min + height * (dataIsHigh ? 0.12 : 0.85), now, colours.ink, sizePx, {
      background: paper,
      ...(nowIsFarRight(drawing) ? { alignX: 'end', dx: -4 } : { dx: 4 }),
    }),
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
      charts.assumed(format.plainTemperature(model.futureTemperatureC)),
      colours.temperature,
      sizePx,
      model.futureTemperatureC < range.min + height * 0.2 &&
        Math.abs(model.futureTemperatureC - model.warmAboveC) > 1.5
        ? { alignX: 'end', alignY: 'end', dy: -3 }
        : { alignX: 'end', alignY: 'start', dy: 4 },
    );
  }
  return draw(canvas, drawing, {
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
    y: valueAxis(range, valueAxisWidthPx, colours, value => format.number(value, 0)),
    annotations,
  });
}

function gapBoxes({ model, colours }: Drawing): Record<string, AnnotationOptions> {
  const tint = faded(colours.noneFill, 0.22);
  return Object.fromEntries(model.gaps.map((gap, index) => [`gap${index}`, box(gap.from, gap.to, tint)]));
}

/** Only the longest gap is named: the boxes look alike. */
function gapLabel(drawing: Drawing, y: number): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to } = drawing;
  const visible = model.gaps.filter(gap => gap.to > from);
  if (visible.length === 0) return {};
  const longest = visible.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  const left = (longest.from - from) / (to - from);
  const text = format.words.charts.noData;
  const paper = faded(colours.surface, 0.82);
  if (left > 0.3)
    return {
      gapLabel: label(longest.from, y, text, colours.none, sizePx, {
        alignX: 'end',
        dx: -4,
        background: paper,
      }),
    };
  const middle = (Math.max(from, longest.from) + longest.to) / 2;
  const beside = (middle - from) / (to - from) < 0.14;
  return {
    gapLabel: beside
      ? label(longest.to, y, text, colours.none, sizePx, { dx: 4, background: paper })
      : label(middle, y, text, colours.none, sizePx, { alignX: 'center', background: paper }),
  };
}

/** The zone up to the limit of this product: tinted and named where it is a cold limit, a line where it is not. */
function limitZone(drawing: Drawing, min: number, max: number): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to } = drawing;
  const { charts } = format.words;
  const limit = model.warmAboveC;
  if (limit >= max) return {};
  const cold = limit <= 15;
  const text = format.plainTemperature(limit);
  return {
    ...(cold ? { cold: box(from, to, faded(colours.coldFill, 0.1), { yMin: min, yMax: limit }) } : {}),
    warm: horizontalLine(limit, cold ? colours.cold : colours.limit, [3, 3], 1),
    warmLabel: label(
      to,
      limit,
      cold ? charts.coldLimit(text) : charts.warmLimit(text),
      cold ? colours.cold : colours.limit,
      sizePx,
      {
        alignX: 'end',
        alignY: 'end',
      },
    ),
  };
}

const costliest = (model: ChartModel): ChartModel['excursions'][number] | undefined =>
  model.excursions.reduce<ChartModel['excursions'][number] | undefined>(
    (worst, e) => (worst === undefined || e.lifeLostH > worst.lifeLostH ? e : worst),
    undefined,
  );

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

const bands = (
  rows: readonly Row[],
  of: (row: Row) => Band,
  drawing: Drawing,
): { at: number; band: Band }[] =>
  thinBands(
    rows.map(row => ({ at: row.at, band: of(row) })),
    drawing.from,
    drawing.to,
    drawing.widthPx,
  );

function countChart(canvas: HTMLCanvasElement, drawing: Drawing): Chart<'line', { x: number; y: number }[]> {
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
    ? sameDay || reach.to - reach.from < 20 * 3_600_000
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

function lifeChart(canvas: HTMLCanvasElement, drawing: Drawing): Chart<'line', { x: number; y: number }[]> {
  const { model, format, colours, sizePx } = drawing;
  const inUnits = (row: Row): Band => ({
    lo: row.remainingH.lo / model.lifeUnitH,
    median: row.remainingH.median / model.lifeUnitH,
    hi: row.remainingH.hi / model.lifeUnitH,
  });
  const range = lifeRange(model);
  const past = bands(model.past, inUnits, drawing);
  const future = bands(model.forecast, inUnits, drawing);
  const now = past.at(-1);
  const nowLoH = model.past.at(-1)?.remainingH.lo ?? 0;
  const left = nowIsFarRight(drawing);
  const low = now === undefined || now.band.lo < range.max * 0.25;
  return draw(canvas, drawing, {
    datasets: [
      ...bandLines(past, colours.life, 0.26),
      ...bandLines(future, colours.life, 0.14),
      line(
        past.map(row => ({ x: row.at, y: row.band.lo })),
        colours.life,
        { borderWidth: 2.5 },
      ),
      line(untilZero(future), colours.life, { borderDash: [5, 4] }),
    ],
    y: valueAxis(range, valueAxisWidthPx, colours, value => format.number(value, value % 1 === 0 ? 0 : 1)),
    annotations: {
      ...gapBoxes(drawing),
      ...excursionBoxes(drawing, range.max),
      now: verticalLine(model.asOf, colours.ink),
      ...(now === undefined
        ? {}
        : {
            atLeast: label(
              model.asOf,
              now.band.lo,
              `${format.words.atLeast} ${format.remainingText(nowLoH)}`,
              colours.life,
              sizePx,
              {
                alignX: left ? 'end' : 'start',
                dx: left ? -8 : 8,
                alignY: low ? 'end' : 'center',
                dy: low ? -2 : 0,
                background: faded(colours.surface, 0.88),
              },
            ),
          }),
    },
  });
}

/** The dashed line of the least life ends where it meets zero instead of running along the axis. */
function untilZero(future: readonly { at: number; band: Band }[]): { x: number; y: number }[] {
  const firstZero = future.findIndex(row => row.band.lo <= 0);
  const shown = firstZero < 0 ? future : future.slice(0, firstZero + 1);
  return shown.map(row => ({ x: row.at, y: Math.max(0, row.band.lo) }));
}

/** Warm spans that cost life; the costliest is named with its loss. */
function excursionBoxes(drawing: Drawing, top: number): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to } = drawing;
  const costly = model.excursions.filter(e => e.lifeLostH > 0 && e.to > from);
  const marks: Record<string, AnnotationOptions> = Object.fromEntries(
    costly.map((e, index) => [`warm${index}`, box(e.from, e.to, faded(colours.riskFill, 0.14))]),
  );
  const worst = costliest(model);
  if (worst === undefined || worst.lifeLostH <= 0 || worst.to < from) return marks;
  const right = (worst.to - from) / (to - from) < 0.6;
  marks.warmLabel = label(
    right ? worst.to : worst.from,
    top * 0.86,
    format.words.charts.tooWarm(format.lossText(worst.lifeLostH)),
    colours.risk,
    sizePx,
    { alignX: right ? 'start' : 'end', dx: right ? 14 : -6, background: faded(colours.surface, 0.7) },
  );
  return marks;
}
