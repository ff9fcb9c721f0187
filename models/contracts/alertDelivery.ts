import { z } from 'zod';

/** Why somebody is told. `digest`: with others in one message in the morning. */
export const deliveryKindSchema = z.enum(['opened', 'worsened', 'escalated', 'cleared', 'digest']);
export type DeliveryKind = z.infer<typeof deliveryKindSchema>;

/** `dropped`: no longer worth a message, because it was over or acknowledged before its time came. */
export const deliveryStateSchema = z.enum(['waiting', 'sending', 'delivered', 'failed', 'dropped']);
export type DeliveryState = z.infer<typeof deliveryStateSchema>;

export const deliveryViewSchema = z.object({
  /** The idempotency key that the receiver sees. */
  deliveryId: z.string(),
  kind: deliveryKindSchema,
  contactId: z.string(),
  contactName: z.string(),
  channel: z.string(),
  state: deliveryStateSchema,
  dueAt: z.iso.datetime(),
  attempts: z.array(
    z.object({
      at: z.iso.datetime(),
      outcome: z.enum(['delivered', 'retry', 'failed']),
      reason: z.string().nullable(),
    }),
  ),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;
