import type { JSX } from 'preact';
import type { BatchView } from '../../models/contracts/batch.ts';
import { now } from '../clock.ts';
import { CheckField, TextField } from '../components/Field.tsx';
import { t } from '../i18n/messages.ts';
import { newBatchId } from '../newBatchForm.ts';
import { navigate, paths } from '../router.ts';
import { fleet, format, unsentBatches } from '../state.ts';
import { useForm } from '../useForm.ts';
import { ActionFoot, refused } from './ActionFoot.tsx';
import { join } from './batchLifeApi.ts';

interface Values {
  readonly name: string;
  readonly others: readonly string[];
}

/** Several become one, which promises what the worst of them promises. */
export function JoinForm({ batch }: { batch: BatchView }): JSX.Element {
  const others = Object.values(fleet.value.batches).filter(
    other =>
      other.batchId !== batch.batchId &&
      other.productId === batch.productId &&
      other.soldOutAt === null &&
      other.discardedAt === null &&
      other.dividedAt === null &&
      !unsentBatches.value.has(other.batchId),
  );
  const form = useForm<Values>({
    start: { name: batch.name, others: [] },
    check: ({ name, others: chosen }) => ({
      ...(name.trim() === '' ? { name: t('batchLife.nameMissing') } : {}),
      ...(chosen.length === 0 ? { others: t('batchLife.othersMissing') } : {}),
    }),
    named: { from: 'others' },
    refused,
    async save(values) {
      const random = crypto.getRandomValues(new Uint8Array(4));
      const batchId = newBatchId(batch.productId, now.value, format.value.zone, random);
      const from = [batch.batchId, ...values.others];
      await join({ batchId, name: values.name.trim(), from, keepSensors: true });
      navigate(paths.batch(batchId));
    },
  });
  if (others.length === 0)
    return <p class="second">{t('batchLife.noOthers', { product: batch.productName })}</p>;
  const toggle = (id: string, on: boolean): void =>
    form.set({ others: on ? [...form.values.others, id] : form.values.others.filter(one => one !== id) });
  return (
    <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
      <p class="second">{t('batchLife.joinHow')}</p>
      <fieldset class="field">
        <legend>{t('batchLife.others')}</legend>
        {others.map(other => (
          <CheckField
            key={other.batchId}
            checked={form.values.others.includes(other.batchId)}
            onChange={on => toggle(other.batchId, on)}
          >
            {other.name}, {format.value.moment(Date.parse(other.producedAt), now.value)}
          </CheckField>
        ))}
        {form.errors.others !== undefined && (
          <p class="wrong" role="alert">
            {form.errors.others}
          </p>
        )}
      </fieldset>
      <TextField form={form} name="name" label={t('batchLife.joinedName')} />
      <ActionFoot form={form} save={t('batchLife.join')} />
    </form>
  );
}
