import { z } from 'zod';
import { alertKindSchema, alertSeveritySchema } from './alert.ts';
import { emailSchema, phoneSchema } from './identity.ts';

/** How a person is reached. `buzzer` is a node that beeps, `webhook` a program. */
export const channelNames = [
  'email',
  'telegram',
  'whatsapp',
  'sms',
  'webhook',
  'web-push',
  'buzzer',
] as const;

const channelRule = `must be one of ${channelNames.join(', ')}`;
export const channelNameSchema = z.enum(channelNames, { error: channelRule });
export type ChannelName = z.infer<typeof channelNameSchema>;

const languageRule = 'must be id, en or ja';
export const languageSchema = z.enum(['id', 'en', 'ja'], { error: languageRule });
export type Language = z.infer<typeof languageSchema>;

const clockRule = 'must be a time of day such as 21:30';
const timeOfDay = z.string({ error: clockRule }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: clockRule });

/** From and to in the zone of the person; over midnight when `from` is later than `to`. */
export const quietHoursSchema = z.strictObject({
  from: timeOfDay,
  to: timeOfDay,
  /** Whether an alert of severity risk comes through all the same. */
  riskBreaksThrough: z.boolean().default(true),
});
export type QuietHours = z.infer<typeof quietHoursSchema>;

export const zoneRule = 'must be the name of a time zone, such as Asia/Jakarta';
const zone = z.string({ error: zoneRule }).max(64).refine(isTimeZone, { error: zoneRule });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // RangeError is how Intl says "no such zone"; there is no other way to ask.
    return false;
  }
}

const nameRule = 'must be 1 to 80 characters';
const chatRule = 'must be the number of a chat, or @ and the name of a public channel';
const urlRule = 'must be an https:// address of at most 2048 characters';
/** http is let through here and refused where it is used, unless a developer allows it on loopback. */
const webAddress = z.url({ protocol: /^https?$/i, error: urlRule }).max(2048, { error: urlRule });
const keyRule = 'must be base64url, as the browser gives it';
const key = (bytes: number) =>
  z
    .string({ error: keyRule })
    .regex(/^[A-Za-z0-9_-]+={0,2}$/, { error: keyRule })
    .refine(text => Math.floor((text.replace(/=+$/, '').length * 3) / 4) === bytes, {
      error: `${keyRule}, of ${bytes} bytes`,
    });

export const pushSubscriptionSchema = z.strictObject({
  endpoint: webAddress,
  keys: z.strictObject({ p256dh: key(65), auth: key(16) }),
});
export type PushSubscription = z.infer<typeof pushSubscriptionSchema>;

const addressSchemas = {
  email: z.strictObject({ email: emailSchema }),
  telegram: z.strictObject({
    chatId: z.string({ error: chatRule }).regex(/^(-?\d{1,20}|@[A-Za-z]\w{4,31})$/, { error: chatRule }),
  }),
  whatsapp: z.strictObject({ phone: phoneSchema }),
  sms: z.strictObject({ phone: phoneSchema }),
  /** The secret that signs is made by the server and shown once. */
  webhook: z.strictObject({ url: webAddress }),
  'web-push': pushSubscriptionSchema,
  buzzer: z.strictObject({ nodeId: z.string().min(1).max(64) }),
} as const satisfies Record<ChannelName, z.ZodType>;

export type ContactAddress<Name extends ChannelName> = z.output<(typeof addressSchemas)[Name]>;

/** What an address of this channel must look like. */
export function addressSchema<Name extends ChannelName>(channel: Name): (typeof addressSchemas)[Name] {
  return addressSchemas[channel];
}

const settings = {
  name: z.string({ error: nameRule }).trim().min(1, { error: nameRule }).max(80, { error: nameRule }),
  language: languageSchema,
  /** Null = the zone of the firm. */
  timeZone: zone.nullable(),
  quiet: quietHoursSchema.nullable(),
  /** Only these; null = all. */
  kinds: z.array(alertKindSchema).min(1).max(alertKindSchema.options.length).nullable(),
  minSeverity: alertSeveritySchema,
};

export const newContactSchema = z.strictObject({
  name: settings.name,
  channel: channelNameSchema,
  /** Checked against the schema of its channel. */
  address: z.record(z.string(), z.unknown()),
  /** Whose contact it is; left out = of whoever asks, null = of nobody in particular. */
  userId: z.string().max(64).nullable().optional(),
  language: settings.language.default('id'),
  timeZone: settings.timeZone.default(null),
  quiet: settings.quiet.default(null),
  kinds: settings.kinds.default(null),
  minSeverity: settings.minSeverity.default('info'),
});

/** Another address is another contact. `rotateSecret` makes a second secret for a webhook; both sign for a day. */
export const contactChangeSchema = z
  .strictObject({ ...settings, enabled: z.literal(true), rotateSecret: z.literal(true) })
  .partial();

/** Of a message that was sent while somebody waited. */
export const deliveryResultSchema = z.object({
  outcome: z.enum(['delivered', 'retry', 'failed']),
  reason: z.string().nullable(),
});
export type DeliveryResult = z.infer<typeof deliveryResultSchema>;

export const contactViewSchema = z.object({
  contactId: z.string(),
  userId: z.string().nullable(),
  name: z.string(),
  channel: channelNameSchema,
  /** Without keys and secrets. */
  address: z.record(z.string(), z.string()),
  language: languageSchema,
  timeZone: z.string().nullable(),
  quiet: quietHoursSchema.nullable(),
  kinds: z.array(alertKindSchema).nullable(),
  minSeverity: alertSeveritySchema,
  /** Null = waits for the code that was sent to it; nothing else is sent until then. */
  verifiedAt: z.iso.datetime().nullable(),
  /** Why nothing is sent to it any more. */
  disabledReason: z.string().nullable(),
});
export type ContactView = z.infer<typeof contactViewSchema>;

/** `secret` signs what a webhook gets, and is shown only now. */
export const savedContactSchema = contactViewSchema.extend({
  secret: z.string().optional(),
  /** Whether the code that verifies it was sent. */
  codeDelivery: deliveryResultSchema.optional(),
});
export type SavedContact = z.infer<typeof savedContactSchema>;

const codeRule = 'must be the 6 digits that were sent';
export const contactCodeSchema = z.strictObject({
  code: z
    .string({ error: codeRule })
    .trim()
    .regex(/^\d{6}$/, { error: codeRule }),
});

/** Which ways this server is set up for. */
export const channelsViewSchema = z.object({
  channels: z.array(z.object({ channel: channelNameSchema, isOn: z.boolean() })),
});

/** What a browser gives, as JSON. */
export const newPushSubscriptionSchema = pushSubscriptionSchema.extend({
  expirationTime: z.number().nullable().optional(),
  name: settings.name.optional(),
  language: settings.language.default('id'),
});

/** What a browser needs to subscribe. */
export const pushKeySchema = z.object({ publicKey: z.string() });
