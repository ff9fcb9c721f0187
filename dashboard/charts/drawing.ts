import {
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js';
import annotation, { type AnnotationOptions } from 'chartjs-plugin-annotation';
import type { Format } from '../format.ts';
import { letterWidths } from '../letterWidths.ts';
import { type Band, type ChartModel, type Row, type Span, thinBands } from './chartModel.ts';
import { type Axes, box, type ChartColours, faded, type line, timeAxis, valueAxisPx } from './chartParts.ts';
import { thinLine } from './thinLine.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, annotation);

export type LineChart = Chart<'line', { x: number; y: number }[]>;

/** A limit up to here is about keeping cold, and the zone below it is tinted. */
export const coldLimitsUpToC = 15;

/** What every drawing on a time axis needs. */
export interface Frame {
  readonly format: Format;
  readonly colours: ChartColours;
  readonly sizePx: number;
  readonly from: number;
  readonly to: number;
  readonly widthPx: number;
}

/** What one drawing of the three charts has in common. */
export interface Drawing extends Frame {
  readonly model: ChartModel;
  readonly narrow: boolean;
  /** What is said about the life now, beside its line; `null` when nothing is left to say. */
  readonly lifeNow: string | null;
}

/** What one chart adds to the shared frame. */
export interface ChartContent {
  readonly datasets: ReturnType<typeof line>[];
  readonly y: Axes;
  readonly annotations: Record<string, AnnotationOptions>;
}

export function draw(canvas: HTMLCanvasElement, frame: Frame, content: ChartContent): LineChart {
  return new Chart(canvas, chartConfig(frame, content, getComputedStyle(document.body).fontFamily));
}

/** What all charts have in common: no movement, one time axis, lines thinned for the width. */
export function chartConfig(
  frame: Frame,
  content: ChartContent,
  family: string,
): ChartConfiguration<'line', { x: number; y: number }[]> {
  const { colours, sizePx, from, to, widthPx, format } = frame;
  const most = Math.max(3, Math.min(9, Math.floor((widthPx - valueAxisPx(sizePx)) / (sizePx * 4.8))));
  const thinned = (data: { x: number; y: number }[]) =>
    thinLine(data, frame, plotPx(frame)) as { x: number; y: number }[];
  return {
    type: 'line',
    data: { datasets: content.datasets.map(set => ({ ...set, data: thinned(set.data) })) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      events: [],
      color: colours.axis,
      font: { family, size: sizePx },
      layout: { padding: { top: 6, right: rightPaddingPx, bottom: 0, left: 0 } },
      elements: { point: { radius: 0 } },
      scales: { ...timeAxis(from, to, most, format, colours, sizePx), ...content.y },
      plugins: { annotation: { clip: false, annotations: content.annotations } },
    },
  };
}

const rightPaddingPx = 8;

/** CSS px from the left to the right of the plot. */
const plotPx = ({ widthPx, sizePx }: Frame): number => widthPx - valueAxisPx(sizePx) - rightPaddingPx;

/** Labels beside the now line go to the side with room. */
export const nowIsFarRight = ({ model, from, to }: Drawing): boolean =>
  (model.asOf - from) / (to - from) > 0.72;

/** A box is never thinner than this: a short gap on a long axis is still seen. */
const thinnestGapPx = 1.5;

/** Gaps as grey boxes from the server's own list: a gap shorter than a pixel would vanish from a thinned line. */
export function gapBoxes(gaps: readonly Span[], frame: Frame): Record<string, AnnotationOptions> {
  const tint = faded(frame.colours.noneFill, 0.22);
  const thinnestMs = (thinnestGapPx * (frame.to - frame.from)) / Math.max(1, plotPx(frame));
  const boxes = gaps.map((gap, index) => {
    const air = Math.max(0, thinnestMs - (gap.to - gap.from)) / 2;
    return [`gap${index}`, box(gap.from - air, gap.to + air, tint)] as const;
  });
  return Object.fromEntries(boxes);
}

/** The excursion that cost most; it alone is named. */
export const costliest = (model: ChartModel): ChartModel['excursions'][number] | undefined =>
  model.excursions.reduce<ChartModel['excursions'][number] | undefined>(
    (worst, e) => (worst === undefined || e.lifeLostH > worst.lifeLostH ? e : worst),
    undefined,
  );

/** Bands of rows, thinned for this width. */
export const bands = (
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

/** CSS px from the left of the plot. */
export function plotX(frame: Frame, at: number): number {
  const { from, to } = frame;
  return ((Math.max(from, Math.min(to, at)) - from) / (to - from)) * plotPx(frame);
}

/** About how wide a label of this text is, its padding included. */
export function labelPx({ sizePx }: Frame, text: string): number {
  return letterWidths(text) * sizePx * 0.58 + 8;
}
