import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Note } from '../components/Note.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { asRefusal } from '../state.ts';
import { CheckUpload } from './CheckUpload.tsx';
import { experimentsApi } from './experimentsApi.ts';
import { mayKeepExperiments } from './mayKeepExperiments.ts';
import { type OpenedTable, openFile } from './readFile.ts';
import type { AddedTo } from './saveUpload.ts';
import { UploadChoice } from './UploadChoice.tsx';
import { UploadFrame } from './UploadFrame.tsx';
import '../style/experiments.css';

/** Percobaan baru: a table in, checked in place, saved when nothing is left to decide. */
export function NewExperimentView(): JSX.Element {
  const [opened, setOpened] = useState<{ table: OpenedTable; file: File | null; n: number } | null>(null);
  const addedTo = useAddedTo();
  if (!mayKeepExperiments())
    return (
      <UploadFrame title={t('experiments.newTitle')} facts="">
        <Note status="none">{t('experiments.readOnly')}</Note>
      </UploadFrame>
    );
  if (addedTo === 'failed')
    return (
      <UploadFrame title={t('experiments.newTitle')} facts="">
        <Note status="soon" alert>
          {t('failed.load')}
        </Note>
      </UploadFrame>
    );
  if (addedTo === undefined) return <Placeholder rows={3} />;
  const take = (table: OpenedTable, file: File | null): void =>
    setOpened(before => ({ table, file, n: (before?.n ?? 0) + 1 }));
  const table = opened?.table.table ?? null;
  if (opened === null || table === null)
    return (
      <UploadFrame
        title={
          addedTo === null ? t('experiments.newTitle') : t('experiments.addTo', { title: addedTo.title })
        }
        facts={t('experiments.notSaved')}
      >
        <UploadChoice failed={opened?.table ?? null} onOpened={take} />
      </UploadFrame>
    );
  return (
    <CheckUpload
      key={opened.n}
      opened={opened.table}
      addedTo={addedTo}
      table={table}
      onAnother={() => setOpened(null)}
      onSheet={sheet => {
        const { file } = opened;
        if (file !== null) void openFile(file, sheet).then(again => take(again, file));
      }}
    />
  );
}

/** The experiment of `?experiment=<id>`, which the data are added to; null: a new one; undefined: on its way. */
function useAddedTo(): AddedTo | 'failed' | null | undefined {
  const [experimentId] = useState(() => new URLSearchParams(location.search).get('experiment'));
  const [found, setFound] = useState<AddedTo | 'failed' | null | undefined>(
    experimentId === null ? null : undefined,
  );
  useEffect(() => {
    if (experimentId === null) return;
    experimentsApi
      .one(experimentId)
      .then(async ({ title, latest }) =>
        setFound({ title, version: await experimentsApi.version(experimentId, latest) }),
      )
      .catch((error: unknown) => {
        asRefusal(error);
        setFound('failed');
      });
  }, [experimentId]);
  return found;
}
