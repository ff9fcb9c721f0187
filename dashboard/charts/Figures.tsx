import type { JSX, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Estimate } from '../../models/contracts/estimate.ts';
import { now } from '../clock.ts';
import { useWidth } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { shownTheme } from '../preferences.ts';
import type { ShownLife } from '../shownLife.ts';
import { format } from '../state.ts';
import { type ChartModel, nearestRow, type Row } from './chartModel.ts';
import { chartSummaries } from './chartSummary.ts';
import { type DrawnCharts, drawCharts } from './drawCharts.ts';
import { rowWords } from './historyRows.ts';

/** A value that counts as "now" is at most this old. */
const currentForMs = 30 * 60_000;

interface FiguresProps {
  readonly model: ChartModel;
  /** The newest figures; the curves follow some seconds later. */
  readonly estimate: Estimate;
  /** The same figures as the answer above the charts, so that the two never disagree by a rounding. */
  readonly life: ShownLife;
  readonly rows: readonly Row[];
  readonly row: Row | undefined;
  readonly span: { from: number; to: number };
  onCursor(cursor: number | null): void;
}

/** The three drawings below each other; pointer and keys move one line through all of them. */
export function Figures(props: FiguresProps): JSX.Element {
  const { model, estimate, life, rows, row, span, onCursor } = props;
  const [frame, widthPx] = useWidth<HTMLDivElement>(0);
  const { canvases, drawn, cursorPx } = useDrawing(props, widthPx);
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const at = drawn.current?.atOf(event.clientX - box.left);
    if (at !== undefined) onCursor(nearestRow(rows, Math.max(span.from, Math.min(span.to, at))));
  };
  const leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') onCursor(null);
  };
  const shown = format.value;
  const values = headValues(estimate, life, row, shown);
  const summaries = chartSummaries(model, shown);
  const titles = {
    temperature: t('charts.temperature'),
    count: t('charts.count'),
    life: t('charts.remaining', { unit: t(`unit.${model.lifeUnit}`) }),
  };
  return (
    <div ref={frame}>
      {(['temperature', 'count', 'life'] as const).map(kind => (
        <figure class="figure-panel" key={kind}>
          <div class="title">
            <h3>{titles[kind]}</h3>
            <span class={`value ${kind}`}>{values[kind]}</span>
          </div>
          <div
            class={`canvas-box ${kind}`}
            onPointerDown={point}
            onPointerMove={point}
            onPointerLeave={leave}
          >
            <canvas ref={canvases[kind]} />
            {cursorPx !== null && <i class="cursor" style={{ left: `${cursorPx}px` }} />}
          </div>
          <figcaption class="for-reader">{summaries[kind]}</figcaption>
        </figure>
      ))}
    </div>
  );
}

interface Drawing {
  readonly canvases: Record<'temperature' | 'count' | 'life', RefObject<HTMLCanvasElement | null>>;
  readonly drawn: RefObject<DrawnCharts | null>;
  /** Where the reading line stands, in CSS px from the left of a canvas. */
  readonly cursorPx: number | null;
}

/** Draws again when data, words, colours, span or width change; never because the reading line moved. */
function useDrawing({ model, life, row, span }: FiguresProps, widthPx: number): Drawing {
  const temperature = useRef<HTMLCanvasElement>(null);
  const count = useRef<HTMLCanvasElement>(null);
  const remaining = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<DrawnCharts | null>(null);
  const [cursorPx, setCursorPx] = useState<number | null>(null);
  const shown = format.value;
  const theme = shownTheme.value;
  const said = lifeNow(life, shown);

  useEffect(() => {
    if (!temperature.current || !count.current || !remaining.current || widthPx === 0) return;
    const canvases = { temperature: temperature.current, count: count.current, life: remaining.current };
    const charts = drawCharts(canvases, model, shown, span, said);
    drawn.current = charts;
    return () => {
      drawn.current = null;
      charts.destroy();
    };
  }, [model, shown, theme, said, span.from, span.to, Math.round(widthPx / 8)]);
  useEffect(() => {
    const inside = row !== undefined && row.at >= span.from && row.at <= span.to;
    setCursorPx(inside ? (drawn.current?.xOf(row.at) ?? null) : null);
  }, [row, span.from, span.to, widthPx]);

  return { canvases: { temperature, count, life: remaining }, drawn, cursorPx };
}

/** What the line of remaining life says at now; nothing once that is 0. */
function lifeNow(life: ShownLife, shown: Format): string | null {
  if (life.loH <= 0) return null;
  const text = shown.remainingText(life.loH);
  return life.say === 'unknown' ? t('life.worstCase', { remaining: text }) : `${t('life.atLeast')} ${text}`;
}

/** The value beside each title: now, or where the pointer is. */
function headValues(
  estimate: Estimate,
  life: ShownLife,
  row: Row | undefined,
  shown: Format,
): Record<'temperature' | 'count' | 'life', string> {
  if (row !== undefined) {
    const read = rowWords(row, shown);
    return { temperature: read.temperature, count: read.count, life: read.remaining };
  }
  const { lastTemperatureC, countLog10CfuPerG } = estimate;
  const temperature = lastTemperatureC === null ? '–' : shown.temperature(lastTemperatureC);
  const current = life.lastReadingAt !== null && now.value - life.lastReadingAt <= currentForMs;
  return {
    temperature:
      life.lastReadingAt === null
        ? '–'
        : current
          ? t('charts.valueNow', { value: temperature })
          : t('charts.valueAt', { value: temperature, clock: shown.moment(life.lastReadingAt, now.value) }),
    count: t('charts.valueNow', { value: shown.number(countLog10CfuPerG.median) }),
    life: life.say === 'unknown' ? t('life.notSure') : shown.range(life.loH, life.hiH),
  };
}
