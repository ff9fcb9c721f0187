import type { MetadataDb } from './database.ts';

/** A batch that was made from another by splitting or joining: before `at` it was where its parent was. */
export interface Descent {
  readonly orgId: string;
  readonly childId: string;
  readonly parentId: string;
  readonly at: number;
}

export async function addDescent(db: MetadataDb, { orgId, childId, parentId, at }: Descent): Promise<void> {
  await db
    .insertInto('lineage')
    .values({ org_id: orgId, child_id: childId, parent_id: parentId, at })
    .execute();
}

/** What a batch was made from, and what was made from it. */
export async function listKin(
  db: MetadataDb,
  orgId: string,
  batchId: string,
): Promise<{ parents: Descent[]; children: Descent[] }> {
  const rows = await db
    .selectFrom('lineage')
    .selectAll()
    .where('org_id', '=', orgId)
    .where(eb => eb.or([eb('child_id', '=', batchId), eb('parent_id', '=', batchId)]))
    .orderBy('at')
    .orderBy('parent_id')
    .orderBy('child_id')
    .execute();
  const all = rows.map(toDescent);
  return {
    parents: all.filter(descent => descent.childId === batchId),
    children: all.filter(descent => descent.parentId === batchId),
  };
}

/** For the lives of batches, which see those of all organisations. Never for a route. */
export async function listDescentOfAllOrganisations(db: MetadataDb): Promise<Descent[]> {
  return (await db.selectFrom('lineage').selectAll().execute()).map(toDescent);
}

function toDescent(row: { org_id: string; child_id: string; parent_id: string; at: number }): Descent {
  return { orgId: row.org_id, childId: row.child_id, parentId: row.parent_id, at: row.at };
}
