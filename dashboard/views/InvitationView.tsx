import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { TextField } from '../components/Field.tsx';
import { Note } from '../components/Note.tsx';
import { Outside } from '../components/Outside.tsx';
import { PasswordField } from '../components/PasswordField.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { shownIdentity } from '../settings/identityInput.ts';
import { roleMeanings, roleNames } from '../settings/roles.ts';
import { type InvitationPreview, settingsApi } from '../settings/settingsApi.ts';
import { asRefusal, format, load } from '../state.ts';
import { type FieldErrors, useForm } from '../useForm.ts';

type State = 'loading' | 'gone' | 'noSecret' | 'unreachable' | InvitationPreview;

/** The page of an invitation: who invites to what; a password, new or known, and in. */
export function InvitationView(): JSX.Element {
  const [secret] = useState(() => location.hash.slice(1));
  const [state, setState] = useState<State>(secret === '' ? 'noSecret' : 'loading');
  const look = async (): Promise<void> => {
    setState('loading');
    try {
      setState(await settingsApi.previewInvitation(secret));
    } catch (error) {
      const { status } = asRefusal(error);
      setState(status === 404 || status === 422 ? 'gone' : 'unreachable');
    }
  };
  useEffect(() => {
    if (secret !== '') void look();
  }, [secret]);
  return <Outside>{<Shown state={state} secret={secret} onRetry={() => void look()} />}</Outside>;
}

function Shown(props: { state: State; secret: string; onRetry(): void }): JSX.Element {
  const { state, secret, onRetry } = props;
  if (state === 'loading')
    return (
      <>
        <h1>{t('account.join.loading')}</h1>
        <Placeholder rows={2} />
      </>
    );
  if (state === 'unreachable')
    return (
      <>
        <h1>{t('account.join.loading')}</h1>
        <Note status="soon" alert>
          <div class="row wrap">
            <span class="grow">{t('account.join.unreachable')}</span>
            <button type="button" class="button compact" onClick={onRetry}>
              {t('account.join.retry')}
            </button>
          </div>
        </Note>
      </>
    );
  if (state === 'gone' || state === 'noSecret')
    return (
      <div class="stack">
        <h1>{state === 'gone' ? t('account.join.gone') : t('account.join.noSecret')}</h1>
        {state === 'gone' && <p class="second">{t('account.join.goneDo')}</p>}
        <a class="button primary" href={paths.home}>
          {t('account.join.toSignIn')}
        </a>
      </div>
    );
  return <AcceptForm preview={state} secret={secret} />;
}

interface Typed {
  readonly name: string;
  readonly password: string;
}

function AcceptForm({ preview, secret }: { preview: InvitationPreview; secret: string }): JSX.Element {
  const { organisationName, role, identity, hasAccount, expiresAt } = preview;
  const form = useForm<Typed>({
    start: { name: preview.name ?? '', password: '' },
    rules: () => ({ name: t('account.join.nameWrong'), password: t('account.join.passwordWrong') }),
    check: ({ name, password }) => ({
      ...(!hasAccount && name.trim() === '' ? { name: t('account.join.nameWrong') } : {}),
      ...(!hasAccount && password.length < 12 ? { password: t('account.join.passwordWrong') } : {}),
      ...(hasAccount && password === '' ? { password: t('account.passwordMissing') } : {}),
    }),
    async save({ name, password }) {
      const named = hasAccount || name.trim() === '' ? {} : { name: name.trim() };
      await settingsApi.acceptInvitation({ token: secret, password, ...named });
      await load();
      // A page anew: whatever listens for an account that was signed in here before ends with this one.
      location.replace(paths.home);
    },
    refused,
  });
  const at = format.value.moment(Date.parse(expiresAt), now.value);
  return (
    <>
      <h1>{t('account.join.title', { firm: organisationName })}</h1>
      <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
        <p class="second">
          <span class="strong">{t('account.join.asRole', { role: t(roleNames[role]) })}</span>{' '}
          {t(roleMeanings[role])}
        </p>
        <p>
          <span class="second">{t('account.join.identity')}</span>{' '}
          <span class="strong">
            {shownIdentity(
              identity.includes('@') ? { email: identity, phone: null } : { email: null, phone: identity },
            )}
          </span>
        </p>
        {/* So that a password manager keeps the password with the name it is used with. */}
        <input type="text" hidden readOnly autocomplete="username" value={identity} />
        {!hasAccount && (
          <TextField
            form={form}
            name="name"
            label={t('account.join.name')}
            hint={t('account.join.nameHint')}
            autocomplete="name"
          />
        )}
        <PasswordField
          form={form}
          name="password"
          label={hasAccount ? t('account.password') : t('account.newPassword')}
          hint={hasAccount ? t('account.join.known') : t('account.join.passwordRule')}
          autocomplete={hasAccount ? 'current-password' : 'new-password'}
        />
        {form.failure !== null && (
          <Note status="risk" alert>
            {form.failure}
          </Note>
        )}
        <button type="submit" class="button primary large" disabled={form.busy}>
          {form.busy ? t('account.join.busy') : t('account.join.accept')}
        </button>
        <p class="medium second">{t('account.join.until', { at })}</p>
      </form>
    </>
  );
}

function refused(error: ApiError): FieldErrors<Typed> | string {
  if (error.code === 'auth.wrong_password') return { password: t('account.join.knownWrong') };
  if (error.code === 'invitation.not_found') return t('account.join.gone');
  if (error.status === 429) return t('account.tooMany');
  return error.unreachable ? t('account.join.unreachable') : t('account.join.failed');
}
