import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { LinkedShipment } from '../../models/contracts/shipmentBoard.ts';
import type { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { Outside } from '../components/Outside.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { CratesCard } from '../shipments/CratesCard.tsx';
import { CustodyCard, ShipmentAnswer, WayCard } from '../shipments/ShipmentDetail.tsx';
import { shipmentsApi } from '../shipments/shipmentsApi.ts';
import { asRefusal, format } from '../state.ts';
import '../style/shipments.css';

const everyMs = 60_000;

interface LinkedShipmentViewProps {
  /** The page of a link that is meant for one person's account. */
  readonly Otherwise: ComponentType;
}

/** What a link shows: a shipment, to whoever holds it, without an account. */
export function LinkedShipmentView({ Otherwise }: LinkedShipmentViewProps): JSX.Element {
  const [secret] = useState(() => location.hash.slice(1));
  const { linked, failure, retry } = useLinked(secret);
  const isForAccount = failure !== null && (failure.status === 404 || failure.status === 422);
  if (isForAccount && linked === null) return <Otherwise />;
  return (
    <Outside>
      {failure !== null && (
        <RetryNote
          text={
            linked === null
              ? t('shipments.failed')
              : isForAccount
                ? t('shipments.linked.ended')
                : t('shipments.failedCached', {
                    at: format.value.moment(Date.parse(linked.shipment.asOf), now.value),
                  })
          }
          onRetry={retry}
        />
      )}
      {linked !== null ? <Shown linked={linked} /> : failure === null && <Placeholder rows={4} />}
    </Outside>
  );
}

function Shown({
  linked: { organisationName, expiresAt, shipment },
}: {
  linked: LinkedShipment;
}): JSX.Element {
  return (
    <div class="linked-shipment">
      <div class="linked-head">
        <h1>{shipment.name}</h1>
        <p class="second">{t('shipments.linked.from', { firm: organisationName })}</p>
      </div>
      <ShipmentAnswer shipment={shipment} />
      <CratesCard shipment={shipment} />
      <WayCard shipment={shipment} />
      <CustodyCard shipment={shipment} />
      <p class="small second foot-note">
        {t('shipments.linked.foot', { until: format.value.moment(Date.parse(expiresAt), now.value) })}
      </p>
    </div>
  );
}

function useLinked(secret: string) {
  const [linked, setLinked] = useState<LinkedShipment | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let wanted = true;
    shipmentsApi.linked(secret).then(
      answer => {
        if (!wanted) return;
        setLinked(answer);
        setFailure(null);
      },
      (error: unknown) => {
        const refusal = asRefusal(error);
        if (wanted) setFailure(refusal);
      },
    );
    return () => {
      wanted = false;
    };
  }, [secret, tries]);
  // A link that opens nothing is not tried again: that would count as guessing.
  const isOpen = linked !== null && failure?.status !== 404;
  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTries(n => n + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [isOpen]);
  return { linked, failure, retry: () => setTries(tries + 1) };
}
