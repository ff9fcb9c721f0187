import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MemberView, Role } from '../../models/contracts/people.ts';
import { now } from '../clock.ts';
import { ChoiceField } from '../components/Field.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { asRefusal, format, me } from '../state.ts';
import { useForm } from '../useForm.ts';
import { ConfirmButton } from './ConfirmButton.tsx';
import { FormFoot } from './FormFoot.tsx';
import { shownIdentity } from './identityInput.ts';
import { refusalText, refusedAt } from './refusal.ts';
import { roleMeanings, roleNames, roles } from './roles.ts';
import { SecretLink } from './SecretLink.tsx';
import { type MadePasswordReset, settingsApi } from './settingsApi.ts';

interface MemberProps {
  readonly member: MemberView;
  readonly isOwner: boolean;
  onChanged(): Promise<void>;
}

/** One person: what they may do in words; for an owner, opened, their role, a new password, and the way out. */
export function MemberRow({ member, isOwner, onChanged }: MemberProps): JSX.Element {
  const isSelf = member.userId === me.value?.userId;
  const identity = shownIdentity(member);
  const head = (
    <>
      <span class="grow">
        <span class="name">
          {member.name}
          {isSelf && <span class="chip">{t('manage.people.you')}</span>}
        </span>
        <span class="minor">
          {t(roleNames[member.role])}
          {identity !== '' && ` · ${identity}`}
        </span>
      </span>
    </>
  );
  if (!isOwner)
    return (
      <div class="line">
        <span class="grow">
          {head}
          <span class="minor">{t(roleMeanings[member.role])}</span>
        </span>
      </div>
    );
  return (
    <details class="line-details">
      <summary>
        {head}
        <span class="second medium">{t('manage.change')}</span>
      </summary>
      <div class="stack opened">
        <p class="minor">
          {t('manage.people.joined', { at: format.value.date(Date.parse(member.joinedAt)) })}
        </p>
        <RoleForm member={member} isOwner onChanged={onChanged} />
        {!isSelf && (
          <div class="buttons">
            <PasswordLink member={member} />
            <ConfirmButton
              label={t('manage.people.remove', { name: member.name })}
              effect={t('manage.people.removeEffect', {
                name: member.name,
                firm: me.value?.organisation.name ?? '',
              })}
              onConfirm={async () => {
                await settingsApi.removeMember(member.userId);
                await onChanged();
              }}
            />
          </div>
        )}
      </div>
    </details>
  );
}

function RoleForm({ member, onChanged }: MemberProps): JSX.Element {
  const [saved, setSaved] = useState<string | null>(null);
  const form = useForm({
    start: { role: member.role as string },
    async save({ role }) {
      await settingsApi.changeMember(member.userId, role as Role);
      setSaved(t('manage.saved'));
      await onChanged();
    },
    refused: refusedAt<{ role: string }>({ 'member.last_owner': 'role' }),
  });
  const changed = form.values.role !== member.role;
  return (
    <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
      <ChoiceField
        form={form}
        name="role"
        label={t('manage.people.roleOf', { name: member.name })}
        options={roles.map(role => ({
          value: role,
          label: t(roleNames[role]),
          minor: t(roleMeanings[role]),
        }))}
      />
      {changed && <p class="medium second">{t('manage.people.roleEffect')}</p>}
      {(changed || saved !== null) && (
        <FormFoot form={form} save={t('common.save')} saved={changed ? null : saved} />
      )}
    </form>
  );
}

/** For somebody who forgot their password: a link, to be passed on by hand. */
function PasswordLink({ member }: { member: MemberView }): JSX.Element {
  const [made, setMade] = useState<MadePasswordReset | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const make = async (): Promise<void> => {
    setFailure(null);
    try {
      setMade(await settingsApi.makePasswordReset(member.userId));
    } catch (error) {
      setFailure(refusalText(asRefusal(error)));
    }
  };
  if (made !== null)
    return (
      <SecretLink
        title={t('account.reset.title')}
        how={t('manage.people.resetMade', {
          name: member.name,
          at: format.value.moment(Date.parse(made.expiresAt), now.value),
        })}
        url={made.url}
        label={t('account.reset.title')}
        text={made.url}
        phone={member.phone}
        onClose={() => setMade(null)}
      />
    );
  return (
    <>
      <button type="button" class="button compact" onClick={() => void make()}>
        {t('manage.people.resetLink')}
      </button>
      {failure !== null && (
        <Note status="risk" alert>
          {failure}
        </Note>
      )}
    </>
  );
}
