import { useRef, useState } from 'preact/hooks';
import { ApiError, type NewBatch } from './api.ts';
import { batchName } from './batchName.ts';
import { now } from './clock.ts';
import { failureText } from './failureText.ts';
import type { Translate } from './i18n/catalogues.ts';
import { type NewBatchForm, newBatchId } from './newBatchForm.ts';
import { perform } from './offline/actionQueue.ts';
import { takeCode } from './offline/labels.ts';
import { navigate, paths } from './router.ts';
import { savedBatchId, unplacedBatchId } from './savedBatch.ts';
import { account, fleet, format } from './state.ts';

/** What has to be mended before a form can be saved; `null` when it can. */
function objection(form: NewBatchForm, at: number, t: Translate): string | null {
  if (form.productId === null) return t('newBatch.chooseProduct');
  if (form.storage === null) return t('newBatch.chooseStorage');
  return at > now.value + 60_000 ? t('newBatch.inFuture') : null;
}

/** Saves the batch, places the sensor and opens the batch. A repeated save is the same batch. */
export function useSaveBatch(form: NewBatchForm): {
  save(): Promise<void>;
  busy: boolean;
  failure: string | null;
} {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const tried = useRef<{ form: NewBatchForm; batch: NewBatch } | null>(null);

  const save = async (): Promise<void> => {
    const { t } = format.value;
    const at = form.producedAt ?? now.value;
    const wrong = objection(form, at, t);
    setFailure(wrong);
    if (wrong !== null) return;
    setBusy(true);
    if (tried.current?.form !== form) tried.current = { form, batch: await withCode(batchOf(form, at)) };
    try {
      await addOnce(tried.current.batch);
      if (form.nodeId !== null) await place(tried.current.batch, form.nodeId);
      savedBatchId.value = tried.current.batch.batchId;
      navigate(paths.label(tried.current.batch.batchId), true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(failureText(error, t));
    } finally {
      setBusy(false);
    }
  };
  return { save, busy, failure };
}

function batchOf(form: NewBatchForm, producedAt: number): NewBatch {
  const { t, zone } = format.value;
  const productId = form.productId ?? '';
  const random = crypto.getRandomValues(new Uint8Array(4));
  return {
    batchId: newBatchId(productId, producedAt, zone, random),
    productId,
    producedAt: new Date(producedAt).toISOString(),
    name: batchName(fleet.value.products[productId]?.name ?? productId, producedAt, zone, t),
    quantity: { amount: form.amount, unit: form.unit },
    ...(form.storage === null ? {} : { storage: form.storage }),
  };
}

/** With a code that was set aside, so that its label can be printed before the server has heard of it. */
async function withCode(batch: NewBatch): Promise<NewBatch> {
  const publicCode = account.value === null ? undefined : await takeCode(account.value, batch.batchId);
  return publicCode === undefined ? batch : { ...batch, publicCode };
}

async function addOnce(batch: NewBatch): Promise<void> {
  const { batchId, name = batchId } = batch;
  const about = { kind: 'new-batch', subject: batchId, name } as const;
  await perform({ ...about, method: 'POST', path: '/batches', body: batch });
}

async function place({ batchId, name = batchId, producedAt }: NewBatch, nodeId: string): Promise<void> {
  const path = `/batches/${encodeURIComponent(batchId)}/placements`;
  const about = { kind: 'placement', subject: batchId, name } as const;
  try {
    await perform({ ...about, method: 'POST', path, body: { nodeId, from: producedAt } });
    unplacedBatchId.value = null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    unplacedBatchId.value = batchId;
  }
}
