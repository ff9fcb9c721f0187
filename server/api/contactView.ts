import type { ContactView, PushSubscription } from '../../models/contracts/contact.ts';
import type { KeptContact } from '../store/metadata/contacts.ts';

export function toContactView(contact: KeptContact): ContactView {
  const { contactId, userId, name, channel, language, timeZone, quiet, minSeverity, disabledReason } =
    contact;
  return {
    ...{ contactId, userId, name, channel, language, timeZone, quiet, minSeverity, disabledReason },
    address: shownAddress(contact),
    kinds: contact.kinds === null ? null : [...contact.kinds],
    verifiedAt: contact.verifiedAt === null ? null : new Date(contact.verifiedAt).toISOString(),
  };
}

/** Without what could be used by whoever reads it: secrets of webhooks, addresses and keys of browsers. */
function shownAddress({ channel, address }: KeptContact): Record<string, string> {
  if (channel === 'web-push') return { service: new URL((address as PushSubscription).endpoint).host };
  const fields = Object.entries(address as Record<string, unknown>);
  return Object.fromEntries(
    fields.filter((field): field is [string, string] => typeof field[1] === 'string'),
  );
}
