import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { BatchHistory } from '../../models/contracts/estimate.ts';
import { now } from '../clock.ts';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { shownLife } from '../shownLife.ts';
import { format } from '../state.ts';
import { dayMs } from '../zone.ts';
import { ChartFoot } from './ChartFoot.tsx';
import { type ChartModel, chartModel, type Row } from './chartModel.ts';
import { Figures } from './Figures.tsx';
import { HistoryTable } from './HistoryTable.tsx';
import { historyCsv, rowWords } from './historyRows.ts';
import { nextCursor } from './nextCursor.ts';
import { saveCsv } from './saveCsv.ts';

export interface BatchChartsProps {
  readonly batch: BatchView;
  readonly history: BatchHistory;
}

type SpanChoice = 'all' | 'day';

/** Temperature, predicted count and remaining life on one time axis, read by pointer or keys, or as a table. */
export function BatchCharts({ batch, history }: BatchChartsProps): JSX.Element {
  const [table, setTable] = useState<'closed' | 'open' | 'entered'>('closed');
  const asTable = table !== 'closed';
  const [choice, setChoice] = useState<SpanChoice>('all');
  const [cursor, setCursor] = useState<number | null>(null);
  // The estimate that came with this history: a newer one would move the ends before the curves follow.
  const model = useMemo(() => chartModel(history, batch.estimate), [history]);
  const rows = [...model.past, ...model.forecast];
  const row = cursor === null ? undefined : rows[cursor];
  const span = spanOf(model, choice);

  const step = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') setTable('entered');
    const next = nextCursor(event.key, cursor ?? model.past.length - 1, rows.length);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };

  return (
    <>
      <PanelHead model={model} row={asTable ? undefined : row} choice={choice} onChoice={setChoice} />
      {asTable ? (
        <HistoryTable rows={rows} format={format.value} takesFocus={table === 'entered'} />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a group of drawings, no fields of a form
        <div
          class="charts"
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the charts from here
          tabIndex={0}
          aria-label={`${t('batch.charts')}. ${t('charts.keys')}`}
          onKeyDown={step}
        >
          <Figures
            model={model}
            estimate={batch.estimate}
            life={shownLife(batch.estimate, now.value)}
            rows={rows}
            row={row}
            span={span}
            onCursor={setCursor}
          />
        </div>
      )}
      <ChartFoot
        pale={{ text: t('charts.intervalKey') }}
        asTable={asTable}
        onSave={() => saveCsv(historyCsv(model), batch.batchId)}
        onSwitch={() => setTable(asTable ? 'closed' : 'open')}
      />
    </>
  );
}

function spanOf(model: ChartModel, choice: SpanChoice): { from: number; to: number } {
  if (choice === 'all') return { from: model.from, to: model.to };
  return { from: Math.max(model.from, model.asOf - dayMs), to: Math.min(model.to, model.asOf + dayMs / 4) };
}

interface PanelHeadProps {
  readonly model: ChartModel;
  readonly row: Row | undefined;
  readonly choice: SpanChoice;
  onChoice(choice: SpanChoice): void;
}

function PanelHead({ model, row, choice, onChoice }: PanelHeadProps): JSX.Element {
  const { zone } = format.value;
  const longEnough = model.asOf - model.from > dayMs * 1.1;
  const reading = row === undefined ? null : rowWords(row, format.value);
  return (
    <div class="panel-head">
      {longEnough && (
        <Segmented<SpanChoice>
          label={t('charts.span')}
          value={choice}
          onChange={onChoice}
          options={[
            { value: 'day', label: t('charts.lastDay') },
            { value: 'all', label: t('charts.allTime') },
          ]}
        />
      )}
      <p class={reading === null ? '' : 'reading'} aria-live="polite">
        {reading === null || row === undefined ? (
          <>
            <span class="wide-only">{t('charts.sameAxis', { zone: zone.name })}</span>
            <span class="narrow-only">{t('charts.touch')}</span>
          </>
        ) : (
          <>
            {row.forecast ? `${reading.time} (${t('charts.forecast')})` : reading.time}
            <span class="wide-only">
              {' · '}
              {t('charts.readout', {
                temperature: reading.temperature,
                count: reading.count,
                remaining: reading.remaining,
              })}
            </span>
          </>
        )}
      </p>
    </div>
  );
}
