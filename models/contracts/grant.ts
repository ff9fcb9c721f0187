import { z } from 'zod';
import { emailSchema } from './identity.ts';
import { batchIdSchema, placeIdSchema } from './ids.ts';
import { instantSchema } from './reading.ts';

/**
 * What one firm lets another, or a researcher, see for a time.
 *   shipment                 one shipment with its batches and their life on arrival
 *   readings-pseudonymised   all readings of a span of time, nodes and batches under names that mean nothing outside
 */
export const grantSubjectSchema = z.enum(['shipment', 'readings-pseudonymised'], {
  error: 'must be shipment or readings-pseudonymised',
});
export type GrantSubject = z.infer<typeof grantSubjectSchema>;

export const newGrantSchema = z
  .strictObject({
    /** The firm that may read; or the person, in whichever firm. */
    toOrgId: placeIdSchema.optional(),
    toEmail: emailSchema.optional(),
    /** Whoever holds the link, without an account: for one shipment. */
    byLink: z.literal(true, { error: 'must be true, or be left out' }).optional(),
    subject: grantSubjectSchema,
    /** The shipment. */
    subjectId: batchIdSchema.optional(),
    /** Only readings measured within. */
    from: instantSchema.optional(),
    to: instantSchema.optional(),
    expiresAt: instantSchema,
  })
  .refine(
    ({ toOrgId, toEmail, byLink }) => [toOrgId, toEmail, byLink].filter(to => to !== undefined).length === 1,
    { error: 'must be given, or toEmail, or byLink: one of the three', path: ['toOrgId'] },
  )
  .refine(({ subject, byLink }) => subject === 'shipment' || byLink === undefined, {
    error: 'must be left out for readings: a link may reach anybody',
    path: ['byLink'],
  })
  .refine(({ subject, subjectId }) => (subject === 'shipment') === (subjectId !== undefined), {
    error: 'must name the shipment, and be left out for readings',
    path: ['subjectId'],
  })
  .refine(({ subject, from, to }) => subject !== 'shipment' || (from === undefined && to === undefined), {
    error: 'must be left out for a shipment',
    path: ['from'],
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    error: 'must be later than from',
    path: ['to'],
  });

export const grantViewSchema = z.object({
  grantId: z.string(),
  direction: z.enum(['given', 'received']),
  fromOrganisation: z.object({ orgId: z.string(), name: z.string() }),
  toOrgId: z.string().nullable(),
  /** Null too for a grant to whoever holds its link. */
  toEmail: z.string().nullable(),
  subject: grantSubjectSchema,
  subjectId: z.string().nullable(),
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  state: z.enum(['open', 'expired', 'revoked']),
});
export type GrantView = z.infer<typeof grantViewSchema>;

/** `node` and `batches` are the same names throughout one grant, and others in every other. */
export const sharedReadingSchema = z.object({
  node: z.string(),
  probe: z.string(),
  measuredAt: z.iso.datetime(),
  temperatureC: z.number().nullable(),
  humidityPct: z.number().nullable(),
  quality: z.enum(['good', 'suspect']),
  batches: z.array(z.string()),
});
export type SharedReading = z.infer<typeof sharedReadingSchema>;

/**
 * `url` is shown only now. Of a grant to a person it opens once, for them; of one by link it shows the shipment to whoever
 * holds it; null for one to a firm.
 */
export const madeGrantSchema = grantViewSchema.extend({ url: z.string().nullable() });
