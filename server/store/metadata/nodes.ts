import type { Selectable } from 'kysely';
import type { MetadataDb, MetadataTables } from './database.ts';
import { hashSecret, matchesHash, newSecret } from './secrets.ts';
import { isUserNameTaken } from './userNames.ts';

export interface Node {
  readonly nodeId: string;
  readonly orgId: string;
  readonly name: string;
  readonly placeId: string | null;
  /** How often it promises to report; null when it does not say. */
  readonly reportEveryS: number | null;
}

/**
 * Adds a node and makes its secret. Node ids are MQTT user names and so unique over all organisations and bridges.
 *
 * @returns the secret, seen only now; null when the id is taken
 */
export async function addNode(db: MetadataDb, node: Node, now: number): Promise<string | null> {
  return db.transaction().execute(transaction => addNodeWithin(transaction, node, now));
}

/** As `addNode`, as part of a larger step. */
export async function addNodeWithin(
  transaction: MetadataDb,
  node: Node,
  now: number,
): Promise<string | null> {
  if (await isUserNameTaken(transaction, node.nodeId)) return null;
  const secret = newSecret();
  await transaction
    .insertInto('nodes')
    .values({
      node_id: node.nodeId,
      org_id: node.orgId,
      name: node.name,
      place_id: node.placeId,
      report_every_s: node.reportEveryS,
      secret_hash: hashSecret(secret),
      created_at: now,
    })
    .execute();
  return secret;
}

/** @returns its new secret; the old one holds no longer. Null when there is no such node */
export async function renewNodeSecret(db: MetadataDb, orgId: string, nodeId: string): Promise<string | null> {
  const secret = newSecret();
  const result = await db
    .updateTable('nodes')
    .set({ secret_hash: hashSecret(secret) })
    .where('org_id', '=', orgId)
    .where('node_id', '=', nodeId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n ? secret : null;
}

export async function findNode(db: MetadataDb, orgId: string, nodeId: string): Promise<Node | null> {
  const row = await db
    .selectFrom('nodes')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('node_id', '=', nodeId)
    .executeTakeFirst();
  return row === undefined ? null : toNode(row);
}

/** Nodes of one organisation by id, starting after `after`. */
export async function listNodes(
  db: MetadataDb,
  orgId: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Node[]> {
  const rows = await db
    .selectFrom('nodes')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('node_id', '>', after ?? '')
    .orderBy('node_id')
    .limit(limit)
    .execute();
  return rows.map(toNode);
}

/** For the broker and the intake, which know a node before they know its organisation. Never for a route. */
export async function findNodeOfAnyOrganisation(db: MetadataDb, nodeId: string): Promise<Node | null> {
  const row = await db.selectFrom('nodes').selectAll().where('node_id', '=', nodeId).executeTakeFirst();
  return row === undefined ? null : toNode(row);
}

/** The same of many; those that are not there are left out. Never for a route. */
export async function findNodesOfAnyOrganisation(
  db: MetadataDb,
  nodeIds: readonly string[],
): Promise<Node[]> {
  if (nodeIds.length === 0) return [];
  const rows = await db.selectFrom('nodes').selectAll().where('node_id', 'in', nodeIds).execute();
  return rows.map(toNode);
}

/** For the feed that notices silence. Never for a route. */
export async function listNodesOfAllOrganisations(db: MetadataDb): Promise<Node[]> {
  return (await db.selectFrom('nodes').selectAll().execute()).map(toNode);
}

/** Whether this is the node's secret. An unknown node costs the same comparison as a wrong secret. */
export async function verifyNode(db: MetadataDb, nodeId: string, secret: string): Promise<boolean> {
  const row = await db
    .selectFrom('nodes')
    .select('secret_hash')
    .where('node_id', '=', nodeId)
    .executeTakeFirst();
  return matchesHash(secret, row?.secret_hash ?? hashOfNobody) && row !== undefined;
}

const hashOfNobody = hashSecret(newSecret());

function toNode(row: Selectable<MetadataTables['nodes']>): Node {
  return {
    nodeId: row.node_id,
    orgId: row.org_id,
    name: row.name,
    placeId: row.place_id,
    reportEveryS: row.report_every_s,
  };
}
