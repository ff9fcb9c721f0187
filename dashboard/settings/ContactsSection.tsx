import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ContactView, SavedContact } from '../../models/contracts/contact.ts';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { me } from '../state.ts';
import { ContactCard } from './ContactCard.tsx';
import { ContactForm } from './ContactForm.tsx';
import { ListFrame } from './ListFrame.tsx';
import { PushCard } from './PushCard.tsx';
import { SecretLink } from './SecretLink.tsx';
import { settingsApi } from './settingsApi.ts';
import { useList } from './useList.ts';

/** Where I am told of alerts: this phone, my numbers and mailboxes, programs; an owner sees those of others too. */
export function ContactsSection(): JSX.Element {
  const contacts = useList('contacts', settingsApi.contacts);
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<SavedContact | null>(null);
  const isMine = (contact: ContactView): boolean =>
    contact.userId === null || contact.userId === me.value?.userId;
  const changed = async (saved?: SavedContact): Promise<void> => {
    if (saved?.secret !== undefined) setSecret(saved);
    await contacts.reload();
  };
  return (
    <div class="stack">
      <p class="second">{t('manage.contacts.how')}</p>
      <PushCard onChanged={contacts.reload} />
      {secret?.secret !== undefined && (
        <SecretLink
          title={`${t('manage.webhook.secret')}: ${secret.name}`}
          how={`${t('manage.webhook.how')} ${t('manage.onlyNow')}`}
          url={secret.secret}
          label={t('manage.webhook.secret')}
          onClose={() => setSecret(null)}
        />
      )}
      <ListFrame list={contacts} what={t('manage.contacts')} empty={t('manage.contacts.none')}>
        {items => (
          <>
            <Contacts items={items.filter(isMine)} onChanged={changed} />
            {items.some(contact => !isMine(contact)) && <h2>{t('manage.contacts.ofOthers')}</h2>}
            <Contacts items={items.filter(contact => !isMine(contact))} onChanged={changed} />
          </>
        )}
      </ListFrame>
      {open ? (
        <ContactForm
          onSaved={async saved => {
            setOpen(false);
            await changed(saved);
          }}
          onClose={() => setOpen(false)}
        />
      ) : (
        <button type="button" class="button primary" onClick={() => setOpen(true)}>
          <Icon name="plus" size={20} />
          {t('manage.contacts.add')}
        </button>
      )}
    </div>
  );
}

function Contacts(props: {
  items: readonly ContactView[];
  onChanged(saved?: SavedContact): Promise<void>;
}): JSX.Element | null {
  if (props.items.length === 0) return null;
  return (
    <ul class="card lines">
      {props.items.map(contact => (
        <li key={contact.contactId}>
          <ContactCard contact={contact} onChanged={props.onChanged} />
        </li>
      ))}
    </ul>
  );
}
