import { type ByteLimits, defaultByteLimits } from './byteLimits.ts';

/** What a node, an address and all together may ask of a gateway. */
export interface GatewayLimits {
  /** Publishes (and other packets) a node may send a second in the long run; a KiB of payload counts as one more. */
  readonly packetsPerSecond: number;
  /** How many it may save up for: a backlog after a dead zone. */
  readonly packetBurst: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Several devices may share the credential of a bridge; a node has one connection, the newest. */
  readonly maxConnectionsPerBridge: number;
  readonly journalBytes: number;
  /** How long a new connection may take to log in. */
  readonly connectTimeoutMs: number;
  readonly bytes: ByteLimits;
}

/** The most connections in all that a setting names; one address may have as much of them as usual. */
export const limitsFor = (maxConnections: number): Partial<GatewayLimits> => ({
  maxConnections,
  maxConnectionsPerAddress: Math.ceil(maxConnections * 0.6),
});

export const defaultLimits: GatewayLimits = {
  packetsPerSecond: 500,
  packetBurst: 2_000,
  maxConnections: 10_000,
  maxConnectionsPerAddress: 6_000,
  maxConnectionsPerBridge: 200,
  journalBytes: 1024 * 1024 * 1024,
  connectTimeoutMs: 8_000,
  bytes: defaultByteLimits,
};
