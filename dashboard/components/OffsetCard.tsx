import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import type { OffsetView } from '../../models/contracts/offset.ts';
import { api } from '../api.ts';
import { longDate, signedOffset } from '../nodeWords.ts';
import { asRefusal, format, maySetUpNodes } from '../state.ts';
import { Note } from './Note.tsx';
import { OffsetEditor } from './OffsetEditor.tsx';

/** What is added to a sensor's readings: the editor, for whom it is open, and every offset there ever was. */
export function OffsetCard({ node }: { node: NodeView }): JSX.Element {
  const { words } = format.value;
  const text = words.onboarding.offset;
  const [history, setHistory] = useState<readonly OffsetView[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const load = async (): Promise<void> => {
    try {
      setHistory(await api.offsets(node.nodeId));
      setFailure(null);
    } catch (error) {
      asRefusal(error);
      setFailure(words.failed.load);
    }
  };
  // A line somebody else adds changes the node, which comes by the live stream.
  useEffect(() => void load(), [node.nodeId, node.offsetC, node.calibrationDueAt]);
  return (
    <section class="card padded offset-card">
      <h2>{text.title}</h2>
      {maySetUpNodes.value && <OffsetEditor node={node} history={history ?? []} onSaved={load} />}
      <h3>{text.history}</h3>
      {failure !== null && (
        <Note status="soon" alert>
          <div class="row">
            <span class="grow">{failure}</span>
            <button type="button" class="button compact" onClick={() => void load()}>
              {words.failed.retry}
            </button>
          </div>
        </Note>
      )}
      {history?.length === 0 && <p class="second medium">{text.noHistory}</p>}
      {history !== null && history.length > 0 && <OffsetHistory history={history} />}
    </section>
  );
}

function OffsetHistory({ history }: { history: readonly OffsetView[] }): JSX.Element {
  const shown = format.value;
  const { columns, history: caption } = shown.words.onboarding.offset;
  const severalProbes = new Set(history.map(line => line.probe)).size > 1;
  return (
    <div class="table-box">
      <table>
        <caption class="for-reader">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.from}</th>
            <th scope="col" class="number">
              {columns.offset}
            </th>
            <th scope="col">{columns.due}</th>
          </tr>
        </thead>
        <tbody>
          {history.map(line => (
            <tr key={line.offsetId}>
              <td>
                {longDate(Date.parse(line.from), shown)}, {shown.clock(Date.parse(line.from))}
                <div class="small second">
                  {[...(severalProbes ? [line.probe] : []), ...(line.note === null ? [] : [line.note])].join(
                    ' · ',
                  )}
                </div>
              </td>
              <td class="number strong">{signedOffset(line.temperatureOffsetC, shown)}</td>
              <td>
                {line.calibrationDueAt === null ? '–' : longDate(Date.parse(line.calibrationDueAt), shown)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
