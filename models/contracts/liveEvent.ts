import { z } from 'zod';
import { alertViewSchema } from './alert.ts';
import { estimateSchema } from './estimate.ts';
import { fitNewsSchema } from './fit.ts';
import { nodeViewSchema } from './node.ts';
import { readingViewSchema } from './reading.ts';

/**
 * What `GET /api/v1/live` streams; `event:` is the type, `data:` the JSON of the payload.
 * `reset` tells a client that its Last-Event-ID is too old to resume from: load the lists again.
 */
export const liveEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reading'), data: readingViewSchema }),
  z.object({ type: z.literal('estimate'), data: estimateSchema }),
  z.object({ type: z.literal('node'), data: nodeViewSchema }),
  z.object({ type: z.literal('batch'), data: z.object({ batchId: z.string() }) }),
  z.object({ type: z.literal('alert'), data: alertViewSchema }),
  z.object({ type: z.literal('shipment'), data: z.object({ shipmentId: z.string() }) }),
  z.object({ type: z.literal('fit'), data: fitNewsSchema }),
  z.object({ type: z.literal('reset'), data: z.object({}) }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;
