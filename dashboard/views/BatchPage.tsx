import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { BatchHistory } from '../../models/contracts/estimate.ts';
import { ApiError, api } from '../api.ts';
import { now } from '../clock.ts';
import { Answer } from '../components/Answer.tsx';
import { BatchEvents } from '../components/BatchEvents.tsx';
import { BatchFacts } from '../components/BatchFacts.tsx';
import { ChartsCard } from '../components/ChartsCard.tsx';
import { FailedNote } from '../components/FailedNote.tsx';
import { Icon } from '../components/Icon.tsx';
import { LazyView } from '../components/LazyView.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { recordAddress } from '../recordAddress.ts';
import { paths } from '../router.ts';
import { unplacedBatchId } from '../savedBatch.ts';
import { markSoldOut, undoSoldOut } from '../soldOut.ts';
import { fleet, format, hasLists, mayMakeBatches, refreshBatch } from '../state.ts';
import { NotFoundView } from './NotFoundView.tsx';

/** One batch: the answer, three charts on one axis, what happened to it, and what it is. */
export function BatchPage({ batchId }: { batchId: string }): JSX.Element {
  const batch = fleet.value.batches[batchId];
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    // A sold-out or very new batch may be missing from the lists; the server knows.
    if (hasLists.value && batch === undefined && !asked)
      void refreshBatch(batchId).finally(() => setAsked(true));
  }, [batch, asked, hasLists.value]);
  if (batch === undefined) return asked ? <NotFoundView /> : <Waiting />;
  return <KnownBatch batch={batch} />;
}

function Waiting(): JSX.Element {
  return (
    <main id="content" tabIndex={-1}>
      <PageHead title="" />
      <FailedNote />
      <Placeholder rows={3} />
    </main>
  );
}

function KnownBatch({ batch }: { batch: BatchView }): JSX.Element {
  const { history, failed, retry } = useHistory(batch);
  return (
    <main id="content" tabIndex={-1}>
      <PageHead title={batch.name} crumb={batch.batchId}>
        <SoldOutBar batch={batch} />
      </PageHead>
      <FailedNote />
      {unplacedBatchId.value === batch.batchId && (
        <div style={{ margin: '0 8px 14px' }}>
          <Note status="soon" alert>
            {t('batch.placementFailed')}
          </Note>
        </div>
      )}
      <div class="batch-panels">
        <div class="card answer-card">
          <Answer batch={batch} now={now.value} format={format.value} />
        </div>
        <ChartsCard batch={batch} history={history} failed={failed} onRetry={retry} />
        <BatchEvents batch={batch} history={history} now={now.value} format={format.value} />
        <BatchFacts batch={batch} now={now.value} format={format.value} />
        <LazyView load={loadActions} props={{ batch }} area="batchLife" quiet />
      </div>
    </main>
  );
}

const loadActions = () => import('../batchLife/BatchActions.tsx').then(chunk => chunk.BatchActions);

function SoldOutBar({ batch }: { batch: BatchView }): JSX.Element | null {
  if (!mayMakeBatches.value) return null;
  return (
    <div class="thumb">
      {batch.soldOutAt === null ? (
        <>
          <a
            class="button wide-page"
            href={recordAddress(batch.batchId, 'pdf')}
            target="_blank"
            rel="noopener"
          >
            <Icon name="print" size={16} />
            {t('batch.report')}
          </a>
          <a class="button" href={paths.label(batch.batchId)}>
            <Icon name="qr" size={20} />
            {t('nav.label')}
          </a>
          <button type="button" class="button primary" onClick={() => void markSoldOut(batch)}>
            <Icon name="check" size={20} />
            {t('soldOut.action')}
          </button>
        </>
      ) : (
        <>
          <span class="grow strong row">
            {t('soldOut.done', { at: format.value.moment(Date.parse(batch.soldOutAt), now.value) })}
          </span>
          <button type="button" class="button" onClick={() => void undoSoldOut(batch)}>
            {t('soldOut.undo')}
          </button>
        </>
      )}
    </div>
  );
}

const refreshAtMostEveryMs = 15_000;

interface HistoryState {
  readonly history: BatchHistory | null;
  readonly failed: boolean;
  retry(): void;
}

/** The curves of a batch, fetched again when its estimate moves on, but not more often than every 15 s. */
function useHistory(batch: BatchView): HistoryState {
  const [history, setHistory] = useState<BatchHistory | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const shownAsOf = history === null ? 0 : Date.parse(history.asOf);
  const wantedAsOf = Date.parse(batch.estimate.asOf);
  const due = history === null || wantedAsOf - shownAsOf >= refreshAtMostEveryMs;
  useEffect(() => {
    if (!due) return;
    let current = true;
    const points = window.innerWidth < 900 ? 200 : 400;
    api.history(batch.batchId, points).then(
      loaded => {
        if (!current) return;
        setHistory(loaded);
        setFailed(false);
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (current) setFailed(true);
      },
    );
    return () => {
      current = false;
    };
  }, [batch.batchId, due, tries]);
  return { history, failed, retry: () => setTries(tries + 1) };
}
