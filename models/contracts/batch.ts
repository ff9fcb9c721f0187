import { z } from 'zod';
import { estimateSchema } from './estimate.ts';
import { gtinSchema } from './gtin.ts';
import { batchIdSchema, nodeIdSchema, positionSchema, probeSchema, productIdSchema } from './ids.ts';
import { publicCodeSchema } from './publicCode.ts';
import { instantSchema } from './reading.ts';

/**
 * How a batch was treated and packed. Chooses the parameter class (fresh, or packed and heated) and the caps.
 *   none                 plain, open
 *   water-immersed       sold from a bucket of water
 *   turmeric-boiled      takwa: second boil in salted turmeric water, air-dried, besek
 *   vacuum               sealed, not heated afterwards
 *   packed-heated        sealed and heated in the pack, without proof of 90 C 10 min at the centre
 *   packed-heated-p90    the same with that proof
 */
export const treatmentSchema = z.enum(
  ['none', 'water-immersed', 'turmeric-boiled', 'vacuum', 'packed-heated', 'packed-heated-p90'],
  {
    error: 'must be one of none, water-immersed, turmeric-boiled, vacuum, packed-heated, packed-heated-p90',
  },
);
export type Treatment = z.infer<typeof treatmentSchema>;

/** Where a batch is kept from now on. Without it the mean of its last day of readings is assumed. */
export const storageSchema = z.enum(['room', 'fridge'], { error: 'must be room or fridge' });
export type Storage = z.infer<typeof storageSchema>;

export const quantitySchema = z.strictObject({
  amount: z.number({ error: 'must be a number above 0' }).positive({ error: 'must be a number above 0' }),
  unit: z.string().trim().min(1).max(32),
});

export const newBatchSchema = z.strictObject({
  batchId: batchIdSchema,
  productId: productIdSchema,
  producedAt: instantSchema,
  name: z.string().trim().min(1).max(128).optional(),
  /** A bare number counts pieces ("potong"). */
  quantity: z
    .union([quantitySchema, z.number().positive()], { error: 'must be a number above 0 or {amount, unit}' })
    .optional(),
  treatment: treatmentSchema.optional(),
  storage: storageSchema.optional(),
  /** A code from a block set aside for labels that were printed before. Without it one is made. */
  publicCode: publicCodeSchema.optional(),
});

export const newPlacementSchema = z
  .strictObject({
    nodeId: nodeIdSchema,
    /** Without one the node's main probe. */
    probe: probeSchema.optional(),
    /** Where in the load: "atas", "tengah", "pintu"; without one "main". Sensors at several positions may overlap. */
    position: positionSchema.optional(),
    from: instantSchema,
    to: instantSchema.nullish(),
  })
  .refine(p => p.to == null || p.to > p.from, { error: 'must be later than from', path: ['to'] });

/** Ends a placement (an instant), or opens it again (null). */
export const placementChangeSchema = z.strictObject({ to: instantSchema.nullable() });

/** Why a placement never was true: it is taken back as if it had not been made. */
export const placementRemovalSchema = z.strictObject({ reason: z.string().trim().min(1).max(256) });

export const placementViewSchema = z.object({
  placementId: z.string(),
  nodeId: nodeIdSchema,
  nodeName: z.string(),
  probe: probeSchema,
  position: positionSchema,
  from: z.iso.datetime(),
  to: z.iso.datetime().nullable(),
});
export type PlacementView = z.infer<typeof placementViewSchema>;

/** What is wrong with goods that are thrown away. */
export const discardReasonSchema = z.enum(
  ['asam', 'berlendir', 'bau', 'berjamur', 'pecah', 'rusak', 'lain'],
  { error: 'must be one of asam, berlendir, bau, berjamur, pecah, rusak, lain' },
);
export type DiscardReason = z.infer<typeof discardReasonSchema>;

export const discardSchema = z.strictObject({
  reason: discardReasonSchema,
  note: z.string().trim().max(512).optional(),
  /** Default: now. */
  at: instantSchema.optional(),
});

