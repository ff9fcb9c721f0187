import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ContactView, SavedContact } from '../../models/contracts/contact.ts';
import { TextField } from '../components/Field.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { asRefusal, format } from '../state.ts';
import { useForm } from '../useForm.ts';
import { ConfirmButton } from './ConfirmButton.tsx';
import { ContactSettingsForm } from './ContactSettingsForm.tsx';
import { channelNames, quietText, shownAddress } from './contactWords.ts';
import { FormFoot } from './FormFoot.tsx';
import { refusalText, refusedAt } from './refusal.ts';
import { settingsApi } from './settingsApi.ts';

interface ContactProps {
  readonly contact: ContactView;
  onChanged(saved?: SavedContact): Promise<void>;
}

/** One contact: where it leads and whether it works; while it waits for its code, where to type that. */
export function ContactCard({ contact, onChanged }: ContactProps): JSX.Element {
  const waits = contact.verifiedAt === null;
  return (
    <div>
      {waits ? (
        <div class="line">
          <Head contact={contact} />
        </div>
      ) : (
        <details class="line-details">
          <summary>
            <Head contact={contact} />
            <span class="second medium">{t('manage.change')}</span>
          </summary>
          <div class="stack opened">
            <Opened contact={contact} onChanged={onChanged} />
          </div>
        </details>
      )}
      {waits && (
        <div class="stack opened">
          <CodeForm contact={contact} onChanged={onChanged} />
        </div>
      )}
    </div>
  );
}

function Head({ contact }: { contact: ContactView }): JSX.Element {
  const { channel, name, quiet, verifiedAt, disabledReason } = contact;
  const state =
    verifiedAt === null
      ? t('manage.contacts.waits')
      : disabledReason === null
        ? t('manage.contacts.active')
        : t('manage.contacts.stopped', { why: disabledReason });
  return (
    <span class="grow">
      <span class="name">{name}</span>
      <span class="minor">
        {t(channelNames[channel])} · {shownAddress(contact)}
      </span>
      <span class={`minor${verifiedAt === null || disabledReason !== null ? ' warn' : ''}`}>
        {state}
        {quiet !== null && ` · ${quietText(quiet, t, format.value.clock(0).charAt(2))}`}
      </span>
    </span>
  );
}

function Opened({ contact, onChanged }: ContactProps): JSX.Element {
  const { outcome, busy, run } = useOutcome();
  const { contactId, name, channel, disabledReason } = contact;
  return (
    <>
      <div class="buttons">
        <button
          type="button"
          class="button compact"
          disabled={busy}
          onClick={() =>
            void run(async () => {
              const { outcome: sent, reason } = await settingsApi.testContact(contactId);
              return sent === 'delivered'
                ? { well: true, text: t('manage.contacts.tested', { name }) }
                : { well: false, text: t('manage.contacts.testFailed', { why: reason ?? sent }) };
            })
          }
        >
          {busy ? t('manage.contacts.testing') : t('manage.contacts.test')}
        </button>
        {disabledReason !== null && (
          <button
            type="button"
            class="button compact"
            onClick={() =>
              void run(async () => {
                await onChanged(await settingsApi.changeContact(contactId, { enabled: true }));
                return { well: true, text: t('manage.saved') };
              })
            }
          >
            {t('manage.contacts.resume')}
          </button>
        )}
        {channel === 'webhook' && (
          <button
            type="button"
            class="button compact"
            onClick={() =>
              void run(async () => {
                await onChanged(await settingsApi.changeContact(contactId, { rotateSecret: true }));
                return { well: true, text: t('manage.saved') };
              })
            }
          >
            {t('manage.webhook.rotate')}
          </button>
        )}
      </div>
      {outcome !== null && (
        <Note status={outcome.well ? 'fresh' : 'risk'} alert={!outcome.well}>
          {outcome.text}
        </Note>
      )}
      <ContactSettingsForm contact={contact} onChanged={onChanged} />
      <Remove contact={contact} onChanged={onChanged} />
    </>
  );
}

function Remove({ contact, onChanged }: ContactProps): JSX.Element {
  return (
    <ConfirmButton
      label={t('manage.contacts.remove', { name: contact.name })}
      effect={t('manage.contacts.removeEffect', { to: shownAddress(contact) })}
      onConfirm={async () => {
        await settingsApi.removeContact(contact.contactId);
        await onChanged();
      }}
    />
  );
}

/** Something that is tried while a person waits, and what came of it. */
function useOutcome() {
  const [outcome, setOutcome] = useState<{ well: boolean; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (attempt: () => Promise<{ well: boolean; text: string }>): Promise<void> => {
    setBusy(true);
    setOutcome(null);
    try {
      setOutcome(await attempt());
    } catch (error) {
      setOutcome({ well: false, text: refusalText(asRefusal(error)) });
    } finally {
      setBusy(false);
    }
  };
  return { outcome, busy, run };
}

/** Where the six digits are typed that were sent to a number or mailbox. */
function CodeForm({ contact, onChanged }: ContactProps): JSX.Element {
  const { outcome, busy, run } = useOutcome();
  const to = shownAddress(contact);
  const form = useForm({
    start: { code: '' },
    rules: () => ({ code: t('manage.rule.code') }),
    check: ({ code }) => (/^\s*\d{6}\s*$/.test(code) ? {} : { code: t('manage.rule.code') }),
    async save({ code }) {
      await settingsApi.verifyContact(contact.contactId, code.trim());
      await onChanged();
    },
    refused: refusedAt<{ code: string }>({
      'contact.code_wrong': 'code',
      'contact.code_expired': 'code',
      'contact.too_many_tries': 'code',
    }),
  });
  return (
    <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
      <TextField
        form={form}
        name="code"
        label={t('manage.contacts.code')}
        hint={t('manage.contacts.codeSent', { to })}
        inputMode="numeric"
        autocomplete="one-time-code"
      />
      {outcome !== null && (
        <Note status={outcome.well ? 'fresh' : 'risk'} alert={!outcome.well}>
          {outcome.text}
        </Note>
      )}
      <FormFoot form={form} save={t('manage.contacts.verify')} />
      <div class="buttons">
        <button
          type="button"
          class="button compact"
          disabled={busy}
          onClick={() =>
            void run(async () => {
              const { outcome: sent, reason } = await settingsApi.sendCode(contact.contactId);
              return sent === 'delivered'
                ? { well: true, text: t('manage.contacts.codeSent', { to }) }
                : { well: false, text: t('manage.contacts.codeFailed', { to, why: reason ?? sent }) };
            })
          }
        >
          {t('manage.contacts.again')}
        </button>
        <Remove contact={contact} onChanged={onChanged} />
      </div>
    </form>
  );
}
