import { z } from 'zod';
import { alertSeveritySchema } from './alert.ts';

/** What the server tells a node on its command topic. A node leaves out what it does not know. */
export const nodeCommandSchema = z.object({
  /** How often it reports from now on. */
  reportEveryS: z.number().min(1).max(86_400).optional(),
  /** Beeps for so long; 0 ends it. The same id again is the same command again. */
  buzzer: z
    .object({
      id: z.string().min(1).max(64),
      severity: alertSeveritySchema,
      seconds: z.number().min(0).max(300),
    })
    .optional(),
});
export type NodeCommand = z.infer<typeof nodeCommandSchema>;
