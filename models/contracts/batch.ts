import { z } from 'zod';
import { estimateSchema } from './estimate.ts';
import { batchIdSchema, nodeIdSchema, probeSchema, productIdSchema } from './ids.ts';
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
});

export const newPlacementSchema = z
  .strictObject({
    nodeId: nodeIdSchema,
    /** Without one the node's main probe. */
    probe: probeSchema.optional(),
    from: instantSchema,
    to: instantSchema.nullish(),
  })
  .refine(p => p.to == null || p.to > p.from, { error: 'must be later than from', path: ['to'] });

export const placementViewSchema = z.object({
  placementId: z.string(),
  nodeId: nodeIdSchema,
  nodeName: z.string(),
  probe: probeSchema,
  from: z.iso.datetime(),
  to: z.iso.datetime().nullable(),
});
export type PlacementView = z.infer<typeof placementViewSchema>;

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
  placements: z.array(placementViewSchema),
  estimate: estimateSchema,
});
export type BatchView = z.infer<typeof batchViewSchema>;

export const productViewSchema = z.object({
  productId: productIdSchema,
  name: z.string(),
  treatment: treatmentSchema,
  storage: storageSchema,
});
export type ProductView = z.infer<typeof productViewSchema>;
