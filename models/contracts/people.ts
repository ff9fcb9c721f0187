import { z } from 'zod';
import { commonPasswordFault } from './commonPasswords.ts';
import { channelNameSchema, deliveryResultSchema } from './contact.ts';
import { hasValidCheckDigit } from './gtin.ts';
import { emailSchema, identitySchema, phoneSchema } from './identity.ts';
import { placeIdSchema } from './ids.ts';
import { instantSchema } from './reading.ts';

/**
 * What a person or token may do in one organisation.
 *   owner        everything
 *   producer     makes batches, places sensors
 *   distributor  reads everything, places sensors
 *   researcher   reads everything, predicts
 *   viewer       reads (a shop, an inspector)
 */
export const roleSchema = z.enum(['owner', 'producer', 'distributor', 'researcher', 'viewer'], {
  error: 'must be one of owner, producer, distributor, researcher, viewer',
});
export type Role = z.infer<typeof roleSchema>;

export const organisationKindSchema = z.enum(['producer', 'distributor', 'shop', 'laboratory'], {
  error: 'must be one of producer, distributor, shop, laboratory',
});
export type OrganisationKind = z.infer<typeof organisationKindSchema>;

const nameRule = 'must be 1 to 128 characters';
const personName = z
  .string({ error: nameRule })
  .trim()
  .min(1, { error: nameRule })
  .max(128, { error: nameRule })
  .refine(text => !/\p{Cc}/u.test(text), { error: `${nameRule}, without control characters` });

const optionalText = (longest: number) =>
  z
    .string({ error: `must be at most ${longest} characters, or null` })
    .trim()
    .max(longest, { error: `must be at most ${longest} characters` })
    .refine(text => !/\p{Cc}/u.test(text.replaceAll('\n', '')), {
      error: `must be at most ${longest} characters, without control characters`,
    })
    .transform(text => (text === '' ? null : text))
    .nullable();

const zoneRule = 'must be the name of a time zone, such as Asia/Jakarta';

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // RangeError is how Intl says "no such zone"; there is no other way to ask.
    return false;
  }
}

const glnRule = 'must be a GLN: 13 digits with a right check digit';
const prefixRule = 'must be a GS1 company prefix: 4 to 12 digits';

const profile = {
  name: personName,
  kind: organisationKindSchema,
  timeZone: z
    .string({ error: zoneRule })
    .max(64, { error: zoneRule })
    .refine(isTimeZone, { error: zoneRule }),
  /** What buyers read instead of `name`. */
  publicName: optionalText(128),
  address: optionalText(512),
  halalNumber: optionalText(64),
  /** Registration of packaged home-industry food. */
  pirtNumber: optionalText(64),
  gs1CompanyPrefix: z
    .string({ error: prefixRule })
    .regex(/^\d{4,12}$/, { error: prefixRule })
    .nullable(),
  gln: z
    .string({ error: glnRule })
    .regex(/^\d{13}$/, { error: glnRule })
    .refine(hasValidCheckDigit, { error: glnRule })
    .nullable(),
};

export const organisationViewSchema = z.object({
  orgId: z.string(),
  name: z.string(),
  kind: organisationKindSchema,
  timeZone: z.string(),
  publicName: z.string().nullable(),
  address: z.string().nullable(),
  halalNumber: z.string().nullable(),
  pirtNumber: z.string().nullable(),
  gs1CompanyPrefix: z.string().nullable(),
  gln: z.string().nullable(),
});
export type OrganisationView = z.infer<typeof organisationViewSchema>;

export const organisationChangeSchema = z.strictObject(profile).partial();
export type OrganisationChange = z.output<typeof organisationChangeSchema>;

export const meSchema = z.object({
  /** Null for a token. */
  userId: z.string().nullable(),
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  role: roleSchema,
  organisation: organisationViewSchema,
  /** `after` of a live stream that is opened within a minute: it misses nothing since this answer. */
  liveEventId: z.string(),
  /** Every firm this person belongs to; of a token its one. */
  organisations: z.array(
    z.object({ orgId: z.string(), name: z.string(), kind: organisationKindSchema, role: roleSchema }),
  ),
});
export type Me = z.infer<typeof meSchema>;

/** The header that says for which of several firms a request speaks. */
export const organisationHeader = 'tahan-organisation';

export const switchOrganisationSchema = z.strictObject({ orgId: placeIdSchema });

const passwordRule = 'must have 12 to 256 characters';

/** For a password that is being chosen; one that is tried is only limited in length. */
export const newPasswordSchema = z
  .string({ error: passwordRule })
  .min(12, { error: passwordRule })
  .max(256, { error: passwordRule })
  .superRefine((password, context) => {
    const fault = commonPasswordFault(password);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });

