import { z } from 'zod';
import { nodeIdSchema, probeSchema } from './ids.ts';
import { instantSchema } from './reading.ts';

const offsetRule = 'must be a number from -10 to 10 degrees Celsius';
const noteRule = 'must be 1 to 500 characters';

/** Added to what a probe says: reference minus shown. A probe that shows 0.4 in ice water has the offset -0.4. */
export const newOffsetSchema = z.strictObject({
  /** Without one the node's main probe. */
  probe: probeSchema.optional(),
  temperatureOffsetC: z
    .number({ error: offsetRule })
    .min(-10, { error: offsetRule })
    .max(10, { error: offsetRule }),
  /** For readings measured from then on; those before stay as they are. */
  from: instantSchema,
  calibrationDueAt: instantSchema.optional(),
  note: z
    .string({ error: noteRule })
    .trim()
    .min(1, { error: noteRule })
    .max(500, { error: noteRule })
    .optional(),
});

export const offsetViewSchema = z.object({
  offsetId: z.number().int(),
  nodeId: nodeIdSchema,
  probe: probeSchema,
  temperatureOffsetC: z.number(),
  from: z.iso.datetime(),
  calibrationDueAt: z.iso.datetime().nullable(),
  note: z.string().nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type OffsetView = z.infer<typeof offsetViewSchema>;

/** An offset that is only tried: nothing is kept of it. */
export const triedOffsetSchema = newOffsetSchema.pick({ probe: true, temperatureOffsetC: true, from: true });

/** What an offset would do to the batches the probe speaks for, in hours of the lower end of what is left of each. */
export const offsetEffectSchema = z.object({
  /** How many batches there are; at most 50 of them are worked out. */
  batchCount: z.number().int(),
  batches: z.array(
    z.object({ batchId: z.string(), name: z.string(), beforeH: z.number(), afterH: z.number() }),
  ),
});
export type OffsetEffect = z.infer<typeof offsetEffectSchema>;
