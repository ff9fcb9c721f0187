import { z } from 'zod';

/** Usable temperatures of one probe within [from, to). */
export const temperatureBucketSchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  minC: z.number(),
  meanC: z.number(),
  maxC: z.number(),
  count: z.number().int(),
});
export type TemperatureBucketView = z.infer<typeof temperatureBucketSchema>;
