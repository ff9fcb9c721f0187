import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { ChartFoot } from './ChartFoot.tsx';
import { NodeFigure } from './NodeFigure.tsx';
import { NodeTable } from './NodeTable.tsx';
import { nextCursor } from './nextCursor.ts';
import { longestSilenceMs, type NodeRow, nodeCsv } from './nodeChartModel.ts';
import { type NodeRange, nodeRangeNames, nodeRanges, readNodeRange, withNodeRange } from './nodeRange.ts';
import { saveCsv } from './saveCsv.ts';
import { useTemperatures } from './useTemperatures.ts';

export interface NodeChartProps {
  readonly node: NodeView;
}

/** What a sensor measured in the last day, week, month or year; as a drawing, a table or CSV. */
export function NodeChart({ node }: NodeChartProps): JSX.Element {
  const [range, setRange] = useState<NodeRange>(() => readNodeRange(location.search));
  // Stays the one that was seen first: the last reading of a node with several probes is now of one, now of another.
  const [probe] = useState(node.lastReading?.probe ?? 'main');
  const silenceMs = longestSilenceMs(node.reportEveryS);
  const { loaded, failed, retry } = useTemperatures({ nodeId: node.nodeId, probe, range, silenceMs });
  const [table, setTable] = useState<'closed' | 'open' | 'entered'>('closed');
  const [cursor, setCursor] = useState<number | null>(null);
  const shown = format.value;
  const rows = loaded?.model.rows ?? [];
  const row = cursor === null ? undefined : rows[cursor];
  const asTable = table !== 'closed';

  const choose = (chosen: NodeRange): void => {
    setRange(chosen);
    setCursor(null);
    history.replaceState(history.state, '', location.pathname + withNodeRange(location.search, chosen));
  };
  const step = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || rows.length === 0) return;
    if (event.key === 'Enter') setTable('entered');
    const next = nextCursor(event.key, cursor ?? rows.length - 1, rows.length);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };
  const caption = t('charts.node.caption', { range: t(`charts.node.range.${loaded?.range ?? range}`) });

  return (
    <>
      <div class="panel-head">
        <Segmented<NodeRange>
          label={t('charts.span')}
          value={range}
          onChange={choose}
          options={nodeRangeNames.map(value => ({ value, label: t(`charts.node.range.${value}`) }))}
        />
        <p class={row === undefined ? '' : 'reading'} aria-live="polite">
          {row === undefined ? t('charts.node.zone', { zone: shown.zone.name }) : rowText(row, !asTable)}
        </p>
      </div>
      {loaded?.staleSince != null && (
        <div class="chart-note">
          <Note status="soon">
            {t('charts.node.stale', { at: shown.moment(loaded.staleSince, now.value) })}
          </Note>
        </div>
      )}
      {failed && (
        <div class="chart-note">
          <RetryNote text={t('failed.load')} onRetry={retry} />
        </div>
      )}
      {loaded === null ? (
        !failed && <div class="node-chart-waiting" role="status" aria-label={t('common.loading')} />
      ) : asTable ? (
        <NodeTable rows={rows} caption={caption} format={shown} takesFocus={table === 'entered'} />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a drawing, no fields of a form
        <div
          class="charts"
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart from here
          tabIndex={0}
          aria-label={`${caption}. ${t('charts.keys')}`}
          aria-busy={loaded.range !== range}
          data-points={rows.length}
          data-range={nodeRanges[loaded.range].address}
          onKeyDown={step}
        >
          <NodeFigure model={loaded.model} row={row} onCursor={setCursor} />
        </div>
      )}
      <ChartFoot
        pale={{ text: t('charts.node.band'), colour: 'temperature' }}
        asTable={asTable}
        canSave={rows.length > 0}
        canSwitch={loaded !== null}
        onSave={() => loaded && saveCsv(nodeCsv(loaded.model), fileName(node.nodeId, loaded.range))}
        onSwitch={() => setTable(asTable ? 'closed' : 'open')}
      />
    </>
  );
}

const fileName = (nodeId: string, range: NodeRange): string => `${nodeId}-${nodeRanges[range].address}`;

/** When the row begins and ends, and from where to where its temperatures went. */
function rowText(row: NodeRow, drawn: boolean): string {
  const shown = format.value;
  if (!drawn) return t('charts.node.zone', { zone: shown.zone.name });
  const begins = `${shown.date(row.from)} ${shown.clock(row.from)}`;
  const ends =
    shown.zone.daysBetween(row.from, row.to) === 0
      ? shown.clock(row.to)
      : `${shown.date(row.to)} ${shown.clock(row.to)}`;
  const values = t('charts.node.spread', { lowest: shown.number(row.minC), highest: shown.number(row.maxC) });
  return `${t('charts.node.to', { from: begins, until: ends })} · ${values}`;
}
