import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { type OpenedTable, openFile, openText } from './readFile.ts';
import { saveSample } from './sampleFile.ts';

interface UploadChoiceProps {
  readonly failed: OpenedTable | null;
  onOpened(opened: OpenedTable, file: File | null): void;
}

/** A file chosen, dropped or pasted. It is read on this device; nothing is sent before it is saved. */
export function UploadChoice({ failed, onOpened }: UploadChoiceProps): JSX.Element {
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const pasteId = useId();
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    setBusy(true);
    void openFile(file)
      .then(opened => onOpened(opened, file))
      .finally(() => setBusy(false));
  };
  return (
    <div class="upload-choice stack">
      {failed?.fault != null && (
        <Note status="risk" alert>
          {t(`experiments.fault.${failed.fault}`, { name: failed.fileName ?? '', line: failed.line ?? 0 })}
        </Note>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same */}
      <section
        class={`card padded drop-zone${over ? ' over' : ''}`}
        aria-busy={busy}
        onDragOver={event => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={event => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files[0]);
        }}
      >
        <Icon name="table" size={30} />
        <p class="strong">{t('experiments.drop')}</p>
        <p class="second small">{t('experiments.formats')}</p>
        <input
          ref={input}
          class="for-reader"
          type="file"
          tabIndex={-1}
          aria-hidden="true"
          accept=".csv,.tsv,.txt,.xlsx,.xlsm,.xls,text/csv,text/plain"
          onChange={event => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
        <button type="button" class="button primary" disabled={busy} onClick={() => input.current?.click()}>
          <Icon name="up" size={18} />
          {t('experiments.choose')}
        </button>
      </section>
      <form
        class="card padded paste"
        onSubmit={event => {
          event.preventDefault();
          if (text.trim() !== '') onOpened(openText(text, null), null);
        }}
      >
        <div class="field">
          <label for={pasteId}>{t('experiments.paste')}</label>
          <textarea
            id={pasteId}
            class="input"
            rows={5}
            spellcheck={false}
            placeholder={'temp_C\ttime_h\trep\tlogcfu\n10\t0\t1\t2.44'}
            value={text}
            onInput={event => setText(event.currentTarget.value)}
            // What is pasted into an empty field is meant to be read.
            onPaste={event => {
              const pasted = event.clipboardData?.getData('text/plain') ?? '';
              if (text !== '' || !/[\n\r]/.test(pasted.trim())) return;
              event.preventDefault();
              setText(pasted);
              onOpened(openText(pasted, null), null);
            }}
          />
        </div>
        <button type="submit" class="button" disabled={text.trim() === ''}>
          {t('experiments.readPaste')}
        </button>
      </form>
      <p class="second small">
        {t('experiments.noFile')}{' '}
        <button type="button" class="as-link" onClick={saveSample}>
          {t('experiments.sample')}
        </button>
      </p>
    </div>
  );
}
