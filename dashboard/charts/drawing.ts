import { Chart, Decimation, Filler, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import annotation, { type AnnotationOptions } from 'chartjs-plugin-annotation';
import type { Format } from '../format.ts';
import { letterWidths } from '../letterWidths.ts';
import { type Band, type ChartModel, type Row, type Span, thinBands } from './chartModel.ts';
import { type Axes, box, type ChartColours, faded, type line, timeAxis, valueAxisPx } from './chartParts.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, Decimation, annotation);

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
  const { colours, sizePx, from, to, widthPx, format } = frame;
  const most = Math.max(3, Math.min(9, Math.floor((widthPx - valueAxisPx(sizePx)) / (sizePx * 4.8))));
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
export const nowIsFarRight = ({ model, from, to }: Drawing): boolean =>
  (model.asOf - from) / (to - from) > 0.72;

/** Gaps as grey boxes from the server's own list: a gap shorter than a pixel would vanish from a thinned line. */
export function gapBoxes(gaps: readonly Span[], colours: ChartColours): Record<string, AnnotationOptions> {
  const tint = faded(colours.noneFill, 0.22);
  return Object.fromEntries(gaps.map((gap, index) => [`gap${index}`, box(gap.from, gap.to, tint)]));
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
export function plotX({ from, to, widthPx, sizePx }: Frame, at: number): number {
  return ((Math.max(from, Math.min(to, at)) - from) / (to - from)) * (widthPx - valueAxisPx(sizePx) - 8);
}

/** About how wide a label of this text is, its padding included. */
export function labelPx({ sizePx }: Frame, text: string): number {
  return letterWidths(text) * sizePx * 0.58 + 8;
}
