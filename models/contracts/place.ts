import { z } from 'zod';
import { placeIdSchema } from './ids.ts';

export const placeKindSchema = z.enum(['kitchen', 'shop', 'fridge', 'vehicle', 'store', 'market'], {
  error: 'must be one of kitchen, shop, fridge, vehicle, store, market',
});
export type PlaceKind = z.infer<typeof placeKindSchema>;

/** Where goods are made, kept, carried or sold. Nodes name the place they hang in. */
export const newPlaceSchema = z.strictObject({
  placeId: placeIdSchema,
  name: z.string().trim().min(1).max(128),
  kind: placeKindSchema,
});

export const placeChangeSchema = newPlaceSchema.omit({ placeId: true }).partial();

export const placeViewSchema = z.object({ placeId: placeIdSchema, name: z.string(), kind: placeKindSchema });
export type PlaceView = z.infer<typeof placeViewSchema>;
