import type { ProductView, Storage, Treatment } from '../../../models/contracts/batch.ts';
import type { MetadataDb } from './database.ts';

export type Product = ProductView;

/** What every new organisation starts with. */
const startingProducts: readonly Product[] = [
  { productId: 'takwa', name: 'Takwa', treatment: 'turmeric-boiled', storage: 'room' },
  { productId: 'putih', name: 'Tahu putih', treatment: 'water-immersed', storage: 'room' },
  { productId: 'pong', name: 'Tahu pong', treatment: 'none', storage: 'room' },
  { productId: 'takwa-vakum', name: 'Takwa vakum', treatment: 'packed-heated', storage: 'fridge' },
  { productId: 'putih-kemasan', name: 'Tahu putih kemasan', treatment: 'packed-heated', storage: 'fridge' },
];

export async function addStartingProducts(db: MetadataDb, orgId: string): Promise<void> {
  for (const product of startingProducts) await addProduct(db, orgId, product);
}

/** Adds a product; one that is there already stays as it is. */
export async function addProduct(db: MetadataDb, orgId: string, product: Product): Promise<void> {
  await db
    .insertInto('products')
    .values({
      org_id: orgId,
      product_id: product.productId,
      name: product.name,
      treatment: product.treatment,
      storage: product.storage,
    })
    .onConflict(conflict => conflict.doNothing())
    .execute();
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

function toProduct(row: {
  product_id: string;
  name: string;
  treatment: Treatment;
  storage: Storage;
}): Product {
  return { productId: row.product_id, name: row.name, treatment: row.treatment, storage: row.storage };
}
