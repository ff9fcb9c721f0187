import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import type { OffsetView } from '../../models/contracts/offset.ts';
import { api } from '../api.ts';
import { t } from '../i18n/messages.ts';
import { signedOffset } from '../nodeWords.ts';
import { asRefusal, format, maySetUpNodes } from '../state.ts';
import { OffsetEditor } from './OffsetEditor.tsx';
import { RetryNote } from './RetryNote.tsx';

export interface OffsetsState {
  /** `null` until known; the newest line first. */
  readonly history: readonly OffsetView[] | null;
  readonly failure: string | null;
  load(): Promise<void>;
}

/** Every offset there ever was of a sensor. */
export function useOffsets(node: NodeView | undefined): OffsetsState {
  const [history, setHistory] = useState<readonly OffsetView[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const load = async (): Promise<void> => {
    if (node === undefined) return;
    try {
      setHistory(await api.offsets(node.nodeId));
      setFailure(null);
    } catch (error) {
      asRefusal(error);
      setFailure(t('failed.load'));
    }
  };
  // A line somebody else adds changes the node, which comes by the live stream.
  useEffect(() => void load(), [node?.nodeId, node?.offsetC, node?.calibrationDueAt]);
  return { history, failure, load };
}

/** What is added to a sensor's readings: the editor, for whom it is open, and the history. */
export function OffsetCard({ node, offsets }: { node: NodeView; offsets: OffsetsState }): JSX.Element {
  const { history, failure, load } = offsets;
  return (
    <section class="card padded offset-card">
      <h2>{t('sensors.offset.title')}</h2>
      {maySetUpNodes.value && <OffsetEditor node={node} history={history ?? []} onSaved={load} />}
      <h3>{t('sensors.offset.history')}</h3>
      {failure !== null && <RetryNote text={failure} onRetry={() => void load()} />}
      {history?.length === 0 && <p class="second medium">{t('sensors.offset.noHistory')}</p>}
      {history !== null && history.length > 0 && <OffsetHistory history={history} />}
    </section>
  );
}

function OffsetHistory({ history }: { history: readonly OffsetView[] }): JSX.Element {
  const shown = format.value;
  const severalProbes = new Set(history.map(line => line.probe)).size > 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={t('sensors.offset.history')}>
      <table>
        <caption class="for-reader">{t('sensors.offset.history')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('sensors.offset.column.from')}</th>
            <th scope="col" class="number">
              {t('sensors.offset.column.offset')}
            </th>
            <th scope="col">{t('sensors.offset.column.due')}</th>
          </tr>
        </thead>
        <tbody>
          {history.map(line => (
            <tr key={line.offsetId}>
              <td>
                {shown.list([shown.longDate(Date.parse(line.from)), shown.clock(Date.parse(line.from))])}
                <div class="small second">
                  {[...(severalProbes ? [line.probe] : []), ...(line.note === null ? [] : [line.note])].join(
                    ' · ',
                  )}
                </div>
              </td>
              <td class="number strong">{signedOffset(line.temperatureOffsetC, shown)}</td>
              <td>
                {line.calibrationDueAt === null ? '–' : shown.longDate(Date.parse(line.calibrationDueAt))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
