import type { BridgeDirectory, BridgePresence, BridgeView } from '../models/contracts/bridge.ts';
import { type Bridge, findBridgeOfAnyOrganisation, verifyBridge } from './store/metadata/bridges.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import { countDevicesOfBridge } from './store/metadata/foundDevices.ts';

/** What is known of bridges: what they may do, and how they are. */
export interface Bridges {
  /** Answers the broker, whose connections they are. */
  readonly directory: BridgeDirectory;
  view(bridge: Bridge): Promise<BridgeView>;
  heard(bridgeId: string, at: number): void;
}

export function createBridges(db: MetadataDb): Bridges {
  /** Keyed by bridge id; one that has not been there since the start is in neither. */
  const sessions = new Map<string, BridgePresence>();
  const heardAt = new Map<string, number>();
  return {
    directory: {
      find: bridgeId => findBridgeOfAnyOrganisation(db, bridgeId),
      verify: (bridgeId, secret) => verifyBridge(db, bridgeId, secret),
      onPresence(change) {
        sessions.set(change.bridgeId, change);
      },
    },
    heard(bridgeId, at) {
      heardAt.set(bridgeId, Math.max(at, heardAt.get(bridgeId) ?? at));
    },
    async view({ bridgeId, name, topicPrefixes, timeZone }) {
      const { counts, lastSeenAt } = await countDevicesOfBridge(db, bridgeId);
      const session = sessions.get(bridgeId);
      const seen = [lastSeenAt, session?.at, heardAt.get(bridgeId)].filter(at => at != null);
      return {
        bridgeId,
        name,
        topicPrefixes: [...topicPrefixes],
        timeZone,
        connected: session?.connected ?? false,
        lastSeenAt: seen.length === 0 ? null : new Date(Math.max(...seen)).toISOString(),
        devices: counts,
      };
    },
  };
}
