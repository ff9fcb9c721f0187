import type { Verdict } from '../../models/contracts/observation.ts';
import { findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { addObservation, countObservations, lastVerdictOfDevice } from '../store/metadata/observations.ts';

export interface PublicVerdict {
  readonly orgId: string;
  readonly batchId: string;
  readonly verdict: Verdict;
  /** Tells devices apart and says nothing else about them. */
  readonly deviceKey: string;
}

/** `too-soon`: this device has had its say on this batch within the hour; `full`: more would prove nothing. */
export type PublicVerdictOutcome = 'recorded' | 'too-soon' | 'full' | 'no-batch';

const onceInMs = 3_600_000;
const mostOfBatch = 500;

/**
 * Keeps what a buyer says of a batch. Tell `lives.changed` afterwards when it was recorded: it conditions the estimate
 * (all buyers together as two of them, and never towards a longer promise).
 */
export function recordPublicVerdict(
  db: MetadataDb,
  { orgId, batchId, verdict, deviceKey }: PublicVerdict,
  now: number,
): Promise<PublicVerdictOutcome> {
  return db.transaction().execute(async transaction => {
    const batch = await findBatch(transaction, orgId, batchId);
    if (batch === null || batch.producedAt > now) return 'no-batch';
    const last = await lastVerdictOfDevice(transaction, orgId, batchId, deviceKey);
    if (last !== null && now - last < onceInMs) return 'too-soon';
    if ((await countObservations(transaction, orgId, batchId)) >= mostOfBatch) return 'full';
    const nothing = { log10CfuPerG: null, belowLog10: null, sdLog10: null, method: null, labName: null };
    await addObservation(
      transaction,
      {
        ...{ orgId, batchId, kind: 'verdict', at: now, recordedAt: now, recordedBy: 'buyer' },
        ...{ source: 'buyer', verdict, ...nothing },
      },
      deviceKey,
    );
    return 'recorded';
  });
}
