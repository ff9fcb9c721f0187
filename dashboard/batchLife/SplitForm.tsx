import type { JSX } from 'preact';
import type { BatchView } from '../../models/contracts/batch.ts';
import { now } from '../clock.ts';
import { CheckField, TextField } from '../components/Field.tsx';
import { t } from '../i18n/messages.ts';
import { newBatchId } from '../newBatchForm.ts';
import { navigate, paths } from '../router.ts';
import { format } from '../state.ts';
import { useForm } from '../useForm.ts';
import { ActionFoot, refused } from './ActionFoot.tsx';
import { split } from './batchLifeApi.ts';

interface Values {
  readonly name: string;
  readonly amount: string;
  readonly keepSensors: boolean;
}

/** A part goes its own way: to another shop, into another truck. It keeps the history up to now. */
export function SplitForm({ batch }: { batch: BatchView }): JSX.Element {
  const unit = batch.quantity?.unit;
  const form = useForm<Values>({
    start: { name: `${batch.name} B`, amount: '', keepSensors: true },
    check: ({ name, amount }) => ({
      ...(name.trim() === '' ? { name: t('batchLife.nameMissing') } : {}),
      ...(amount.trim() !== '' && !(readAmount(amount) > 0) ? { amount: t('batchLife.amountWrong') } : {}),
    }),
    named: { quantity: 'amount', into: 'amount' },
    refused,
    async save({ name, amount, keepSensors }) {
      const random = crypto.getRandomValues(new Uint8Array(4));
      const batchId = newBatchId(batch.productId, now.value, format.value.zone, random);
      const quantity = amount.trim() === '' ? {} : { quantity: readAmount(amount) };
      await split(batch.batchId, { into: [{ batchId, name: name.trim(), ...quantity }], keepSensors });
      navigate(paths.batch(batchId));
    },
  });
  return (
    <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
      <p class="second">{t('batchLife.splitHow')}</p>
      <TextField form={form} name="name" label={t('batchLife.partName')} />
      <TextField
        form={form}
        name="amount"
        inputMode="decimal"
        label={t('batchLife.partAmount', { unit: unit ?? t('batchLife.pieces') })}
        {...(batch.quantity === null
          ? {}
          : {
              hint: t('batchLife.amountLeft', { amount: `${batch.quantity.amount} ${batch.quantity.unit}` }),
            })}
      />
      {batch.placements.length > 0 && (
        <CheckField checked={form.values.keepSensors} onChange={keepSensors => form.set({ keepSensors })}>
          {t('batchLife.keepSensors')}
        </CheckField>
      )}
      <ActionFoot form={form} save={t('batchLife.split')} />
    </form>
  );
}

const readAmount = (typed: string): number => Number(typed.trim().replace(',', '.'));
