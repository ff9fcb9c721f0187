import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { NodeFigure } from './NodeFigure.tsx';
import { longestSilenceMs, type NodeRow } from './nodeChartModel.ts';
import { type NodeRange, nodeRangeNames, nodeRanges, readNodeRange, withNodeRange } from './nodeRange.ts';
import { useReadRows } from './useReadRows.ts';
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
  const reading = useReadRows(loaded?.model.rows ?? []);
  const { row } = reading;
  const shown = format.value;

  const choose = (chosen: NodeRange): void => {
    setRange(chosen);
    reading.setCursor(null);
    history.replaceState(history.state, '', location.pathname + withNodeRange(location.search, chosen));
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
          {row === undefined
            ? t('charts.node.zone', { zone: shown.zone.name })
            : rowText(row, !reading.asTable)}
        </p>
      </div>
      {loaded?.staleSince != null && (
        <div class="chart-note">
          <Note status="soon">
            {t('charts.node.stale', { at: shown.moment(loaded.staleSince, now.value) })}
          </Note>
        </div>
      )}
      <ChartFrame
        model={loaded?.model ?? null}
        reading={reading}
        caption={caption}
        failed={failed}
        retry={retry}
        waitingClass="node-chart-waiting"
        fileName={fileName(node.nodeId, loaded?.range ?? range)}
        isBusy={loaded !== null && loaded.range !== range}
        range={nodeRanges[loaded?.range ?? range].address}
        pale={{ text: t('charts.node.band'), colour: 'temperature' }}
      >
        {loaded && <NodeFigure model={loaded.model} row={row} onCursor={reading.setCursor} />}
      </ChartFrame>
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
