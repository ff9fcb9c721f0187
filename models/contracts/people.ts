import { z } from 'zod';

/**
 * What a person or token may do in one organisation.
 *   owner        everything
 *   producer     makes batches, places sensors
 *   distributor  reads everything, places sensors
 *   researcher   reads everything, predicts
 *   viewer       reads
 */
export const roleSchema = z.enum(['owner', 'producer', 'distributor', 'researcher', 'viewer'], {
  error: 'must be one of owner, producer, distributor, researcher, viewer',
});
export type Role = z.infer<typeof roleSchema>;

export const meSchema = z.object({
  name: z.string(),
  role: roleSchema,
  organisation: z.object({ orgId: z.string(), name: z.string(), timeZone: z.string() }),
});
export type Me = z.infer<typeof meSchema>;
