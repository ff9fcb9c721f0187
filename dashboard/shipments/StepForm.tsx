import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShipmentView } from '../../models/contracts/shipment.ts';
import { now } from '../clock.ts';
import { ChoiceField, TextField } from '../components/Field.tsx';
import { Note } from '../components/Note.tsx';
import { fromLocalInput, toLocalInput } from '../dateInput.ts';
import { t } from '../i18n/messages.ts';
import { asRefusal, format, me } from '../state.ts';
import { type Form, useForm } from '../useForm.ts';
import { type Accepted, shipmentsApi } from './shipmentsApi.ts';
import { currentLeg, type Step } from './wayWords.ts';

interface Typed {
  readonly by: string;
  readonly receivedBy: string;
  /** As an input of the kind datetime-local has it; empty: now, whenever it is sent. */
  readonly at: string;
  readonly note: string;
  readonly accepted: string;
  readonly temperature: string;
}

interface StepFormProps {
  readonly shipment: ShipmentView;
  readonly step: Step;
  onDone(shipment: ShipmentView): void;
  onClose(): void;
}

const withNames: readonly Step[] = ['depart', 'handover', 'arrive', 'correct'];
const withReceiver: readonly Step[] = ['depart', 'handover', 'arrive'];

/** One step of the way, written down: who gave, who took, when. */
export function StepForm({ shipment, step, onDone, onClose }: StepFormProps): JSX.Element {
  const last = shipment.custody.findLast(({ receivedBy }) => receivedBy !== null)?.receivedBy;
  const form = useForm<Typed>({
    start: () => ({
      by: step === 'depart' || step === 'correct' ? (me.value?.name ?? '') : (last ?? ''),
      receivedBy: '',
      at: step === 'move' ? toLocalInput(Date.parse(shipment.departsAt), format.value.zone) : '',
      note: '',
      accepted: 'all',
      temperature: '',
    }),
    check: typed => faultsOf(step, typed),
    save: async typed => onDone(await send(shipment, step, typed)),
    refused: error => {
      const refusal = asRefusal(error);
      if (refusal.unreachable) return t('shipments.needsInternet');
      return refusal.status === 403
        ? t('failed.notAllowed')
        : t('shipments.refused', { why: refusal.message });
    },
  });
  return (
    <form class="step-form stack" noValidate ref={form.element} onSubmit={form.submit}>
      {withNames.includes(step) && (
        <TextField
          form={form}
          name="by"
          label={t(step === 'correct' ? 'shipments.step.yourName' : 'shipments.step.by')}
        />
      )}
      {withReceiver.includes(step) && (
        <TextField
          form={form}
          name="receivedBy"
          label={t(step === 'depart' ? 'shipments.step.takenBy' : 'shipments.step.receivedBy')}
        />
      )}
      {step === 'arrive' && (
        <>
          <ChoiceField
            form={form}
            name="accepted"
            label={t('shipments.accepted')}
            options={(['all', 'some', 'none'] as const).map(value => ({
              value,
              label: t(`shipments.accepted.${value}`),
            }))}
          />
          <TextField
            form={form}
            name="temperature"
            inputMode="decimal"
            label={t('shipments.step.temperature')}
            hint={t('shipments.optional')}
          />
        </>
      )}
      {step !== 'cancel' && <At form={form} always={step === 'move'} />}
      {step !== 'move' && (
        <TextField
          form={form}
          name="note"
          lines={2}
          label={t(step === 'cancel' ? 'shipments.step.reason' : 'shipments.step.note')}
          hint={step === 'cancel' || step === 'correct' ? undefined : t('shipments.optional')}
        />
      )}
      {form.failure !== null && form.failure !== '' && (
        <Note status="risk" alert>
          {form.failure}
        </Note>
      )}
      <div class="buttons">
        <button type="submit" class="button primary" disabled={form.busy}>
          {form.busy ? t('common.saving') : t(`shipments.step.save.${step}`)}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
      </div>
    </form>
  );
}

/** Now, unless somebody says otherwise. */
function At({ form, always }: { form: Form<Typed>; always: boolean }): JSX.Element {
  const [open, setOpen] = useState(always);
  const { zone, clock } = format.value;
  if (!open)
    return (
      <div class="fact-row">
        <span class="grow">
          <span class="second medium">{t('shipments.step.when')}</span>
          <br />
          <b class="strong">{t('shipments.step.now', { clock: clock(now.value) })}</b>
        </span>
        <button type="button" class="button compact" onClick={() => setOpen(true)}>
          {t('common.change')}
        </button>
      </div>
    );
  return (
    <div class="field">
      <label for="step-at">{t('shipments.step.when')}</label>
      <input
        class="input"
        id="step-at"
        type="datetime-local"
        value={form.values.at === '' ? toLocalInput(now.value, zone) : form.values.at}
        aria-invalid={form.errors.at !== undefined}
        onInput={event => form.set({ at: event.currentTarget.value })}
      />
      {form.errors.at !== undefined && <p class="wrong">{form.errors.at}</p>}
    </div>
  );
}

function faultsOf(step: Step, typed: Typed): Partial<Record<keyof Typed, string>> {
  const missing = (field: keyof Typed, wanted: boolean) =>
    wanted && typed[field].trim() === '' ? { [field]: t('shipments.rule.missing') } : {};
  const temperature = typed.temperature.trim();
  return {
    ...missing('by', step === 'handover' || step === 'correct'),
    ...missing('receivedBy', step === 'handover' || step === 'arrive'),
    ...missing('note', step === 'cancel' || step === 'correct'),
    ...(temperature !== '' && Number.isNaN(celsius(temperature))
      ? { temperature: t('shipments.rule.temperature') }
      : {}),
  };
}

const celsius = (text: string): number => Number(text.replace(',', '.'));

function send(shipment: ShipmentView, step: Step, typed: Typed): Promise<ShipmentView> {
  const { shipmentId } = shipment;
  const text = (field: 'by' | 'receivedBy' | 'note') =>
    typed[field].trim() === '' ? {} : { [field]: typed[field].trim() };
  const at = typed.at === '' ? null : fromLocalInput(typed.at, format.value.zone);
  const handed = {
    ...text('by'),
    ...text('receivedBy'),
    ...text('note'),
    ...(at === null ? {} : { at: new Date(at).toISOString() }),
  };
  switch (step) {
    case 'depart':
      return shipmentsApi.depart(shipmentId, handed);
    case 'handover':
      return shipmentsApi.handOver(shipmentId, currentLeg(shipment)?.leg ?? 1, handed);
    case 'arrive': {
      const measured = typed.temperature.trim();
      return shipmentsApi.arrive(shipmentId, {
        ...handed,
        accepted: typed.accepted as Accepted,
        ...(measured === '' ? {} : { temperatureC: celsius(measured) }),
      });
    }
    case 'correct':
      return shipmentsApi.correct(shipmentId, handed);
    case 'cancel':
      return shipmentsApi.cancel(shipmentId, typed.note.trim());
    case 'move':
      return shipmentsApi.move(shipmentId, new Date(at ?? Date.parse(shipment.departsAt)).toISOString());
  }
}
