import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AlertKind, AlertSeverity } from '../../models/contracts/alert.ts';
import type { ContactView, Language, SavedContact } from '../../models/contracts/contact.ts';
import { CheckField, SelectField, TextField } from '../components/Field.tsx';
import { t } from '../i18n/messages.ts';
import { type Form, useForm } from '../useForm.ts';
import { kindNames, severityNames } from './contactWords.ts';
import { FormFoot } from './FormFoot.tsx';
import { refusedAt } from './refusal.ts';
import { settingsApi } from './settingsApi.ts';

interface Typed {
  readonly name: string;
  readonly language: string;
  readonly minSeverity: string;
  /** Empty = all. */
  readonly kinds: readonly AlertKind[];
  readonly isQuiet: boolean;
  readonly from: string;
  readonly to: string;
  readonly riskBreaksThrough: boolean;
}

interface ContactSettingsFormProps {
  readonly contact: ContactView;
  onChanged(saved?: SavedContact): Promise<void>;
}

/** What is sent to a contact, in which language, and when it is left alone. */
export function ContactSettingsForm({ contact, onChanged }: ContactSettingsFormProps): JSX.Element {
  const [saved, setSaved] = useState<string | null>(null);
  const form = useForm<Typed>({
    start: {
      ...{ name: contact.name, language: contact.language, minSeverity: contact.minSeverity },
      ...{ kinds: contact.kinds ?? [], isQuiet: contact.quiet !== null },
      ...{ from: contact.quiet?.from ?? '22:00', to: contact.quiet?.to ?? '05:00' },
      riskBreaksThrough: contact.quiet?.riskBreaksThrough ?? true,
    },
    rules: () => ({ name: t('manage.rule.name'), from: t('manage.rule.time'), to: t('manage.rule.time') }),
    check: ({ name, isQuiet, from, to }) => ({
      ...(name.trim() === '' ? { name: t('manage.rule.name') } : {}),
      ...(isQuiet && from === '' ? { from: t('manage.rule.time') } : {}),
      ...(isQuiet && to === '' ? { to: t('manage.rule.time') } : {}),
    }),
    async save(values) {
      const { name, isQuiet, from, to, riskBreaksThrough, kinds } = values;
      await settingsApi.changeContact(contact.contactId, {
        ...{ name: name.trim(), language: values.language as Language },
        minSeverity: values.minSeverity as AlertSeverity,
        kinds: kinds.length === 0 ? null : kinds,
        quiet: isQuiet ? { from, to, riskBreaksThrough } : null,
      });
      setSaved(t('manage.saved'));
      await onChanged();
    },
    refused: refusedAt<Typed>(),
  });
  return (
    <form class="stack" noValidate ref={form.element} onSubmit={form.submit} onInput={() => setSaved(null)}>
      <TextField form={form} name="name" label={t('manage.contacts.name')} />
      <div class="two-fields">
        <SelectField
          form={form}
          name="language"
          label={t('manage.contacts.language')}
          options={[
            { value: 'id', label: 'Bahasa Indonesia' },
            { value: 'en', label: 'English' },
            { value: 'ja', label: '日本語' },
          ]}
        />
        <SelectField
          form={form}
          name="minSeverity"
          label={t('manage.contacts.severity')}
          options={Object.entries(severityNames).map(([value, id]) => ({ value, label: t(id) }))}
        />
      </div>
      <KindsField form={form} />
      <QuietFields form={form} />
      <FormFoot form={form} save={t('common.save')} saved={saved} />
    </form>
  );
}

function KindsField({ form }: { form: Form<Typed> }): JSX.Element {
  const all = Object.keys(kindNames) as AlertKind[];
  const { kinds } = form.values;
  const has = (kind: AlertKind): boolean => kinds.length === 0 || kinds.includes(kind);
  const set = (kind: AlertKind, checked: boolean): void => {
    const next = all.filter(one => (one === kind ? checked : has(one)));
    // All is everything there will ever be; none would be no contact at all.
    form.set({ kinds: next.length === all.length || next.length === 0 ? [] : next });
  };
  return (
    <fieldset class="field">
      <legend>{t('manage.contacts.kinds')}</legend>
      {all.map(kind => (
        <CheckField key={kind} checked={has(kind)} onChange={checked => set(kind, checked)}>
          {t(kindNames[kind])}
        </CheckField>
      ))}
    </fieldset>
  );
}

function QuietFields({ form }: { form: Form<Typed> }): JSX.Element {
  const { isQuiet, riskBreaksThrough } = form.values;
  return (
    <fieldset class="field">
      <legend>{t('manage.quiet')}</legend>
      <CheckField checked={isQuiet} onChange={checked => form.set({ isQuiet: checked })}>
        {t('manage.quiet.on')}
      </CheckField>
      {isQuiet && (
        <>
          <div class="two-fields">
            <TextField form={form} name="from" type="time" label={t('manage.quiet.from')} />
            <TextField form={form} name="to" type="time" label={t('manage.quiet.to')} />
          </div>
          <CheckField
            checked={riskBreaksThrough}
            onChange={checked => form.set({ riskBreaksThrough: checked })}
          >
            {t('manage.quiet.breaks')}
          </CheckField>
        </>
      )}
    </fieldset>
  );
}
