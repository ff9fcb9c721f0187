import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { AlertView } from '../../models/contracts/alert.ts';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import { aboveDuration, hasLevel } from '../alertWords.ts';
import { now } from '../clock.ts';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { fleet, format } from '../state.ts';
import { hourMs } from '../zone.ts';
import { alertSources, alertSpan } from './alertChartModel.ts';
import { alertTemperatureChart } from './alertTemperatureChart.ts';
import { ChartFoot } from './ChartFoot.tsx';
import { NodeTable } from './NodeTable.tsx';
import { nextCursor } from './nextCursor.ts';
import { type NodeChartModel, type NodeRow, nodeCsv, nodeExtremes } from './nodeChartModel.ts';
import { saveCsv } from './saveCsv.ts';
import { useAlertTemperatures } from './useAlertTemperatures.ts';
import { useLineChart } from './useLineChart.ts';

export interface AlertChartProps {
  readonly alert: AlertView;
  readonly batch: BatchView | undefined;
  readonly node: NodeView | undefined;
}

/** The temperature from two hours before an alert until now; as a drawing, a table or CSV. */
export function AlertChart({ alert, batch, node }: AlertChartProps): JSX.Element {
  const span = alertSpan(alert, now.value);
  const sources = alertSources(batch, node, span);
  const watched = node ?? fleet.value.nodes[sources[0]?.nodeId ?? ''];
  const { model, failed, retry } = useAlertTemperatures(sources, span, watched?.reportEveryS ?? null);
  const [table, setTable] = useState<'closed' | 'open' | 'entered'>('closed');
  const [cursor, setCursor] = useState<number | null>(null);
  const rows = model?.rows ?? [];
  const row = cursor === null ? undefined : rows[cursor];
  const asTable = table !== 'closed';
  const caption = t('alerts.chart.caption');
  const step = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || rows.length === 0) return;
    if (event.key === 'Enter') setTable('entered');
    const next = nextCursor(event.key, cursor ?? rows.length - 1, rows.length);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };
  return (
    <>
      {failed && (
        <div class="chart-note">
          <RetryNote text={t('failed.load')} onRetry={retry} />
        </div>
      )}
      {model === null ? (
        !failed && <div class="alert-chart-waiting" role="status" aria-label={t('common.loading')} />
      ) : asTable ? (
        <NodeTable rows={rows} caption={caption} format={format.value} takesFocus={table === 'entered'} />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a drawing, no fields of a form
        <div
          class="charts"
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart from here
          tabIndex={0}
          aria-label={`${caption}. ${t('charts.keys')}`}
          data-points={rows.length}
          onKeyDown={step}
        >
          <AlertFigure alert={alert} model={model} row={row} onCursor={setCursor} />
        </div>
      )}
      <ChartFoot
        {...(hasLevel(alert) ? { pale: { text: t('alerts.chart.above'), colour: 'warm' as const } } : {})}
        asTable={asTable}
        canSave={rows.length > 0}
        canSwitch={model !== null}
        onSave={() => model && saveCsv(nodeCsv(model), `${alert.facts.subjectName}-${alert.kind}`)}
        onSwitch={() => setTable(asTable ? 'closed' : 'open')}
      />
    </>
  );
}

interface AlertFigureProps {
  readonly alert: AlertView;
  readonly model: NodeChartModel;
  readonly row: NodeRow | undefined;
  onCursor(cursor: number | null): void;
}

/** A value that counts as "now" is at most this old. */
const currentForMs = hourMs / 2;

function AlertFigure({ alert, model, row, onCursor }: AlertFigureProps): JSX.Element {
  const shown = format.value;
  const levelC = hasLevel(alert) ? (alert.facts.levelC ?? null) : null;
  const duration = alert.facts.aboveH === undefined ? null : aboveDuration(alert.facts.aboveH, shown);
  const drawing = useMemo(() => ({ model, levelC, duration }), [model, levelC, duration]);
  const { frame, canvas, cursorPx, pointer } = useLineChart({
    ...{ rows: model.rows, row, drawing, onCursor },
    draw: box => alertTemperatureChart(box, drawing, shown),
  });
  const read = row ?? model.rows.at(-1);
  const isNow = row === undefined && read !== undefined && now.value - read.to <= currentForMs;
  return (
    <figure class="figure-panel" ref={frame}>
      <div class="title">
        <h3>{t('alerts.chart.title')}</h3>
        <span class="value temperature" aria-live="polite">
          {read !== undefined &&
            t(isNow ? 'alerts.chart.nowValue' : 'alerts.chart.atValue', {
              temperature: shown.temperature(read.meanC),
              at: shown.moment(read.at, now.value),
            })}
        </span>
      </div>
      <div class="canvas-box alert" {...pointer}>
        <canvas ref={canvas} />
        {cursorPx !== null && <i class="cursor" style={{ left: `${cursorPx}px` }} />}
      </div>
      <figcaption class={model.rows.length === 0 ? 'empty-figure' : 'for-reader'}>
        {summary(model, levelC, duration)}
      </figcaption>
    </figure>
  );
}

function summary(model: NodeChartModel, levelC: number | null, duration: string | null): string {
  const shown = format.value;
  const warmest = nodeExtremes(model.rows)?.warmest;
  if (warmest === undefined) return t('alerts.chart.none');
  const peak = shown.temperature(warmest.maxC);
  const at = shown.moment(warmest.at, now.value);
  const sentences = [
    levelC === null || duration === null
      ? t('alerts.chart.summaryPlain', { peak, at })
      : t('alerts.chart.summary', { peak, at, duration, level: shown.plainTemperature(levelC) }),
    ...(model.gaps.length > 0 ? [t('charts.gapsSummary', { n: model.gaps.length })] : []),
  ];
  return shown.sentences(sentences);
}
