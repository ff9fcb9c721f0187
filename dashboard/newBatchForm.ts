import type { BatchView, ProductView, Storage } from '../models/contracts/batch.ts';
import type { NodeView } from '../models/contracts/node.ts';
import { nodeTrouble } from './nodeState.ts';
import type { Zone } from './zone.ts';

/** What the new-batch page has filled in so far. */
export interface NewBatchForm {
  readonly productId: string | null;
  readonly amount: number;
  readonly unit: string;
  readonly storage: Storage | null;
  /** `null`: now, whenever it is saved. */
  readonly producedAt: number | null;
  readonly nodeId: string | null;
}

const usualAmount = 20;

/** The form as the last batch was filled in; without one, only the first working node is chosen. */
export function presetForm(
  batches: readonly BatchView[],
  nodes: readonly NodeView[],
  products: readonly ProductView[],
  unit: string,
  now: number,
): NewBatchForm {
  const last = [...batches].sort((a, b) => Date.parse(b.producedAt) - Date.parse(a.producedAt))[0];
  const working = nodes.filter(node => !['silent', 'late', 'neverSeen'].includes(nodeTrouble(node, now)));
  const lastNodeId = last?.placements.at(-1)?.nodeId;
  const known = products.some(product => product.productId === last?.productId);
  return {
    productId: known ? (last?.productId ?? null) : null,
    amount: last?.quantity?.amount ?? usualAmount,
    unit: last?.quantity?.unit ?? unit,
    storage: last?.storage ?? null,
    producedAt: null,
    nodeId: (working.find(node => node.nodeId === lastNodeId) ?? working[0])?.nodeId ?? null,
  };
}

const letters = '23456789abcdefghjkmnpqrstuvwxyz';

/**
 * An id that is made on the phone, so that a save repeated after a lost answer is the same batch: product, local day
 * and four letters that are hard to confuse on a label.
 */
export function newBatchId(productId: string, madeAt: number, zone: Zone, random: Uint8Array): string {
  const { year, month, day } = zone.local(madeAt);
  const date = `${year}${String(month + 1).padStart(2, '0')}${String(day).padStart(2, '0')}`;
  const tail = [...random].map(byte => letters[byte % letters.length]).join('');
  return `${productId.slice(0, 40)}-${date}-${tail}`;
}

/**
 * The newest batch of the same product kept the same way: what it had at its making is the best guess, without
 * asking, of what a new one will have.
 */
export function likeBatch(form: NewBatchForm, batches: readonly BatchView[]): BatchView | undefined {
  return [...batches]
    .filter(batch => batch.productId === form.productId && batch.storage === form.storage)
    .sort((a, b) => Date.parse(b.producedAt) - Date.parse(a.producedAt))[0];
}
