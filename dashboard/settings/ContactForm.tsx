import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import type { SavedContact } from '../../models/contracts/contact.ts';
import { ChoiceField, SelectField, TextField } from '../components/Field.tsx';
import { t } from '../i18n/messages.ts';
import { language } from '../preferences.ts';
import { fleet, me } from '../state.ts';
import { type Form, useForm } from '../useForm.ts';
import { addressFields, channelNames, type TypedChannel, typedChannels } from './contactWords.ts';
import { FormFoot } from './FormFoot.tsx';
import { refusedAt } from './refusal.ts';
import { settingsApi } from './settingsApi.ts';
import { useList } from './useList.ts';

interface ContactFormProps {
  onSaved(contact: SavedContact): Promise<void>;
  onClose(): void;
}

interface Typed {
  readonly channel: string;
  readonly address: string;
  readonly name: string;
}

/** Adds one way of being told. A number or mailbox is sent a code next. */
export function ContactForm({ onSaved, onClose }: ContactFormProps): JSX.Element {
  const channels = useChannels();
  const form = useForm<Typed>({
    start: { channel: '', address: '', name: '' },
    rules: values => ({ address: t(addressFields[channelOf(values)].rule), name: t('manage.rule.name') }),
    check: values => ({
      ...(values.channel === '' ? { channel: t('manage.rule.choose') } : {}),
      ...(values.channel !== '' && values.address.trim() === ''
        ? { address: t(addressFields[channelOf(values)].rule) }
        : {}),
    }),
    async save(values) {
      const channel = channelOf(values);
      const address = values.address.trim();
      const saved = await settingsApi.addContact({
        ...{ channel, address: { [addressFields[channel].field]: address } },
        name: values.name.trim() || defaultName(channel, address),
        ...{ language: language.value, quiet: null, kinds: null, minSeverity: 'info' as const },
      });
      await onSaved(saved);
    },
    refused: refusedAt<Typed>({ 'contact.exists': 'address', 'node.not_found': 'address' }),
  });
  const missing = channels.off.map(channel => t(channelNames[channel])).join(', ');
  return (
    <form class="card padded stack" noValidate ref={form.element} onSubmit={form.submit}>
      <h2>{t('manage.contacts.add')}</h2>
      <ChoiceField
        form={form}
        name="channel"
        label={t('manage.contacts.by')}
        hint={missing === '' ? undefined : t('manage.contacts.off', { list: missing })}
        options={channels.on.map(channel => ({ value: channel, label: t(channelNames[channel]) }))}
      />
      {form.values.channel !== '' && <AddressField form={form} />}
      {form.values.channel !== '' && (
        <TextField
          form={form}
          name="name"
          label={t('manage.contacts.name')}
          hint={t('manage.contacts.nameHint')}
        />
      )}
      <FormFoot form={form} save={t('manage.contacts.save')} onClose={onClose} />
    </form>
  );
}

const channelOf = ({ channel }: Typed): TypedChannel =>
  channel === '' ? 'email' : (channel as TypedChannel);

/** A sensor by its name, anything else by its address. */
function defaultName(channel: TypedChannel, address: string): string {
  const named = channel === 'buzzer' ? fleet.value.nodes[address]?.name : undefined;
  return (named ?? `${t(channelNames[channel])} ${me.value?.name ?? ''}`).slice(0, 80);
}

function AddressField({ form }: { form: Form<Typed> }): JSX.Element {
  const channel = channelOf(form.values);
  const { label } = addressFields[channel];
  if (channel === 'buzzer')
    return (
      <SelectField
        form={form}
        name="address"
        label={t(label)}
        options={[
          { value: '', label: t('manage.rule.choose') },
          ...Object.values(fleet.value.nodes).map(node => ({ value: node.nodeId, label: node.name })),
        ]}
      />
    );
  const kinds = { whatsapp: 'tel', sms: 'tel', email: 'email', webhook: 'url', telegram: 'text' } as const;
  return (
    <TextField
      form={form}
      name="address"
      label={t(label)}
      type={kinds[channel]}
      hint={channel === 'telegram' ? t('manage.address.telegramHint') : undefined}
      {...(channel === 'email' ? { autocomplete: 'email' } : {})}
    />
  );
}

/** The channels a person types an address for: which this server is set up for, and which not. */
function useChannels(): { on: TypedChannel[]; off: TypedChannel[] } {
  const listed = useList(
    'channels',
    useCallback(async () => (await settingsApi.channels()).channels, []),
  );
  const on = new Set((listed.items ?? []).filter(one => one.isOn).map(one => one.channel));
  const mayBeep = ['owner', 'producer', 'distributor'].includes(me.value?.role ?? '');
  const possible = typedChannels.filter(channel => channel !== 'buzzer' || mayBeep);
  if (listed.items === null) return { on: [], off: [] };
  return { on: possible.filter(one => on.has(one)), off: possible.filter(one => !on.has(one)) };
}
