import { z } from 'zod';
import { nodeIdSchema } from './ids.ts';
import type { Reading } from './reading.ts';
import { maxPublishBytes, temperatureRangeC } from './reading.ts';
import type { QuarantinedPublish, RejectionCode } from './rejection.ts';

/*
 * How an edge gateway (in a truck, a kitchen, a shop) hands on what it has acknowledged to its nodes: user name = gateway
 * id, password = its secret, client id = its identity below.
 */
const root = 'tahan-edge';
const identityPrefix = '$edge/';

/** Its client id, and its name as a sender. "$" begins no other id, so it cannot be taken for a node or a bridge. */
export const edgeIdentity = (gatewayId: string): string => `${identityPrefix}${gatewayId}`;

/** Up: what was acknowledged, and how the gateway is. Down: who may connect to it. */
export const edgeIntakeTopic = (gatewayId: string): string => `${root}/${gatewayId}/intake`;
export const edgeStatusTopic = (gatewayId: string): string => `${root}/${gatewayId}/status`;
/** Of a gateway behind this one. */
export const relayedStatusTopic = (gatewayId: string, behind: string): string =>
  `${root}/${gatewayId}/status/${behind}`;
export const edgeLoginsTopic = (gatewayId: string): string => `${root}/${gatewayId}/logins`;

/** The gateway id of an edge gateway's client id; undefined for every other. */
export function parseEdgeIdentity(clientId: string): string | undefined {
  if (!clientId.startsWith(identityPrefix)) return undefined;
  const gatewayId = clientId.slice(identityPrefix.length);
  return gatewayIdSchema.safeParse(gatewayId).success ? gatewayId : undefined;
}

export const gatewayIdSchema = nodeIdSchema;

export const longestEdgeIdentity = identityPrefix.length + 64;

/** Largest publish on the intake topic. */
export const maxEdgePublishBytes = maxPublishBytes;

const instant = z.int().min(0).max(8.64e15);

/** A reading as an edge gateway took it. Nothing is restamped on the way: times and their source stay. */
export const edgeReadingSchema: z.ZodType<Reading> = z.object({
  nodeId: nodeIdSchema,
  probe: nodeIdSchema,
  measuredAt: instant,
  receivedAt: instant,
  timeSource: z.enum(['device', 'arrival']),
  temperatureC: z.number().min(temperatureRangeC.min).max(temperatureRangeC.max).nullable(),
  humidityPct: z.number().min(0).max(100).nullable(),
  batteryPct: z.number().min(0).max(100).nullable(),
  sequence: z.int().min(0).nullable(),
  quality: z.enum(['good', 'suspect']),
});

/** A code of a later release is taken as it is: quarantine only shows it. */
const rejectionCode = z
  .string()
  .regex(/^[a-z]{1,20}\.[a-z_]{1,40}$/)
  .transform(code => code as RejectionCode);

/** A publish that an edge gateway refused: kept in quarantine here like one that was refused here. */
export const edgeRefusalSchema: z.ZodType<QuarantinedPublish> = z.object({
  nodeId: z.string().min(1).max(128),
  topic: z.string().max(1024),
  receivedAt: instant,
  rejection: z.object({
    code: rejectionCode,
    message: z.string().max(2000),
    index: z.int().min(0).exactOptional(),
    field: z.string().max(200).exactOptional(),
    value: z.string().max(400).exactOptional(),
    allowed: z.string().max(1000).exactOptional(),
  }),
  payloadHead: z.string().max(2048),
  payloadBytes: z.int().min(0),
});

/** How an edge gateway is, told when it connects and every half minute. */
export const edgeStatusSchema = z.object({
  at: instant,
  version: z.string().max(40),
  /** Acknowledged to nodes, not yet by the server. */
  backlogRecords: z.int().min(0),
  /** When the oldest of them came; null without one. */
  backlogSince: instant.nullable(),
  journalBytes: z.int().min(0),
  journalMaxBytes: z.int().min(0),
  /** Hours until its journal is full at the present rate; null while nothing comes in. */
  journalHoursLeft: z.number().min(0).nullable(),
  /** Nodes whose session is up at this gateway, at most 2,000 of them. */
  connectedNodes: z.array(nodeIdSchema).max(2_000),
  /** Which logins it knows, as `EdgeLogins.version`; null when it knows none yet. */
  loginsVersion: z.string().max(64).nullable(),
});
export type EdgeStatus = z.infer<typeof edgeStatusSchema>;

const secretHash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Who may connect to an edge gateway while the server cannot be asked: the nodes and edge gateways of its organisation
 * with the SHA-256 (hex) of their secrets, which are 256 random bits and cannot be found from it.
 */
export const edgeLoginsSchema = z.object({
  version: z.string().min(1).max(64),
  nodes: z.array(z.object({ nodeId: nodeIdSchema, secretHash })),
  gateways: z.array(z.object({ gatewayId: gatewayIdSchema, secretHash })),
});
export type EdgeLogins = z.infer<typeof edgeLoginsSchema>;

export interface EdgePresence {
  readonly gatewayId: string;
  readonly connected: boolean;
  readonly at: number;
}

/** What a gateway needs to take readings over from edge gateways: whoever knows the organisations answers. */
export interface EdgeDirectory {
  verify(gatewayId: string, secret: string): boolean | Promise<boolean>;
  /** Which of these nodes the gateway may speak for; null when it is not (or no longer) known itself. */
  ownNodes(gatewayId: string, nodeIds: ReadonlySet<string>): Promise<ReadonlySet<string> | null>;
  /** Who may connect to it; null when it is not known. */
  logins(gatewayId: string): Promise<EdgeLogins | null>;
  onPresence(change: EdgePresence): void;
  /** `via`: the gateway that relayed it, itself connected here; null when it came from the gateway itself. */
  onStatus(gatewayId: string, status: EdgeStatus, via: string | null): void;
}

export const newEdgeGatewaySchema = z.strictObject({
  gatewayId: gatewayIdSchema,
  name: z
    .string({ error: 'must be 1 to 128 characters' })
    .trim()
    .min(1, { error: 'must be 1 to 128 characters' })
    .max(128, { error: 'must be 1 to 128 characters' })
    .optional(),
});

export const edgeCredentialsSchema = z.object({
  gatewayId: gatewayIdSchema,
  mqtt: z.object({ username: z.string(), password: z.string() }),
});

export const edgeGatewayViewSchema = z.object({
  gatewayId: gatewayIdSchema,
  name: z.string(),
  state: z.enum(['online', 'offline', 'never-seen']),
  connected: z.boolean(),
  lastSeenAt: z.iso.datetime().nullable(),
  backlogRecords: z.int().nullable().describe('Taken from nodes, not yet here; as last reported'),
  backlogH: z.number().nullable().describe('Age of the oldest of them, in hours'),
  journalHoursLeft: z.number().nullable().describe('Until its journal is full; null while nothing comes in'),
  connectedNodes: z.array(z.string()),
  version: z.string().nullable(),
});
export type EdgeGatewayView = z.infer<typeof edgeGatewayViewSchema>;
