import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ExperimentView } from '../../models/contracts/experiment.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';

interface HistoryCardProps {
  readonly experiment: ExperimentView;
  readonly shown: number;
  readonly mayChange: boolean;
  onVersion(version: number): void;
  onNote(note: string): Promise<void>;
}

/** Versions of the data, the newest first, and the note of the experiment. */
export function HistoryCard(props: HistoryCardProps): JSX.Element {
  const { experiment, shown } = props;
  return (
    <section class="card padded history-card">
      <h2>{t('fit.versions')}</h2>
      <ul class="versions">
        {experiment.versions.toReversed().map(one => (
          <li key={one.version}>
            <button
              type="button"
              aria-pressed={one.version === shown}
              onClick={() => props.onVersion(one.version)}
            >
              <span>
                {t('fit.versions.row', {
                  version: one.version,
                  ...{ rows: one.rowCount, excluded: one.excludedCount },
                })}
              </span>
              <span class="small second">
                {format.value.longDate(Date.parse(one.madeAt))}, {one.madeBy}
                {one.note !== '' && ` · ${one.note}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <h2>{t('fit.note')}</h2>
      <NoteField {...props} />
    </section>
  );
}

function NoteField({ experiment, mayChange, onNote }: HistoryCardProps): JSX.Element {
  const [text, setText] = useState<string | null>(null);
  const { note } = experiment;
  if (text === null)
    return (
      <>
        {note !== '' && <p class="note-text">{note}</p>}
        {mayChange && (
          <button type="button" class="button compact no-print" onClick={() => setText(note)}>
            {t('fit.note.add')}
          </button>
        )}
      </>
    );
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    await onNote(text.trim());
    setText(null);
  };
  return (
    <form onSubmit={save} class="stack">
      <textarea
        class="input"
        rows={4}
        maxLength={2000}
        aria-label={t('fit.note')}
        value={text}
        onInput={event => setText(event.currentTarget.value)}
      />
      <div class="row">
        <button type="submit" class="button primary compact">
          {t('fit.note.save')}
        </button>
        <button type="button" class="button compact" onClick={() => setText(null)}>
          {t('fit.exclude.cancel')}
        </button>
      </div>
    </form>
  );
}
