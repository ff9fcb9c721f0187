import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { TextField } from '../components/Field.tsx';
import { PasswordField } from '../components/PasswordField.tsx';
import { t } from '../i18n/messages.ts';
import { load, me } from '../state.ts';
import { useForm } from '../useForm.ts';
import { FormFoot } from './FormFoot.tsx';
import { shownIdentity } from './identityInput.ts';
import { refusedAt } from './refusal.ts';
import { SessionsCard } from './SessionsCard.tsx';
import { settingsApi } from './settingsApi.ts';

/** Who I am, my password, and where I am signed in. */
export function AccountSection(): JSX.Element {
  return (
    <div class="stack">
      <NameForm />
      <PasswordForm />
      <SessionsCard />
    </div>
  );
}

function NameForm(): JSX.Element {
  const [saved, setSaved] = useState<string | null>(null);
  const identity = shownIdentity({ email: me.value?.email ?? null, phone: me.value?.phone ?? null });
  const form = useForm({
    start: () => ({ name: me.value?.name ?? '' }),
    rules: () => ({ name: t('manage.rule.name') }),
    check: ({ name }) => (name.trim() === '' ? { name: t('manage.rule.name') } : {}),
    async save({ name }) {
      await settingsApi.rename(name.trim());
      setSaved(t('manage.saved'));
      await load();
    },
    refused: refusedAt<{ name: string }>(),
  });
  return (
    <form
      class="card padded stack"
      noValidate
      ref={form.element}
      onSubmit={form.submit}
      onInput={() => setSaved(null)}
    >
      <TextField form={form} name="name" label={t('manage.account.name')} autocomplete="name" />
      <p class="medium second">
        {t('manage.account.identity')}: <span class="strong">{identity}</span>
      </p>
      <FormFoot form={form} save={t('manage.account.saveName')} saved={saved} />
    </form>
  );
}

function PasswordForm(): JSX.Element {
  const [saved, setSaved] = useState<string | null>(null);
  const form = useForm({
    start: { currentPassword: '', newPassword: '' },
    rules: () => ({
      currentPassword: t('manage.rule.oldPassword'),
      newPassword: t('manage.rule.password'),
    }),
    check: ({ currentPassword, newPassword }) => ({
      ...(currentPassword === '' ? { currentPassword: t('manage.required') } : {}),
      ...(newPassword.length < 12 ? { newPassword: t('manage.rule.password') } : {}),
    }),
    async save({ currentPassword, newPassword }) {
      await settingsApi.changePassword(currentPassword, newPassword);
      form.clear({ currentPassword: '', newPassword: '' });
      setSaved(t('manage.password.saved'));
    },
    refused: error =>
      error.code === 'auth.wrong_password'
        ? { currentPassword: t('manage.rule.oldPassword') }
        : refusedAt<{ currentPassword: string; newPassword: string }>()(error),
  });
  return (
    <form
      class="card padded stack"
      noValidate
      ref={form.element}
      onSubmit={form.submit}
      onInput={() => setSaved(null)}
    >
      <h2>{t('manage.password')}</h2>
      {/* So that a password manager knows whose password this is. */}
      <input
        type="text"
        hidden
        readOnly
        autocomplete="username"
        value={me.value?.email ?? me.value?.phone ?? ''}
      />
      <PasswordField
        form={form}
        name="currentPassword"
        label={t('manage.password.current')}
        autocomplete="current-password"
      />
      <PasswordField
        form={form}
        name="newPassword"
        label={t('manage.password.next')}
        hint={t('manage.password.hint')}
        autocomplete="new-password"
      />
      <FormFoot form={form} save={t('manage.password.save')} saved={saved} />
    </form>
  );
}
