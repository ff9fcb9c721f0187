import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiError } from '../api.ts';
import { TextField } from '../components/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { Outside } from '../components/Outside.tsx';
import { PasswordField } from '../components/PasswordField.tsx';
import { t } from '../i18n/messages.ts';
import { loadFailed, me, online, signIn } from '../state.ts';
import { useForm } from '../useForm.ts';

/** Unused this long, the server ends a session. */
const idleHours = 12;

type Failure = 'wrong' | 'tooMany' | 'busyServer' | 'needsInternet' | 'noFirm' | 'failed';

function failureOf(error: ApiError): Failure {
  if (error.unreachable) return 'needsInternet';
  if (error.status === 429) return 'tooMany';
  if (error.code === 'auth.busy') return 'busyServer';
  if (error.code === 'auth.not_a_member') return 'noFirm';
  return error.status === 401 || error.status === 422 ? 'wrong' : 'failed';
}

/** The way in: by telephone number or e-mail address. */
export function SignInView(): JSX.Element {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [forgotten, setForgotten] = useState(false);
  const form = useForm({
    start: { identity: '', password: '' },
    check: ({ identity, password }) => ({
      ...(identity.trim() === '' ? { identity: t('account.identityMissing') } : {}),
      ...(password === '' ? { password: t('account.passwordMissing') } : {}),
    }),
    async save({ identity, password }) {
      setFailure(null);
      await signIn(identity.trim(), password);
      // The door opened, but nothing behind it did.
      if (me.value == null && loadFailed.value !== null) setFailure(failureOf(loadFailed.value));
    },
    refused(error) {
      setFailure(failureOf(error));
      return '';
    },
  });
  return (
    <Outside foot={<p class="medium second">{t('account.noNeed')}</p>}>
      <h1>{t('account.title')}</h1>
      {!online.value && (
        <p class="note none">
          <Icon name="off" size={22} />
          <span class="grow">{t('account.offlineNow')}</span>
        </p>
      )}
      <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
        <TextField
          form={form}
          name="identity"
          label={t('account.identity')}
          autocomplete="username"
          inputMode="email"
        />
        <PasswordField
          form={form}
          name="password"
          label={t('account.password')}
          autocomplete="current-password"
        />
        {failure !== null && !form.busy && (
          <Note status="risk" alert>
            {t(`account.${failure}`)}
            {failure === 'wrong' && (
              <>
                {' '}
                {t('account.tryAgainOr')}{' '}
                <button type="button" class="as-link" onClick={() => setForgotten(true)}>
                  {t('account.askNewPassword')}
                </button>
                .
              </>
            )}
          </Note>
        )}
        <button type="submit" class="button primary large" disabled={form.busy}>
          {form.busy ? t('account.busy') : t('account.submit')}
        </button>
      </form>
      <p class="medium second stays">{t('account.stays', { hours: idleHours })}</p>
      <details class="forgotten" open={forgotten} onToggle={event => setForgotten(event.currentTarget.open)}>
        <summary>{t('account.forgotten')}</summary>
        <p class="medium second">{t('account.forgottenHow')}</p>
      </details>
    </Outside>
  );
}
