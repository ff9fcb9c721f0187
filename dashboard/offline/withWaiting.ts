import type { BatchView } from '../../models/contracts/batch.ts';
import type { Estimate } from '../../models/contracts/estimate.ts';
import type { NewBatch } from '../api.ts';
import type { Fleet } from '../reduceLive.ts';
import { hourMs } from '../zone.ts';
import type { KeptAction } from './actionStore.ts';

/** What is known, with everything done on this phone that the server has not confirmed. Pure. */
export function withWaiting(known: Fleet, waiting: readonly KeptAction[]): Fleet {
  if (waiting.length === 0) return known;
  const batches: Record<string, BatchView> = { ...known.batches };
  for (const { kind, subject, madeAt, body } of waiting) {
    const batch = batches[subject];
    if (kind === 'new-batch') batches[subject] ??= unsentBatch(body as NewBatch, known);
    else if (batch !== undefined && kind === 'sold-out')
      batches[subject] = { ...batch, soldOutAt: batch.soldOutAt ?? new Date(madeAt).toISOString() };
    else if (batch !== undefined && kind === 'unsold') batches[subject] = { ...batch, soldOutAt: null };
  }
  return { ...known, batches };
}

/** Ids of batches that exist only on this phone so far. */
export function unsentBatchIds(known: Fleet, waiting: readonly KeptAction[]): ReadonlySet<string> {
  const made = waiting.filter(({ kind, subject }) => kind === 'new-batch' && !(subject in known.batches));
  return new Set(made.map(({ subject }) => subject));
}

function unsentBatch(body: NewBatch, known: Fleet): BatchView {
  const product = known.products[body.productId];
  const storage = body.storage ?? product?.storage ?? null;
  const like = Object.values(known.batches)
    .filter(batch => batch.productId === body.productId && batch.storage === storage)
    .sort((a, b) => Date.parse(b.producedAt) - Date.parse(a.producedAt))[0];
  return {
    batchId: body.batchId,
    name: body.name ?? body.batchId,
    productId: body.productId,
    productName: product?.name ?? body.productId,
    producedAt: new Date(body.producedAt).toISOString(),
    quantity:
      typeof body.quantity === 'number' ? { amount: body.quantity, unit: 'potong' } : (body.quantity ?? null),
    treatment: body.treatment ?? product?.treatment ?? 'none',
    storage,
    soldOutAt: null,
    discardedAt: null,
    discardReason: null,
    discardNote: null,
    dividedAt: null,
    parents: [],
    children: [],
    observationCount: 0,
    placements: [],
    estimate: likelyEstimate(body, like),
  };
}

/**
 * The lower end of what the last batch of this kind had when it was made, counted from when this one was: the least
 * that may be said before the server has calculated, so neither median nor upper end goes beyond it.
 */
function likelyEstimate(body: NewBatch, like: BatchView | undefined): Estimate {
  const madeAt = Date.parse(body.producedAt);
  const lifeAtMakingH = like?.estimate.lifeAtMakingH ?? 0;
  const until = new Date(madeAt + lifeAtMakingH * hourMs).toISOString();
  const same = <T>(value: T) => ({ p05: value, median: value, p95: value });
  return {
    batchId: body.batchId,
    asOf: new Date(madeAt).toISOString(),
    status: lifeAtMakingH > 0 ? 'fresh' : 'unknown',
    remainingH: same(lifeAtMakingH),
    keepsUntil: same(until),
    countLog10CfuPerG: same(0),
    limitLog10CfuPerG: like?.estimate.limitLog10CfuPerG ?? 7,
    limitedBy: like?.estimate.limitedBy ?? 'spoilage',
    limits: [],
    futureTemperatureC: like?.estimate.futureTemperatureC ?? 28,
    assumptionKind: like?.estimate.assumptionKind ?? 'storage',
    assumption: '',
    measuredShare: 0,
    gapH: 0,
    meanKineticTemperatureC: null,
    timeOutOfRangeH: 0,
    outOfRangeAboveC: like?.estimate.outOfRangeAboveC ?? 8,
    lifeAtMakingH,
    lastReadingAt: null,
    lastTemperatureC: null,
    leftOutReadings: 0,
    flags: lifeAtMakingH > 0 ? ['no-sensor'] : [],
    modelId: '',
    parameterSetId: '',
    parameterSetVersion: 0,
  };
}
