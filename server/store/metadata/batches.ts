import type { Selectable } from 'kysely';
import type { DiscardReason, Storage, Treatment } from '../../../models/contracts/batch.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

export interface Batch {
  readonly orgId: string;
  readonly batchId: string;
  readonly name: string;
  readonly productId: string;
  readonly productName: string;
  /** Where its product is kept unless the batch says otherwise. */
  readonly productStorage: Storage;
  readonly producedAt: number;
  readonly quantity: { readonly amount: number; readonly unit: string } | null;
  readonly treatment: Treatment;
  readonly storage: Storage | null;
  readonly soldOutAt: number | null;
  readonly discarded: Discarded | null;
  /** Since when nothing is left of it because it was split up or joined with others. */
  readonly dividedAt: number | null;
}

export interface Discarded {
  readonly at: number;
  readonly reason: DiscardReason;
  readonly note: string | null;
}

export type NewBatch = Omit<
  Batch,
  'productName' | 'productStorage' | 'soldOutAt' | 'discarded' | 'dividedAt'
>;

/** When nothing was left of a batch: sold out, thrown away or divided. Null: it is there. */
export function endedAt(batch: Pick<Batch, 'soldOutAt' | 'discarded' | 'dividedAt'>): number | null {
  const ends = [batch.soldOutAt, batch.discarded?.at ?? null, batch.dividedAt].filter(at => at !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Where a page of batches, newest first, goes on. */
export interface BatchCursor {
  readonly producedAt: number;
  readonly batchId: string;
}

export type BatchFilter = 'all' | 'active' | 'sold-out' | 'discarded';

/** @returns false when the organisation has a batch of this id already */
export async function addBatch(db: MetadataDb, batch: NewBatch, now: number): Promise<boolean> {
  const result = await db
    .insertInto('batches')
    .values({
      org_id: batch.orgId,
      batch_id: batch.batchId,
      name: batch.name,
      product_id: batch.productId,
      produced_at: batch.producedAt,
      quantity_amount: batch.quantity?.amount ?? null,
      quantity_unit: batch.quantity?.unit ?? null,
      treatment: batch.treatment,
      storage: batch.storage,
      sold_out_at: null,
      created_at: now,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findBatch(db: MetadataDb, orgId: string, batchId: string): Promise<Batch | null> {
  const row = await batchesWithProduct(db, orgId).where('batch_id', '=', batchId).executeTakeFirst();
  return row === undefined ? null : toBatch(row);
}

/** Fewer parameters than any database takes. */
const mostIdsAtOnce = 500;

/** Keyed by id; those that are not there are left out. */
export async function findBatches(
  db: MetadataDb,
  orgId: string,
  batchIds: readonly string[],
): Promise<ReadonlyMap<string, Batch>> {
  const found = new Map<string, Batch>();
  for (let first = 0; first < batchIds.length; first += mostIdsAtOnce) {
    const ids = batchIds.slice(first, first + mostIdsAtOnce);
    for (const row of await batchesWithProduct(db, orgId).where('batch_id', 'in', ids).execute())
      found.set(row.batch_id, toBatch(row));
  }
  return found;
}

/** Batches of one organisation, the newest first, starting after `after`. */
export async function listBatches(
  db: MetadataDb,
  orgId: string,
  { after, limit, filter }: { after?: BatchCursor | undefined; limit: number; filter: BatchFilter },
): Promise<Batch[]> {
  let query = batchesWithProduct(db, orgId);
  if (filter === 'sold-out') query = query.where('sold_out_at', 'is not', null);
  if (filter === 'discarded') query = query.where('discarded_at', 'is not', null);
  if (filter === 'active')
    query = query
      .where('sold_out_at', 'is', null)
      .where('discarded_at', 'is', null)
      .where('divided_at', 'is', null);
  if (after !== undefined) {
    query = query.where(eb =>
      eb.or([
        eb('produced_at', '<', after.producedAt),
        eb.and([eb('produced_at', '=', after.producedAt), eb('batch_id', '<', after.batchId)]),
      ]),
    );
  }
  const rows = await query.orderBy('produced_at', 'desc').orderBy('batch_id', 'desc').limit(limit).execute();
  return rows.map(toBatch);
}

/** For the clock that renews the estimates of all organisations. Never for a route. */
export async function listActiveBatchesOfAllOrganisations(
  db: MetadataDb,
  madeAfter: number,
): Promise<Pick<Batch, 'orgId' | 'batchId'>[]> {
  const rows = await db
    .selectFrom('batches')
    .select(['org_id', 'batch_id'])
    .where('sold_out_at', 'is', null)
    .where('discarded_at', 'is', null)
    .where('divided_at', 'is', null)
    .where('produced_at', '>', madeAfter)
    .execute();
  return rows.map(row => ({ orgId: row.org_id, batchId: row.batch_id }));
}

/** Of these treatments, those of which something is there. */
export async function listActiveBatchesOfTreatments(
  db: MetadataDb,
  orgId: string,
  treatments: readonly Treatment[],
): Promise<Pick<Batch, 'batchId' | 'treatment' | 'producedAt'>[]> {
  if (treatments.length === 0) return [];
  const rows = await db
    .selectFrom('batches')
    .select(['batch_id', 'treatment', 'produced_at'])
    .where('org_id', '=', orgId)
    .where('treatment', 'in', treatments)
    .where('sold_out_at', 'is', null)
    .where('discarded_at', 'is', null)
    .where('divided_at', 'is', null)
    .orderBy('produced_at', 'desc')
    .orderBy('batch_id')
    .execute();
  return rows.map(row => ({
    batchId: row.batch_id,
    treatment: row.treatment,
    producedAt: row.produced_at,
  }));
}

/** Of these treatments, made since an instant, whether anything is left of them or not: the newest first. */
export async function listBatchesMadeSince(
  db: MetadataDb,
  orgId: string,
  { treatments, from, limit }: { treatments: readonly Treatment[]; from: number; limit: number },
): Promise<Batch[]> {
  if (treatments.length === 0) return [];
  const rows = await batchesWithProduct(db, orgId)
    .where('batches.treatment', 'in', treatments)
    .where('produced_at', '>=', from)
    .orderBy('produced_at', 'desc')
    .orderBy('batch_id')
    .limit(limit)
    .execute();
  return rows.map(toBatch);
}

/** Thrown away within a span of time, the newest first. */
export async function listDiscardedBetween(
  db: MetadataDb,
  orgId: string,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<Batch[]> {
  const rows = await batchesWithProduct(db, orgId)
    .where('discarded_at', '>=', from)
    .where('discarded_at', '<', to)
    .orderBy('discarded_at', 'desc')
    .orderBy('batch_id')
    .limit(limit)
    .execute();
  return rows.map(toBatch);
}

/** Marks a batch as sold out, or (null) takes that back. @returns false when there is no such batch */
export async function setSoldOut(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  soldOutAt: number | null,
): Promise<boolean> {
  const result = await db
    .updateTable('batches')
    .set({ sold_out_at: soldOutAt })
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Marks a batch as thrown away, or (null) takes that back. @returns false when there is no such batch */
export async function setDiscarded(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  discarded: Discarded | null,
): Promise<boolean> {
  const result = await db
    .updateTable('batches')
    .set({
      discarded_at: discarded?.at ?? null,
      discard_reason: discarded?.reason ?? null,
      discard_note: discarded?.note ?? null,
    })
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** What is left of a batch after parts of it went their own way; `dividedAt` when that is nothing. */
export async function setRest(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  rest: { readonly amount: number | null; readonly dividedAt: number | null },
): Promise<void> {
  await db
    .updateTable('batches')
    .set({
      divided_at: rest.dividedAt,
      ...(rest.amount === null ? {} : { quantity_amount: rest.amount }),
    })
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .execute();
}

function batchesWithProduct(db: MetadataDb, orgId: string | null) {
  const query = db
    .selectFrom('batches')
    .innerJoin('products', join =>
      join
        .onRef('products.org_id', '=', 'batches.org_id')
        .onRef('products.product_id', '=', 'batches.product_id'),
    )
    .selectAll('batches')
    .select(['products.name as product_name', 'products.storage as product_storage']);
  return orgId === null ? query : query.where('batches.org_id', '=', orgId);
}

function toBatch(
  row: Selectable<MetadataTables['batches']> & { product_name: string; product_storage: Storage },
): Batch {
  return {
    orgId: row.org_id,
    batchId: row.batch_id,
    name: row.name,
    productId: row.product_id,
    productName: row.product_name,
    productStorage: row.product_storage,
    producedAt: row.produced_at,
    quantity:
      row.quantity_amount === null || row.quantity_unit === null
        ? null
        : { amount: row.quantity_amount, unit: row.quantity_unit },
    treatment: row.treatment,
    storage: row.storage,
    soldOutAt: row.sold_out_at,
    discarded:
      row.discarded_at === null
        ? null
        : { at: row.discarded_at, reason: row.discard_reason ?? 'lain', note: row.discard_note },
    dividedAt: row.divided_at,
  };
}
