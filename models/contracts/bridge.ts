import { z } from 'zod';
import { nodeIdSchema } from './ids.ts';

const nameRule = 'must be 1 to 128 characters';

const prefixRule =
  'must be 1 to 128 characters ending with "/", such as "zigbee2mqtt/", without "+", "#", and not below tahan or $';

/** Where a bridge may speak: whole topic levels, so that "tele/" does not open "television/". */
export const topicPrefixSchema = z
  .string({ error: prefixRule })
  .max(128, { error: prefixRule })
  .regex(/^[^/+#$\p{Cc}][^+#\p{Cc}]*\/$/u, { error: prefixRule })
  .refine(prefix => !isReserved(prefix), { error: prefixRule });

/** Levels at the root that only nodes and edge gateways of our own speak below. */
export function isReserved(topic: string): boolean {
  return /^tahan(-.*)?$/i.test(topic.split('/', 1)[0] ?? '');
}

/** A bridge logs in as nodes do, so its id is of the same kind and taken by one of them only. */
export const bridgeIdSchema = nodeIdSchema.refine(id => !isReserved(id), {
  error: 'must not be tahan or begin with "tahan-"',
});

const timeZoneRule = 'must be the name of a time zone, such as Asia/Jakarta';

const timeZoneSchema = z.string({ error: timeZoneRule }).refine(isTimeZone, { error: timeZoneRule });

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // RangeError is how Intl says "no such zone"; there is no other way to ask.
    return false;
  }
}

const prefixesRule = 'must be a list of 1 to 16 topic prefixes';

export const newBridgeSchema = z.strictObject({
  bridgeId: bridgeIdSchema,
  name: z
    .string({ error: nameRule })
    .trim()
    .min(1, { error: nameRule })
    .max(128, { error: nameRule })
    .optional(),
  topicPrefixes: z
    .array(topicPrefixSchema, { error: prefixesRule })
    .min(1, { error: prefixesRule })
    .max(16, { error: prefixesRule }),
  /** Of devices that publish local times without an offset; default: the zone of the organisation. */
  timeZone: timeZoneSchema.optional(),
});

export const bridgeCredentialsSchema = z.object({
  bridgeId: nodeIdSchema,
  mqtt: z.object({ username: z.string(), password: z.string() }),
  topicPrefixes: z.array(z.string()),
});
export type BridgeCredentials = z.infer<typeof bridgeCredentialsSchema>;

export const bridgeViewSchema = z.object({
  bridgeId: nodeIdSchema,
  name: z.string(),
  topicPrefixes: z.array(z.string()),
  timeZone: z.string(),
  /** Whether its MQTT session is up right now. */
  connected: z.boolean(),
  /** Last heard, in its own words or a device's. */
  lastSeenAt: z.iso.datetime().nullable(),
  devices: z.object({ found: z.number().int(), claimed: z.number().int(), ignored: z.number().int() }),
});
export type BridgeView = z.infer<typeof bridgeViewSchema>;

/** What a bridge may do and how its words are read. */
export interface BridgeAccess {
  readonly bridgeId: string;
  readonly topicPrefixes: readonly string[];
  readonly timeZone: string;
}

export interface BridgePresence {
  readonly bridgeId: string;
  readonly connected: boolean;
  readonly at: number;
}

/** Which user names are bridges. Answers from the truth at every call, as `NodeDirectory` does. */
export interface BridgeDirectory {
  /** What a bridge may do; null when there is none of this name. Proves nothing about who asks. */
  find(bridgeId: string): Promise<BridgeAccess | null>;
  verify(bridgeId: string, secret: string): boolean | Promise<boolean>;
  onPresence(change: BridgePresence): void;
}
