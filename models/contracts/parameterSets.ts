import { z } from 'zod';
import { treatmentSchema } from './batch.ts';
import { placeIdSchema } from './ids.ts';

/** The numbers of the spoilage flora that a set may change. Caps, pathogens and temperature rules belong to the class. */
export const parameterNameSchema = z.enum([
  'initialLog10Cfu',
  'h0',
  'maxLog10Cfu',
  'b',
  'tMinC',
  'bTMinCorrelation',
  'c',
  'tMaxC',
  'heldBelowC',
  'limitLog10Cfu',
  'lotRateLnSd',
]);
export type ParameterName = z.infer<typeof parameterNameSchema>;

export const markSchema = z.enum(['seen', 'computed', 'general', 'assumed'], {
  error: 'must be one of seen, computed, general, assumed',
});

const numberRule = 'must be a number';
const number = z.number({ error: numberRule });
const text = (longest: number) =>
  z
    .string({ error: `must be 1 to ${longest} characters` })
    .trim()
    .min(1, { error: `must be 1 to ${longest} characters` })
    .max(longest, { error: `must be at most ${longest} characters` });
const note = z
  .string({ error: 'must be at most 2000 characters' })
  .trim()
  .max(2000, { error: 'must be at most 2000 characters' })
  .default('');
const range = z.tuple([number, number], { error: 'must be [low, high]' });

const newParameterSchema = z.strictObject({
  value: number,
  /** Between batches, or the standard error. */
  sd: number.optional(),
  /** Refused when it is not the unit of this number. */
  unit: z.string().max(32).optional(),
  mark: markSchema.default('computed'),
  source: z.string().trim().max(500).optional(),
  matrix: z.string().trim().max(200).optional(),
  range: range.optional(),
});

/** Only numbers of the flora: a laboratory may not loosen a cap or leave a pathogen out, so there is no field for it. */
const newParametersSchema = z.strictObject(
  {
    initialLog10Cfu: newParameterSchema.optional(),
    h0: newParameterSchema.optional(),
    maxLog10Cfu: newParameterSchema.optional(),
    b: newParameterSchema.optional(),
    tMinC: newParameterSchema.optional(),
    bTMinCorrelation: newParameterSchema.optional(),
    c: newParameterSchema.optional(),
    tMaxC: newParameterSchema.optional(),
    /** null: the model itself below what was tested. */
    heldBelowC: newParameterSchema.nullable().optional(),
    limitLog10Cfu: newParameterSchema.optional(),
    lotRateLnSd: newParameterSchema.optional(),
  },
  { error: 'must hold numbers of the spoilage flora; caps and pathogens belong to the class and stay' },
);

const versionSchema = z
  .number({ error: 'must be a whole number from 1' })
  .int({ error: 'must be a whole number from 1' })
  .min(1, { error: 'must be a whole number from 1' });
const parameterSetId = z
  .string({ error: 'must be the id of a parameter set' })
  .min(1, { error: 'must be the id of a parameter set' })
  .max(64, { error: 'must be the id of a parameter set' });

export const setRefSchema = z.object({ parameterSetId: z.string(), version: z.number().int() });

const temperatureRange = z.strictObject({ min: number, max: number });

const leverAmounts = z.record(text(64), number);

/** A limit somebody has read in the law of where the tahu is sold, so that a lever with one may be used. */
const legalLimitSchema = z.strictObject({
  leverId: text(64),
  maxDose: z.number({ error: 'must be above 0' }).positive({ error: 'must be above 0' }),
  /** Regulation and row. */
  source: text(300),
});

export const newParameterSetSchema = z.strictObject({
  /** Another version of an own set; absent: a set of its own. */
  parameterSetId: parameterSetId.optional(),
  treatment: treatmentSchema,
  title: text(128),
  note,
  /** What is not said stays as in this set; absent: the one in use for the treatment. */
  parent: z.strictObject({ parameterSetId, version: versionSchema }).optional(),
  /** A fit of this firm, whose estimates are taken. */
  fitId: z.string().min(1).max(64).optional(),
  /** The same by its report, as `tahan fit` prints it. */
  fit: z.strictObject({ model: text(128), report: z.record(z.string(), z.unknown()) }).optional(),
  parameters: newParametersSchema.default({}),
  /** The temperatures the numbers were made from; of a fit of an experiment known. */
  testedRangeC: temperatureRange.optional(),
  testedLevers: leverAmounts.default({}),
  legalLimits: z.array(legalLimitSchema).max(20).default([]),
});
export type NewParameterSet = z.output<typeof newParameterSetSchema>;

const parameterViewSchema = z.object({
  name: parameterNameSchema,
  value: z.number().nullable(),
  unit: z.string(),
  mark: markSchema,
  source: z.string(),
  matrix: z.string(),
  sd: z.number().nullable(),
  sdMark: markSchema.nullable(),
  range: z.tuple([z.number(), z.number()]).nullable(),
});
export type ParameterView = z.infer<typeof parameterViewSchema>;

