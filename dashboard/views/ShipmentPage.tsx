import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShipmentView } from '../../models/contracts/shipment.ts';
import { now } from '../clock.ts';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { CratesCard } from '../shipments/CratesCard.tsx';
import { ShareCard } from '../shipments/ShareCard.tsx';
import { CustodyCard, OutlookCard, ShipmentAnswer, WayCard } from '../shipments/ShipmentDetail.tsx';
import { StepForm } from '../shipments/StepForm.tsx';
import { useBoard } from '../shipments/useBoard.ts';
import { type KnownShipment, useShipment } from '../shipments/useShipment.ts';
import { nextStep, type Step } from '../shipments/wayWords.ts';
import { format, mayHandleShipments, me } from '../state.ts';
import '../style/shipments.css';

/** One shipment: what arrives how, the way, who had it, and what is to be done next. */
export function ShipmentPage({ shipmentId }: { shipmentId: string }): JSX.Element {
  // The course of the temperatures stands on the board.
  useBoard();
  const known = useShipment(shipmentId);
  const { shipment } = known;
  return (
    <main id="content" tabIndex={-1} class="shipment-page">
      <PageHead
        title={shipment?.name ?? t('shipments.one')}
        crumb={shipment?.name ?? shipmentId}
        above={{ path: paths.shipments, label: t('nav.shipments') }}
      />
      <Failed known={known} />
      {shipment !== null ? (
        <Panels shipment={shipment} put={known.put} />
      ) : (
        known.failure === null && <Placeholder rows={4} />
      )}
    </main>
  );
}

function Failed({ known }: { known: KnownShipment }): JSX.Element | null {
  const { failure, shipment, retry } = known;
  if (failure === null) return null;
  if (failure.status === 404)
    return (
      <div class="padded">
        <p>{t('shipments.notFound')}</p>
        <a class="button" href={paths.shipments}>
          {t('shipments.toAll')}
        </a>
      </div>
    );
  return (
    <RetryNote
      text={
        shipment === null
          ? t('shipments.failed')
          : t('shipments.failedCached', { at: format.value.moment(Date.parse(shipment.asOf), now.value) })
      }
      onRetry={retry}
    />
  );
}

interface PanelsProps {
  readonly shipment: ShipmentView;
  put(shipment: ShipmentView): void;
}

function Panels({ shipment, put }: PanelsProps): JSX.Element {
  const own = !shipment.asReceiver && mayHandleShipments.value;
  return (
    <div class="shipment-panels">
      <div class="side">
        <ShipmentAnswer shipment={shipment} />
        <Steps shipment={shipment} put={put} />
        <OutlookCard shipment={shipment} />
        <WayCard shipment={shipment} />
      </div>
      <div class="main-column">
        <CratesCard shipment={shipment} />
        <CustodyCard shipment={shipment} />
        {own && shipment.state !== 'cancelled' && <ShareCard shipment={shipment} />}
      </div>
    </div>
  );
}

/** What this account may do with it now: the next step first. */
function stepsOf(shipment: ShipmentView): Step[] {
  if (!mayHandleShipments.value) return [];
  if (shipment.asReceiver)
    return nextStep(shipment) !== null && shipment.receiverOrgId === me.value?.organisation.orgId
      ? ['arrive']
      : [];
  const next = nextStep(shipment);
  const others: Step[] = [
    ...(next !== null && next !== 'arrive' && shipment.state === 'under-way' ? (['arrive'] as const) : []),
    ...(shipment.state === 'planned' ? (['move'] as const) : []),
    ...(shipment.custody.length > 0 ? (['correct'] as const) : []),
    ...(next === null ? [] : (['cancel'] as const)),
  ];
  return next === null ? others : [next, ...others];
}

function Steps({ shipment, put }: PanelsProps): JSX.Element | null {
  const [open, setOpen] = useState<Step | null>(null);
  const [first, ...others] = stepsOf(shipment);
  if (first === undefined) return null;
  if (open !== null)
    return (
      <section class="card padded">
        <h2>{t(`shipments.step.${open}`)}</h2>
        <StepForm
          key={open}
          shipment={shipment}
          step={open}
          onDone={changed => {
            put(changed);
            setOpen(null);
          }}
          onClose={() => setOpen(null)}
        />
      </section>
    );
  return (
    <section class="card padded steps-card" aria-label={t('shipments.steps')}>
      <button type="button" class="button primary large" onClick={() => setOpen(first)}>
        {t(`shipments.step.${first}`)}
      </button>
      <div class="buttons">
        {others.map(step => (
          <button type="button" class="button compact" key={step} onClick={() => setOpen(step)}>
            {t(`shipments.step.${step}`)}
          </button>
        ))}
      </div>
    </section>
  );
}
