import type { EdgeDirectory, EdgeGatewayView, EdgePresence } from '../models/contracts/edge.ts';
import type { Clock } from '../models/contracts/intake.ts';
import type { Log } from './log.ts';
import type { NodeFeed } from './nodeFeed.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import {
  type EdgeGateway,
  edgeLoginsOf,
  findEdgeGatewayOfAnyOrganisation,
  noteEdgeStatus,
  ownNodes,
  verifyEdgeGateway,
} from './store/metadata/edgeGateways.ts';

/** What is known of edge gateways: who they may speak for, and how they are. */
export interface EdgeGateways {
  /** Answers the broker, whose connections they are. */
  readonly directory: EdgeDirectory;
  view(gateway: EdgeGateway): EdgeGatewayView;
  /** Finishes what is being written down. */
  stop(): Promise<void>;
}

/** One that connects over another gateway is known by its reports only; so many half minutes without one are silence. */
const silentAfterMs = 90_000;

async function areOfOneOrganisation(db: MetadataDb, one: string, other: string): Promise<boolean> {
  const first = await findEdgeGatewayOfAnyOrganisation(db, one);
  const second = await findEdgeGatewayOfAnyOrganisation(db, other);
  return first !== null && first.orgId === second?.orgId;
}

export function createEdgeGateways(parts: {
  readonly db: MetadataDb;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of nodes that connect to an edge gateway. */
  readonly nodeFeed: Pick<NodeFeed, 'presence'>;
}): EdgeGateways {
  const { db, clock, log, nodeFeed } = parts;
  /** Keyed by gateway id; one whose session never came up since the start is not in it. */
  const sessions = new Map<string, EdgePresence>();
  /** Keyed by gateway id: the nodes it last told to be connected. */
  const connectedNodes = new Map<string, ReadonlySet<string>>();
  let working: Promise<void> = Promise.resolve();

  const inTurn = (work: () => Promise<void>) => {
    working = working
      .then(work)
      .catch(error => log.error({ err: error }, 'the state of an edge gateway could not be written down'));
  };

  /** Nodes come and go at an edge gateway; a gateway speaks only for those of its own organisation. */
  async function tellNodes(gatewayId: string, now: ReadonlySet<string>, at: number): Promise<void> {
    const before = connectedNodes.get(gatewayId) ?? new Set<string>();
    const changed = new Set([...now, ...before].filter(nodeId => now.has(nodeId) !== before.has(nodeId)));
    if (changed.size === 0) return;
    const gateway = await findEdgeGatewayOfAnyOrganisation(db, gatewayId);
    if (gateway === null) return;
    connectedNodes.set(gatewayId, now);
    for (const nodeId of await ownNodes(db, gateway.orgId, changed))
      nodeFeed.presence({ nodeId, connected: now.has(nodeId), at });
  }

  const directory: EdgeDirectory = {
    verify: (gatewayId, secret) => verifyEdgeGateway(db, gatewayId, secret),
    async ownNodes(gatewayId, nodeIds) {
      const gateway = await findEdgeGatewayOfAnyOrganisation(db, gatewayId);
      return gateway && ownNodes(db, gateway.orgId, nodeIds);
    },
    async logins(gatewayId) {
      const gateway = await findEdgeGatewayOfAnyOrganisation(db, gatewayId);
      return gateway && edgeLoginsOf(db, gateway.orgId);
    },
    onPresence(change) {
      sessions.set(change.gatewayId, change);
      inTurn(async () => {
        await noteEdgeStatus(db, change.gatewayId, { at: change.at });
        // Whether its nodes are still connected to it, nobody can tell from here.
        if (!change.connected) await tellNodes(change.gatewayId, new Set(), change.at);
      });
    },
    onStatus(gatewayId, status, via) {
      const at = clock.now();
      inTurn(async () => {
        if (via !== null && !(await areOfOneOrganisation(db, gatewayId, via))) return;
        await noteEdgeStatus(db, gatewayId, { at, status });
        await tellNodes(gatewayId, new Set(status.connectedNodes), at);
      });
    },
  };

  return {
    directory,
    view(gateway) {
      const { status, lastSeenAt } = gateway;
      const now = clock.now();
      const session = sessions.get(gateway.gatewayId);
      const connected = session?.connected ?? false;
      const isHeard = connected || (lastSeenAt !== null && now - lastSeenAt < silentAfterMs && !session);
      const oldestAt = status?.backlogSince ?? null;
      return {
        gatewayId: gateway.gatewayId,
        name: gateway.name,
        state: lastSeenAt === null && !connected ? 'never-seen' : isHeard ? 'online' : 'offline',
        connected,
        lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
        backlogRecords: status?.backlogRecords ?? null,
        backlogH: oldestAt === null ? status && 0 : Math.max(now - oldestAt, 0) / 3_600_000,
        journalHoursLeft: status?.journalHoursLeft ?? null,
        connectedNodes: connected && status ? [...status.connectedNodes] : [],
        version: status?.version ?? null,
      };
    },
    stop: () => working,
  };
}
