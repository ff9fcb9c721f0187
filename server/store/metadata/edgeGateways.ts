import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { type EdgeLogins, type EdgeStatus, edgeStatusSchema } from '../../../models/contracts/edge.ts';
import type { MetadataDb, MetadataTables } from './database.ts';
import { hashSecret, matchesHash, newSecret } from './secrets.ts';

export interface EdgeGateway {
  readonly gatewayId: string;
  readonly orgId: string;
  readonly name: string;
  readonly lastSeenAt: number | null;
  /** As it was last told; null before. */
  readonly status: EdgeStatus | null;
}

/**
 * Adds an edge gateway and makes its secret. Gateway ids are MQTT user names and so unique over all organisations.
 *
 * @returns the secret, seen only now; null when the id is taken
 */
export async function addEdgeGateway(
  db: MetadataDb,
  gateway: Pick<EdgeGateway, 'gatewayId' | 'orgId' | 'name'>,
  now: number,
): Promise<string | null> {
  const secret = newSecret();
  const result = await db
    .insertInto('edge_gateways')
    .values({
      gateway_id: gateway.gatewayId,
      org_id: gateway.orgId,
      name: gateway.name,
      secret_hash: hashSecret(secret),
      created_at: now,
      last_seen_at: null,
      status: null,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n ? secret : null;
}

/** @returns whether there was one */
export async function removeEdgeGateway(db: MetadataDb, orgId: string, gatewayId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('edge_gateways')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Edge gateways of one organisation by id, starting after `after`. */
export async function listEdgeGateways(
  db: MetadataDb,
  orgId: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<EdgeGateway[]> {
  const rows = await db
    .selectFrom('edge_gateways')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('gateway_id', '>', after ?? '')
    .orderBy('gateway_id')
    .limit(limit)
    .execute();
  return rows.map(toEdgeGateway);
}

/** For the broker and the intake, which know a gateway before they know its organisation. Never for a route. */
export async function findEdgeGatewayOfAnyOrganisation(
  db: MetadataDb,
  gatewayId: string,
): Promise<EdgeGateway | null> {
  const row = await db
    .selectFrom('edge_gateways')
    .selectAll()
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst();
  return row === undefined ? null : toEdgeGateway(row);
}

/** Whether this is the gateway's secret. An unknown one costs the same comparison as a wrong secret. */
export async function verifyEdgeGateway(db: MetadataDb, gatewayId: string, secret: string): Promise<boolean> {
  const row = await db
    .selectFrom('edge_gateways')
    .select('secret_hash')
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst();
  return matchesHash(secret, row?.secret_hash ?? hashOfNobody) && row !== undefined;
}

const hashOfNobody = hashSecret(newSecret());

/** Which of these nodes belong to the organisation. */
export async function ownNodes(
  db: MetadataDb,
  orgId: string,
  nodeIds: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (nodeIds.size === 0) return new Set();
  const rows = await db
    .selectFrom('nodes')
    .select('node_id')
    .where('org_id', '=', orgId)
    .where('node_id', 'in', [...nodeIds])
    .execute();
  return new Set(rows.map(row => row.node_id));
}

/** Everybody of the organisation who may connect to one of its edge gateways, with a version that tells a change. */
export async function edgeLoginsOf(db: MetadataDb, orgId: string): Promise<EdgeLogins> {
  const nodes = await db
    .selectFrom('nodes')
    .select(['node_id as nodeId', 'secret_hash as secretHash'])
    .where('org_id', '=', orgId)
    .orderBy('node_id')
    .execute();
  const gateways = await db
    .selectFrom('edge_gateways')
    .select(['gateway_id as gatewayId', 'secret_hash as secretHash'])
    .where('org_id', '=', orgId)
    .orderBy('gateway_id')
    .execute();
  const version = createHash('sha256')
    .update(JSON.stringify([nodes, gateways]))
    .digest('hex')
    .slice(0, 32);
  return { version, nodes, gateways };
}

export async function noteEdgeStatus(
  db: MetadataDb,
  gatewayId: string,
  seen: { readonly at: number; readonly status?: EdgeStatus },
): Promise<void> {
  await db
    .updateTable('edge_gateways')
    .set({
      last_seen_at: seen.at,
      ...(seen.status === undefined ? {} : { status: JSON.stringify(seen.status) }),
    })
    .where('gateway_id', '=', gatewayId)
    .execute();
}

function toEdgeGateway(row: Selectable<MetadataTables['edge_gateways']>): EdgeGateway {
  const status = row.status === null ? undefined : edgeStatusSchema.safeParse(JSON.parse(row.status));
  return {
    gatewayId: row.gateway_id,
    orgId: row.org_id,
    name: row.name,
    lastSeenAt: row.last_seen_at,
    // Told in the words of an earlier release: as good as not told.
    status: status?.data ?? null,
  };
}
