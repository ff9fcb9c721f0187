import { z } from 'zod';
import { batchIdSchema } from './ids.ts';
import { instantSchema } from './reading.ts';

/** What a person says of a piece of tahu: Masih bagus, Mulai asam, Berlendir, Bau, Berjamur. */
export const verdictSchema = z.enum(['still-good', 'turning-sour', 'slimy', 'smelly', 'mouldy'], {
  error: 'must be one of still-good, turning-sour, slimy, smelly, mouldy',
});
export type Verdict = z.infer<typeof verdictSchema>;

/** Whose word it is: people of the firm, a laboratory's sheet, or a buyer on the page behind the code. */
export const observationSourceSchema = z.enum(['firm', 'laboratory', 'buyer']);
export type ObservationSource = z.infer<typeof observationSourceSchema>;

/** Made where it was seen, so that what is sent twice is one. */
const observationId = z.uuid({ error: 'must be a UUID' }).optional();

const countRule = 'must be from 0 to 12 log10 CFU/g';
const log10Cfu = z.number({ error: countRule }).min(0, { error: countRule }).max(12, { error: countRule });
const shortText = z.string().trim().min(1).max(128);

const newCountSchema = z
  .strictObject({
    kind: z.literal('count'),
    observationId,
    /** When the sample was taken. */
    at: instantSchema,
    log10CfuPerG: log10Cfu.optional(),
    /** Nothing was found at this limit of detection. */
    belowLog10: log10Cfu.optional(),
    method: shortText.optional(),
    labName: shortText.optional(),
    /** Analyst and sample together; 0.3 when absent. */
    sdLog10: z
      .number()
      .min(0.05, { error: 'must be from 0.05 to 2' })
      .max(2, { error: 'must be from 0.05 to 2' })
      .optional(),
  })
  .refine(count => (count.log10CfuPerG === undefined) !== (count.belowLog10 === undefined), {
    error: 'exactly one of log10CfuPerG and belowLog10 is required',
    path: ['log10CfuPerG'],
  });

const newVerdictSchema = z.strictObject({
  kind: z.literal('verdict'),
  observationId,
  at: instantSchema.optional(),
  verdict: verdictSchema,
});

/** Something seen of a batch itself, not of its temperature: it conditions the estimate and is kept for refitting. */
export const newObservationSchema = z.discriminatedUnion('kind', [newCountSchema, newVerdictSchema], {
  error: 'must be an observation with kind count or verdict',
});
export type NewObservation = z.output<typeof newObservationSchema>;

export const observationViewSchema = z.object({
  observationId: z.string(),
  batchId: batchIdSchema,
  kind: z.enum(['count', 'verdict']),
  at: z.iso.datetime(),
  recordedAt: z.iso.datetime(),
  source: observationSourceSchema,
  log10CfuPerG: z.number().nullable(),
  belowLog10: z.number().nullable(),
  sdLog10: z.number().nullable(),
  method: z.string().nullable(),
  labName: z.string().nullable(),
  verdict: verdictSchema.nullable(),
});
export type ObservationView = z.infer<typeof observationViewSchema>;

/** With what a fit needs beside it: how much the batch could have grown by then. */
export const fittingObservationSchema = observationViewSchema.extend({
  treatment: z.string(),
  producedAt: z.iso.datetime(),
  /** Integral of the specific growth rate of the spoilage flora from making to `at`, ln units, at the central parameters. */
  muIntegral: z.number(),
  /** Share of the time from making to `at` that readings cover. */
  measuredShare: z.number(),
  predictedLog10CfuPerG: z.number(),
  parameterSetId: z.string(),
  parameterSetVersion: z.number().int(),
});
