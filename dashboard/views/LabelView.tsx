import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { RetryNote } from '../components/RetryNote.tsx';
import '../style/label.css';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { LabelView as Label } from '../../models/contracts/publicCode.ts';
import { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { QrLabel } from '../components/QrLabel.tsx';
import { Stepper } from '../components/Stepper.tsx';
import { t } from '../i18n/messages.ts';
import {
  type LabelFacts,
  labelFacts,
  labelMm,
  mostCopies,
  type PaperSize,
  paperSizes,
  usualCopies,
} from '../labelFacts.ts';
import { labelPicture } from '../labelPicture.ts';
import { fetchLabel, keptLabel } from '../offline/labels.ts';
import { storedPaper } from '../paperChoice.ts';
import { paths } from '../router.ts';
import { savedBatchId } from '../savedBatch.ts';
import { account, fleet, format, me, refreshBatch, unsentBatches } from '../state.ts';
import { NotFoundView } from './NotFoundView.tsx';

/** Label QR: what comes out of the printer, how often, on what paper; or a picture, or a code to write down. */
export function LabelView({ batchId }: { batchId: string }): JSX.Element {
  const batch = fleet.value.batches[batchId];
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (batch === undefined) void refreshBatch(batchId).finally(() => setAsked(true));
  }, [batch === undefined]);
  if (batch === undefined) return asked ? <NotFoundView /> : <Waiting name="" />;
  return <LabelOfBatch batch={batch} />;
}

function Waiting({ name }: { name: string }): JSX.Element {
  return (
    <main id="content" tabIndex={-1}>
      <PageHead title={t('label.title')} crumb={name} />
      <Placeholder rows={3} />
    </main>
  );
}

function LabelOfBatch({ batch }: { batch: BatchView }): JSX.Element {
  const { label, failed, retry } = useLabel(batch.batchId);
  const [copies, setCopies] = useState(() => usualCopies(batch));
  const [paper, setPaper] = useState<PaperSize>(storedPaper);
  useLayoutEffect(() => {
    // The printer's page is the paper chosen here.
    document.documentElement.dataset.paper = paper;
    return () => {
      delete document.documentElement.dataset.paper;
    };
  }, [paper]);
  const above = { path: paths.batch(batch.batchId), label: batch.name };
  if (label === undefined && !failed) return <Waiting name={batch.name} />;
  const organisation = me.value?.organisation;
  const firm = organisation?.publicName ?? organisation?.name ?? '';
  const facts = label && labelFacts(batch, label, { firm, now: now.value, format: format.value });
  return (
    <main id="content" tabIndex={-1} class="label-page">
      <div class="no-print">
        <PageHead title={t('label.title')} crumb={t('label.title')} above={above} />
        {savedBatchId.value === batch.batchId && (
          <Note status="fresh">
            {batch.quantity === null
              ? t('label.savedPlain', { name: batch.name })
              : t('label.saved', {
                  name: batch.name,
                  amount: `${batch.quantity.amount} ${batch.quantity.unit}`,
                })}
          </Note>
        )}
        {unsentBatches.value.has(batch.batchId) && <Note status="soon">{t('label.unsent')}</Note>}
      </div>
      {facts === undefined ? (
        <LabelFailed onRetry={retry} />
      ) : (
        <>
          <section class="preview no-print" aria-label={t('label.preview')}>
            <QrLabel facts={facts} paper={paper} />
          </section>
          <div class="choices no-print">
            <Stepper
              id="copies"
              label={t('label.copies')}
              value={copies}
              most={mostCopies}
              onChange={setCopies}
            />
            <PaperChoice paper={paper} onChange={setPaper} />
            <p class="second small">
              {t('label.noPrinter', { code: facts.code, place: `${location.host}/p` })}
            </p>
          </div>
          <div class="thumb no-print">
            <SendPicture facts={facts} />
            <button type="button" class="button primary" onClick={() => window.print()}>
              <Icon name="print" size={20} />
              {t('label.print', { n: copies })}
            </button>
          </div>
          <div class={`print-labels on-${paper}`} aria-hidden="true">
            {Array.from({ length: copies }, (_, copy) => (
              <QrLabel key={copy} facts={facts} paper={paper} />
            ))}
          </div>
        </>
      )}
    </main>
  );
}

function LabelFailed({ onRetry }: { onRetry(): void }): JSX.Element {
  return <RetryNote text={t('label.failed')} onRetry={onRetry} />;
}

function PaperChoice({
  paper,
  onChange,
}: {
  paper: PaperSize;
  onChange(paper: PaperSize): void;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const nameOf = (size: PaperSize): string =>
    size === 'a4' ? t('label.sheet') : `${labelMm[size].width} × ${labelMm[size].height} mm`;
  return (
    <div class="fact-row">
      <div class="grow">
        <label class="second medium" for="paper">
          {t('label.paper')}
        </label>
        {open ? (
          <select
            class="input"
            id="paper"
            value={paper}
            onChange={event => {
              const chosen = paperSizes.find(size => size === event.currentTarget.value) ?? '58x40';
              storedPaper(chosen);
              onChange(chosen);
            }}
          >
            {paperSizes.map(size => (
              <option key={size} value={size}>
                {nameOf(size)}
              </option>
            ))}
          </select>
        ) : (
          <div class="strong">{nameOf(paper)}</div>
        )}
      </div>
      {!open && (
        <button type="button" class="button compact" id="paper" onClick={() => setOpen(true)}>
          {t('label.change')}
        </button>
      )}
    </div>
  );
}

/** To a phone's share sheet; where there is none, as a file. */
function SendPicture({ facts }: { facts: LabelFacts }): JSX.Element {
  const [failed, setFailed] = useState(false);
  const send = async (): Promise<void> => {
    try {
      const blob = await labelPicture(facts);
      const file = new File([blob], `label-${facts.code}.png`, { type: 'image/png' });
      if (navigator.canShare?.({ files: [file] }))
        await navigator.share({ files: [file], title: facts.product });
      else saveFile(file);
      setFailed(false);
    } catch (error) {
      // Whoever closes the share sheet has changed their mind.
      if (!(error instanceof DOMException && error.name === 'AbortError')) setFailed(true);
    }
  };
  return (
    <button type="button" class="button" onClick={() => void send()}>
      {failed ? t('label.pictureFailed') : t('label.picture')}
    </button>
  );
}

function saveFile(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The label this phone has kept at once, then what the server says. */
function useLabel(batchId: string): { label: Label | undefined; failed: boolean; retry(): void } {
  const [label, setLabel] = useState<Label>();
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const owner = account.value;
  const isUnsent = unsentBatches.value.has(batchId);
  useEffect(() => {
    if (owner === null) return;
    let wanted = true;
    const load = async (): Promise<void> => {
      const kept = await keptLabel(owner, batchId);
      if (wanted && kept !== undefined) setLabel(kept);
      if (isUnsent) {
        if (wanted) setFailed(kept === undefined);
        return;
      }
      try {
        const fetched = await fetchLabel(owner, batchId);
        if (wanted) setLabel(fetched);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (wanted) setFailed(kept === undefined);
      }
    };
    void load();
    return () => {
      wanted = false;
    };
  }, [batchId, owner, isUnsent, tries]);
  const retry = (): void => {
    setFailed(false);
    setTries(tries + 1);
  };
  return { label, failed, retry };
}
