import { Fragment, type JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Quarantined } from '../../models/contracts/quarantine.ts';
import { api } from '../api.ts';
import { now } from '../clock.ts';
import { failureText } from '../failureText.ts';
import { payloadText } from '../payloadText.ts';
import { reasonText } from '../reasonText.ts';
import { asRefusal, fleet, format, maySetUpNodes } from '../state.ts';
import { Note } from './Note.tsx';

interface QuarantineCardProps {
  readonly entry: Quarantined;
  /** It is off the list; `what` says how. */
  onResolved(what: string): void;
}

/** One message that could not be used: why in plain words, who sent it and when, and its bytes. */
export function QuarantineCard({ entry, onResolved }: QuarantineCardProps): JSX.Element {
  const shown = format.value;
  const text = shown.words.onboarding.quarantine;
  const details: readonly (readonly [string, string | null])[] = [
    [text.topic, entry.topic],
    [text.field, entry.field],
    [text.value, entry.value],
    [text.allowed, entry.allowed],
    [text.reading, entry.index === null ? null : String(entry.index + 1)],
  ];
  const keptBytes = entry.payloadHead.length;
  return (
    <article class="card padded quarantine-card" data-quarantine={entry.code}>
      <div class="row top-row">
        <h2 class="grow">{reasonText(entry.code, entry.reason, shown.words)}</h2>
        <span class="small second no-wrap">{shown.moment(Date.parse(entry.receivedAt), now.value)}</span>
      </div>
      <p class="strong medium">{fleet.value.nodes[entry.nodeId]?.name ?? entry.nodeId}</p>
      <p class="small second" lang="en">
        {entry.message}
      </p>
      <dl class="facts left">
        {details.map(([label, value]) =>
          value === null ? null : (
            <Fragment key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
        )}
      </dl>
      <details>
        <summary>
          {text.raw}{' '}
          <span class="small muted">
            {keptBytes < entry.payloadBytes
              ? text.firstBytes(keptBytes, entry.payloadBytes)
              : text.bytes(entry.payloadBytes)}
          </span>
        </summary>
        <pre>{payloadText(entry.payloadHead) || text.nothing}</pre>
      </details>
      {maySetUpNodes.value && <Decide entry={entry} onResolved={onResolved} />}
    </article>
  );
}

function Decide({ entry, onResolved }: QuarantineCardProps): JSX.Element {
  const { words } = format.value;
  const text = words.onboarding.quarantine;
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ text: string; detail?: string } | null>(null);
  const id = useId();

  const attempt = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
      onResolved(done);
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.code === 'quarantine.not_found') onResolved(text.gone);
      else if (refusal.code === 'quarantine.cannot_release')
        setFailure({ text: text.stillRefused, detail: refusal.message });
      else setFailure({ text: failureText(refusal, words) });
    } finally {
      setBusy(false);
    }
  };
  const discard = async (): Promise<void> => {
    const why = reason.trim();
    if (why === '' || why.length > 500) return setFailure({ text: text.reasonMissing });
    await attempt(() => api.discard(entry.quarantineId, why), text.discarded);
  };

  return (
    <form
      class="decide"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void discard();
      }}
    >
      {asking && (
        <div class="field">
          <label for={id}>{text.discardWhy}</label>
          <input
            class="input"
            id={id}
            value={reason}
            placeholder={text.discardHint}
            autocomplete="off"
            onInput={event => setReason(event.currentTarget.value)}
          />
        </div>
      )}
      {failure !== null && (
        <Note status="risk" alert>
          {failure.text} {failure.detail !== undefined && <span lang="en">{failure.detail}</span>}
        </Note>
      )}
      <div class="row wrap">
        {asking ? (
          <>
            <button type="submit" class="button primary compact" disabled={busy}>
              {text.confirmDiscard}
            </button>
            <button
              type="button"
              class="button compact"
              onClick={() => {
                setAsking(false);
                setFailure(null);
              }}
            >
              {text.cancel}
            </button>
          </>
        ) : (
          <>
            {entry.releasable && (
              <button
                type="button"
                class="button compact"
                disabled={busy}
                onClick={() => void attempt(() => api.release(entry.quarantineId), text.released)}
              >
                {text.release}
              </button>
            )}
            <button type="button" class="button compact" disabled={busy} onClick={() => setAsking(true)}>
              {text.discard}
            </button>
          </>
        )}
      </div>
    </form>
  );
}
