import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useWidth } from '../components/useWidth.ts';
import { t } from '../i18n/messages.ts';
import { shownTheme } from '../preferences.ts';
import { format } from '../state.ts';
import { nearestRow } from './chartModel.ts';
import type { LineChart } from './drawing.ts';
import { type NodeChartModel, type NodeRow, nodeExtremes } from './nodeChartModel.ts';
import { nodeTemperatureChart } from './nodeTemperatureChart.ts';

interface NodeFigureProps {
  readonly model: NodeChartModel;
  /** The row that is read, by pointer or keys. */
  readonly row: NodeRow | undefined;
  onCursor(cursor: number | null): void;
}

/** The drawing, with the values under the pointer beside its title. */
export function NodeFigure({ model, row, onCursor }: NodeFigureProps): JSX.Element {
  const [frame, widthPx] = useWidth<HTMLDivElement>(0);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<LineChart | null>(null);
  const [cursorPx, setCursorPx] = useState<number | null>(null);
  const shown = format.value;
  const theme = shownTheme.value;
  useEffect(() => {
    if (!canvas.current || widthPx === 0) return;
    const chart = nodeTemperatureChart(canvas.current, model, shown);
    drawn.current = chart;
    return () => {
      drawn.current = null;
      chart.destroy();
    };
  }, [model, shown, theme, Math.round(widthPx / 8)]);
  useEffect(() => {
    setCursorPx(row === undefined ? null : (drawn.current?.scales.x?.getPixelForValue(row.at) ?? null));
  }, [row, model, widthPx]);

  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const at = drawn.current?.scales.x?.getValueForPixel(event.clientX - box.left);
    if (at !== undefined && model.rows.length > 0) onCursor(nearestRow(model.rows, at));
  };
  const leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') onCursor(null);
  };
  const extremes = nodeExtremes(model.rows);
  const spread = (lowest: number, highest: number): string =>
    t('charts.node.spread', { lowest: shown.number(lowest), highest: shown.number(highest) });
  const moment = (one: NodeRow): string => `${shown.date(one.from)} ${shown.clock(one.from)}`;
  return (
    <figure class="figure-panel" ref={frame}>
      <div class="title">
        <h3>{t('charts.temperature')}</h3>
        <span class="value temperature">
          {row !== undefined
            ? t('charts.node.mean', { temperature: shown.temperature(row.meanC) })
            : extremes && spread(extremes.coldest.minC, extremes.warmest.maxC)}
        </span>
      </div>
      <div class="canvas-box node" onPointerDown={point} onPointerMove={point} onPointerLeave={leave}>
        <canvas ref={canvas} />
        {cursorPx !== null && <i class="cursor" style={{ left: `${cursorPx}px` }} />}
      </div>
      <figcaption class={extremes === null ? 'empty-figure' : 'for-reader'}>
        {extremes === null
          ? t('charts.node.none')
          : shown.sentences([
              t('charts.node.summary', {
                coldest: shown.temperature(extremes.coldest.minC),
                coldestAt: moment(extremes.coldest),
                warmest: shown.temperature(extremes.warmest.maxC),
                warmestAt: moment(extremes.warmest),
                mean: shown.temperature(extremes.meanC),
              }),
              ...(model.gaps.length > 0 ? [t('charts.gapsSummary', { n: model.gaps.length })] : []),
            ])}
      </figcaption>
    </figure>
  );
}
