import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import type { OffsetView } from '../../models/contracts/offset.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { ChartFoot } from './ChartFoot.tsx';
import { DriftTable } from './DriftTable.tsx';
import { driftChart, signed } from './driftChart.ts';
import { type DriftModel, type DriftRow, driftCsv, driftModel } from './driftModel.ts';
import { nextCursor } from './nextCursor.ts';
import { saveCsv } from './saveCsv.ts';
import { useLineChart } from './useLineChart.ts';

export interface DriftPanelProps {
  readonly node: NodeView;
  readonly history: readonly OffsetView[];
  readonly now: number;
}

/** How far a sensor is from the reference thermometer; as a drawing, a table or CSV. */
export function DriftPanel({ node, history, now }: DriftPanelProps): JSX.Element {
  const [table, setTable] = useState<'closed' | 'open' | 'entered'>('closed');
  const [cursor, setCursor] = useState<number | null>(null);
  const probe = node.lastReading?.probe ?? history[0]?.probe ?? 'main';
  const model = useMemo(() => driftModel(history, probe, now), [history, probe]);
  const { rows } = model;
  const asTable = table !== 'closed';
  const row = cursor === null ? undefined : rows[cursor];
  const step = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || rows.length === 0) return;
    if (event.key === 'Enter') setTable('entered');
    const next = nextCursor(event.key, cursor ?? rows.length - 1, rows.length);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };
  const caption = t('charts.drift.caption');
  return (
    <>
      {asTable ? (
        <DriftTable rows={rows} format={format.value} takesFocus={table === 'entered'} />
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
          <DriftFigure model={model} row={row} onCursor={setCursor} />
        </div>
      )}
      <ChartFoot
        asTable={asTable}
        canSave={rows.length > 0}
        onSave={() => saveCsv(driftCsv(model), `${node.nodeId}-kalibrasi`)}
        onSwitch={() => setTable(asTable ? 'closed' : 'open')}
      />
    </>
  );
}

interface DriftFigureProps {
  readonly model: DriftModel;
  readonly row: DriftRow | undefined;
  onCursor(cursor: number | null): void;
}

function DriftFigure({ model, row, onCursor }: DriftFigureProps): JSX.Element {
  const shown = format.value;
  const { frame, canvas, cursorPx, pointer } = useLineChart({
    ...{ rows: model.rows, row, drawing: model, onCursor },
    draw: box => driftChart(box, model, shown),
  });
  const last = model.rows.at(-1);
  const read = row ?? last;
  return (
    <figure class="figure-panel" ref={frame}>
      <div class="title">
        <h3>{t('charts.drift.title')}</h3>
        <span class="value temperature" aria-live="polite">
          {read &&
            `${row === undefined ? '' : `${shown.longDate(row.at)} · `}${signed(read.differenceC, shown)} °C`}
        </span>
      </div>
      <div class="canvas-box drift" {...pointer}>
        <canvas ref={canvas} />
        {cursorPx !== null && <i class="cursor" style={{ left: `${cursorPx}px` }} />}
      </div>
      <figcaption class={last === undefined ? 'empty-figure' : 'for-reader'}>
        {last === undefined
          ? t('charts.drift.none')
          : t('charts.drift.summary', {
              n: model.rows.length,
              at: shown.longDate(last.at),
              difference: `${signed(last.differenceC, shown)} °C`,
            })}
      </figcaption>
    </figure>
  );
}
