import { Chart } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { rootPx } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import { type Axes, type ChartColours, faded, line, readColours } from './chartParts.ts';
import type { LineChart } from './drawing.ts';

/** How a temperature looks in every chart of a laboratory: never by its colour alone. */
export interface Look {
  readonly colour: string;
  readonly shape: 'circle' | 'rect' | 'triangle' | 'rectRot';
  /** From the fifth temperature on shapes are filled. */
  readonly isFilled: boolean;
}

const shapes = ['circle', 'rect', 'triangle', 'rectRot'] as const;

export interface LabFrame {
  readonly format: Format;
  readonly colours: ChartColours & { readonly tested: string; readonly soon: string };
  readonly looks: readonly string[];
  readonly sizePx: number;
  readonly widthPx: number;
}

export function labFrame(canvas: HTMLCanvasElement, format: Format): LabFrame {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    format,
    colours: {
      ...readColours(document.documentElement),
      tested: token('--soon-fill'),
      soon: token('--soon'),
    },
    looks: shapes.map((_, i) => token(`--d-lab-${i + 1}`)),
    sizePx: 12 * (rootPx() / 16),
    widthPx: canvas.parentElement?.clientWidth ?? 320,
  };
}

/** @param index  place of the temperature, the coldest 0; -1: none */
export function lookOf(frame: LabFrame, index: number): Look {
  if (index < 0) return { colour: frame.colours.axis, shape: 'circle', isFilled: false };
  const at = index % shapes.length;
  return { colour: frame.looks[at]!, shape: shapes[at]!, isFilled: index % 8 >= shapes.length };
}

/** Observations by the shape and colour of their temperature. */
export function marks(
  points: readonly { x: number; y: number }[],
  look: Look,
  frame: LabFrame,
  radius = 4,
): ReturnType<typeof line> {
  return line(points, look.colour, {
    showLine: false,
    pointRadius: radius,
    pointStyle: look.shape,
    pointBorderColor: look.colour,
    pointBackgroundColor: look.isFilled ? look.colour : frame.colours.surface,
    pointBorderWidth: 1.5,
  });
}

/** A crossed out observation. */
export const crosses = (points: readonly { x: number; y: number }[], frame: LabFrame) =>
  line(points, frame.colours.risk, {
    showLine: false,
    pointRadius: 4,
    pointStyle: 'crossRot',
    pointBorderColor: frame.colours.risk,
    pointBorderWidth: 2,
  });

/** A tint between two lines; rows without ends are left out. */
export function tint(
  rows: readonly { readonly x: number; readonly lo: number; readonly hi: number }[],
  colour: string,
  opacity: number,
): ReturnType<typeof line>[] {
  return [
    line(
      rows.map(row => ({ x: row.x, y: row.hi })),
      'transparent',
      { borderWidth: 0, fill: '+1', backgroundColor: faded(colour, opacity) },
    ),
    line(
      rows.map(row => ({ x: row.x, y: row.lo })),
      'transparent',
      { borderWidth: 0 },
    ),
  ];
}

/** The span of one value, upright. */
export const whisker = (x: number, lo: number, hi: number, colour: string): AnnotationOptions<'line'> => ({
  ...{ type: 'line', xMin: x, xMax: x, yMin: lo, yMax: hi, borderColor: colour, borderWidth: 2 },
});

export interface LabAxis {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  text(value: number): string;
  /** Of the labels, in letters; 3 when absent. */
  readonly widthEm?: number;
}

export interface LabContent {
  readonly datasets: readonly ReturnType<typeof line>[];
  readonly x: LabAxis;
  readonly y: LabAxis;
  readonly annotations: Record<string, AnnotationOptions>;
}

/** A chart on two plain axes, without movement. */
export function drawLab(canvas: HTMLCanvasElement, frame: LabFrame, content: LabContent): LineChart {
  return new Chart(canvas, {
    type: 'line',
    data: { datasets: [...content.datasets] },
    options: {
      animation: false,
      maintainAspectRatio: false,
      events: [],
      color: frame.colours.axis,
      font: { family: getComputedStyle(document.body).fontFamily, size: frame.sizePx },
      layout: { padding: { top: 6, right: 8, bottom: 0, left: 0 } },
      elements: { point: { radius: 0 } },
      scales: { ...axis('x', content.x, frame), ...axis('y', content.y, frame) },
      plugins: { annotation: { clip: true, annotations: content.annotations } },
    },
  });
}

function axis(
  name: 'x' | 'y',
  { min, max, step, text, widthEm = 3 }: LabAxis,
  { colours, sizePx }: LabFrame,
): Axes {
  const first = Math.ceil(min / step - 1e-9) * step;
  const ticks = Array.from(
    { length: Math.floor((max - first) / step + 1e-9) + 1 },
    (_, i) => first + i * step,
  );
  return {
    [name]: {
      type: 'linear',
      min,
      max,
      afterBuildTicks: scale => {
        scale.ticks = ticks.map(value => ({ value }));
      },
      border: { display: name === 'x', color: colours.controlEdge },
      grid: { color: colours.grid, drawTicks: false },
      ticks: {
        color: colours.axis,
        font: { size: sizePx },
        autoSkip: false,
        maxRotation: 0,
        padding: name === 'y' ? 6 : 4,
        callback: value => text(Number(value)),
      },
      ...(name === 'y'
        ? {
            afterFit: scale => {
              scale.width = sizePx * widthEm;
            },
          }
        : {}),
    },
  };
}

/** A round step with at most so many parts. */
export function roundStep(span: number, most: number): number {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const found = [1, 2, 2.5, 5, 10].find(nice => nice * power >= rough - 1e-12) ?? 10;
  return found * power;
}

/** Hours up to three days, then days; each with steps that are whole in it. */
export function timeUnit(toH: number): {
  readonly unit: 'h' | 'd';
  readonly hours: number;
  readonly step: number;
} {
  const inDays = toH > 120;
  const nice = inDays
    ? [0.5, 1, 2, 3, 5, 7, 10, 14, 20, 30, 50, 100, 200]
    : [0.1, 0.2, 0.5, 1, 2, 4, 6, 8, 12, 24];
  const hours = inDays ? 24 : 1;
  return { unit: inDays ? 'd' : 'h', hours, step: nice.find(step => toH / hours / step <= 8) ?? 500 };
}
