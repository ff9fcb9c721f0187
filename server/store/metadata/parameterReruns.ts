import type { Selectable } from 'kysely';
import type { Treatment } from '../../../models/contracts/batch.ts';
import type { RerunResult, RerunView } from '../../../models/contracts/parameterSetEvidence.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** Past batches estimated again with another set: what was asked and how far it is. */
export interface Rerun {
  readonly orgId: string;
  readonly rerunId: string;
  readonly parameterSetId: string;
  readonly version: number;
  readonly treatments: readonly Treatment[];
  readonly madeAfter: number;
  readonly state: RerunView['state'];
  readonly done: number;
  readonly of: number;
  readonly askedAt: number;
  readonly askedBy: string;
  readonly endedAt: number | null;
  readonly failure: string | null;
  readonly result: RerunResult | null;
}

export async function addRerun(db: MetadataDb, rerun: Rerun): Promise<void> {
  await db
    .insertInto('parameter_reruns')
    .values({
      org_id: rerun.orgId,
      rerun_id: rerun.rerunId,
      parameter_set_id: rerun.parameterSetId,
      version: rerun.version,
      treatments: JSON.stringify(rerun.treatments),
      made_after: rerun.madeAfter,
      asked_at: rerun.askedAt,
      asked_by: rerun.askedBy,
      ...changing(rerun),
    })
    .execute();
}

export async function changeRerun(db: MetadataDb, rerun: Rerun): Promise<void> {
  await db
    .updateTable('parameter_reruns')
    .set(changing(rerun))
    .where('org_id', '=', rerun.orgId)
    .where('rerun_id', '=', rerun.rerunId)
    .execute();
}

export async function findRerun(db: MetadataDb, orgId: string, rerunId: string): Promise<Rerun | null> {
  const row = await db
    .selectFrom('parameter_reruns')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('rerun_id', '=', rerunId)
    .executeTakeFirst();
  return row === undefined ? null : toRerun(row);
}

/** Of a set, the newest first. */
export async function listReruns(
  db: MetadataDb,
  orgId: string,
  parameterSetId: string,
  version: number,
): Promise<Rerun[]> {
  const rows = await db
    .selectFrom('parameter_reruns')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('parameter_set_id', '=', parameterSetId)
    .where('version', '=', version)
    .orderBy('asked_at', 'desc')
    .limit(20)
    .execute();
  return rows.map(toRerun);
}

/** What a server that starts has to go on with. */
export async function listOpenRerunsOfAllOrganisations(db: MetadataDb): Promise<Rerun[]> {
  const rows = await db
    .selectFrom('parameter_reruns')
    .selectAll()
    .where('state', 'in', ['queued', 'running'])
    .orderBy('asked_at')
    .execute();
  return rows.map(toRerun);
}

function changing({ state, done, of, endedAt, failure, result }: Rerun) {
  return {
    ...{ state, done, failure },
    of_count: of,
    ended_at: endedAt,
    result: result === null ? null : JSON.stringify(result),
  };
}

function toRerun(row: Selectable<MetadataTables['parameter_reruns']>): Rerun {
  return {
    orgId: row.org_id,
    rerunId: row.rerun_id,
    parameterSetId: row.parameter_set_id,
    version: row.version,
    treatments: JSON.parse(row.treatments) as Treatment[],
    madeAfter: row.made_after,
    state: row.state,
    done: row.done,
    of: row.of_count,
    askedAt: row.asked_at,
    askedBy: row.asked_by,
    endedAt: row.ended_at,
    failure: row.failure,
    result: row.result === null ? null : (JSON.parse(row.result) as RerunResult),
  };
}

/** Makes a re-run that nobody goes on with one of this server. @returns false when another one goes on with it */
export async function claimRerun(
  db: MetadataDb,
  { orgId, rerunId }: Pick<Rerun, 'orgId' | 'rerunId'>,
  serverId: string,
  others: readonly string[],
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('parameter_reruns')
    .set({ claimed_by: serverId })
    .where('org_id', '=', orgId)
    .where('rerun_id', '=', rerunId)
    .where('state', 'in', ['queued', 'running'])
    .$if(others.length > 0, query =>
      query.where(eb => eb.or([eb('claimed_by', 'is', null), eb('claimed_by', 'not in', [...others])])),
    )
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
