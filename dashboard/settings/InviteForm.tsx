import type { JSX } from 'preact';
import type { Role } from '../../models/contracts/people.ts';
import { ChoiceField, TextField } from '../components/Field.tsx';
import { t } from '../i18n/messages.ts';
import { useForm } from '../useForm.ts';
import { FormFoot } from './FormFoot.tsx';
import { identityFields } from './identityInput.ts';
import { refusedAt } from './refusal.ts';
import { roleMeanings, roleNames, roles } from './roles.ts';
import { type MadeInvitation, settingsApi } from './settingsApi.ts';

interface InviteFormProps {
  onMade(invitation: MadeInvitation): Promise<void>;
  onClose(): void;
}

/** Invites one person by telephone number or e-mail address, in one role. */
export function InviteForm({ onMade, onClose }: InviteFormProps): JSX.Element {
  const form = useForm({
    start: { identity: '', name: '', role: 'producer' },
    rules: () => ({ identity: t('manage.rule.identity'), name: t('manage.rule.name') }),
    named: { email: 'identity', phone: 'identity' },
    check: ({ identity }) => (identity.trim() === '' ? { identity: t('manage.rule.identity') } : {}),
    async save({ identity, name, role }) {
      const shown = name.trim();
      await onMade(
        await settingsApi.invite({
          ...identityFields(identity),
          role: role as Role,
          ...(shown === '' ? {} : { name: shown }),
        }),
      );
    },
    refused: refusedAt<{ identity: string }>({ 'user.exists': 'identity' }),
  });
  return (
    <form class="card padded stack" noValidate ref={form.element} onSubmit={form.submit}>
      <h2>{t('manage.invite')}</h2>
      <TextField
        form={form}
        name="identity"
        label={t('manage.invite.to')}
        hint={t('manage.invite.toHint')}
        inputMode="email"
      />
      <TextField form={form} name="name" label={t('manage.invite.name')} hint={t('manage.optional')} />
      <ChoiceField
        form={form}
        name="role"
        label={t('manage.people.role')}
        options={roles.map(role => ({
          value: role,
          label: t(roleNames[role]),
          minor: t(roleMeanings[role]),
        }))}
      />
      <FormFoot form={form} save={t('manage.invite.make')} onClose={onClose} />
    </form>
  );
}
