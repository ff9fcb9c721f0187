import type { BatchView } from '../models/contracts/batch.ts';
import { ApiError } from './api.ts';
import { now } from './clock.ts';
import { t } from './i18n/messages.ts';
import { perform } from './offline/actionQueue.ts';
import { said } from './snack.ts';

/** Marks a batch sold out at once and tells the server when it can; a refusal takes it back and says so. */
export async function markSoldOut(batch: BatchView): Promise<void> {
  said.value = { text: t('soldOut.snack', { name: batch.name }), undo: () => void undoSoldOut(batch) };
  await change(batch, 'sold-out', 'POST', `?at=${now.value}`);
}

export async function undoSoldOut(batch: BatchView): Promise<void> {
  said.value = null;
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
    await perform({ kind, subject: batchId, name, method, path });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    said.value = { text: t(error.status === 403 ? 'failed.notAllowed' : 'soldOut.failed'), failed: true };
  }
}