export const parameterChangeSchema = z.object({
  name: parameterNameSchema,
  unit: z.string(),
  before: z.object({ value: z.number().nullable(), sd: z.number().nullable() }),
  after: z.object({ value: z.number().nullable(), sd: z.number().nullable() }),
});
export type ParameterChange = z.infer<typeof parameterChangeSchema>;

export const parameterSetUseSchema = z.object({
  treatment: treatmentSchema,
  since: z.iso.datetime(),
  until: z.iso.datetime().nullable(),
  approvedBy: z.string(),
});

export const parameterSetViewSchema = setRefSchema.extend({
  /** What it was made for; it may be used for every treatment of the same class. */
  treatment: treatmentSchema,
  treatments: z.array(treatmentSchema),
  title: z.string(),
  author: z.string(),
  note: z.string(),
  /** Null for a set that comes with the program. */
  madeAt: z.iso.datetime().nullable(),
  madeBy: z.string(),
  /** The firm it comes from; null: the program's. */
  fromOrganisation: z.object({ orgId: z.string(), name: z.string() }).nullable(),
  isBuiltIn: z.boolean(),
  testedRangeC: z.object({ min: z.number(), max: z.number() }),
  testedLevers: z.record(z.string(), z.number()),
  /** Why it cannot be published: levers whose limit in the law is not known or is passed. */
  legalFaults: z.array(z.string()),
  parameters: z.array(parameterViewSchema),
  fromFitId: z.string().nullable(),
  parentVersion: z.number().int().nullable(),
  parent: setRefSchema.nullable(),
  /** Against the set in use for its treatment. */
  against: setRefSchema,
  diff: z.array(parameterChangeSchema),
  state: z.enum(['draft', 'published', 'withdrawn']),
  uses: z.array(parameterSetUseSchema),
  /** Rules that no set may loosen: they hold with every set of the class. */
  caps: z.array(z.object({ limit: z.string(), hours: z.number() })),
});
export type ParameterSetView = z.infer<typeof parameterSetViewSchema>;

export const treatments = z.array(treatmentSchema).min(1, { error: 'must name a treatment' }).max(6);

export const publishSchema = z.strictObject({
  /** Absent: the one it was made for. */
  treatments: treatments.optional(),
  /** Firms beside the own one and those whose readings were shared with us. */
  organisations: z.array(placeIdSchema).max(50).default([]),
  /** Whether firms that share their readings with us are told too. */
  toSharing: z.boolean().default(true),
  note,
  /** An owner may take it into use in the own firm at once. */
  approve: z.boolean().default(false),
});
export type Publish = z.output<typeof publishSchema>;

export const proposalViewSchema = z.object({
  proposalId: z.string(),
  set: parameterSetViewSchema,
  treatments: z.array(treatmentSchema),
  note: z.string(),
  from: z.object({ orgId: z.string(), name: z.string() }),
  proposedAt: z.iso.datetime(),
  proposedBy: z.string(),
  state: z.enum(['open', 'approved', 'rejected', 'withdrawn']),
  decidedAt: z.iso.datetime().nullable(),
  decidedBy: z.string().nullable(),
  reason: z.string(),
});
export type ProposalView = z.infer<typeof proposalViewSchema>;

export const publishedSchema = z.object({
  set: parameterSetViewSchema,
  /** To which firms it was proposed; the own one first. */
  proposedTo: z.array(
    z.object({
      orgId: z.string(),
      name: z.string(),
      proposalId: z.string(),
      state: z.enum(['open', 'approved']),
    }),
  ),
});
export type Published = z.infer<typeof publishedSchema>;

export const rejectionReasonSchema = z.strictObject({ reason: note });

export const useParameterSetSchema = z.strictObject({
  parameterSetId,
  version: versionSchema,
  treatment: treatmentSchema,
});

export const parameterSetsInUseSchema = z.object({
  inUse: z.array(
    z.object({
      treatment: treatmentSchema,
      parameterSetId: z.string(),
      version: z.number().int(),
      title: z.string(),
      /** Null: since ever. */
      since: z.iso.datetime().nullable(),
      approvedBy: z.string().nullable(),
      /** What it came after; to switch back to. */
      before: setRefSchema.extend({ title: z.string() }).nullable(),
      liveBatches: z.number().int(),
      /** Of them still to be recalculated. */
      toRecalculate: z.number().int(),
    }),
  ),
});
export type ParameterSetsInUse = z.infer<typeof parameterSetsInUseSchema>;

export const parameterSetListSchema = parameterSetsInUseSchema.extend({
  parameterSets: z.array(parameterSetViewSchema),
});
export type ParameterSetList = z.infer<typeof parameterSetListSchema>;
