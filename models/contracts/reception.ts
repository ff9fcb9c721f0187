import { z } from 'zod';
import { nodeIdSchema } from './ids.ts';

/** What came in of each node over the last hours, cut into equal cells: "1" there was news, "0" a gap. Oldest first. */
export const receptionViewSchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  nodes: z.array(
    z.object({
      nodeId: nodeIdSchema,
      cells: z.string().regex(/^[01]*$/),
      /** Days until its battery is empty if it goes on as in the last weeks; null while that cannot be said. */
      batteryDaysLeft: z.number().int().nullable(),
    }),
  ),
});
export type ReceptionView = z.infer<typeof receptionViewSchema>;
