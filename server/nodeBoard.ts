import { mainProbe } from '../models/contracts/ids.ts';
import type { Clock, PresenceChange } from '../models/contracts/intake.ts';
import type { NodeState, NodeView } from '../models/contracts/node.ts';
import type { Calibration } from './calibration.ts';
import { silentAfterMs } from './shelf-life/placedWindows.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import { type FoundDevice, findDeviceOfNode } from './store/metadata/foundDevices.ts';
import type { Node } from './store/metadata/nodes.ts';
import type { NodeSummary, ReadingStore } from './store/readingStore.ts';

/** What is known of nodes right now: their readings from the store, their sessions from the broker. */
export interface NodeBoard {
  view(node: Node): Promise<NodeView>;
  /** The same of many nodes, with one question to the store. */
  views(nodes: readonly Node[]): Promise<NodeView[]>;
  /** Notes that a session came up or went down. */
  presence(change: PresenceChange): void;
}

export function createNodeBoard(parts: {
  readonly db: MetadataDb;
  readonly store: ReadingStore;
  readonly calibration: Calibration;
  readonly clock: Clock;
}): NodeBoard {
  const { db, store, calibration, clock } = parts;
  /** Keyed by node id; a node whose session never came up since the start is not in it. */
  const sessions = new Map<string, PresenceChange>();
  async function viewOf(node: Node, summary: NodeSummary | undefined): Promise<NodeView> {
    const device = await findDeviceOfNode(db, node.nodeId);
    const session = sessions.get(node.nodeId);
    const probe = summary?.lastReading.probe ?? mainProbe;
    const { offsetC, dueAt } = calibration.inForce(node.nodeId, probe, clock.now());
    const seen = [summary?.lastSeenAt, session?.at].filter(at => at !== undefined);
    const lastSeenAt = seen.length === 0 ? null : Math.max(...seen);
    return {
      nodeId: node.nodeId,
      name: node.name,
      placeId: node.placeId,
      reportEveryS: node.reportEveryS,
      state: stateOf(summary?.lastSeenAt ?? null, node.reportEveryS, clock.now()),
      connected: session?.connected ?? device?.isAvailable ?? false,
      lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
      lastReading: summary === undefined ? null : calibration.view(summary.lastReading),
      batteryPct: device?.batteryPct ?? summary?.batteryPct ?? null,
      clockWrongSince:
        summary?.clockWrongSince == null ? null : new Date(summary.clockWrongSince).toISOString(),
      stuckSince: summary?.stuckSince == null ? null : new Date(summary.stuckSince).toISOString(),
      offsetC,
      calibrationDueAt: dueAt === null ? null : new Date(dueAt).toISOString(),
      device: device && toDeviceOfNode(device),
    };
  }

  return {
    presence(change) {
      sessions.set(change.nodeId, change);
    },
    async view(node) {
      return viewOf(node, (await store.nodeSummaries([node.nodeId])).get(node.nodeId));
    },
    async views(nodes) {
      const summaries = await store.nodeSummaries(nodes.map(node => node.nodeId));
      return Promise.all(nodes.map(node => viewOf(node, summaries.get(node.nodeId))));
    },
  };
}

function toDeviceOfNode(device: FoundDevice): NonNullable<NodeView['device']> {
  const { foundDeviceId, bridgeId, family, deviceId, isBatteryLow: batteryLow } = device;
  const signal = device.latest.find(({ metric, quality }) => metric === 'rssi' && quality === 'good');
  const rssiDbm = signal === undefined ? null : Math.round(signal.value);
  return { foundDeviceId, bridgeId, family, deviceId, batteryLow, rssiDbm };
}

/** Readings count, not sessions: a node that is connected and says nothing is silent. */
function stateOf(lastReadingReceivedAt: number | null, reportEveryS: number | null, now: number): NodeState {
  if (lastReadingReceivedAt === null) return 'never-seen';
  return now - lastReadingReceivedAt > silentAfterMs(reportEveryS) ? 'stale' : 'online';
}
