import type { Selectable } from 'kysely';
import type { MetadataDb, MetadataTables } from './database.ts';

/** From `from` on, this is added to what a probe says. Lines are never changed: a later one with the same `from` wins. */
export interface Offset {
  readonly offsetId: number;
  readonly orgId: string;
  readonly nodeId: string;
  readonly probe: string;
  readonly temperatureOffsetC: number;
  readonly from: number;
  readonly calibrationDueAt: number | null;
  readonly note: string | null;
  readonly createdAt: number;
  readonly createdBy: string;
}

export async function addOffset(db: MetadataDb, offset: Omit<Offset, 'offsetId'>): Promise<Offset> {
  const row = await db
    .insertInto('offsets')
    .values({
      org_id: offset.orgId,
      node_id: offset.nodeId,
      probe: offset.probe,
      temperature_offset_c: offset.temperatureOffsetC,
      from_at: offset.from,
      calibration_due_at: offset.calibrationDueAt,
      note: offset.note,
      created_at: offset.createdAt,
      created_by: offset.createdBy,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toOffset(row);
}

/** What was ever said of a node, the newest line first. */
export async function listOffsets(
  db: MetadataDb,
  orgId: string,
  nodeId: string,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<Offset[]> {
  let query = db.selectFrom('offsets').selectAll().where('org_id', '=', orgId).where('node_id', '=', nodeId);
  if (before !== undefined) query = query.where('offset_id', '<', before);
  return (await query.orderBy('offset_id', 'desc').limit(limit).execute()).map(toOffset);
}

/** For the store, which corrects readings of all organisations. Never for a route. */
export async function listOffsetsOfAllOrganisations(db: MetadataDb): Promise<Offset[]> {
  return (await db.selectFrom('offsets').selectAll().orderBy('offset_id').execute()).map(toOffset);
}

function toOffset(row: Selectable<MetadataTables['offsets']>): Offset {
  return {
    offsetId: row.offset_id,
    orgId: row.org_id,
    nodeId: row.node_id,
    probe: row.probe,
    temperatureOffsetC: row.temperature_offset_c,
    from: row.from_at,
    calibrationDueAt: row.calibration_due_at,
    note: row.note,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
