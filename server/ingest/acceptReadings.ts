import { parseEdgeIdentity } from '../../models/contracts/edge.ts';
import type { IntakeConsumer, IntakeRecord } from '../../models/contracts/intake.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import { toReadingView } from '../../models/contracts/reading.ts';
import type { LiveHub } from '../liveHub.ts';
import type { NodeBoard } from '../nodeBoard.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import type { BatchKey } from '../shelf-life/placementIndex.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findEdgeGatewayOfAnyOrganisation } from '../store/metadata/edgeGateways.ts';
import { findNodeOfAnyOrganisation, type Node } from '../store/metadata/nodes.ts';
import { addToQuarantine, type QuarantineItem } from '../store/metadata/quarantine.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { conflictOf } from './conflictOf.ts';

/** How many refused publishes are kept over all organisations; older ones make room. */
const quarantineMost = 10_000;

/** Live events sent before sockets get their turn. */
const eventsPerTurn = 100;

export interface IntakeCounts {
  accepted(count: number): void;
  duplicates(count: number): void;
  conflicts(count: number): void;
}

export interface IntakeParts {
  readonly db: MetadataDb;
  readonly store: ReadingStore;
  readonly lives: BatchLives;
  readonly hub: LiveHub;
  readonly nodes: NodeBoard;
  readonly counts: IntakeCounts;
  /** Told of the batches whose estimate has changed. */
  onTouched(batches: ReadonlySet<BatchKey>): void;
}

/**
 * Takes readings over from the journal, one straight line: quarantine what was refused, store what is new, take it into
 * the lives of batches, tell who listens. Records that come again change nothing and tell nobody.
 */
export function createIntake(parts: IntakeParts): IntakeConsumer {
  const { store, lives, counts } = parts;
  return {
    durablePosition: () => store.durablePosition(),
    async consume(records) {
      const last = records.at(-1);
      if (last === undefined) return;
      const owners = await ownersOf(parts.db, records);
      // Refusals first: the position that is stored with the readings then vouches for both.
      await quarantine(parts.db, refusedIn(records, owners));
      let inserted: readonly Reading[] = [];
      const touched = await lives.take(async () => {
        const result = await store.append(
          records.flatMap(r => r.readings),
          last.position,
        );
        await quarantine(parts.db, conflictsIn(records, new Set(result.conflicts), owners));
        counts.accepted(result.inserted.length);
        counts.duplicates(result.duplicates);
        counts.conflicts(result.conflicts.length);
        inserted = result.inserted;
        return inserted;
      });
      await tell(parts, inserted, owners);
      parts.onTouched(touched);
    },
  };
}

interface Owners {
  /** Keyed by node id; a node that was removed meanwhile is missing. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** The organisation of a node, or of an edge gateway that sent what nobody could read. */
  orgOf(sender: string): string | null;
}

async function ownersOf(db: MetadataDb, records: readonly IntakeRecord[]): Promise<Owners> {
  const senders = new Set(records.flatMap(r => [...r.readings, ...r.refused].map(item => item.nodeId)));
  const nodes = new Map<string, Node>();
  const gateways = new Map<string, string>();
  for (const sender of senders) {
    const gatewayId = parseEdgeIdentity(sender);
    if (gatewayId === undefined) {
      const node = await findNodeOfAnyOrganisation(db, sender);
      if (node !== null) nodes.set(sender, node);
    } else {
      const gateway = await findEdgeGatewayOfAnyOrganisation(db, gatewayId);
      if (gateway !== null) gateways.set(sender, gateway.orgId);
    }
  }
  return { nodes, orgOf: sender => nodes.get(sender)?.orgId ?? gateways.get(sender) ?? null };
}

function refusedIn(records: readonly IntakeRecord[], owners: Owners): QuarantineItem[] {
  return records.flatMap(({ position, refused }) =>
    refused.map((publish, item) => ({
      ...publish,
      position,
      item,
      orgId: owners.orgOf(publish.nodeId),
    })),
  );
}

/** Conflicts are numbered behind the refusals of their record. */
function conflictsIn(
  records: readonly IntakeRecord[],
  conflicts: ReadonlySet<Reading>,
  owners: Owners,
): QuarantineItem[] {
  if (conflicts.size === 0) return [];
  return records.flatMap(({ position, readings, refused }) =>
    readings.flatMap((reading, index) =>
      conflicts.has(reading)
        ? {
            ...conflictOf(reading, index),
            position,
            item: refused.length + index,
            orgId: owners.orgOf(reading.nodeId),
          }
        : [],
    ),
  );
}

async function quarantine(db: MetadataDb, items: readonly QuarantineItem[]): Promise<void> {
  await addToQuarantine(db, items, quarantineMost);
}

/** Readings at once; of each node its state once, however many of its readings came. */
async function tell(
  { hub, nodes }: IntakeParts,
  inserted: readonly Reading[],
  owners: Owners,
): Promise<void> {
  const heard = new Set<Node>();
  let published = 0;
  for (const reading of inserted) {
    const node = owners.nodes.get(reading.nodeId);
    if (node === undefined || !hub.hasSubscribers(node.orgId)) continue;
    hub.publish(node.orgId, { type: 'reading', data: toReadingView(reading) });
    heard.add(node);
    published += 1;
    // A backlog must not look like a client that does not read: let the sockets take what is there.
    if (published % eventsPerTurn === 0) await new Promise(resolve => setImmediate(resolve));
  }
  for (const node of heard) hub.publish(node.orgId, { type: 'node', data: await nodes.view(node) });
}
