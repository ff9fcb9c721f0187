import { Fragment, type JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Quarantined } from '../../models/contracts/quarantine.ts';
import { api } from '../api.ts';
import { now } from '../clock.ts';
import { failureText } from '../failureText.ts';
import { t } from '../i18n/messages.ts';
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
  const details: readonly (readonly [string, string | null])[] = [
    [t('quarantine.topic'), entry.topic],
    [t('quarantine.field'), entry.field],
    [t('quarantine.value'), entry.value],
    [t('quarantine.allowed'), entry.allowed],
    [t('quarantine.reading'), entry.index === null ? null : String(entry.index + 1)],
  ];
  const keptBytes = entry.payloadHead.length;
  return (
    <article class="card padded quarantine-card" data-quarantine={entry.code}>
      <div class="row top-row">
        <h2 class="grow">{reasonText(entry.code, entry.reason, t)}</h2>
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
          {t('quarantine.raw')}{' '}
          <span class="small muted">
            {keptBytes < entry.payloadBytes
              ? t('quarantine.firstBytes', { n: keptBytes, all: entry.payloadBytes })
              : t('quarantine.bytes', { n: entry.payloadBytes })}
          </span>
        </summary>
        <pre>{payloadText(entry.payloadHead) || t('quarantine.nothing')}</pre>
      </details>
      {maySetUpNodes.value && <Decide entry={entry} onResolved={onResolved} />}
    </article>
  );
}

function Decide({ entry, onResolved }: QuarantineCardProps): JSX.Element {
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
      if (refusal.code === 'quarantine.not_found') onResolved(t('failed.quarantineGone'));
      else if (refusal.code === 'quarantine.cannot_release')
        setFailure({ text: t('quarantine.stillRefused'), detail: refusal.message });
      else setFailure({ text: failureText(refusal, t) });
    } finally {
      setBusy(false);
    }
  };
  const discard = async (): Promise<void> => {
    const why = reason.trim();
    if (why === '' || why.length > 500) return setFailure({ text: t('quarantine.reasonMissing') });
    await attempt(() => api.discard(entry.quarantineId, why), t('quarantine.discarded'));
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
          <label for={id}>{t('quarantine.discardWhy')}</label>
          <input
            class="input"
            id={id}
            value={reason}
            placeholder={t('quarantine.discardHint')}
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
              {t('quarantine.confirmDiscard')}
            </button>
            <button
              type="button"
              class="button compact"
              onClick={() => {
                setAsking(false);
                setFailure(null);
              }}
            >
              {t('common.cancel')}
            </button>
          </>
        ) : (
          <>
            {entry.releasable && (
              <button
                type="button"
                class="button compact"
                disabled={busy}
                onClick={() => void attempt(() => api.release(entry.quarantineId), t('quarantine.released'))}
              >
                {t('quarantine.release')}
              </button>
            )}
            <button type="button" class="button compact" disabled={busy} onClick={() => setAsking(true)}>
              {t('quarantine.discard')}
            </button>
          </>
        )}
      </div>
    </form>
  );
}
