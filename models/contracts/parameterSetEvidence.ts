import { z } from 'zod';
import { treatmentSchema } from './batch.ts';
import { parameterSetViewSchema, setRefSchema, treatments } from './parameterSets.ts';
import { instantSchema } from './reading.ts';

const spread = z.object({ median: z.number(), p05: z.number(), p95: z.number() });
export type Spread = z.infer<typeof spread>;

/** What using a set would do to the batches that are there now. */
export const parameterSetEffectSchema = z.object({
  liveBatches: z.number().int(),
  /** How many of them were worked out. */
  worked: z.number().int(),
  /** Of the lower end of the interval, in hours; null without a batch. */
  changeH: spread.nullable(),
  /** The same as a share of what it was, of batches that had something left. */
  changeShare: z.number().nullable(),
  longer: z.number().int(),
  shorter: z.number().int(),
  /** The five that change most. */
  batches: z.array(
    z.object({
      batchId: z.string(),
      name: z.string(),
      treatment: treatmentSchema,
      beforeP05H: z.number(),
      afterP05H: z.number(),
    }),
  ),
  /** Batches kept now outside of what the set was tested at. */
  outsideTestedRange: z.number().int(),
});
export type ParameterSetEffect = z.infer<typeof parameterSetEffectSchema>;

/** What a draft would be and do, before there is one. */
export const parameterSetPreviewSchema = z.object({
  set: parameterSetViewSchema,
  effect: parameterSetEffectSchema,
  /** Firms that would be asked, the own one first. */
  proposedTo: z.array(z.object({ orgId: z.string(), name: z.string() })),
});
export type ParameterSetPreview = z.infer<typeof parameterSetPreviewSchema>;

export const newRerunSchema = z.strictObject({
  treatments: treatments.optional(),
  /** Batches made since; absent: the last 90 days. */
  from: instantSchema.optional(),
});

const agreementSchema = z.object({
  n: z.number().int(),
  /** Share of the 90 % intervals that held; null without observations. */
  coverage: z.number().nullable(),
  /** Mean of observed less predicted. */
  bias: z.number().nullable(),
  rmse: z.number().nullable(),
});
export type Agreement = z.infer<typeof agreementSchema>;
const verdictAgreementSchema = z.object({
  n: z.number().int(),
  coverage: z.number().nullable(),
  /** Spoiled before the promised hour: the kind of error that must be rare. */
  spoiledEarly: z.number().int(),
  keptLonger: z.number().int(),
});
export type VerdictAgreement = z.infer<typeof verdictAgreementSchema>;

const beforeAndAfter = <T extends z.ZodType>(schema: T) => z.object({ before: schema, after: schema });

export const rerunResultSchema = z.object({
  batches: z.number().int(),
  /** Change of the lower end in hours, as it would have been said when the batch was made, and at a quarter of its life. */
  atMakingH: spread.nullable(),
  atQuarterH: spread.nullable(),
  promiseAtMakingH: beforeAndAfter(spread).nullable(),
  /** log10 CFU/g. */
  counts: beforeAndAfter(agreementSchema),
  verdicts: beforeAndAfter(verdictAgreementSchema),
  discards: beforeAndAfter(verdictAgreementSchema),
});
export type RerunResult = z.infer<typeof rerunResultSchema>;

export const rerunViewSchema = z.object({
  rerunId: z.string(),
  parameterSetId: z.string(),
  version: z.number().int(),
  treatments: z.array(treatmentSchema),
  from: z.iso.datetime(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  progress: z.object({ done: z.number().int(), of: z.number().int() }),
  askedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  failure: z.string().nullable(),
  result: rerunResultSchema.nullable(),
});
export type RerunView = z.infer<typeof rerunViewSchema>;

const calibrationFields = {
  n: z.number().int(),
  /** Share of the 90 % intervals that held, over everything that was seen. */
  coverage: z.number().nullable(),
  /** Range that a true 90 % gives nineteen times in twenty at this n (Wilson). */
  coverageInterval: z.tuple([z.number(), z.number()]).nullable(),
  counts: agreementSchema,
  verdicts: verdictAgreementSchema,
  discards: verdictAgreementSchema,
};

/** Whether what was promised held, by what was seen of the batches. */
export const calibrationSchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  timeZone: z.string(),
  overall: z.object(calibrationFields),
  rows: z.array(
    z.object({
      productId: z.string(),
      productName: z.string(),
      /** 2026-11, in the time zone of the firm. */
      month: z.string(),
      ...calibrationFields,
      parameterSets: z.array(setRefSchema),
    }),
  ),
  /** Whether there was more than is looked at in one answer: the newest count. */
  truncated: z.boolean(),
});
export type CalibrationView = z.infer<typeof calibrationSchema>;
