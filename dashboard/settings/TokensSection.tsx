import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Role, TokenView } from '../../models/contracts/people.ts';
import { now } from '../clock.ts';
import { ChoiceField, SelectField, TextField } from '../components/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { format, me } from '../state.ts';
import { useForm } from '../useForm.ts';
import { dayMs } from '../zone.ts';
import { ConfirmButton } from './ConfirmButton.tsx';
import { FormFoot } from './FormFoot.tsx';
import { ListFrame } from './ListFrame.tsx';
import { refusedAt } from './refusal.ts';
import { roleMeanings, roleNames, rolesWithin } from './roles.ts';
import { SecretLink } from './SecretLink.tsx';
import { type MadeToken, settingsApi } from './settingsApi.ts';
import { useList } from './useList.ts';

/** Keys for programs. */
export function TokensSection(): JSX.Element {
  const tokens = useList('tokens', settingsApi.tokens);
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<MadeToken | null>(null);
  return (
    <div class="stack">
      <p class="second">{t('manage.tokens.how')}</p>
      {made !== null && (
        <SecretLink
          title={t('manage.tokens.ready', { name: made.name })}
          how={t('manage.tokens.copyNow')}
          url={made.token}
          label={t('manage.tokens.ready', { name: made.name })}
          onClose={() => setMade(null)}
        />
      )}
      <ListFrame list={tokens} what={t('manage.tokens')} empty={t('manage.tokens.none')}>
        {items => (
          <ul class="card lines">
            {items.map(token => (
              <li key={token.tokenId} class="line">
                <TokenLine token={token} onRevoked={tokens.reload} />
              </li>
            ))}
          </ul>
        )}
      </ListFrame>
      {open ? (
        <TokenForm
          onMade={async token => {
            setMade(token);
            setOpen(false);
            await tokens.reload();
          }}
          onClose={() => setOpen(false)}
        />
      ) : (
        <button type="button" class="button primary" onClick={() => setOpen(true)}>
          <Icon name="plus" size={20} />
          {t('manage.tokens.add')}
        </button>
      )}
    </div>
  );
}

function TokenLine({ token, onRevoked }: { token: TokenView; onRevoked(): Promise<void> }): JSX.Element {
  const moment = (iso: string): string => format.value.moment(Date.parse(iso), now.value);
  const { name, role, expiresAt, lastUsedAt } = token;
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= now.value;
  const ends =
    expiresAt === null
      ? t('manage.never')
      : t(isOver ? 'manage.expired' : 'manage.expires', { at: moment(expiresAt) });
  return (
    <>
      <div class="grow">
        <p class="name">{name}</p>
        <p class="minor">
          {t(roleNames[role])} · {ends}
        </p>
        <p class="minor">
          {lastUsedAt === null
            ? t('manage.tokens.unused')
            : t('manage.tokens.used', { at: moment(lastUsedAt) })}
        </p>
      </div>
      <ConfirmButton
        label={t('manage.tokens.revoke', { name })}
        short={t('manage.tokens.revokeShort')}
        effect={t('manage.tokens.revokeEffect')}
        onConfirm={async () => {
          await settingsApi.removeToken(token.tokenId);
          await onRevoked();
        }}
      />
    </>
  );
}

/** After how many days a token ends by itself; the empty one never. */
const lives = ['30', '90', '365', ''] as const;

function TokenForm(props: { onMade(token: MadeToken): Promise<void>; onClose(): void }): JSX.Element {
  const within = rolesWithin(me.value?.role ?? 'viewer');
  const form = useForm({
    start: { name: '', role: within[0] as string, days: '90' },
    rules: () => ({ name: t('manage.rule.name') }),
    check: ({ name }) => (name.trim() === '' ? { name: t('manage.rule.name') } : {}),
    async save({ name, role, days }) {
      const expiresAt = days === '' ? null : new Date(now.value + Number(days) * dayMs).toISOString();
      await props.onMade(await settingsApi.addToken({ name: name.trim(), role: role as Role, expiresAt }));
    },
    refused: refusedAt<{ role: string }>({ 'token.role_too_high': 'role' }),
  });
  return (
    <form class="card padded stack" noValidate ref={form.element} onSubmit={form.submit}>
      <h2>{t('manage.tokens.add')}</h2>
      <TextField form={form} name="name" label={t('manage.tokens.name')} hint={t('manage.tokens.nameHint')} />
      <ChoiceField
        form={form}
        name="role"
        label={t('manage.people.role')}
        options={within.map(role => ({
          value: role,
          label: t(roleNames[role]),
          minor: t(roleMeanings[role]),
        }))}
      />
      <SelectField
        form={form}
        name="days"
        label={t('manage.tokens.ends')}
        options={lives.map(days => ({
          value: days,
          label: days === '' ? t('manage.never') : t('manage.days', { n: Number(days) }),
        }))}
      />
      <FormFoot form={form} save={t('manage.tokens.add')} onClose={props.onClose} />
    </form>
  );
}
