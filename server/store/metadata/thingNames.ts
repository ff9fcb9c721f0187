import type { MetadataDb } from './database.ts';

export type NamedKind =
  | 'batch'
  | 'node'
  | 'place'
  | 'product'
  | 'shipment'
  | 'contact'
  | 'edge_gateway'
  | 'experiment';

type Names = ReadonlyMap<string, string>;

/** The names that things of one kind have today, keyed by id; those that are gone or have none are left out. */
export async function namesOfThings(
  db: MetadataDb,
  orgId: string,
  kind: NamedKind,
  ids: readonly string[],
): Promise<Names> {
  if (ids.length === 0) return new Map();
  const rows = await queries[kind](db, orgId, [...new Set(ids)]);
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
}

type Found = Promise<{ id: string; name: string | null }[]>;

const queries: Record<NamedKind, (db: MetadataDb, orgId: string, ids: string[]) => Found> = {
  batch: (db, orgId, ids) =>
    db
      .selectFrom('batches')
      .select(['batch_id as id', 'name'])
      .where('org_id', '=', orgId)
      .where('batch_id', 'in', ids)
      .execute(),
  node: (db, orgId, ids) =>
    db
      .selectFrom('nodes')
      .select(['node_id as id', 'name'])
      .where('org_id', '=', orgId)
      .where('node_id', 'in', ids)
      .execute(),
  place: (db, orgId, ids) =>
    db
      .selectFrom('places')
      .select(['place_id as id', 'name'])
      .where('org_id', '=', orgId)
      .where('place_id', 'in', ids)
      .execute(),
  product: (db, orgId, ids) =>
    db
      .selectFrom('products')
      .select(['product_id as id', 'name'])
      .where('org_id', '=', orgId)
      .where('product_id', 'in', ids)
      .execute(),
  shipment: (db, orgId, ids) =>
    db
      .selectFrom('shipments')
      .select(['shipment_id as id', 'name'])
      .where('org_id', '=', orgId)
      .where('shipment_id', 'in', ids)
      .execute(),
  contact: (db, orgId, ids) =>
    db
      .selectFrom('contacts')
      .select(['contact_id as id', 'name'])
      .where('org_id', '=', orgId)
      .where('contact_id', 'in', ids)
      .execute(),
  edge_gateway: (db, orgId, ids) =>
    db
      .selectFrom('edge_gateways')
      .select(['gateway_id as id', 'name'])
      .where('org_id', '=', orgId)
      .where('gateway_id', 'in', ids)
      .execute(),
  experiment: (db, orgId, ids) =>
    db
      .selectFrom('experiments')
      .select(['experiment_id as id', 'title as name'])
      .where('org_id', '=', orgId)
      .where('experiment_id', 'in', ids)
      .execute(),
};
