import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PlaceView } from '../../models/contracts/place.ts';
import type { ShipmentSummary } from '../../models/contracts/shipment.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { navigate, paths } from '../router.ts';
import { BatchChoice } from '../shipments/BatchChoice.tsx';
import { DepartureFields } from '../shipments/DepartureFields.tsx';
import { LegFields } from '../shipments/LegFields.tsx';
import {
  emptyLeg,
  type Known,
  type LegForm,
  newShipmentId,
  presetShipment,
  type ShipmentForm,
  toRequest,
} from '../shipments/newShipmentForm.ts';
import { PlanSummary } from '../shipments/PlanSummary.tsx';
import { shipmentsApi } from '../shipments/shipmentsApi.ts';
import { useBoard } from '../shipments/useBoard.ts';
import { usePreview } from '../shipments/usePreview.ts';
import { asRefusal, hasLists, me } from '../state.ts';
import '../style/shipments.css';

/** Kirim baru: where, how, when, what; with what it arrives with before anything is saved. */
export function NewShipmentView(): JSX.Element {
  useBoard();
  const known = useKnown();
  return (
    <main id="content" tabIndex={-1}>
      <PageHead
        title={t('shipments.new')}
        crumb={t('shipments.new')}
        above={{ path: paths.shipments, label: t('nav.shipments') }}
      />
      {known === null || !hasLists.value ? <Placeholder rows={4} /> : <PlanForm known={known} />}
    </main>
  );
}

/** What went before and where; without internet the form starts empty. */
function useKnown(): Known | null {
  const [known, setKnown] = useState<Known | null>(null);
  useEffect(() => {
    let wanted = true;
    const firm = me.value?.organisation.name ?? '';
    const show = (past: readonly ShipmentSummary[], places: readonly PlaceView[]): void => {
      if (wanted) setKnown({ past, places, firm });
    };
    Promise.all([shipmentsApi.page('all', 30), shipmentsApi.places()]).then(
      ([{ shipments }, places]) => show(shipments, places),
      (error: unknown) => {
        asRefusal(error);
        show([], []);
      },
    );
    return () => {
      wanted = false;
    };
  }, []);
  return known;
}

function PlanForm({ known }: { known: Known }): JSX.Element {
  const [form, setForm] = useState<ShipmentForm>(() => presetShipment(known));
  const [missing, setMissing] = useState(false);
  const plan = toRequest(form, wholeMinute(now.value));
  const { preview, failure } = usePreview(plan);
  const saving = useSave(form);
  const change = (part: Partial<ShipmentForm>): void => {
    setMissing(false);
    setForm({ ...form, ...part });
  };
  const changeLeg = (index: number, leg: LegForm): void =>
    change({ legs: form.legs.map((old, i) => (i === index ? leg : old)) });
  return (
    <div class="plan-columns">
      <form
        class="stack new-batch new-shipment-form"
        id="new-shipment"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          if (plan === null) setMissing(true);
          else void saving.save();
        }}
      >
        <BatchChoice form={form} preview={preview} onChange={change} />
        {form.legs.map((leg, index) => (
          <LegFields
            key={index}
            leg={leg}
            index={index}
            of={form.legs.length}
            known={known}
            fromName={index === 0 ? form.fromName : (form.legs[index - 1]?.toName ?? '')}
            planned={preview?.legs[index]?.planned ?? null}
            onChange={changed => changeLeg(index, changed)}
            {...(index === 0
              ? { onFrom: (fromName: string) => change({ fromName }) }
              : { onRemove: () => change({ legs: form.legs.filter((_, i) => i !== index) }) })}
          />
        ))}
        {form.legs.length < 6 && (
          <button
            type="button"
            class="button plain compact add-leg"
            onClick={() =>
              change({ legs: [...form.legs, { ...emptyLeg, vehicle: form.legs.at(-1)?.vehicle ?? '' }] })
            }
          >
            <Icon name="plus" size={18} />
            {t('shipments.new.addLeg')}
          </button>
        )}
        <DepartureFields form={form} onChange={change} />
        {missing && (
          <Note status="risk" alert>
            {form.batchIds.length === 0 ? t('shipments.new.noBatches') : t('shipments.new.noPlace')}
          </Note>
        )}
        {saving.failure !== null && (
          <Note status="risk" alert>
            {saving.failure}
          </Note>
        )}
      </form>
      <div class="thumb form plan-foot">
        <PlanSummary preview={preview} failure={failure} count={form.batchIds.length} />
        <button type="submit" form="new-shipment" class="button primary large" disabled={saving.busy}>
          <Icon name="check" size={22} />
          {saving.busy ? t('common.saving') : t('shipments.new.save')}
        </button>
      </div>
    </div>
  );
}

/** The question stays the same within a minute. */
const wholeMinute = (at: number): number => Math.ceil(at / 60_000) * 60_000;

function useSave(form: ShipmentForm) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  // One id for every attempt: a save repeated after a lost answer is the same shipment.
  const id = useRef(newShipmentId(crypto.getRandomValues(new Uint8Array(10))));
  const save = async (): Promise<void> => {
    const plan = toRequest(form, wholeMinute(now.value));
    if (plan === null || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      await shipmentsApi.add({ ...plan, shipmentId: id.current });
      navigate(paths.shipment(id.current), true);
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.code === 'shipment.exists') navigate(paths.shipment(id.current), true);
      else if (refusal.unreachable) setFailure(t('shipments.needsInternet'));
      else if (refusal.status === 403) setFailure(t('failed.notAllowed'));
      else setFailure(t('shipments.refused', { why: refusal.message }));
    } finally {
      setBusy(false);
    }
  };
  return { save, busy, failure };
}
