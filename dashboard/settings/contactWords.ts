import type { AlertKind, AlertSeverity } from '../../models/contracts/alert.ts';
import type { ChannelName, ContactView, QuietHours } from '../../models/contracts/contact.ts';
import type { MessageId, Translate } from '../i18n/catalogues.ts';
import { shownPhone } from './identityInput.ts';

export const channelNames: Readonly<Record<ChannelName, MessageId>> = {
  whatsapp: 'manage.channel.whatsapp',
  email: 'manage.channel.email',
  telegram: 'manage.channel.telegram',
  sms: 'manage.channel.sms',
  buzzer: 'manage.channel.buzzer',
  webhook: 'manage.channel.webhook',
  'web-push': 'manage.channel.web-push',
};

export const severityNames: Readonly<Record<AlertSeverity, MessageId>> = {
  info: 'manage.severity.info',
  warning: 'manage.severity.warning',
  risk: 'manage.severity.risk',
};

export const kindNames: Readonly<Record<AlertKind, MessageId>> = {
  'too-warm': 'manage.kind.too-warm',
  'spoilage-near': 'manage.kind.spoilage-near',
  'will-not-arrive': 'manage.kind.will-not-arrive',
  'no-data': 'manage.kind.no-data',
  'battery-low': 'manage.kind.battery-low',
  'calibration-due': 'manage.kind.calibration-due',
  'clock-wrong': 'manage.kind.clock-wrong',
  'journal-filling': 'manage.kind.journal-filling',
};

/** Channels a person types an address for, and the field of the address it becomes. */
export const addressFields = {
  whatsapp: { field: 'phone', label: 'manage.address.phone', rule: 'manage.rule.phone' },
  email: { field: 'email', label: 'manage.address.email', rule: 'manage.rule.email' },
  telegram: { field: 'chatId', label: 'manage.address.telegram', rule: 'manage.rule.chat' },
  sms: { field: 'phone', label: 'manage.address.phone', rule: 'manage.rule.phone' },
  buzzer: { field: 'nodeId', label: 'manage.address.buzzer', rule: 'manage.rule.choose' },
  webhook: { field: 'url', label: 'manage.address.webhook', rule: 'manage.rule.url' },
} as const satisfies Record<string, { field: string; label: MessageId; rule: MessageId }>;

export type TypedChannel = keyof typeof addressFields;
export const typedChannels = Object.keys(addressFields) as TypedChannel[];

/** Where a contact leads, as a person knows it. */
export function shownAddress({ channel, address }: Pick<ContactView, 'channel' | 'address'>): string {
  const value = Object.values(address)[0] ?? '';
  return channel === 'sms' || channel === 'whatsapp' ? shownPhone(value) : value;
}

/** Quiet hours in a few words, clock times with the sign of the language. */
export function quietText({ from, to, riskBreaksThrough }: QuietHours, t: Translate, sign: string): string {
  const clock = (time: string): string => time.replace(':', sign);
  const id = riskBreaksThrough ? 'manage.quiet.shown' : 'manage.quiet.shownAll';
  return t(id, { from: clock(from), to: clock(to) });
}
