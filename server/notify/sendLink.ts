import { randomUUID } from 'node:crypto';
import type { ChannelName } from '../../models/contracts/contact.ts';
import type { SentLink } from '../../models/contracts/people.ts';
import type { Contact, DeliveryOutcome, Notification } from './channel.ts';
import type { OpenChannels } from './createChannels.ts';
import { failed } from './outcome.ts';

/** A link that opens something once, for a person of whom only an address or a number is known. */
export interface LinkMessage {
  readonly orgId: string;
  readonly to: { readonly email: string | null; readonly phone: string | null };
  readonly title: string;
  readonly text: string;
  readonly url: string;
  readonly at: number;
}

/** A number is tried by the first of these that this server is set up for. */
const byPhone: readonly ChannelName[] = ['whatsapp', 'sms'];

/** By which channel somebody can be sent a link; null where this server is set up for none that reaches them. */
export function linkChannel(channels: OpenChannels, { email }: LinkMessage['to']): ChannelName | null {
  const names: readonly ChannelName[] = email === null ? byPhone : ['email'];
  return names.find(name => channels.isOn(name)) ?? null;
}

/** Sends a link once; what comes of it is told, not tried again: whoever made it can hand it over. */
export async function sendLink(
  channels: OpenChannels,
  channel: ChannelName,
  message: LinkMessage,
): Promise<SentLink> {
  const notification = notificationOf(message, channel);
  const outcome: DeliveryOutcome =
    notification === null
      ? failed('the link is too long for this channel')
      : await channels.send(contactFor(message, channel), notification);
  return {
    channel,
    outcome: outcome.outcome,
    reason: outcome.outcome === 'delivered' ? null : outcome.reason,
  };
}

/** Nobody's contact: it is written to this once. */
function contactFor({ orgId, at, to: { email, phone } }: LinkMessage, channel: ChannelName): Contact {
  return {
    ...{ contactId: `link-${randomUUID()}`, orgId, userId: null, name: 'link', channel },
    ...{ address: email === null ? { phone } : { email }, language: 'id', timeZone: null, quiet: null },
    ...{ kinds: null, minSeverity: 'info', verifiedAt: at, disabledReason: null },
  };
}

/** As much as one message holds. */
const longestText = 160;

/** E-mail shows the link below the text; elsewhere it is in it, alone where both are too long. */
function notificationOf({ title, text, url, at }: LinkMessage, channel: ChannelName): Notification | null {
  const both = `${text} ${url}`;
  const whole = channel === 'email' ? text : both.length <= longestText ? both : url;
  if (channel !== 'email' && whole.length > longestText) return null;
  return {
    ...{ deliveryId: randomUUID(), kind: 'test', severity: 'info', title, text: whole },
    ...{ url, at, language: 'id', data: { event: 'link' } },
  };
}
