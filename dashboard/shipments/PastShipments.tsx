import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ShipmentSummary } from '../../models/contracts/shipment.ts';
import { now } from '../clock.ts';
import { Placeholder } from '../components/Placeholder.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { asRefusal, format } from '../state.ts';
import { shipmentsApi } from './shipmentsApi.ts';
import { verdictStatus } from './shownArrival.ts';

const pageLength = 30;

/** What has arrived, the latest departure first. */
export function PastShipments({ onBack }: { onBack(): void }): JSX.Element {
  const { shipments, more, failed, load } = usePast();
  return (
    <>
      <div class="heading">
        <div class="lead">
          <h1>{t('shipments.past.title')}</h1>
        </div>
        <button type="button" class="button to-road" onClick={onBack}>
          {t('shipments.past.back')}
        </button>
      </div>
      {failed && <RetryNote text={t('shipments.failed')} onRetry={load} />}
      {shipments === null && !failed && <Placeholder rows={3} />}
      {shipments?.length === 0 && <p class="padded second">{t('shipments.past.none')}</p>}
      {shipments !== null && shipments.length > 0 && (
        <ul class="rows card past-rows">
          {shipments.map(shipment => (
            <li key={shipment.shipmentId}>
              <PastRow shipment={shipment} />
            </li>
          ))}
        </ul>
      )}
      {more && (
        <p class="past-link">
          <button type="button" class="button compact" onClick={load}>
            {t('shipments.past.more')}
          </button>
        </p>
      )}
    </>
  );
}

function PastRow({ shipment }: { shipment: ShipmentSummary }): JSX.Element {
  const { verdict, arrivedAt, totals } = shipment;
  return (
    <a class="item" href={paths.shipment(shipment.shipmentId)}>
      <div>
        <div class="name">{shipment.toName}</div>
        <div class="minor">
          {format.value.list([
            shipment.fromName,
            ...(shipment.vehicle === null ? [] : [shipment.vehicle]),
            t('shipments.crates', { n: totals.lines }),
          ])}
        </div>
      </div>
      <div class="right">
        {verdict !== null && (
          <StatusPill status={verdictStatus(verdict)} word={t(`shipments.verdict.${verdict}`)} />
        )}
        {arrivedAt !== null && (
          <div class="minor">
            {t('shipments.arrivedAt', { at: format.value.moment(Date.parse(arrivedAt), now.value) })}
          </div>
        )}
      </div>
    </a>
  );
}

function usePast() {
  const [shipments, setShipments] = useState<readonly ShipmentSummary[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const load = (): void => {
    shipmentsApi.page('arrived', pageLength, cursor ?? undefined).then(
      page => {
        setShipments([...(shipments ?? []), ...page.shipments]);
        setCursor(page.nextCursor);
        setFailed(false);
      },
      (error: unknown) => {
        asRefusal(error);
        setFailed(true);
      },
    );
  };
  useEffect(load, []);
  return { shipments, more: cursor !== null, failed, load };
}
