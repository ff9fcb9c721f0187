import { Chart, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import annotation, { type AnnotationOptions } from 'chartjs-plugin-annotation';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { CheckedTable } from '../../models/laboratory/checkTable.ts';
import { useWidth } from '../components/useWidth.ts';
import { t } from '../i18n/messages.ts';
import { shownTheme } from '../preferences.ts';
import { format } from '../state.ts';
import { label, valueAxis } from './chartParts.ts';
import { type Look, labFrame, lookOf } from './labChart.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, annotation);

export interface UploadPreviewProps {
  readonly checked: CheckedTable;
  readonly isLife: boolean;
}

interface Seen {
  readonly x: number;
  readonly y: number;
  readonly row: number;
}

/** The rows as they would be saved: counts against time, or lives against temperature. */
export function UploadPreview({ checked, isLife }: UploadPreviewProps): JSX.Element {
  const [frame, widthPx] = useWidth<HTMLDivElement>(0);
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = shownTheme.value;
  const shown = format.value;
  useEffect(() => {
    if (!canvas.current || widthPx === 0) return;
    const chart = drawPreview(canvas.current, checked, isLife);
    return () => chart.destroy();
  }, [checked, isLife, theme, shown, Math.round(widthPx / 8)]);
  return (
    <figure class="card figure-panel" ref={frame}>
      <div class="title">
        <h2 class="preview-title">{t(isLife ? 'experiments.previewLife' : 'experiments.preview')}</h2>
        <span class="small muted">{t(isLife ? 'experiments.axisTemperature' : 'experiments.axisTime')}</span>
      </div>
      <div class="canvas-box preview">
        <canvas ref={canvas} />
      </div>
      <figcaption class="for-reader">
        {t('experiments.previewSummary', { rows: checked.rows.length, series: checked.series.length })}
      </figcaption>
    </figure>
  );
}

function drawPreview(
  canvas: HTMLCanvasElement,
  checked: CheckedTable,
  isLife: boolean,
): Chart<'line', Seen[]> {
  const frame = labFrame(canvas, format.value);
  const { colours, sizePx } = frame;
  const temperatures = [...new Set(checked.series.map(coldness))].sort((a, b) => a - b);
  const bySeries = Map.groupBy(checked.rows, row => row.series);
  const sets = checked.series.map(run => {
    const { series } = run;
    const temperatureC = coldness(run);
    const points = (bySeries.get(series) ?? []).flatMap(row => {
      const y = isLife
        ? (row.shelfLifeH ?? row.shelfLifeAboveH ?? Number.NaN) / 24
        : (row.log10CfuPerG ?? row.belowLog10 ?? row.aboveLog10 ?? Number.NaN);
      return Number.isFinite(y) ? [{ x: isLife ? temperatureC : row.timeH, y, row: row.row }] : [];
    });
    return { look: lookOf(frame, temperatures.indexOf(temperatureC)), points };
  });
  const doubtful = checked.doubtful.map(({ row, timeH, temperatureC, value }) => ({
    ...{ x: isLife ? temperatureC : timeH, row },
    y: isLife ? value.kept / 24 : value.kept,
  }));
  const all = [...sets.flatMap(({ points }) => points), ...doubtful];
  const range = yRange(
    all.map(point => point.y),
    isLife,
  );
  const span = xRange(
    all.map(point => point.x),
    isLife,
  );
  return new Chart<'line', Seen[]>(canvas, {
    type: 'line',
    data: {
      datasets: [
        ...sets.map(({ look, points }) => scatter(points, look.colour, look.shape, 3.4, colours.surface)),
        scatter(doubtful, colours.risk, 'circle', 6, 'transparent'),
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      events: [],
      color: colours.axis,
      font: { family: getComputedStyle(document.body).fontFamily, size: sizePx },
      layout: { padding: { top: 8, right: 12, bottom: 0, left: 0 } },
      scales: {
        x: {
          type: 'linear',
          ...xRange(
            all.map(point => point.x),
            isLife,
          ),
          border: { color: colours.controlEdge },
          grid: { color: colours.grid, drawTicks: false },
          ticks: {
            color: colours.axis,
            font: { size: sizePx },
            maxRotation: 0,
            padding: 4,
            stepSize: span.ticks,
          },
        },
        ...valueAxis(range, sizePx, colours, value => format.value.number(value, 0)),
      },
      plugins: {
        decimation: { enabled: false },
        annotation: { clip: false, annotations: doubtfulMarks(doubtful, colours.risk, sizePx) },
      },
    },
  });
}

/** Of a logged temperature the first. */
const coldness = ({ temperature }: CheckedTable['series'][number]): number =>
  temperature.kind === 'constant' ? temperature.temperatureC : (temperature.points[0]?.temperatureC ?? 0);

function scatter(
  data: Seen[],
  colour: string,
  pointStyle: Look['shape'],
  pointRadius: number,
  backgroundColor: string,
) {
  const look = { showLine: false, borderColor: colour, backgroundColor, borderWidth: 1.5 };
  return { ...look, data, pointRadius, pointStyle, parsing: false as const, normalized: true };
}

/** At most three are named: more would cover the points. */
const doubtfulMarks = (
  points: readonly Seen[],
  colour: string,
  sizePx: number,
): Record<string, AnnotationOptions> =>
  Object.fromEntries(
    points.slice(0, 3).map(({ x, y, row }) => {
      const text = t('experiments.rowName', { row });
      return [`row${row}`, label(x, y, text, colour, sizePx, { dx: 8, dy: 8 })];
    }),
  );

function yRange(values: readonly number[], isLife: boolean): { min: number; max: number; step: number } {
  const low = Math.min(...values, isLife ? 0 : 2);
  const high = Math.max(...values, isLife ? 1 : 8);
  const step = isLife ? ([0.5, 1, 2, 5, 10, 20, 50, 100].find(one => (high - low) / one <= 5) ?? 500) : 2;
  return { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step, step };
}

function xRange(values: readonly number[], isLife: boolean): { min: number; max: number; ticks: number } {
  const high = Math.max(...values, isLife ? 30 : 24);
  const steps = isLife ? [5, 10, 20, 50] : [6, 12, 24, 48, 72, 96, 168, 336, 672];
  const ticks = steps.find(step => high / step <= 5) ?? 2016;
  return { min: Math.min(0, ...values), max: Math.ceil((high * 1.01) / ticks) * ticks, ticks };
}
