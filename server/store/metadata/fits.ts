import type { Selectable } from 'kysely';
import type { FitState, FitView } from '../../../models/contracts/fit.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** A fit as it is kept. */
export interface Fit {
  readonly orgId: string;
  readonly fitId: string;
  readonly experimentId: string;
  readonly version: number;
  readonly kind: 'fit' | 'ranking';
  readonly request: FitView['request'];
  readonly command: string;
  readonly leftOut: FitView['leftOut'];
  readonly state: FitState;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly failure: FitView['failure'];
  /** The report of a fit, the rows of a ranking; null until it is done. */
  readonly outcome: unknown;
}

export type NewFitRow = Omit<Fit, 'state' | 'startedAt' | 'endedAt' | 'failure' | 'outcome'>;

export async function addFitWithin(transaction: MetadataDb, fit: NewFitRow): Promise<void> {
  await transaction
    .insertInto('fits')
    .values({
      org_id: fit.orgId,
      fit_id: fit.fitId,
      experiment_id: fit.experimentId,
      version: fit.version,
      kind: fit.kind,
      request: JSON.stringify(fit.request),
      command: fit.command,
      left_out: JSON.stringify(fit.leftOut),
      state: 'queued',
      created_at: fit.createdAt,
      created_by: fit.createdBy,
      started_at: null,
      ended_at: null,
      failure_code: null,
      failure: null,
      outcome: null,
    })
    .execute();
}

export async function findFit(db: MetadataDb, orgId: string, fitId: string): Promise<Fit | null> {
  const row = await db
    .selectFrom('fits')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('fit_id', '=', fitId)
    .executeTakeFirst();
  return row === undefined ? null : toFit(row);
}

/** The newest first, starting after `after`. */
export async function listFits(
  db: MetadataDb,
  orgId: string,
  experimentId: string,
  query: { after?: { createdAt: number; fitId: string } | undefined; limit: number },
): Promise<Fit[]> {
  const { after, limit } = query;
  const rows = await db
    .selectFrom('fits')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('experiment_id', '=', experimentId)
    .$if(after !== undefined, found =>
      found.where(eb =>
        eb.or([
          eb('created_at', '<', after!.createdAt),
          eb.and([eb('created_at', '=', after!.createdAt), eb('fit_id', '<', after!.fitId)]),
        ]),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('fit_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toFit);
}

export async function countFits(
  db: MetadataDb,
  orgId: string,
  where: { readonly experimentId: string } | { readonly states: readonly FitState[] },
): Promise<number> {
  const { n } = await db
    .selectFrom('fits')
    .select(eb => eb.fn.countAll<number | string>().as('n'))
    .where('org_id', '=', orgId)
    .$if('experimentId' in where, found =>
      found.where('experiment_id', '=', 'experimentId' in where ? where.experimentId : ''),
    )
    .$if('states' in where, found =>
      found.where('state', 'in', 'states' in where ? [...where.states] : ['queued']),
    )
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** Those that wait, of all organisations, the oldest first. */
export async function waitingFitsOfAllOrganisations(db: MetadataDb, limit: number): Promise<Fit[]> {
  const rows = await db
    .selectFrom('fits')
    .selectAll()
    .where('state', '=', 'queued')
    .orderBy('created_at')
    .orderBy('fit_id')
    .limit(limit)
    .execute();
  return rows.map(toFit);
}

/** What ran at a server that is there no longer begins again; `others` are there. */
export async function queueInterruptedFitsOfAllOrganisations(
  db: MetadataDb,
  others: readonly string[],
): Promise<void> {
  await db
    .updateTable('fits')
    .set({ state: 'queued', started_at: null, claimed_by: null })
    .where('state', '=', 'running')
    .$if(others.length > 0, query =>
      query.where(eb => eb.or([eb('claimed_by', 'is', null), eb('claimed_by', 'not in', [...others])])),
    )
    .execute();
}

/** Moves a fit from one state to the next. @returns false when it was not in that state any more */
export async function moveFit(
  db: MetadataDb,
  { orgId, fitId }: Pick<Fit, 'orgId' | 'fitId'>,
  from: readonly FitState[],
  to: Partial<Pick<Fit, 'startedAt' | 'endedAt' | 'failure' | 'outcome'>> & {
    readonly state: FitState;
    /** The server that runs it. */
    readonly claimedBy?: string;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('fits')
    .set({
      state: to.state,
      ...(to.startedAt === undefined ? {} : { started_at: to.startedAt }),
      ...(to.claimedBy === undefined ? {} : { claimed_by: to.claimedBy }),
      ...(to.endedAt === undefined ? {} : { ended_at: to.endedAt }),
      ...(to.failure ? { failure_code: to.failure.code, failure: to.failure.message } : {}),
      ...(to.outcome === undefined ? {} : { outcome: JSON.stringify(to.outcome) }),
    })
    .where('org_id', '=', orgId)
    .where('fit_id', '=', fitId)
    .where('state', 'in', [...from])
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

function toFit(row: Selectable<MetadataTables['fits']>): Fit {
  return {
    orgId: row.org_id,
    fitId: row.fit_id,
    experimentId: row.experiment_id,
    version: row.version,
    kind: row.kind,
    request: JSON.parse(row.request) as Fit['request'],
    command: row.command,
    leftOut: JSON.parse(row.left_out) as Fit['leftOut'],
    state: row.state,
    createdAt: row.created_at,
    createdBy: row.created_by,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure ?? '' },
    outcome: row.outcome === null ? null : JSON.parse(row.outcome),
  };
}
