import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { FefoRow, FefoView } from '../../models/contracts/shipment.ts';
import { Note } from '../components/Note.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { shipmentNews } from '../shipmentNews.ts';
import type { ShownStatus } from '../shownLife.ts';
import { asRefusal, fleet, format } from '../state.ts';
import { shipmentsApi } from './shipmentsApi.ts';
import { board } from './useBoard.ts';

const statusOf: Record<FefoRow['now']['status'], ShownStatus> = {
  fresh: 'fresh',
  'use-soon': 'soon',
  'spoilage-risk': 'risk',
  unknown: 'none',
};

/** What is at home: which batch goes first, and where it arrives with enough. */
export function Stock({ onBack }: { onBack(): void }): JSX.Element {
  const { fefo, failed, retry } = useFefo();
  return (
    <>
      <div class="heading">
        <div class="lead">
          <h1>{t('shipments.stock.title')}</h1>
        </div>
        <button type="button" class="button to-road" onClick={onBack}>
          {t('shipments.past.back')}
        </button>
      </div>
      {failed && <RetryNote text={t('shipments.failed')} onRetry={retry} />}
      {fefo === null && !failed && <Placeholder rows={3} />}
      {fefo !== null && <Known fefo={fefo} />}
    </>
  );
}

function Known({ fefo }: { fefo: FefoView }): JSX.Element {
  if (fefo.rows.length === 0) return <p class="padded second">{t('shipments.stock.none')}</p>;
  return (
    <>
      {fefo.missing.map(({ shipmentId, productId, quantity }) => (
        <Note status="soon" key={`${shipmentId} ${productId}`}>
          {t('shipments.stock.missing', {
            place:
              board.value?.shipments.find(known => known.shipmentId === shipmentId)?.toName ?? shipmentId,
            what: [
              ...(quantity === null ? [] : [`${format.value.number(quantity.amount, 0)} ${quantity.unit}`]),
              fleet.value.products[productId]?.name ?? productId,
            ].join(' '),
          })}
        </Note>
      ))}
      <ol class="rows card past-rows" aria-label={t('shipments.stock.title')}>
        {fefo.rows.map(row => (
          <li key={row.rank}>
            <StockRow row={row} />
          </li>
        ))}
      </ol>
      {fefo.leftOut > 0 && <p class="foot-note">{t('shipments.stock.leftOut', { n: fefo.leftOut })}</p>}
    </>
  );
}

function StockRow({ row }: { row: FefoRow }): JSX.Element {
  const { rank, batch, quantity, now } = row;
  const atLeast = format.value.remainingText(now.remainingH.p05);
  const amount = quantity === null ? [] : [`${format.value.number(quantity.amount, 0)} ${quantity.unit}`];
  return (
    <a class="item" href={paths.batch(batch.batchId)} data-stock={batch.batchId}>
      <div>
        <div class="name">
          <span class="muted" aria-hidden="true">
            {rank}
          </span>{' '}
          {batch.name}
        </div>
        <div class="minor">{format.value.list([batch.productName, ...amount])}</div>
        <div class="minor strong">{actionText(row)}</div>
      </div>
      <div class="right">
        <StatusPill status={statusOf[now.status]} />
        <div class="minor">{t('shipments.new.hasNow', { left: atLeast })}</div>
      </div>
    </a>
  );
}

function actionText({ action, destination }: FefoRow): string {
  if (action !== 'send') return t(`shipments.stock.action.${action}`);
  const { toName = '', arrivesWithP05H = 0, plannedShipmentId = null, shipmentId } = destination ?? {};
  const values = { place: toName, left: format.value.remainingText(arrivesWithP05H) };
  return plannedShipmentId === null || plannedShipmentId === shipmentId
    ? t('shipments.stock.send', values)
    : t('shipments.stock.sendInstead', values);
}

function useFefo() {
  const [fefo, setFefo] = useState<FefoView | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const news = shipmentNews.value;
  useEffect(() => {
    let wanted = true;
    shipmentsApi.fefo().then(
      answer => {
        if (!wanted) return;
        setFefo(answer);
        setFailed(false);
      },
      (error: unknown) => {
        asRefusal(error);
        if (wanted) setFailed(true);
      },
    );
    return () => {
      wanted = false;
    };
  }, [news, tries]);
  return { fefo, failed, retry: () => setTries(tries + 1) };
}
