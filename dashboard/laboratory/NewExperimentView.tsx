import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { me } from '../state.ts';
import { CheckUpload } from './CheckUpload.tsx';
import { type OpenedTable, openFile } from './readFile.ts';
import { UploadChoice } from './UploadChoice.tsx';
import { UploadFrame } from './UploadFrame.tsx';
import '../style/experiments.css';

/** Who may keep experiments. */
export const mayKeepExperiments = (): boolean =>
  me.value?.role === 'owner' || me.value?.role === 'researcher';

/** Percobaan baru: a table in, checked in place, saved when nothing is left to decide. */
export function NewExperimentView(): JSX.Element {
  const [opened, setOpened] = useState<{ table: OpenedTable; file: File | null; n: number } | null>(null);
  if (!mayKeepExperiments())
    return (
      <UploadFrame title={t('experiments.newTitle')} facts="">
        <Note status="none">{t('experiments.readOnly')}</Note>
      </UploadFrame>
    );
  const take = (table: OpenedTable, file: File | null): void =>
    setOpened(before => ({ table, file, n: (before?.n ?? 0) + 1 }));
  const table = opened?.table.table ?? null;
  if (opened === null || table === null)
    return (
      <UploadFrame title={t('experiments.newTitle')} facts={t('experiments.notSaved')}>
        <UploadChoice failed={opened?.table ?? null} onOpened={take} />
      </UploadFrame>
    );
  return (
    <CheckUpload
      key={opened.n}
      opened={opened.table}
      table={table}
      onAnother={() => setOpened(null)}
      onSheet={sheet => {
        const { file } = opened;
        if (file !== null) void openFile(file, sheet).then(again => take(again, file));
      }}
    />
  );
}
