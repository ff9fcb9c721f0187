import { signal } from '@preact/signals';
import type { BatchView } from '../models/contracts/batch.ts';
import { ApiError } from './api.ts';
import { now } from './clock.ts';
import { perform } from './offline/actionQueue.ts';
import { fleet, putBatch } from './state.ts';

/** A message at the foot of the page with its way back. */
export interface Snack {
  readonly text: 'sold-out' | 'failed' | 'not-allowed';
  readonly batch: BatchView;
}

export const snack = signal<Snack | null>(null);

/** Marks a batch sold out at once and tells the server when it can; a refusal takes it back and says so. */
export async function markSoldOut(batch: BatchView): Promise<void> {
  snack.value = { text: 'sold-out', batch };
  await change(batch, 'sold-out', 'POST', `?at=${now.value}`);
}

export async function undoSoldOut(batch: BatchView): Promise<void> {
  snack.value = null;
  await change(batch, 'unsold', 'DELETE');
}

async function change(
  { batchId, name }: BatchView,
  kind: 'sold-out' | 'unsold',
  method: 'POST' | 'DELETE',
  at = '',
): Promise<void> {
  const path = `/batches/${encodeURIComponent(batchId)}/sold-out${at}`;
  try {
    const outcome = await perform({ kind, subject: batchId, name, method, path });
    if (outcome.is === 'sent') putBatch(outcome.answer as BatchView | undefined, batchId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const batch = fleet.value.batches[batchId];
    if (batch !== undefined) snack.value = { text: error.status === 403 ? 'not-allowed' : 'failed', batch };
  }
}
