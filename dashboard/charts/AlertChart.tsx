import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { AlertView } from '../../models/contracts/alert.ts';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import { aboveDuration, hasLevel } from '../alertWords.ts';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { fleet, format } from '../state.ts';
import { hourMs } from '../zone.ts';
import { alertSources, alertSpan } from './alertChartModel.ts';
import { alertTemperatureChart } from './alertTemperatureChart.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { type NodeChartModel, type NodeRow, nodeExtremes } from './nodeChartModel.ts';
import { useAlertTemperatures } from './useAlertTemperatures.ts';
import { useLineChart } from './useLineChart.ts';
import { useReadRows } from './useReadRows.ts';

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
  const reading = useReadRows(model?.rows ?? []);
  return (
    <ChartFrame
      model={model}
      reading={reading}
      caption={t('alerts.chart.caption')}
      failed={failed}
      retry={retry}
      waitingClass="alert-chart-waiting"
      fileName={`${alert.facts.subjectName}-${alert.kind}`}
      {...(hasLevel(alert) ? { pale: { text: t('alerts.chart.above'), colour: 'warm' as const } } : {})}
    >
      {model && <AlertFigure alert={alert} model={model} row={reading.row} onCursor={reading.setCursor} />}
    </ChartFrame>
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
