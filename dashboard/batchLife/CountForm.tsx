import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import { now } from '../clock.ts';
import { TextField } from '../components/Field.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { fromLocalInput, toLocalInput } from '../dateInput.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { useForm } from '../useForm.ts';
import { ActionFoot, refused } from './ActionFoot.tsx';
import { observe } from './batchLifeApi.ts';
import { type CountUnit, readCount } from './plateCount.ts';

interface Values {
  readonly count: string;
  readonly unit: CountUnit;
  readonly at: string;
  readonly labName: string;
  readonly method: string;
}

/** A laboratory's sheet: the estimate of this batch takes it in, and it is kept for the next fit. */
export function CountForm({ batch }: { batch: BatchView }): JSX.Element {
  const { zone, number } = format.value;
  const [saved, setSaved] = useState<string | null>(null);
  const form = useForm<Values>({
    start: () => ({ count: '', unit: 'cfu', at: toLocalInput(now.value, zone), labName: '', method: '' }),
    check: values => ({
      ...(readCount(values.count, values.unit) === null ? { count: t('batchLife.countWrong') } : {}),
      ...(fromLocalInput(values.at, zone) === null ? { at: t('batchLife.whenWrong') } : {}),
    }),
    named: { log10CfuPerG: 'count', belowLog10: 'count' },
    refused,
    async save(values) {
      const read = readCount(values.count, values.unit);
      const at = fromLocalInput(values.at, zone);
      if (read === null || at === null) return;
      await observe(batch, {
        kind: 'count',
        at: new Date(at).toISOString(),
        ...(read.below ? { belowLog10: read.log10 } : { log10CfuPerG: read.log10 }),
        ...(values.labName.trim() === '' ? {} : { labName: values.labName.trim() }),
        ...(values.method.trim() === '' ? {} : { method: values.method.trim() }),
      });
      setSaved(t('batchLife.countSaved', { log10: number(read.log10, 2) }));
      form.clear({ ...values, count: '' });
    },
  });
  const read = readCount(form.values.count, form.values.unit);
  return (
    <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
      <p class="second">{t('batchLife.countHow')}</p>
      <Segmented<CountUnit>
        label={t('batchLife.unit')}
        options={[
          { value: 'cfu', label: 'CFU/g' },
          { value: 'log10', label: 'log₁₀ CFU/g' },
        ]}
        value={form.values.unit}
        onChange={unit => form.set({ unit })}
      />
      <TextField
        form={form}
        name="count"
        label={t('batchLife.countValue')}
        hint={
          read === null
            ? t(form.values.unit === 'cfu' ? 'batchLife.countHint' : 'batchLife.logHint')
            : t(read.below ? 'batchLife.countBelow' : 'batchLife.countIs', { log10: number(read.log10, 2) })
        }
      />
      <div class="field">
        <label for="sampled-at">{t('batchLife.sampledAt')}</label>
        <input
          class="input"
          id="sampled-at"
          type="datetime-local"
          value={form.values.at}
          max={toLocalInput(now.value, zone)}
          aria-invalid={form.errors.at !== undefined}
          onInput={event => form.set({ at: event.currentTarget.value })}
        />
        {form.errors.at !== undefined && <p class="wrong">{form.errors.at}</p>}
      </div>
      <TextField form={form} name="labName" label={t('batchLife.lab')} />
      <TextField form={form} name="method" label={t('batchLife.method')} />
      <ActionFoot form={form} save={t('common.save')} saved={saved} />
    </form>
  );
}
