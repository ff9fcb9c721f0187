import { z } from 'zod';
import { nodeIdSchema } from './ids.ts';
import { newNodeSchema } from './node.ts';

export const foundDeviceStateSchema = z.enum(['found', 'claimed', 'ignored'], {
  error: 'must be one of found, claimed, ignored',
});
export type FoundDeviceState = z.infer<typeof foundDeviceStateSchema>;

/** The last value of one quantity of one sensor of a device. */
export const foundValueSchema = z.object({
  /** Which sensor of the device; null when it has one. */
  channel: z.string().nullable(),
  metric: z.string(),
  value: z.number(),
  unit: z.string(),
  measuredAt: z.iso.datetime(),
  quality: z.enum(['good', 'suspect', 'bad']),
});

/** A device that spoke through a bridge: waiting to be claimed, claimed as a node, or to be ignored. */
export const foundDeviceViewSchema = z.object({
  foundDeviceId: z.string(),
  bridgeId: nodeIdSchema,
  /** Its kind, such as zigbee2mqtt or tasmota. */
  family: z.string(),
  /** The name it speaks under. */
  deviceId: z.string(),
  state: foundDeviceStateSchema,
  /** The node it was claimed as. */
  nodeId: z.string().nullable(),
  foundAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** Messages with values in them. */
  messageCount: z.number().int(),
  /** Readings kept since it was found, at most 1,000; they become the node's when it is claimed. */
  keptReadings: z.number().int(),
  values: z.array(foundValueSchema),
  /** As its bridge says; null when it does not. */
  available: z.boolean().nullable(),
  batteryLow: z.boolean().nullable(),
  batteryPct: z.number().nullable(),
  /** The last sensor fault it told of. */
  lastFault: z
    .object({ at: z.iso.datetime(), channel: z.string().nullable(), value: z.string().nullable() })
    .nullable(),
});
export type FoundDeviceView = z.infer<typeof foundDeviceViewSchema>;

/** Without a nodeId one is made from the name the device speaks under. */
export const claimDeviceSchema = newNodeSchema.partial({ nodeId: true });
