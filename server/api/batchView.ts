import type { BatchView } from '../../models/contracts/batch.ts';
import type { BatchWithEstimate } from '../shelf-life/batchLives.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listKin } from '../store/metadata/lineage.ts';
import { countObservations } from '../store/metadata/observations.ts';
import { toPlacementView } from './placements.ts';

export async function toBatchView(db: MetadataDb, found: BatchWithEstimate): Promise<BatchView> {
  const { batch, placements, estimate } = found;
  const { parents, children } = await listKin(db, batch.orgId, batch.batchId);
  return {
    batchId: batch.batchId,
    name: batch.name,
    productId: batch.productId,
    productName: batch.productName,
    producedAt: iso(batch.producedAt),
    quantity: batch.quantity,
    treatment: batch.treatment,
    storage: batch.storage,
    soldOutAt: isoOrNull(batch.soldOutAt),
    discardedAt: isoOrNull(batch.discarded?.at ?? null),
    discardReason: batch.discarded?.reason ?? null,
    discardNote: batch.discarded?.note ?? null,
    dividedAt: isoOrNull(batch.dividedAt),
    parents: parents.map(({ parentId, at }) => ({ batchId: parentId, at: iso(at) })),
    children: children.map(({ childId, at }) => ({ batchId: childId, at: iso(at) })),
    observationCount: await countObservations(db, batch.orgId, batch.batchId),
    placements: placements.map(toPlacementView),
    estimate,
  };
}

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));
