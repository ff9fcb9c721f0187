import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import type { RateChart } from '../../models/laboratory/rateAgainstTemperature.ts';
import type { Format } from '../format.ts';
import { box, faded, label, line } from './chartParts.ts';
import type { LineChart } from './drawing.ts';
import {
  drawLab,
  type LabAxis,
  type LabFrame,
  labFrame,
  lookOf,
  marks,
  roundStep,
  tint,
  whisker,
} from './labChart.ts';

/** The secondary model over temperature: each curve's own value with its 90 % span, dotted beyond what was tested. */
export function rateChart(
  canvas: HTMLCanvasElement,
  given: RateChart,
  temperatures: readonly number[],
  format: Format,
): LineChart {
  const frame = labFrame(canvas, format);
  const { colours } = frame;
  const isLife = given.scale === 'life-h';
  const chart = isLife ? withinReach(given) : given;
  // Lives span two powers of ten: their logarithm is drawn, hours and days are written.
  const up = (value: number) => (isLife ? Math.log10(value / 24) : value);
  const inside = chart.line.filter(
    ({ temperatureC: c }) => c >= chart.tested.from - 1e-9 && c <= chart.tested.to + 1e-9,
  );
  const warmer = chart.line.filter(({ temperatureC: c }) => c >= (inside.at(-1)?.temperatureC ?? c));
  const colder = chart.line.filter(({ temperatureC: c }) => c <= (inside[0]?.temperatureC ?? c));
  const xy = (points: RateChart['line']) =>
    points.map(point => ({ x: point.temperatureC, y: up(point.value) }));
  const band = chart.line.flatMap(({ temperatureC: x, ends }) =>
    ends === null ? [] : [{ x, lo: up(ends.lo), hi: up(ends.hi) }],
  );
  const dashed = { borderDash: [3, 4] };
  const byTemperature = [...Map.groupBy(chart.points, point => point.temperatureC)];
  return drawLab(canvas, frame, {
    datasets: [
      ...byTemperature.map(([temperatureC, points]) =>
        marks(
          points.map(point => ({ x: temperatureC, y: up(point.value) })),
          lookOf(frame, temperatures.indexOf(temperatureC)),
          frame,
          5,
        ),
      ),
      line(xy(inside), colours.ink),
      line(xy(warmer), colours.ink, dashed),
      line(xy(colder), colours.ink, dashed),
      ...tint(band, colours.noneFill, 0.22),
    ],
    x: xAxis(chart, format),
    y: isLife ? lifeAxis(chart, format) : valueAxis(chart, format),
    annotations: {
      ...whiskers(chart, temperatures, frame, up),
      ...untested(chart, frame),
    },
  });
}

/** Near the temperature where growth stops a life has no end: the line is drawn where lives were seen, and three times beyond. */
function withinReach(chart: RateChart): RateChart {
  const lives = chart.points.map(point => point.value);
  const from = Math.min(...lives) / 3;
  const to = Math.max(...lives) * 3;
  return {
    ...chart,
    line: chart.line
      .filter(({ value }) => value >= from && value <= to)
      .map(one => ({
        ...one,
        ends: one.ends && { lo: Math.max(from, one.ends.lo), hi: Math.min(to, one.ends.hi) },
      })),
  };
}

function xAxis({ line: points }: RateChart, format: Format): LabAxis {
  const from = points[0]?.temperatureC ?? 0;
  const to = points.at(-1)?.temperatureC ?? 30;
  return { min: from - (to - from) * 0.04, max: to, step: 5, text: value => format.number(value, 0) };
}

function valueAxis({ points, line: curve, scale }: RateChart, format: Format): LabAxis {
  const values = [
    ...curve.map(one => one.value),
    ...points.flatMap(({ value, ends }) => [value, ends?.hi ?? value]),
  ];
  const low =
    scale === 'sqrt-mu' ? 0 : Math.min(...values, ...points.map(point => point.ends?.lo ?? point.value));
  const high = Math.max(...values);
  const step = roundStep(high - low, 5);
  return {
    ...{ min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step, step },
    text: value => format.number(value, step < 0.1 ? 2 : step < 1 && step % 0.1 > 1e-9 ? 2 : 1),
  };
}

function lifeAxis({ points, line: curve }: RateChart, format: Format): LabAxis {
  const logs = [...points, ...curve].map(one => Math.log10(one.value / 24));
  return {
    ...{ min: Math.floor(Math.min(...logs)), max: Math.ceil(Math.max(...logs)), step: 1 },
    text: value => format.number(10 ** value, value < 0 ? -value : 0),
  };
}

function whiskers(
  { points }: RateChart,
  temperatures: readonly number[],
  frame: LabFrame,
  up: (value: number) => number,
): Record<string, AnnotationOptions> {
  return Object.fromEntries(
    points.flatMap(({ temperatureC, ends }, i) =>
      ends === null
        ? []
        : [
            [
              `span${i}`,
              whisker(
                temperatureC,
                up(ends.lo),
                up(ends.hi),
                lookOf(frame, temperatures.indexOf(temperatureC)).colour,
              ),
            ],
          ],
    ),
  );
}

/** What lies beyond the coldest and the warmest experiment. */
function untested(
  { tested, line: points, scale }: RateChart,
  frame: LabFrame,
): Record<string, AnnotationOptions> {
  const { colours, format, sizePx } = frame;
  const end = points.at(-1)?.temperatureC ?? tested.to;
  const fill = faded(colours.tested, 0.16);
  return {
    cold: box(-100, tested.from, faded(colours.tested, 0.07)),
    warm: box(tested.to, end + 100, fill),
    warmLabel: {
      ...label((tested.to + end) / 2, 0, format.t('fit.notTested').split(' '), colours.soon, sizePx, {
        alignX: 'center',
      }),
      // Where the line is not: at the foot of a rising one, at the head of a falling one.
      yValue: (context: { chart: { scales: { y?: { min: number; max: number } } } }) => {
        const { min = 0, max = 1 } = context.chart.scales.y ?? {};
        return min + (max - min) * (scale === 'sqrt-mu' ? 0.1 : 0.9);
      },
    } as AnnotationOptions<'label'>,
  };
}