export const triedPasswordSchema = z
  .string({ error: 'must be a password' })
  .min(1, { error: 'must not be empty' })
  .max(256, { error: 'must have at most 256 characters' });

/** Sign-in by e-mail address or telephone number; `email` is the older name of the same field. */
export const signInSchema = z
  .strictObject({
    identity: identitySchema.optional(),
    email: emailSchema.optional(),
    phone: phoneSchema.optional(),
    password: triedPasswordSchema,
    /** Some clients send it; it changes nothing here. */
    rememberMe: z.boolean().optional(),
  })
  .superRefine(({ identity, email, phone }, context) => {
    const given = [identity, email, phone].filter(value => value !== undefined).length;
    if (given === 1) return;
    context.addIssue({
      code: 'custom',
      path: ['email'],
      message:
        given === 0
          ? 'must be an e-mail address (or send phone or identity)'
          : 'must be alone: send one of email, phone and identity',
    });
  });

export const meChangeSchema = z.strictObject({ name: personName }).partial();

export const passwordChangeSchema = z.strictObject({
  currentPassword: triedPasswordSchema,
  newPassword: newPasswordSchema,
});

export const sessionViewSchema = z.object({
  sessionId: z.string(),
  current: z.boolean(),
  startedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const memberViewSchema = z.object({
  userId: z.string(),
  name: z.string(),
  role: roleSchema,
  /** Only owners see how members sign in. */
  email: z.string().nullable(),
  phone: z.string().nullable(),
  joinedAt: z.iso.datetime(),
});
export type MemberView = z.infer<typeof memberViewSchema>;

export const memberChangeSchema = z.strictObject({ role: roleSchema });

export const newInvitationSchema = z
  .strictObject({
    email: emailSchema.optional(),
    phone: phoneSchema.optional(),
    role: roleSchema,
    /** As others will read it, until the person says otherwise. */
    name: personName.optional(),
  })
  .refine(({ email, phone }) => (email === undefined) !== (phone === undefined), {
    error: 'must be given, or phone: one of the two',
    path: ['email'],
  });

export const invitationViewSchema = z.object({
  invitationId: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  role: roleSchema,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  state: z.enum(['open', 'accepted', 'expired', 'revoked']),
});
export type InvitationView = z.infer<typeof invitationViewSchema>;

/** `url` holds the secret and is shown only now; `shareText` is ready for a chat. */
/** How a link was sent to whoever it is for; null: it was not, and has to be handed over. */
const sentLinkSchema = deliveryResultSchema.extend({ channel: channelNameSchema }).nullable();
export type SentLink = NonNullable<z.infer<typeof sentLinkSchema>>;

export const madeInvitationSchema = invitationViewSchema.extend({
  url: z.string(),
  shareText: z.string(),
  sent: sentLinkSchema.optional(),
});

const secretRule = 'must be the code of a link';
const linkSecret = z.string({ error: secretRule }).regex(/^[A-Za-z0-9_-]{20,100}$/, { error: secretRule });

export const linkSchema = z.strictObject({ token: linkSecret });

/** What somebody who holds the link may know before they accept. */
export const invitationPreviewSchema = z.object({
  organisationName: z.string(),
  role: roleSchema,
  identity: z.string(),
  name: z.string().nullable(),
  /** Whether there is an account already: then its password is asked for, else a new one. */
  hasAccount: z.boolean(),
  expiresAt: z.iso.datetime(),
});

export const acceptInvitationSchema = z.strictObject({
  token: linkSecret,
  password: triedPasswordSchema,
  name: personName.optional(),
});

export const acceptedInvitationSchema = z.object({ orgId: z.string(), role: roleSchema });

export const usePasswordResetSchema = z.strictObject({ token: linkSecret, password: newPasswordSchema });

export const madePasswordResetSchema = z.object({
  url: z.string(),
  expiresAt: z.iso.datetime(),
  sent: sentLinkSchema.optional(),
});

export const newTokenSchema = z.strictObject({
  name: personName,
  role: roleSchema,
  /** Left out or null = until it is withdrawn. */
  expiresAt: instantSchema.nullable().default(null),
});

export const tokenViewSchema = z.object({
  tokenId: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: z.iso.datetime(),
  createdBy: z.string().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  /** To within five minutes. */
  lastUsedAt: z.iso.datetime().nullable(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;

/** The token itself is shown only now. */
export const madeTokenSchema = tokenViewSchema.extend({ token: z.string() });
