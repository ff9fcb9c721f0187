import type { Selectable } from 'kysely';
import type { ProductView, Storage, Treatment, Variant } from '../../../models/contracts/batch.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

export type Product = ProductView;

/** What every new organisation starts with. */
const startingProducts: readonly Product[] = [
  aProduct('takwa', 'Takwa', 'takwa', 'turmeric-boiled', 'room'),
  aProduct('putih', 'Tahu putih', 'putih', 'water-immersed', 'room'),
  aProduct('pong', 'Tahu pong', 'pong', 'none', 'room'),
  aProduct('takwa-vakum', 'Takwa vakum', 'takwa', 'packed-heated', 'fridge'),
  aProduct('putih-kemasan', 'Tahu putih kemasan', 'putih', 'packed-heated', 'fridge'),
];

/** A product of which nothing more is known yet. */
export function aProduct(
  productId: string,
  name: string,
  variant: Variant,
  treatment: Treatment,
  storage: Storage,
): Product {
  const unknown = { unit: null, needH: null, unitPriceIdr: null, gtin: null };
  return { productId, name, variant, treatment, storage, ...unknown };
}

export async function addStartingProducts(db: MetadataDb, orgId: string): Promise<void> {
  for (const product of startingProducts) await addProduct(db, orgId, product);
}

/** Adds a product; one that is there already stays as it is. @returns whether it was added */
export async function addProduct(db: MetadataDb, orgId: string, product: Product): Promise<boolean> {
  const result = await db
    .insertInto('products')
    .values({
      org_id: orgId,
      product_id: product.productId,
      ...columnsOf(product),
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** @returns false when there is no such product */
export async function changeProduct(db: MetadataDb, orgId: string, product: Product): Promise<boolean> {
  const result = await db
    .updateTable('products')
    .set(columnsOf(product))
    .where('org_id', '=', orgId)
    .where('product_id', '=', product.productId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function columnsOf(product: Product) {
  return {
    name: product.name,
    variant: product.variant,
    treatment: product.treatment,
    storage: product.storage,
    unit: product.unit,
    need_h: product.needH,
    unit_price_idr: product.unitPriceIdr,
    gtin: product.gtin,
  };
}

export async function findProduct(db: MetadataDb, orgId: string, productId: string): Promise<Product | null> {
  const row = await db
    .selectFrom('products')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('product_id', '=', productId)
    .executeTakeFirst();
  return row === undefined ? null : toProduct(row);
}

/** Fewer parameters than any database takes. */
const mostIdsAtOnce = 500;

/** Keyed by id; those that are not there are left out. */
export async function findProducts(
  db: MetadataDb,
  orgId: string,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, Product>> {
  const found = new Map<string, Product>();
  for (let first = 0; first < productIds.length; first += mostIdsAtOnce) {
    const rows = await db
      .selectFrom('products')
      .selectAll()
      .where('org_id', '=', orgId)
      .where('product_id', 'in', productIds.slice(first, first + mostIdsAtOnce))
      .execute();
    for (const row of rows) found.set(row.product_id, toProduct(row));
  }
  return found;
}

/** Products of one organisation by id, starting after `after`. */
export async function listProducts(
  db: MetadataDb,
  orgId: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Product[]> {
  const rows = await db
    .selectFrom('products')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('product_id', '>', after ?? '')
    .orderBy('product_id')
    .limit(limit)
    .execute();
  return rows.map(toProduct);
}

function toProduct(row: Selectable<MetadataTables['products']>): Product {
  return {
    productId: row.product_id,
    name: row.name,
    variant: row.variant,
    treatment: row.treatment,
    storage: row.storage,
    unit: row.unit,
    needH: row.need_h,
    unitPriceIdr: row.unit_price_idr,
    gtin: row.gtin,
  };
}
