import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Treatment } from '../../../models/contracts/batch.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** Which set drove the promises of a firm for a treatment, and when. Without any it is the built-in one. */
export interface ParameterSetUse {
  readonly orgId: string;
  readonly useId: string;
  readonly treatment: Treatment;
  readonly parameterSetId: string;
  readonly version: number;
  readonly since: number;
  readonly until: number | null;
  readonly approvedBy: string;
  /** What was in use before. */
  readonly from: { readonly parameterSetId: string; readonly version: number };
  readonly recalculatedAt: number | null;
}

/** Ends the use that is on and begins another. Inside a transaction. */
export async function beginUseWithin(
  transaction: MetadataDb,
  use: Omit<ParameterSetUse, 'useId' | 'until' | 'recalculatedAt'>,
): Promise<ParameterSetUse> {
  await transaction
    .updateTable('parameter_set_uses')
    .set({ until: use.since })
    .where('org_id', '=', use.orgId)
    .where('treatment', '=', use.treatment)
    .where('until', 'is', null)
    .execute();
  const useId = randomUUID();
  await transaction
    .insertInto('parameter_set_uses')
    .values({
      org_id: use.orgId,
      use_id: useId,
      treatment: use.treatment,
      parameter_set_id: use.parameterSetId,
      version: use.version,
      since: use.since,
      until: null,
      approved_by: use.approvedBy,
      from_set_id: use.from.parameterSetId,
      from_version: use.from.version,
      recalculated_at: null,
    })
    .execute();
  return { ...use, useId, until: null, recalculatedAt: null };
}

/** The newest first. */
export async function listUses(db: MetadataDb, orgId: string): Promise<ParameterSetUse[]> {
  const rows = await db
    .selectFrom('parameter_set_uses')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('since', 'desc')
    .orderBy('use_id')
    .limit(500)
    .execute();
  return rows.map(toUse);
}

/** The earliest first. For a server that starts. */
export async function listUsesOfAllOrganisations(db: MetadataDb): Promise<ParameterSetUse[]> {
  const rows = await db.selectFrom('parameter_set_uses').selectAll().orderBy('since').execute();
  return rows.map(toUse);
}

export async function markRecalculated(
  db: MetadataDb,
  orgId: string,
  useIds: readonly string[],
  at: number,
): Promise<void> {
  if (useIds.length === 0) return;
  await db
    .updateTable('parameter_set_uses')
    .set({ recalculated_at: at })
    .where('org_id', '=', orgId)
    .where('use_id', 'in', useIds)
    .execute();
}

/** What a batch promised just before and just after it went over to another set. */
export interface Recalculation {
  readonly orgId: string;
  readonly batchId: string;
  readonly at: number;
  readonly parameterSetId: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly beforeP05H: number;
  readonly afterP05H: number;
}

/** Of a batch the last one counts. */
export async function keepRecalculations(
  db: MetadataDb,
  orgId: string,
  recalculations: readonly Recalculation[],
): Promise<void> {
  for (let first = 0; first < recalculations.length; first += mostAtOnce) {
    const some = recalculations.slice(first, first + mostAtOnce);
    await db
      .insertInto('parameter_recalculations')
      .values(
        some.map(one => ({
          org_id: orgId,
          batch_id: one.batchId,
          at: one.at,
          parameter_set_id: one.parameterSetId,
          from_version: one.fromVersion,
          to_version: one.toVersion,
          before_p05_h: one.beforeP05H,
          after_p05_h: one.afterP05H,
        })),
      )
      .onConflict(conflict =>
        conflict.columns(['org_id', 'batch_id']).doUpdateSet(eb => ({
          at: eb.ref('excluded.at'),
          parameter_set_id: eb.ref('excluded.parameter_set_id'),
          from_version: eb.ref('excluded.from_version'),
          to_version: eb.ref('excluded.to_version'),
          before_p05_h: eb.ref('excluded.before_p05_h'),
          after_p05_h: eb.ref('excluded.after_p05_h'),
        })),
      )
      .execute();
  }
}

const mostAtOnce = 100;

export async function listRecalculationsOfAllOrganisations(
  db: MetadataDb,
  after: number,
): Promise<Recalculation[]> {
  const rows = await db.selectFrom('parameter_recalculations').selectAll().where('at', '>', after).execute();
  return rows.map(row => ({
    orgId: row.org_id,
    batchId: row.batch_id,
    at: row.at,
    parameterSetId: row.parameter_set_id,
    fromVersion: row.from_version,
    toVersion: row.to_version,
    beforeP05H: row.before_p05_h,
    afterP05H: row.after_p05_h,
  }));
}

export async function forgetRecalculationsOfAllOrganisations(db: MetadataDb, until: number): Promise<void> {
  await db.deleteFrom('parameter_recalculations').where('at', '<=', until).execute();
}

function toUse(row: Selectable<MetadataTables['parameter_set_uses']>): ParameterSetUse {
  return {
    orgId: row.org_id,
    useId: row.use_id,
    treatment: row.treatment,
    parameterSetId: row.parameter_set_id,
    version: row.version,
    since: row.since,
    until: row.until,
    approvedBy: row.approved_by,
    from: { parameterSetId: row.from_set_id, version: row.from_version },
    recalculatedAt: row.recalculated_at,
  };
}
