import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mappingText } from '../../models/laboratory/checkTable.ts';
import type { Table } from '../../models/laboratory/readTable.ts';
import { LazyView } from '../components/LazyView.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { navigate, paths } from '../router.ts';
import { said } from '../snack.ts';
import { asRefusal } from '../state.ts';
import { RunFactsCard } from './RunFactsCard.tsx';
import type { OpenedTable } from './readFile.ts';
import { factFaults, noFacts, type RunFacts, type SensorTemperature, seriesToSave } from './runFacts.ts';
import { type AddedTo, saveUpload } from './saveUpload.ts';
import { UploadFrame } from './UploadFrame.tsx';
import { UploadQuestions } from './UploadQuestions.tsx';
import { UploadTable } from './UploadTable.tsx';
import { useUpload } from './useUpload.ts';

const loadPreview = () => import('../charts/UploadPreview.tsx').then(chunk => chunk.UploadPreview);

interface CheckUploadProps {
  readonly opened: OpenedTable;
  readonly table: Table;
  /** More data of an experiment; null: a new one. */
  readonly addedTo: AddedTo | null;
  onAnother(): void;
  onSheet(sheet: string): void;
}

/** The table is checked in place; nothing is kept before every row is used or left out with a reason. */
export function CheckUpload({ opened, table, addedTo, onAnother, onSheet }: CheckUploadProps): JSX.Element {
  const upload = useUpload(table);
  const { checked, mapping } = upload;
  const [about, setAbout] = useState({
    title: addedTo?.title ?? titleOf(opened, table),
    productId: '',
    note: '',
  });
  const [facts, setFacts] = useState<Readonly<Record<string, RunFacts>>>({ '': noFacts });
  const [chosen, setChosen] = useState('');
  const [sensor, setSensor] = useState<SensorTemperature | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const factsOf = (series: string): RunFacts => facts[series] ?? facts['']!;
  const isReady =
    checked.isClean &&
    about.title.trim() !== '' &&
    Object.values(facts).every(one => factFaults(one).length === 0);
  const used = checked.rows.filter(row => row.excluded === null).length;
  const save = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const data = {
        kind: mapping.kind,
        rows: [...checked.rows],
        series: seriesToSave(checked, factsOf, sensor),
        source: {
          fileName: opened.fileName,
          mapping: mappingText(table, mapping.columns),
          ...{ decisions: [...checked.source.decisions], leftOut: [...checked.source.leftOut] },
        },
      };
      const productId = about.productId === '' ? null : about.productId;
      const named = { title: about.title.trim(), note: about.note.trim(), productId };
      const experimentId = await saveUpload(data, named, addedTo);
      said.value = { text: t('experiments.saved', { n: used }) };
      navigate(paths.experiment(experimentId));
    } catch (error) {
      const refusal = asRefusal(error);
      const noReadings =
        sensor !== null && refusal.fields.some(({ field }) => field.includes('.temperature'));
      setFailure(
        refusal.unreachable
          ? t('experiments.saveFailed')
          : noReadings
            ? t('experiments.noReadings')
            : refusal.message,
      );
      setBusy(false);
    }
  };
  return (
    <UploadFrame
      title={headOf(checked.openRows, checked.unsureColumns.length + checked.missing.length)}
      facts={t('experiments.fileFacts', {
        name: opened.fileName ?? t('experiments.pasted'),
        rows: table.rows.length,
        columns: table.header.length,
      })}
      buttons={
        <>
          <button type="button" class="button" onClick={onAnother}>
            {t('experiments.another')}
          </button>
          <button
            type="button"
            class="button primary"
            disabled={!isReady || busy}
            onClick={() => void save()}
          >
            {busy ? t('common.saving') : t('experiments.save', { n: used })}
          </button>
        </>
      }
    >
      <div class="upload-notes">
        {failure !== null && (
          <Note status="risk" alert>
            {failure}
          </Note>
        )}
        {opened.sheets.length > 1 && <SheetChoice sheets={opened.sheets} onSheet={onSheet} />}
        <UploadQuestions
          upload={upload}
          sensor={sensor}
          canChangeSensor={
            !mapping.columns.some(use => use.role === 'temperature' || use.temperatureC !== null)
          }
          onSensor={setSensor}
        />
      </div>
      <div class="upload-columns">
        <UploadTable upload={upload} />
        <div class="stack upload-side">
          <LazyView
            load={loadPreview}
            props={{ checked, isLife: mapping.kind === 'shelf-life' }}
            area="experiments"
            quiet
          />
          <RunFactsCard
            {...about}
            isKnown={addedTo !== null}
            facts={factsOf(chosen)}
            series={checked.series.map(run => run.series)}
            chosen={chosen}
            onAbout={part => setAbout(before => ({ ...before, ...part }))}
            onFacts={part =>
              setFacts(before => ({ ...before, [chosen]: { ...(before[chosen] ?? before['']!), ...part } }))
            }
            onChosen={setChosen}
          />
          <LeftOut upload={upload} />
        </div>
      </div>
    </UploadFrame>
  );
}

function headOf(openRows: number, questions: number): string {
  if (openRows > 0) return t('experiments.checkRows', { n: openRows });
  if (questions > 0) return t('experiments.checkQuestions', { n: questions });
  return t('experiments.checkDone');
}

/** What will not be used, and why: nothing disappears unseen. */
function LeftOut({
  upload: { checked, table },
}: {
  upload: ReturnType<typeof useUpload>;
}): JSX.Element | null {
  const excluded = checked.rows.filter(row => row.excluded !== null);
  const lines = [
    ...checked.source.leftOut.map(({ row, reason }) => ({ row, reason })),
    ...excluded.map(({ row, excluded: reason }) => ({ row, reason: reason ?? '' })),
  ].sort((a, b) => a.row - b.row);
  const skipped = table.skippedLines.length;
  if (lines.length + checked.emptyCells + skipped === 0) return null;
  return (
    <section class="card padded left-out">
      <h2>{t(lines.length === 0 ? 'experiments.allUsed' : 'experiments.leftOut', { n: lines.length })}</h2>
      <ul class="small">
        {lines.slice(0, 20).map(({ row, reason }) => (
          <li key={row}>
            <span class="second">{t('experiments.rowName', { row })}</span> {reason}
          </li>
        ))}
        {lines.length > 20 && <li class="second">{t('experiments.andMore', { n: lines.length - 20 })}</li>}
        {checked.emptyCells > 0 && (
          <li class="second">{t('experiments.emptyCells', { n: checked.emptyCells })}</li>
        )}
        {skipped > 0 && <li class="second">{t('experiments.emptyLines', { n: skipped })}</li>}
      </ul>
    </section>
  );
}

function SheetChoice({
  sheets,
  onSheet,
}: {
  sheets: readonly string[];
  onSheet(sheet: string): void;
}): JSX.Element {
  return (
    <Note status="none">
      <label class="sheet-choice">
        {t('experiments.sheet')}{' '}
        <select class="input short" value={sheets[0]} onChange={event => onSheet(event.currentTarget.value)}>
          {sheets.map(sheet => (
            <option key={sheet} value={sheet}>
              {sheet}
            </option>
          ))}
        </select>
      </label>
    </Note>
  );
}

/** takwa_vac_10C.csv is "takwa vac 10C" until somebody gives it a better name. */
function titleOf({ fileName }: OpenedTable, { title }: Table): string {
  if (title !== null) return title.slice(0, 128);
  return (fileName ?? '')
    .replace(/\.[a-z]+$/i, '')
    .replace(/[_-]+/g, ' ')
    .slice(0, 128);
}
