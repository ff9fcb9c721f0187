import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { ObservationSource, Verdict } from '../../../models/contracts/observation.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** Something seen of a batch itself: a laboratory's count, or what a person says of it. */
export interface Observation {
  readonly observationId: string;
  readonly orgId: string;
  readonly batchId: string;
  readonly kind: 'count' | 'verdict';
  readonly at: number;
  readonly recordedAt: number;
  readonly source: ObservationSource;
  readonly log10CfuPerG: number | null;
  /** Nothing was found at this limit of detection. */
  readonly belowLog10: number | null;
  readonly sdLog10: number | null;
  readonly method: string | null;
  readonly labName: string | null;
  readonly verdict: Verdict | null;
}

export type NewObservationRow = Omit<Observation, 'observationId'> & {
  readonly recordedBy: string;
  /** Given by whoever saw it; without one it is made here. */
  readonly observationId?: string | undefined;
};

/** Where a page of observations goes on. */
export interface ObservationCursor {
  readonly at: number;
  readonly observationId: string;
}

/** @returns its id and whether it is new: one whose id is known for this batch is the same, sent again */
export async function addObservation(
  db: MetadataDb,
  observation: NewObservationRow,
  deviceKey: string | null = null,
): Promise<{ observationId: string; isNew: boolean }> {
  const observationId = observation.observationId ?? randomUUID();
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('observations')
    .values({
      observation_id: observationId,
      org_id: observation.orgId,
      batch_id: observation.batchId,
      kind: observation.kind,
      at: observation.at,
      recorded_at: observation.recordedAt,
      recorded_by: observation.recordedBy,
      source: observation.source,
      log10_cfu_per_g: observation.log10CfuPerG,
      below_log10: observation.belowLog10,
      sd_log10: observation.sdLog10,
      method: observation.method,
      lab_name: observation.labName,
      verdict: observation.verdict,
      device_key: deviceKey,
    })
    .onConflict(conflict => conflict.column('observation_id').doNothing())
    .executeTakeFirstOrThrow();
  return { observationId, isNew: numInsertedOrUpdatedRows === 1n };
}

/** Observations of a batch, the earliest first. */
export async function listObservations(
  db: MetadataDb,
  orgId: string,
  batchId: string,
): Promise<Observation[]> {
  const rows = await db
    .selectFrom('observations')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .orderBy('at')
    .orderBy('observation_id')
    .execute();
  return rows.map(toObservation);
}

export async function countObservations(db: MetadataDb, orgId: string, batchId: string): Promise<number> {
  const { n } = await db
    .selectFrom('observations')
    .select(eb => eb.fn.countAll<number | string>().as('n'))
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** Observations of one organisation made in [from, to), the earliest first, starting after `after`. */
export async function listObservationsBetween(
  db: MetadataDb,
  orgId: string,
  query: { from: number; to: number; after?: ObservationCursor | undefined; limit: number },
): Promise<Observation[]> {
  const { from, to, after, limit } = query;
  let found = db
    .selectFrom('observations')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('at', '>=', from)
    .where('at', '<', to);
  if (after !== undefined)
    found = found.where(eb =>
      eb.or([
        eb('at', '>', after.at),
        eb.and([eb('at', '=', after.at), eb('observation_id', '>', after.observationId)]),
      ]),
    );
  const rows = await found.orderBy('at').orderBy('observation_id').limit(limit).execute();
  return rows.map(toObservation);
}

/** @returns false when the batch has no such observation */
export async function removeObservation(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  observationId: string,
): Promise<boolean> {
  const result = await db
    .deleteFrom('observations')
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .where('observation_id', '=', observationId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** When a device last gave a verdict on a batch; null when it never did. */
export async function lastVerdictOfDevice(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  deviceKey: string,
): Promise<number | null> {
  const row = await db
    .selectFrom('observations')
    .select('recorded_at')
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .where('device_key', '=', deviceKey)
    .orderBy('recorded_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.recorded_at ?? null;
}

function toObservation(row: Selectable<MetadataTables['observations']>): Observation {
  return {
    observationId: row.observation_id,
    orgId: row.org_id,
    batchId: row.batch_id,
    kind: row.kind,
    at: row.at,
    recordedAt: row.recorded_at,
    source: row.source,
    log10CfuPerG: row.log10_cfu_per_g,
    belowLog10: row.below_log10,
    sdLog10: row.sd_log10,
    method: row.method,
    labName: row.lab_name,
    verdict: row.verdict,
  };
}
