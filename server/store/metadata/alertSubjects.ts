import { type EdgeStatus, edgeStatusSchema } from '../../../models/contracts/edge.ts';
import type { MetadataDb } from './database.ts';

/** For the engine, which looks at the nodes and gateways of all organisations. Never for a route. */
export async function listPlaceNamesOfAllOrganisations(db: MetadataDb): Promise<Map<string, string>> {
  const rows = await db.selectFrom('places').select(['org_id', 'place_id', 'name']).execute();
  return new Map(rows.map(row => [`${row.org_id}/${row.place_id}`, row.name]));
}

/** What devices behind bridges say of their batteries, by node. As above. */
export async function listDeviceBatteriesOfAllOrganisations(
  db: MetadataDb,
): Promise<Map<string, { readonly batteryPct: number | null; readonly isLow: boolean }>> {
  const rows = await db
    .selectFrom('found_devices')
    .select(['node_id', 'battery_pct', 'is_battery_low'])
    .where('node_id', 'is not', null)
    .execute();
  return new Map(
    rows.map(row => [row.node_id!, { batteryPct: row.battery_pct, isLow: row.is_battery_low === 1 }]),
  );
}

/** As above. */
export async function listGatewayStatusOfAllOrganisations(db: MetadataDb): Promise<
  {
    readonly orgId: string;
    readonly gatewayId: string;
    readonly name: string;
    readonly status: EdgeStatus | null;
  }[]
> {
  const rows = await db
    .selectFrom('edge_gateways')
    .select(['org_id', 'gateway_id', 'name', 'status'])
    .execute();
  return rows.map(row => ({
    orgId: row.org_id,
    gatewayId: row.gateway_id,
    name: row.name,
    status: row.status === null ? null : (edgeStatusSchema.safeParse(JSON.parse(row.status)).data ?? null),
  }));
}

/** Whether a node speaks for goods that are still there. */
export async function speaksForLiveBatch(
  db: MetadataDb,
  orgId: string,
  nodeId: string,
  now: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('placements')
    .innerJoin('batches', join =>
      join
        .onRef('batches.org_id', '=', 'placements.org_id')
        .onRef('batches.batch_id', '=', 'placements.batch_id'),
    )
    .select('placements.placement_id')
    .where('placements.org_id', '=', orgId)
    .where('placements.node_id', '=', nodeId)
    .where(({ or, eb }) => or([eb('to_at', 'is', null), eb('to_at', '>', now)]))
    .where('sold_out_at', 'is', null)
    .where('discarded_at', 'is', null)
    .where('divided_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Names of a firm's places, by id. */
export async function listPlaceNamesOf(db: MetadataDb, orgId: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('places')
    .select(['place_id', 'name'])
    .where('org_id', '=', orgId)
    .execute();
  return new Map(rows.map(row => [row.place_id, row.name]));
}
