import { z } from 'zod';

export const quarantinedSchema = z.object({
  quarantineId: z.string(),
  /** Who sent it: a node, or the bridge or edge gateway that could not be understood. */
  nodeId: z.string(),
  topic: z.string(),
  receivedAt: z.iso.datetime(),
  code: z.string(),
  /** What the code means, for a person. */
  reason: z.string(),
  message: z.string(),
  index: z.number().int().nullable().describe('Which reading of an array'),
  field: z.string().nullable(),
  value: z.string().nullable(),
  allowed: z.string().nullable(),
  payloadHead: z.string().describe('The first 2 KiB of what was sent, as latin1 text'),
  payloadBytes: z.number().int(),
  /** Whether it makes sense to try to release it. */
  releasable: z.boolean(),
});
export type Quarantined = z.infer<typeof quarantinedSchema>;

export const quarantineCountSchema = z.object({
  code: z.string(),
  reason: z.string(),
  count: z.number().int(),
});

const reasonRule = 'must be 1 to 500 characters';

export const discardSchema = z.strictObject({
  reason: z
    .string({ error: reasonRule })
    .trim()
    .min(1, { error: reasonRule })
    .max(500, { error: reasonRule }),
});

export const resolvedSchema = z.object({
  quarantineId: z.string(),
  resolution: z.enum(['released', 'discarded']),
});
