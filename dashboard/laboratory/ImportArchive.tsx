import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { navigate, paths } from '../router.ts';
import { asRefusal } from '../state.ts';
import { experimentsApi } from './experimentsApi.ts';

interface ImportArchiveProps {
  onFailed(message: string | null): void;
}

/** Takes an archive of this or another Tahan back as an experiment, and opens it. */
export function ImportArchive({ onFailed }: ImportArchiveProps): JSX.Element {
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setBusy(true);
    onFailed(null);
    try {
      const { experimentId } = await experimentsApi.importArchive(file);
      navigate(paths.experiment(experimentId));
    } catch (error) {
      onFailed(t('experiments.importFailed', { name: file.name, why: asRefusal(error).message }));
      setBusy(false);
    }
  };
  return (
    <>
      <input
        ref={input}
        class="for-reader"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        accept=".zip,application/zip"
        onChange={event => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <button type="button" class="button" disabled={busy} onClick={() => input.current?.click()}>
        <Icon name="up" size={18} />
        {t('experiments.import')}
      </button>
    </>
  );
}
