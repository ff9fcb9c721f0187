import { signal } from '@preact/signals';
import type { BatchView } from '../models/contracts/batch.ts';
import { ApiError, api } from './api.ts';
import { now } from './clock.ts';
import { fleet, putBatch } from './state.ts';

/** A message at the foot of the page with its way back. */
export interface Snack {
  readonly text: 'sold-out' | 'failed' | 'not-allowed';
  readonly batch: BatchView;
}

export const snack = signal<Snack | null>(null);

/** Marks a batch sold out at once and tells the server after; a refusal takes it back and says so. */
export async function markSoldOut(batch: BatchView): Promise<void> {
  snack.value = { text: 'sold-out', batch };
  await change(batch, new Date(now.value).toISOString(), () => api.markSoldOut(batch.batchId));
}

export async function undoSoldOut(batch: BatchView): Promise<void> {
  snack.value = null;
  await change(batch, null, () => api.unmarkSoldOut(batch.batchId));
}

async function change(
  batch: BatchView,
  soldOutAt: string | null,
  tell: () => Promise<unknown>,
): Promise<void> {
  const known = (): BatchView => fleet.value.batches[batch.batchId] ?? batch;
  const before = known().soldOutAt;
  putBatch({ ...known(), soldOutAt });
  try {
    await tell();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    putBatch({ ...known(), soldOutAt: before });
    snack.value = { text: error.status === 403 ? 'not-allowed' : 'failed', batch };
  }
}
