import type { JSX } from 'preact';
import type { BatchView, DiscardReason } from '../../models/contracts/batch.ts';
import { now } from '../clock.ts';
import { ChoiceField, TextField } from '../components/Field.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { useForm } from '../useForm.ts';
import { ActionFoot, refused } from './ActionFoot.tsx';
import { discard, takeBackDiscard } from './batchLifeApi.ts';

const reasons: readonly DiscardReason[] = ['asam', 'berlendir', 'bau', 'berjamur', 'pecah', 'rusak', 'lain'];

/** Thrown away, and why: the estimate stays as it was, and the reason tells how good it was. */
export function DiscardForm({ batch }: { batch: BatchView }): JSX.Element {
  const form = useForm<{ reason: string; note: string }>({
    start: { reason: '', note: '' },
    check: ({ reason }) => (reason === '' ? { reason: t('batchLife.reasonMissing') } : {}),
    refused,
    async save({ reason, note }) {
      const chosen = reasons.find(one => one === reason);
      if (chosen === undefined) return;
      const at = new Date(now.value).toISOString();
      await discard(batch, { reason: chosen, at, ...(note.trim() === '' ? {} : { note: note.trim() }) });
    },
  });
  const undo = useForm({ start: {}, refused, save: () => takeBackDiscard(batch.batchId) });
  if (batch.discardedAt !== null)
    return (
      <form class="stack" onSubmit={undo.submit}>
        <p class="second">
          {t('batchLife.discarded', {
            at: format.value.moment(Date.parse(batch.discardedAt), now.value),
            reason: t(`batchLife.reason.${batch.discardReason ?? 'lain'}`),
          })}
        </p>
        <ActionFoot form={undo} save={t('batchLife.undiscard')} />
      </form>
    );
  return (
    <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
      <ChoiceField
        form={form}
        name="reason"
        label={t('batchLife.reason')}
        options={reasons.map(value => ({ value, label: t(`batchLife.reason.${value}`) }))}
      />
      <TextField form={form} name="note" label={t('batchLife.note')} lines={2} />
      <ActionFoot form={form} save={t('batchLife.discardName', { name: batch.name })} look="danger" />
    </form>
  );
}
