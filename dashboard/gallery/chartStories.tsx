import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { BatchCharts } from '../charts/BatchCharts.tsx';
import { chartModel } from '../charts/chartModel.ts';
import { HistoryTable } from '../charts/HistoryTable.tsx';
import { NodeFigure } from '../charts/NodeFigure.tsx';
import { NodeTable } from '../charts/NodeTable.tsx';
import { nodeChartModel } from '../charts/nodeChartModel.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { aHistory, aPoint, hourMs, iso, now } from './builders.ts';
import { batches } from './galleryData.ts';
import { type Story, states } from './story.ts';

const batch = batches.fresh!;
const hours = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) * 2 + 1 }, (_, half) => from + half / 2);

/** A morning with a gap of two hours and an hour that was too warm. */
const history = aHistory({
  points: hours(-8, 0).map(h =>
    h > -5 && h < -3
      ? aPoint(now + h * hourMs, null, 3 + (h + 8) / 8, 60 - h)
      : aPoint(now + h * hourMs, h > -2 && h < -1 ? 14 : 5 + Math.sin(h), 3 + (h + 8) / 8, 60 - h),
  ),
  forecast: hours(0, 80)
    .filter(h => h % 4 === 0)
    .map(h => aPoint(now + h * hourMs, 5, 4 + h / 27, 60 - h)),
  gaps: [{ from: iso(now - 5 * hourMs), to: iso(now - 3 * hourMs) }] as never,
  outOfRangeAboveC: 8,
});

const span = { from: now - 24 * hourMs, to: now };
const buckets = hours(-24, -0.5)
  .filter(h => h < -14 || h > -11)
  .map(h => ({
    ...{ from: iso(now + h * hourMs), to: iso(now + (h + 0.5) * hourMs), count: 6 },
    ...{ minC: 4 + Math.sin(h), meanC: 5 + Math.sin(h), maxC: 6.5 + Math.sin(h) },
  }));
const model = nodeChartModel(buckets as never, span, 30 * 60_000);

function NodeDrawing(): JSX.Element {
  const [cursor, setCursor] = useState<number | null>(null);
  return (
    <NodeFigure model={model} row={cursor === null ? undefined : model.rows[cursor]} onCursor={setCursor} />
  );
}

const inCard = (Draw: () => JSX.Element) => () => (
  <div class="card charts-card">
    <Draw />
  </div>
);

export const chartStories: readonly Story[] = [
  {
    name: 'batch-charts',
    wide: true,
    states: states({
      'a gap and an hour too warm': inCard(() => <BatchCharts batch={batch} history={history} />),
    }),
  },
  {
    name: 'node-chart',
    wide: true,
    states: states({
      'a day with a gap': inCard(NodeDrawing),
      nothing: inCard(() => (
        <NodeFigure model={nodeChartModel([], span, hourMs)} row={undefined} onCursor={() => undefined} />
      )),
    }),
  },
  {
    name: 'data-table',
    states: states({
      batch: () => {
        const { past, forecast } = chartModel(history, batch.estimate);
        return <HistoryTable rows={[...past, ...forecast]} format={format.value} takesFocus={false} />;
      },
      sensor: () => (
        <NodeTable
          rows={model.rows}
          caption={t('charts.temperature')}
          format={format.value}
          takesFocus={false}
        />
      ),
    }),
  },
];