const part = z.strictObject({
  batchId: batchIdSchema,
  name: z.string().trim().min(1).max(128).optional(),
  /** In the unit of the batch that is split. */
  quantity: z
    .number({ error: 'must be a number above 0' })
    .positive({ error: 'must be a number above 0' })
    .optional(),
});

/**
 * Parts of a batch that go their own way from `at` on (default: now). Its sensors stay with what is left of it; with
 * `keepSensors` they go on speaking for the parts as well, which is true as long as all stand together.
 */
export const splitSchema = z.strictObject({
  into: z
    .array(part, { error: 'must be a list of 1 to 50 parts' })
    .min(1, { error: 'must have a part' })
    .max(50, { error: 'must have at most 50 parts' }),
  at: instantSchema.optional(),
  keepSensors: z.boolean().optional(),
  /** Nothing is left of the batch. Without it: when the quantities say so. */
  nothingLeft: z.boolean().optional(),
});

/** Batches that become one at `at` (default: now). They end then. */
export const joinSchema = z.strictObject({
  batchId: batchIdSchema,
  name: z.string().trim().min(1).max(128).optional(),
  from: z
    .array(batchIdSchema, { error: 'must be a list of 2 to 32 batch ids' })
    .min(2, { error: 'must name at least 2 batches' })
    .max(32, { error: 'must name at most 32 batches' }),
  at: instantSchema.optional(),
  keepSensors: z.boolean().optional(),
});

const lineageViewSchema = z.object({ batchId: batchIdSchema, at: z.iso.datetime() });

export const batchViewSchema = z.object({
  batchId: batchIdSchema,
  name: z.string(),
  productId: productIdSchema,
  productName: z.string(),
  producedAt: z.iso.datetime(),
  quantity: quantitySchema.nullable(),
  treatment: treatmentSchema,
  storage: storageSchema.nullable(),
  soldOutAt: z.iso.datetime().nullable(),
  discardedAt: z.iso.datetime().nullable(),
  discardReason: discardReasonSchema.nullable(),
  discardNote: z.string().nullable(),
  /** Since when nothing is left of it because it was split up or joined with others. */
  dividedAt: z.iso.datetime().nullable(),
  /** What it was made from by splitting or joining, and what was made from it. */
  parents: z.array(lineageViewSchema),
  children: z.array(lineageViewSchema),
  /** Counts and verdicts recorded of it. */
  observationCount: z.number().int(),
  placements: z.array(placementViewSchema),
  estimate: estimateSchema,
});
export type BatchView = z.infer<typeof batchViewSchema>;

/** Which kind of tahu. */
export const variantSchema = z.enum(['takwa', 'putih', 'pong', 'other'], {
  error: 'must be one of takwa, putih, pong, other',
});
export type Variant = z.infer<typeof variantSchema>;

const productFields = {
  name: z.string().trim().min(1).max(128),
  variant: variantSchema,
  treatment: treatmentSchema,
  storage: storageSchema,
  /** What is counted: potong, besek, kg. */
  unit: z.string().trim().min(1).max(32).nullable(),
  /** Hours of life that buyers ask for. */
  needH: z
    .number()
    .min(0, { error: 'must be from 0 to 1440 hours' })
    .max(1440, { error: 'must be from 0 to 1440 hours' })
    .nullable(),
  /** Rupiah for one unit. */
  unitPriceIdr: z
    .number()
    .min(0, { error: 'must be 0 or greater' })
    .max(1e9, { error: 'must be at most 1000000000' })
    .nullable(),
  gtin: gtinSchema.nullable(),
};

export const newProductSchema = z.strictObject({
  productId: productIdSchema,
  ...productFields,
  variant: productFields.variant.default('other'),
  unit: productFields.unit.default(null),
  needH: productFields.needH.default(null),
  unitPriceIdr: productFields.unitPriceIdr.default(null),
  gtin: productFields.gtin.default(null),
});

/** What is named is changed. Batches that are there keep the treatment they were made with. */
export const productChangeSchema = z.strictObject(productFields).partial();

export const productViewSchema = z.object({ productId: productIdSchema, ...productFields });
export type ProductView = z.infer<typeof productViewSchema>;
