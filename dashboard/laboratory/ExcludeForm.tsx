import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ExperimentRow } from '../../models/contracts/experiment.ts';
import { hoursText } from '../charts/growthChart.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { valueText } from './RowTable.tsx';

interface ExcludeFormProps {
  readonly row: ExperimentRow;
  readonly nextVersion: number;
  /** Rows of an old version are only looked at. */
  readonly latest: number | null;
  onSave(reason: string | null): Promise<boolean>;
  onClose(): void;
}

/** A point that was picked: left out with a reason, or brought back. Either makes a new version. */
export function ExcludeForm({ row, nextVersion, latest, onSave, onClose }: ExcludeFormProps): JSX.Element {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
    box.current?.querySelector<HTMLElement>('input, button')?.focus({ preventScroll: true });
  }, [row.row]);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    if (await onSave(row.excluded === null ? reason.trim() : null)) onClose();
    setBusy(false);
  };
  return (
    <section
      class="card padded exclude-form"
      ref={box}
      onKeyDown={event => event.key === 'Escape' && onClose()}
      aria-label={t('fit.exclude.title', { row: row.row })}
    >
      <h2>
        {t('fit.exclude.title', { row: row.row })}
        <span class="second small">
          {' '}
          {row.series} · {hoursText(row.timeH, format.value)} · {valueText(row, format.value.number)}
          {row.excluded !== null && ` · × ${row.excluded}`}
        </span>
      </h2>
      {latest !== null ? (
        <div class="row">
          <p class="grow">{t('fit.exclude.old', { version: latest })}</p>
          <button type="button" class="button compact" onClick={onClose}>
            {t('fit.exclude.cancel')}
          </button>
        </div>
      ) : (
        <form onSubmit={save}>
          {row.excluded === null && (
            <label class="field">
              <span>{t('fit.exclude.reason')}</span>
              <input
                class="input"
                required
                maxLength={200}
                value={reason}
                onInput={event => setReason(event.currentTarget.value)}
              />
            </label>
          )}
          <div class="row">
            <button
              type="submit"
              class="button primary"
              disabled={busy || (row.excluded === null && reason.trim() === '')}
            >
              {t(row.excluded === null ? 'fit.exclude.do' : 'fit.exclude.undo', { version: nextVersion })}
            </button>
            <button type="button" class="button" onClick={onClose}>
              {t('fit.exclude.cancel')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
