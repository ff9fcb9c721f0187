import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import type { OffsetView } from '../../models/contracts/offset.ts';
import { api } from '../api.ts';
import { now } from '../clock.ts';
import { toLocalInput } from '../dateInput.ts';
import { failureText } from '../failureText.ts';
import { longDate, signedOffset } from '../nodeWords.ts';
import { type OffsetForm, readOffset, readOffsetForm, stepOffset } from '../offsetForm.ts';
import { asRefusal, format, maySetUpNodes } from '../state.ts';
import { Note } from './Note.tsx';

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

interface OffsetEditorProps {
  readonly node: NodeView;
  readonly history: readonly OffsetView[];
  onSaved(): Promise<void>;
}

const mainProbe = 'main';

function OffsetEditor({ node, history, onSaved }: OffsetEditorProps): JSX.Element {
  const shown = format.value;
  const { words, zone } = shown;
  const text = words.onboarding.offset;
  const reading = node.lastReading;
  const fresh = (): OffsetForm => ({
    probe: reading?.probe ?? mainProbe,
    value: signedOffset(node.offsetC, shown),
    from: null,
    due: '',
    note: '',
  });
  const [form, setForm] = useState(fresh);
  const [outcome, setOutcome] = useState<{ saved: boolean; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const change = (part: Partial<OffsetForm>): void => {
    setForm({ ...form, ...part });
    setOutcome(null);
  };
  const probes = [...new Set([form.probe, reading?.probe ?? mainProbe, ...history.map(line => line.probe)])];
  const value = readOffset(form.value);
  const rawC = reading?.probe === form.probe ? reading.rawTemperatureC : null;

  const save = async (): Promise<void> => {
    const read = readOffsetForm(form, now.value, zone, words);
    if ('wrong' in read) return setOutcome({ saved: false, text: read.wrong });
    setBusy(true);
    try {
      await api.addOffset(node.nodeId, read.offset);
      setForm({ ...form, from: null, due: '', note: '' });
      setOutcome({ saved: true, text: text.saved });
      await onSaved();
    } catch (error) {
      setOutcome({ saved: false, text: failureText(asRefusal(error), words) });
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="stack"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
    >
      <p class="second medium">{text.how}</p>
      {probes.length > 1 && (
        <div class="field">
          <label for={`${id}probe`}>{text.probe}</label>
          <select
            class="input"
            id={`${id}probe`}
            value={form.probe}
            onChange={event => change({ probe: event.currentTarget.value })}
          >
            {probes.map(probe => (
              <option key={probe} value={probe}>
                {probe}
              </option>
            ))}
          </select>
        </div>
      )}
      <OffsetStepper value={form.value} onChange={typed => change({ value: typed })} id={`${id}value`} />
      {rawC !== null && value !== null && (
        <p class="medium">{text.preview(shown.temperature(rawC), shown.temperature(rawC + value))}</p>
      )}
      <div class="two-fields">
        <div class="field">
          <label for={`${id}from`}>{text.from}</label>
          {form.from === null ? (
            <div class="fact-row">
              <span class="strong">{text.fromNow}</span>
              <button
                type="button"
                class="button compact"
                id={`${id}from`}
                onClick={() => change({ from: toLocalInput(now.value, zone) })}
              >
                {words.newBatch.change}
              </button>
            </div>
          ) : (
            <input
              class="input"
              id={`${id}from`}
              type="datetime-local"
              value={form.from}
              max={toLocalInput(now.value, zone)}
              onInput={event => change({ from: event.currentTarget.value })}
            />
          )}
        </div>
        <div class="field">
          <label for={`${id}due`}>{text.due}</label>
          <input
            class="input"
            id={`${id}due`}
            type="date"
            value={form.due}
            onInput={event => change({ due: event.currentTarget.value })}
          />
          <p class="hint">{text.optional}</p>
        </div>
      </div>
      <div class="field">
        <label for={`${id}note`}>{text.note}</label>
        <input
          class="input"
          id={`${id}note`}
          value={form.note}
          placeholder={text.optional}
          autocomplete="off"
          onInput={event => change({ note: event.currentTarget.value })}
        />
      </div>
      {outcome !== null && (
        <Note status={outcome.saved ? 'fresh' : 'risk'} alert={!outcome.saved}>
          {outcome.text}
        </Note>
      )}
      <button type="submit" class="button primary" disabled={busy}>
        {busy ? words.newBatch.saving : text.save}
      </button>
    </form>
  );
}

function OffsetStepper(props: { value: string; id: string; onChange(typed: string): void }): JSX.Element {
  const shown = format.value;
  const text = shown.words.onboarding.offset;
  const step = (by: number): void => props.onChange(signedOffset(stepOffset(props.value, by), shown));
  return (
    <div class="field">
      <label for={props.id}>{text.value}</label>
      <div class="stepper">
        <button type="button" aria-label={text.less} onClick={() => step(-0.1)}>
          −
        </button>
        <input
          id={props.id}
          inputMode="text"
          autocomplete="off"
          value={props.value}
          onInput={event => props.onChange(event.currentTarget.value)}
        />
        <button type="button" aria-label={text.more} onClick={() => step(0.1)}>
          +
        </button>
      </div>
    </div>
  );
}
