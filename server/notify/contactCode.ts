import { randomInt, randomUUID } from 'node:crypto';
import type { ChannelName } from '../../models/contracts/contact.ts';
import { setContactCode } from '../store/metadata/contactCodes.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { type AlertText, renderCode, renderTest } from './alertText.ts';
import type { Contact, DeliveryOutcome, Notification } from './channel.ts';
import type { OpenChannels } from './createChannels.ts';

const validMs = 24 * 3_600_000;

/** A number or mailbox may be a stranger's: nothing but a code goes there until somebody has read it out. */
const needsCode: readonly ChannelName[] = ['email', 'telegram', 'whatsapp', 'sms'];

export const mustBeVerified = (channel: ChannelName): boolean => needsCode.includes(channel);

/** Sends six digits to a contact; whoever says them within a day has it. */
export async function sendContactCode(
  db: MetadataDb,
  channels: OpenChannels,
  contact: Contact,
  now: number,
): Promise<DeliveryOutcome> {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  await setContactCode(db, contact.orgId, contact.contactId, { code, expiresAt: now + validMs });
  return channels.send(contact, ownMessage(contact, renderCode(code, contact.language), now));
}

export function sendTest(channels: OpenChannels, contact: Contact, now: number): Promise<DeliveryOutcome> {
  return channels.send(contact, ownMessage(contact, renderTest(contact.name, contact.language), now));
}

function ownMessage({ language }: Contact, text: AlertText, now: number): Notification {
  return {
    ...{ deliveryId: randomUUID(), kind: 'test', severity: 'info', ...text },
    ...{ url: null, at: now, language, data: { event: 'test' } },
  };
}
