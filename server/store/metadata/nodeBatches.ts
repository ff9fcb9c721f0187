import type { MetadataDb } from './database.ts';

export interface NodeBatch {
  readonly batchId: string;
  readonly probe: string;
  readonly from: number;
  readonly to: number | null;
}

/** Which batches a node spoke for, and when; ascending by beginning. */
export async function listBatchesOfNode(db: MetadataDb, orgId: string, nodeId: string): Promise<NodeBatch[]> {
  const rows = await db
    .selectFrom('placements')
    .select(['batch_id', 'probe', 'from_at', 'to_at'])
    .where('org_id', '=', orgId)
    .where('node_id', '=', nodeId)
    .orderBy('from_at')
    .orderBy('batch_id')
    .execute();
  return rows.map(row => ({ batchId: row.batch_id, probe: row.probe, from: row.from_at, to: row.to_at }));
}
