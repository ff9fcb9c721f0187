import { z } from 'zod';
import { nodeIdSchema } from './ids.ts';
import { newNodeSchema } from './node.ts';

/** Without a nodeId one is made. */
export const newClaimCodeSchema = newNodeSchema.partial({ nodeId: true });

export const claimCodeViewSchema = z.object({
  /** Shown only now. */
  code: z.string(),
  /** What the QR code says: the page that claims with it. */
  claimUrl: z.string(),
  nodeId: nodeIdSchema,
  expiresAt: z.iso.datetime(),
});
export type ClaimCodeView = z.infer<typeof claimCodeViewSchema>;

const codeRule = 'must be the 8 letters and digits of a claim code, such as 7K3Q-9ZPM';

/** As a person types it: small letters, with or without the dash, O for 0 and I or L for 1. */
export const claimRequestSchema = z.strictObject({
  code: z
    .string({ error: codeRule })
    .max(32, { error: codeRule })
    .transform(text =>
      text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1'),
    )
    .refine(code => /^[0-9A-HJKMNP-TV-Z]{8}$/.test(code), { error: codeRule }),
  /** Its serial number or MAC, for the audit trail. */
  hardwareId: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, ".", "_", ":" or "-"' })
    .optional(),
});

export const claimedSchema = z.object({
  nodeId: nodeIdSchema,
  mqtt: z.object({
    host: z.string(),
    port: z.number().int(),
    /** Of MQTT over TLS; null without it. */
    tlsPort: z.number().int().nullable(),
    username: z.string(),
    password: z.string(),
  }),
});
export type Claimed = z.infer<typeof claimedSchema>;

export const replaceNodeSchema = z
  .strictObject({
    /** A device behind a bridge that speaks for the node from now on. */
    foundDeviceId: z.string().max(64).optional(),
    /** Give a claim code for the new device instead of a secret. */
    claimCode: z.boolean().optional(),
  })
  .refine(({ foundDeviceId, claimCode }) => foundDeviceId === undefined || claimCode !== true, {
    error: 'must not be given together with foundDeviceId',
    path: ['claimCode'],
  });

/** One of: a secret, a claim code, the device that was bound. */
export const replacedNodeSchema = z.object({
  nodeId: nodeIdSchema,
  mqtt: z.object({ username: z.string(), password: z.string() }).optional(),
  claimCode: claimCodeViewSchema.optional(),
  foundDeviceId: z.string().optional(),
});
export type ReplacedNode = z.infer<typeof replacedNodeSchema>;
