import type { ChartDataset, ChartOptions } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import type { Format } from '../format.ts';
import { dayMs } from '../zone.ts';
import type { AxisRange, Band, Point } from './chartModel.ts';
import { monthsFromMs, timeTicks } from './timeTicks.ts';

/** The colours of the tokens as a canvas needs them, read once per drawing. */
export interface ChartColours {
  readonly ink: string;
  readonly surface: string;
  readonly line: string;
  readonly controlEdge: string;
  readonly grid: string;
  readonly axis: string;
  readonly temperature: string;
  readonly count: string;
  readonly life: string;
  readonly limit: string;
  readonly cold: string;
  readonly coldFill: string;
  readonly risk: string;
  readonly riskFill: string;
  readonly none: string;
  readonly noneFill: string;
}

export function readColours(element: Element): ChartColours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: token('--ink'),
    surface: token('--surface'),
    line: token('--line'),
    controlEdge: token('--line-2'),
    grid: token('--d-grid'),
    axis: token('--d-axis'),
    temperature: token('--d-temp'),
    count: token('--d-count'),
    life: token('--d-life'),
    limit: token('--d-limit'),
    cold: token('--fresh'),
    coldFill: token('--fresh-fill'),
    risk: token('--risk'),
    riskFill: token('--risk-fill'),
    none: token('--none'),
    noneFill: token('--none-fill'),
  };
}

/** A hex colour of the tokens with an opacity. */
export function faded(hex: string, opacity: number): string {
  const digits = hex.length === 4 ? [...hex.slice(1)].map(d => d + d).join('') : hex.slice(1);
  const n = Number.parseInt(digits, 16);
  return `rgba(${n >> 16},${(n >> 8) & 255},${n & 255},${opacity})`;
}

type LineDataset = ChartDataset<'line', { x: number; y: number }[]>;

/** A line without smoothing; null values break it. */
export function line(points: readonly Point[], colour: string, look: Partial<LineDataset> = {}): LineDataset {
  return {
    // Chart.js breaks a line at null, though its type of a point does not say so.
    data: points as { x: number; y: number }[],
    borderColor: colour,
    borderWidth: 2,
    tension: 0,
    spanGaps: false,
    parsing: false,
    normalized: true,
    ...look,
  };
}

/** The 90 % interval as a tint between its two ends. */
export function bandLines(
  rows: readonly { at: number; band: Band }[],
  colour: string,
  opacity: number,
): LineDataset[] {
  return [
    line(
      rows.map(row => ({ x: row.at, y: row.band.hi })),
      'transparent',
      { borderWidth: 0, fill: '+1', backgroundColor: faded(colour, opacity) },
    ),
    line(
      rows.map(row => ({ x: row.at, y: row.band.lo })),
      'transparent',
      { borderWidth: 0 },
    ),
  ];
}

interface LabelLook {
  readonly dx?: number;
  readonly dy?: number;
  readonly alignX?: 'start' | 'center' | 'end';
  readonly alignY?: 'start' | 'center' | 'end';
  readonly background?: string;
}

/** A word in the chart, in the colour of what it names. */
export function label(
  x: number,
  y: number,
  text: string | string[],
  colour: string,
  sizePx: number,
  look: LabelLook = {},
): AnnotationOptions<'label'> {
  return {
    type: 'label',
    xValue: x,
    yValue: y,
    content: text,
    color: colour,
    font: { size: sizePx, weight: 600 },
    position: { x: look.alignX ?? 'start', y: look.alignY ?? 'center' },
    xAdjust: look.dx ?? 0,
    yAdjust: look.dy ?? 0,
    padding: { x: 3, y: 1, top: 1, bottom: 1, left: 3, right: 3 },
    backgroundColor: look.background ?? 'transparent',
    borderRadius: 3,
    textAlign: 'left',
    z: 5,
  };
}

export function verticalLine(x: number, colour: string): AnnotationOptions<'line'> {
  return { type: 'line', xMin: x, xMax: x, borderColor: colour, borderWidth: 1.5 };
}

export function horizontalLine(
  y: number,
  colour: string,
  borderDash: number[],
  borderWidth = 1.5,
): AnnotationOptions<'line'> {
  return { type: 'line', yMin: y, yMax: y, borderColor: colour, borderWidth, borderDash };
}

/** A tinted span of time behind the lines, over the whole height or between two values. */
export function box(
  from: number,
  to: number,
  colour: string,
  values: { yMin?: number; yMax?: number } = {},
): AnnotationOptions<'box'> {
  return {
    type: 'box',
    xMin: from,
    xMax: to,
    backgroundColor: colour,
    borderWidth: 0,
    drawTime: 'beforeDatasetsDraw',
    ...values,
  };
}

export type Axes = NonNullable<ChartOptions<'line'>['scales']>;

/** The shared time axis: epoch ms, ticks on round local times, midnights named and stronger. */
export function timeAxis(
  from: number,
  to: number,
  most: number,
  format: Format,
  colours: ChartColours,
  sizePx: number,
): Axes {
  const midnight = (at: number | undefined): boolean => at !== undefined && format.zone.local(at).hour === 0;
  // Where every tick is a midnight, none of them stands out.
  const strong = (at: number | undefined): boolean => midnight(at) && to - from < datesFromMs;
  return {
    x: {
      type: 'linear',
      min: from,
      max: to,
      afterBuildTicks: scale => {
        scale.ticks = timeTicks(scale.min, scale.max, most, format.zone).map(value => ({ value }));
      },
      border: { color: colours.controlEdge },
      grid: {
        color: context => (strong(context.tick?.value) ? colours.line : colours.grid),
        tickLength: 4,
      },
      ticks: {
        color: colours.axis,
        maxRotation: 0,
        autoSkip: false,
        font: context => ({ size: sizePx, weight: strong(context.tick?.value) ? 600 : 400 }),
        callback: value => tickText(Number(value), to - from, format),
      },
    },
  };
}

/** From here on, a day of the week and of the month could be that of two months. */
const datesFromMs = 14 * dayMs;

function tickText(at: number, lengthMs: number, format: Format): string {
  const { month, year } = format.zone.local(at);
  if (lengthMs >= monthsFromMs) return month === 0 ? `${year}` : format.month(at);
  if (lengthMs >= datesFromMs) return format.dayOfMonth(at);
  return format.zone.local(at).hour === 0 ? format.day(at) : format.clock(at);
}

/** Width of the value axes: the three charts stand exactly below each other. */
export const valueAxisPx = (sizePx: number): number => sizePx * 3;

/** A value axis of fixed width, so that the three charts stand exactly below each other. */
export function valueAxis(
  range: AxisRange,
  sizePx: number,
  colours: ChartColours,
  text: (value: number) => string,
): Axes {
  return {
    y: {
      type: 'linear',
      min: range.min,
      max: range.max,
      border: { display: false },
      grid: { color: colours.grid, drawTicks: false },
      ticks: {
        color: colours.axis,
        font: { size: sizePx },
        // The steps are chosen already; skipping some of them would take the labelled ones away.
        autoSkip: false,
        stepSize: range.step,
        padding: 6,
        callback: value => text(Number(value)),
      },
      afterFit: scale => {
        scale.width = valueAxisPx(sizePx);
      },
    },
  };
}
