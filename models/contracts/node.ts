import { z } from 'zod';
import { nodeIdSchema, placeIdSchema } from './ids.ts';
import { readingViewSchema } from './reading.ts';

/** `stale`: heard before, silent longer than three of its reports (at least 30 min). */
export const nodeStateSchema = z.enum(['online', 'stale', 'never-seen']);
export type NodeState = z.infer<typeof nodeStateSchema>;

const nameSchema = z
  .string({ error: 'must be 1 to 128 characters' })
  .trim()
  .min(1, { error: 'must be 1 to 128 characters' })
  .max(128, { error: 'must be 1 to 128 characters' });

export const newNodeSchema = z.strictObject({
  nodeId: nodeIdSchema,
  name: nameSchema.optional(),
  placeId: placeIdSchema.optional(),
  /** How often the node reports, in seconds. Sets when its silence counts. */
  reportEveryS: z.number().int().min(1).max(86_400).optional(),
});

export const nodeCredentialsSchema = z.object({
  nodeId: nodeIdSchema,
  mqtt: z.object({ username: z.string(), password: z.string() }),
});

export const nodeViewSchema = z.object({
  nodeId: nodeIdSchema,
  name: z.string(),
  placeId: z.string().nullable(),
  reportEveryS: z.number().int().nullable(),
  state: nodeStateSchema,
  /**
   * Whether its MQTT session is up right now (a battery node sleeps between reports); of a device behind a bridge,
   * whether the bridge last said that it is there.
   */
  connected: z.boolean(),
  lastSeenAt: z.iso.datetime().nullable(),
  lastReading: readingViewSchema.nullable(),
  batteryPct: z.number().nullable(),
  /** Since when its device clock has been wrong, if it is. */
  clockWrongSince: z.iso.datetime().nullable(),
  /** Since when the probe of its last reading repeats one value to the last digit and is not believed, if it does. */
  stuckSince: z.iso.datetime().nullish(),
  /** Added to what the probe of its last reading says, now; 0 without a calibration. */
  offsetC: z.number(),
  calibrationDueAt: z.iso.datetime().nullable(),
  /** The foreign device that speaks for it through a bridge; null when it speaks for itself. */
  device: z
    .object({
      foundDeviceId: z.string(),
      bridgeId: z.string(),
      family: z.string(),
      deviceId: z.string(),
      batteryLow: z.boolean().nullable(),
      /** How strongly the bridge last heard it; null where it does not say. */
      rssiDbm: z.number().nullable(),
    })
    .nullable(),
});
export type NodeView = z.infer<typeof nodeViewSchema>;
