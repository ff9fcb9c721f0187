import type { Selectable } from 'kysely';
import type { MetadataDb, MetadataTables } from './database.ts';
import { hashSecret, matchesHash, newSecret } from './secrets.ts';
import { isUserNameTaken } from './userNames.ts';

export interface Bridge {
  readonly bridgeId: string;
  readonly orgId: string;
  readonly name: string;
  readonly topicPrefixes: readonly string[];
  /** Its own, else that of its organisation. */
  readonly timeZone: string;
}

export type NewBridge = Omit<Bridge, 'timeZone'> & { readonly timeZone: string | null };

/**
 * Adds a bridge and makes its secret. Bridge ids are MQTT user names and so unique over all organisations and nodes.
 *
 * @returns the secret, seen only now; null when the id is taken
 */
export async function addBridge(db: MetadataDb, bridge: NewBridge, now: number): Promise<string | null> {
  const secret = newSecret();
  const added = await db.transaction().execute(async transaction => {
    if (await isUserNameTaken(transaction, bridge.bridgeId)) return false;
    await transaction
      .insertInto('bridges')
      .values({
        bridge_id: bridge.bridgeId,
        org_id: bridge.orgId,
        name: bridge.name,
        topic_prefixes: JSON.stringify(bridge.topicPrefixes),
        time_zone: bridge.timeZone,
        secret_hash: hashSecret(secret),
        created_at: now,
      })
      .execute();
    return true;
  });
  return added ? secret : null;
}

/** @returns its new secret; the old one holds no longer. Null when there is no such bridge */
export async function renewBridgeSecret(
  db: MetadataDb,
  orgId: string,
  bridgeId: string,
): Promise<string | null> {
  const secret = newSecret();
  const result = await db
    .updateTable('bridges')
    .set({ secret_hash: hashSecret(secret) })
    .where('org_id', '=', orgId)
    .where('bridge_id', '=', bridgeId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n ? secret : null;
}

/** Bridges of one organisation by id, starting after `after`. */
export async function listBridges(
  db: MetadataDb,
  orgId: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Bridge[]> {
  const rows = await bridgesWithZone(db)
    .where('bridges.org_id', '=', orgId)
    .where('bridge_id', '>', after ?? '')
    .orderBy('bridge_id')
    .limit(limit)
    .execute();
  return rows.map(toBridge);
}

export async function findBridge(db: MetadataDb, orgId: string, bridgeId: string): Promise<Bridge | null> {
  const row = await bridgesWithZone(db)
    .where('bridges.org_id', '=', orgId)
    .where('bridge_id', '=', bridgeId)
    .executeTakeFirst();
  return row === undefined ? null : toBridge(row);
}

/** For the broker and the intake, which know a bridge before they know its organisation. Never for a route. */
export async function findBridgeOfAnyOrganisation(db: MetadataDb, bridgeId: string): Promise<Bridge | null> {
  const row = await bridgesWithZone(db).where('bridge_id', '=', bridgeId).executeTakeFirst();
  return row === undefined ? null : toBridge(row);
}

/** Whether this is the bridge's secret. An unknown bridge costs the same comparison as a wrong secret. */
export async function verifyBridge(db: MetadataDb, bridgeId: string, secret: string): Promise<boolean> {
  const row = await db
    .selectFrom('bridges')
    .select('secret_hash')
    .where('bridge_id', '=', bridgeId)
    .executeTakeFirst();
  return matchesHash(secret, row?.secret_hash ?? hashOfNobody) && row !== undefined;
}

const hashOfNobody = hashSecret(newSecret());

function bridgesWithZone(db: MetadataDb) {
  return db
    .selectFrom('bridges')
    .innerJoin('organisations', 'organisations.org_id', 'bridges.org_id')
    .selectAll('bridges')
    .select('organisations.time_zone as organisation_zone');
}

function toBridge(row: Selectable<MetadataTables['bridges']> & { organisation_zone: string }): Bridge {
  return {
    bridgeId: row.bridge_id,
    orgId: row.org_id,
    name: row.name,
    topicPrefixes: JSON.parse(row.topic_prefixes) as string[],
    timeZone: row.time_zone ?? row.organisation_zone,
  };
}
