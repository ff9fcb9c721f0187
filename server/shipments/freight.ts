import type { Estimate } from '../../models/contracts/estimate.ts';
import type { Quantity } from '../../models/contracts/shipment.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import type { Batch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import type { Placement } from '../store/metadata/placements.ts';
import { findProduct, type Product } from '../store/metadata/products.ts';
import type { Shipment, ShipmentLine } from '../store/metadata/shipments.ts';

/** One line of a shipment with everything that is known of its batch. */
export interface Freight {
  readonly line: ShipmentLine;
  readonly batch: Batch;
  readonly placements: readonly Placement[];
  readonly estimate: Estimate;
  readonly product: Product | null;
  readonly needH: number;
  readonly quantity: Quantity | null;
  readonly unitPriceIdr: number | null;
}

export type Load = Omit<Freight, 'placements' | 'estimate'>;

export async function loadFreight(
  { db, lives }: { readonly db: MetadataDb; readonly lives: BatchLives },
  shipment: Shipment,
): Promise<Freight[]> {
  const { orgId } = shipment;
  const freight: Freight[] = [];
  for (const line of shipment.lines) {
    const known = await lives.batchWithEstimate(orgId, line.batchId);
    const product = await findProduct(db, orgId, known.batch.productId);
    freight.push({ ...known, ...loadOf(shipment, line, known.batch, product) });
    // An estimate takes milliseconds of this thread: let readings in between.
    await new Promise(resolve => setImmediate(resolve));
  }
  return freight;
}

/** What a line is, without how its batch stands. */
export function loadOf(
  { needH }: Pick<Shipment, 'needH'>,
  line: ShipmentLine,
  batch: Batch,
  product: Product | null,
): Load {
  return {
    line,
    batch,
    product,
    needH: needH ?? product?.needH ?? 0,
    quantity: quantityOf(line.quantity, batch, product),
    unitPriceIdr: line.unitPriceIdr ?? product?.unitPriceIdr ?? null,
  };
}

/** How much of a batch is meant; null when nobody said how much there is. */
export function quantityOf(amount: number | null, batch: Batch, product: Product | null): Quantity | null {
  if (amount === null) return batch.quantity;
  return { amount, unit: batch.quantity?.unit ?? product?.unit ?? 'potong' };
}
