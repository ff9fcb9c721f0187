import { parseEdgeIdentity } from '../../models/contracts/edge.ts';
import type { IntakeConsumer, IntakeRecord, PresenceChange } from '../../models/contracts/intake.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import { findBridgeOfAnyOrganisation } from '../store/metadata/bridges.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findEdgeGatewayOfAnyOrganisation } from '../store/metadata/edgeGateways.ts';
import { findNodeOfAnyOrganisation } from '../store/metadata/nodes.ts';
import { addToQuarantine, type QuarantineItem } from '../store/metadata/quarantine.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { conflictOf } from './conflictOf.ts';
import { resolveReports } from './resolveReports.ts';
import type { TakeReadings } from './takeReadings.ts';

/** How many refused publishes are kept over all organisations; older ones make room. */
export const quarantineMost = 10_000;

export interface IntakeParts {
  readonly db: MetadataDb;
  readonly store: Pick<ReadingStore, 'durablePosition' | 'onStored'>;
  /** Of which journal the records are: the id of this server. */
  readonly journal: string;
  readonly take: TakeReadings;
  /** Told of devices that a bridge says are there or gone. */
  onPresence(change: PresenceChange): void;
  /** Told when a bridge was heard. */
  onHeard(bridgeId: string, at: number): void;
}

/**
 * Takes readings over from the journal, one straight line: sort what bridges said by device, quarantine what was refused,
 * store what is new, take it into the lives of batches, tell who listens. Records that come again change nothing and
 * tell nobody.
 */
export function createIntake({ db, store, journal, take, onPresence, onHeard }: IntakeParts): IntakeConsumer {
  return {
    durablePosition: () => store.durablePosition(),
    ...(store.onStored && { onStored: listener => store.onStored?.(listener) }),
    async consume(offered) {
      const last = offered.at(-1);
      if (last === undefined) return;
      const { records, presence, heard } = await resolveReports(db, offered, journal);
      // Refusals first: the position that is stored with the readings then vouches for both.
      const keep = (items: readonly Numbered[]) =>
        addToQuarantine(
          db,
          items.map(item => ({ ...item, journal })),
          quarantineMost,
        );
      await keep(await refusedIn(db, records));
      await take(
        records.flatMap(r => r.readings),
        {
          throughPosition: last.position,
          onConflicts: async conflicts => keep(await conflictsIn(db, records, new Set(conflicts))),
        },
      );
      for (const change of presence) onPresence(change);
      for (const [bridgeId, at] of heard) onHeard(bridgeId, at);
    },
  };
}

/** The organisation of a sender; null for one that was removed meanwhile. */
type OrganisationOf = (sender: string) => string | null;

/** Asked only for what goes to quarantine: readings that are in order wait for no other store than their own. */
async function organisationsOf(db: MetadataDb, senders: ReadonlySet<string>): Promise<OrganisationOf> {
  const organisations = new Map<string, string>();
  for (const sender of senders) {
    const found = await findSender(db, sender);
    if (found !== null) organisations.set(sender, found.orgId);
  }
  return sender => organisations.get(sender) ?? null;
}

/** A node, a bridge, or an edge gateway that sent what nobody could read. */
async function findSender(db: MetadataDb, sender: string): Promise<{ readonly orgId: string } | null> {
  const gatewayId = parseEdgeIdentity(sender);
  if (gatewayId !== undefined) return findEdgeGatewayOfAnyOrganisation(db, gatewayId);
  return (await findNodeOfAnyOrganisation(db, sender)) ?? (await findBridgeOfAnyOrganisation(db, sender));
}

type Numbered = Omit<QuarantineItem, 'journal'>;

async function refusedIn(db: MetadataDb, records: readonly IntakeRecord[]): Promise<Numbered[]> {
  const orgOf = await organisationsOf(
    db,
    new Set(records.flatMap(r => r.refused.map(({ nodeId }) => nodeId))),
  );
  return records.flatMap(({ position, refused }) =>
    refused.map((publish, item) => ({ ...publish, position, item, orgId: orgOf(publish.nodeId) })),
  );
}

/** Conflicts are numbered behind the refusals of their record. */
async function conflictsIn(
  db: MetadataDb,
  records: readonly IntakeRecord[],
  conflicts: ReadonlySet<Reading>,
): Promise<Numbered[]> {
  if (conflicts.size === 0) return [];
  const orgOf = await organisationsOf(db, new Set([...conflicts].map(({ nodeId }) => nodeId)));
  return records.flatMap(({ position, readings, refused }) =>
    readings.flatMap((reading, index) =>
      conflicts.has(reading)
        ? {
            ...conflictOf(reading, index),
            position,
            item: refused.length + index,
            orgId: orgOf(reading.nodeId),
          }
        : [],
    ),
  );
}
