import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiError } from '../api.ts';
import { Note } from '../components/Note.tsx';
import { Outside } from '../components/Outside.tsx';
import { PasswordField } from '../components/PasswordField.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { settingsApi } from '../settings/settingsApi.ts';
import { load } from '../state.ts';
import { type FieldErrors, useForm } from '../useForm.ts';

/** Chooses a new password by the link an owner made. */
export function NewPasswordView(): JSX.Element {
  const [secret] = useState(() => location.hash.slice(1));
  const [done, setDone] = useState(false);
  const form = useForm({
    start: { password: '' },
    rules: () => ({ password: t('account.join.passwordWrong') }),
    check: ({ password }) => (password.length < 12 ? { password: t('account.join.passwordWrong') } : {}),
    async save({ password }) {
      await settingsApi.useNewPassword(secret, password);
      // All sessions of the account have ended, perhaps the one here among them.
      await load();
      history.replaceState(history.state, '', paths.newPassword);
      setDone(true);
    },
    refused,
  });
  return (
    <Outside>
      <h1>{t('account.reset.title')}</h1>
      {done ? (
        <div class="stack">
          <Note status="fresh">{t('account.reset.done')}</Note>
          <a class="button primary large" href={paths.home}>
            {t('account.join.toSignIn')}
          </a>
        </div>
      ) : secret === '' ? (
        <Note status="none">{t('account.join.noSecret')}</Note>
      ) : (
        <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
          <p class="second">{t('account.reset.how')}</p>
          <PasswordField
            form={form}
            name="password"
            label={t('account.newPassword')}
            hint={t('account.join.passwordRule')}
            autocomplete="new-password"
          />
          {form.failure !== null && (
            <Note status="risk" alert>
              {form.failure}
            </Note>
          )}
          <button type="submit" class="button primary large" disabled={form.busy}>
            {form.busy ? t('account.reset.busy') : t('account.reset.save')}
          </button>
        </form>
      )}
    </Outside>
  );
}

function refused(error: ApiError): FieldErrors<{ password: string }> | string {
  const isOfLink = error.fields.some(({ field }) => field === 'token');
  if (error.code === 'password_reset.not_found' || isOfLink) return t('account.reset.gone');
  if (error.status === 429) return t('account.tooMany');
  return error.unreachable ? t('account.needsInternet') : t('account.join.failed');
}
