import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { type NodeChartModel, type NodeRow, nodeExtremes } from './nodeChartModel.ts';
import { nodeTemperatureChart } from './nodeTemperatureChart.ts';
import { useLineChart } from './useLineChart.ts';

interface NodeFigureProps {
  readonly model: NodeChartModel;
  /** The row that is read, by pointer or keys. */
  readonly row: NodeRow | undefined;
  onCursor(cursor: number | null): void;
}

/** The drawing, with the values under the pointer beside its title. */
export function NodeFigure({ model, row, onCursor }: NodeFigureProps): JSX.Element {
  const shown = format.value;
  const { frame, canvas, cursorPx, pointer } = useLineChart({
    ...{ rows: model.rows, row, drawing: model, onCursor },
    draw: box => nodeTemperatureChart(box, model, shown),
  });
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
      <div class="canvas-box node" {...pointer}>
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
