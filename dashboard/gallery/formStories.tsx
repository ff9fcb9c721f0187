import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CheckField, ChoiceField, SelectField, TextField } from '../components/Field.tsx';
import { PasswordField } from '../components/PasswordField.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { Stepper } from '../components/Stepper.tsx';
import { t } from '../i18n/messages.ts';
import { useForm } from '../useForm.ts';
import { type Story, states } from './story.ts';

const start = { name: '', day: '2026-11-24', note: '', place: 'a', kept: 'room', password: '' };

/** Every kind of field; `wrong` as after sending it empty. */
function Fields({ wrong }: { wrong: boolean }): JSX.Element {
  const form = useForm<typeof start>({
    start,
    check: () => {
      const missing = t('account.identityMissing');
      return { name: missing, day: missing, note: missing, place: missing, kept: missing, password: missing };
    },
    save: async () => undefined,
  });
  const [checked, setChecked] = useState(true);
  useEffect(() => {
    if (wrong) form.submit(new Event('submit'));
  }, []);
  const choices = (['room', 'fridge'] as const).map(value => ({ value, label: t(`storage.${value}`) }));
  return (
    <form class="card padded" ref={form.element} onSubmit={form.submit} noValidate>
      <TextField form={form} name="name" label={t('account.identity')} hint={t('empty.example')} />
      <TextField form={form} name="day" type="date" label={t('batch.made')} />
      <TextField form={form} name="note" lines={3} label={t('batch.events')} />
      <SelectField
        form={form}
        name="place"
        label={t('batch.quantity')}
        options={[{ value: 'a', label: '40' }]}
      />
      <ChoiceField form={form} name="kept" label={t('home.column.temperature')} options={choices} />
      <PasswordField form={form} name="password" label={t('account.password')} autocomplete="new-password" />
      <CheckField checked={checked} onChange={setChecked}>
        {t('common.understood')}
      </CheckField>
      <button type="submit" class="button primary">
        {t('common.save')}
      </button>
    </form>
  );
}

function Steps({ from }: { from: number }): JSX.Element {
  const [value, setValue] = useState(from);
  return (
    <Stepper id={`stepper${from}`} label={t('batch.quantity')} value={value} most={300} onChange={setValue} />
  );
}

function Choice(): JSX.Element {
  const [value, setValue] = useState<'room' | 'fridge'>('room');
  return (
    <Segmented<'room' | 'fridge'>
      label={t('home.column.temperature')}
      value={value}
      onChange={setValue}
      options={[
        { value: 'room', label: t('storage.room') },
        { value: 'fridge', label: t('storage.fridge') },
      ]}
    />
  );
}

export const formStories: readonly Story[] = [
  { name: 'fields', states: states({ 'as opened': () => <Fields wrong={false} /> }) },
  { name: 'fields-wrong', states: states({ 'after sending it empty': () => <Fields wrong /> }) },
  { name: 'segmented', states: states({ 'one of two': Choice }) },
  { name: 'stepper', states: states({ least: () => <Steps from={1} />, many: () => <Steps from={300} /> }) },
  {
    name: 'buttons',
    states: states({
      primary: () => (
        <button type="button" class="button primary">
          {t('common.save')}
        </button>
      ),
      plain: () => (
        <button type="button" class="button plain">
          {t('common.cancel')}
        </button>
      ),
      usual: () => (
        <button type="button" class="button">
          {t('common.cancel')}
        </button>
      ),
      compact: () => (
        <button type="button" class="button compact">
          {t('failed.retry')}
        </button>
      ),
      disabled: () => (
        <button type="button" class="button primary" disabled>
          {t('common.save')}
        </button>
      ),
    }),
  },
];
