import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { InvitationView } from '../../models/contracts/people.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { format, me } from '../state.ts';
import { ConfirmButton } from './ConfirmButton.tsx';
import { InviteForm } from './InviteForm.tsx';
import { shownIdentity } from './identityInput.ts';
import { ListFrame } from './ListFrame.tsx';
import { MemberRow } from './MemberRow.tsx';
import { roleNames } from './roles.ts';
import { SecretLink } from './SecretLink.tsx';
import { type MadeInvitation, settingsApi } from './settingsApi.ts';
import { useList } from './useList.ts';

/** Who belongs to the firm and what each may do; for owners also how that changes. */
export function PeopleSection(): JSX.Element {
  const members = useList('members', settingsApi.members);
  const isOwner = me.value?.role === 'owner';
  return (
    <div class="stack">
      <p class="second">{t('manage.people.how')}</p>
      {!isOwner && <p class="second">{t('manage.people.onlyOwners')}</p>}
      <ListFrame list={members} what={t('manage.people')} empty={t('manage.people.one')}>
        {items => (
          <ul class="card lines">
            {items.map(member => (
              <li key={member.userId}>
                <MemberRow member={member} isOwner={isOwner} onChanged={members.reload} />
              </li>
            ))}
          </ul>
        )}
      </ListFrame>
      {isOwner && <Invitations />}
    </div>
  );
}

function Invitations(): JSX.Element {
  const invitations = useList('invitations', settingsApi.invitations);
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<MadeInvitation | null>(null);
  return (
    <>
      {made !== null && <MadeLink made={made} onClose={() => setMade(null)} />}
      {open && (
        <InviteForm
          onMade={async invitation => {
            setMade(invitation);
            setOpen(false);
            await invitations.reload();
          }}
          onClose={() => setOpen(false)}
        />
      )}
      {!open && (
        <button type="button" class="button primary" onClick={() => setOpen(true)}>
          <Icon name="plus" size={20} />
          {made === null ? t('manage.invite') : t('manage.invite.another')}
        </button>
      )}
      <h2>{t('manage.invite.open')}</h2>
      <ListFrame list={invitations} what={t('manage.invite.open')} empty={t('manage.invite.none')}>
        {items => <OpenInvitations items={items} onRevoked={invitations.reload} />}
      </ListFrame>
    </>
  );
}

function MadeLink({ made, onClose }: { made: MadeInvitation; onClose(): void }): JSX.Element {
  const firm = me.value?.organisation.name ?? '';
  return (
    <SecretLink
      title={t('manage.invite.ready', { who: made.name ?? shownIdentity(made) })}
      how={t('manage.invite.send')}
      url={made.url}
      label={t('manage.invite.link')}
      text={t('manage.invite.text', { firm, url: made.url })}
      phone={made.phone}
      onClose={onClose}
    />
  );
}

function OpenInvitations(props: {
  items: readonly InvitationView[];
  onRevoked(): Promise<void>;
}): JSX.Element {
  const open = props.items.filter(invitation => invitation.state === 'open');
  if (open.length === 0) return <p class="second">{t('manage.invite.none')}</p>;
  return (
    <ul class="card lines">
      {open.map(invitation => {
        const who = invitation.name ?? shownIdentity(invitation);
        const at = format.value.moment(Date.parse(invitation.expiresAt), now.value);
        return (
          <li key={invitation.invitationId} class="line">
            <div class="grow">
              <p class="name">{who}</p>
              <p class="minor">
                {[
                  ...(invitation.name === null ? [] : [shownIdentity(invitation)]),
                  ...[t(roleNames[invitation.role]), t('manage.expires', { at })],
                ].join(' · ')}
              </p>
            </div>
            <ConfirmButton
              label={t('manage.invite.revoke', { who })}
              short={t('manage.grants.revokeShort')}
              icon="close"
              effect={t('manage.invite.revokeEffect')}
              onConfirm={async () => {
                await settingsApi.revokeInvitation(invitation.invitationId);
                await props.onRevoked();
              }}
            />
          </li>
        );
      })}
    </ul>
  );
}
