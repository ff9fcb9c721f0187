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
    subject: grantSubjectSchema,
    /** The shipment. */
    subjectId: batchIdSchema.optional(),
    /** Only readings measured within. */
    from: instantSchema.optional(),
    to: instantSchema.optional(),
    expiresAt: instantSchema,
  })
  .refine(({ toOrgId, toEmail }) => (toOrgId === undefined) !== (toEmail === undefined), {
    error: 'must be given, or toEmail: one of the two',
    path: ['toOrgId'],
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

/** `url` opens a grant to a person, once, and is shown only now; null for one to a firm. */
export const madeGrantSchema = grantViewSchema.extend({ url: z.string().nullable() });
