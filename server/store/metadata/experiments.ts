import type { Selectable } from 'kysely';
import type {
  ExperimentKind,
  ExperimentRow,
  ExperimentSeries,
  ExperimentSource,
} from '../../../models/contracts/experiment.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** What is measured, in one version. */
export interface ExperimentData {
  readonly rows: readonly ExperimentRow[];
  readonly series: readonly ExperimentSeries[];
  readonly source: ExperimentSource;
}

export interface ExperimentVersionHead {
  readonly version: number;
  readonly madeAt: number;
  readonly madeBy: string;
  readonly note: string;
  readonly kind: ExperimentKind;
  readonly rowCount: number;
  readonly excludedCount: number;
  readonly seriesCount: number;
  readonly temperatureRangeC: readonly [number, number];
}

export interface ExperimentHead {
  readonly experimentId: string;
  readonly title: string;
  readonly productId: string | null;
  readonly note: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly archivedAt: number | null;
}

export interface Experiment extends ExperimentHead {
  /** The oldest first; never empty. */
  readonly versions: readonly ExperimentVersionHead[];
}

export interface ExperimentCursor {
  readonly createdAt: number;
  readonly experimentId: string;
}

/** @returns false when there is one of this id already */
export async function addExperimentWithin(
  transaction: MetadataDb,
  orgId: string,
  experiment: ExperimentHead,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto('experiments')
    .values({
      org_id: orgId,
      experiment_id: experiment.experimentId,
      title: experiment.title,
      product_id: experiment.productId,
      note: experiment.note,
      created_at: experiment.createdAt,
      created_by: experiment.createdBy,
      archived_at: experiment.archivedAt,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Adds the next version. Inside a transaction, so that two who add at once get numbers of their own. */
export async function addExperimentVersionWithin(
  transaction: MetadataDb,
  orgId: string,
  experimentId: string,
  head: ExperimentVersionHead,
  data: ExperimentData,
): Promise<void> {
  await transaction
    .insertInto('experiment_versions')
    .values({
      org_id: orgId,
      experiment_id: experimentId,
      version: head.version,
      made_at: head.madeAt,
      made_by: head.madeBy,
      note: head.note,
      kind: head.kind,
      row_count: head.rowCount,
      excluded_count: head.excludedCount,
      series_count: head.seriesCount,
      lowest_c: head.temperatureRangeC[0],
      highest_c: head.temperatureRangeC[1],
      data: JSON.stringify(data),
    })
    .execute();
}

export async function changeExperiment(
  db: MetadataDb,
  orgId: string,
  experiment: ExperimentHead,
): Promise<void> {
  await db
    .updateTable('experiments')
    .set({
      title: experiment.title,
      product_id: experiment.productId,
      note: experiment.note,
      archived_at: experiment.archivedAt,
    })
    .where('org_id', '=', orgId)
    .where('experiment_id', '=', experiment.experimentId)
    .execute();
}

/** With its versions, without their data; null when there is none. */
export async function findExperiment(
  db: MetadataDb,
  orgId: string,
  experimentId: string,
): Promise<Experiment | null> {
  const row = await db
    .selectFrom('experiments')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('experiment_id', '=', experimentId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return (await withVersions(db, orgId, [row]))[0] ?? null;
}

/** The newest first, starting after `after`. */
export async function listExperiments(
  db: MetadataDb,
  orgId: string,
  query: { archived: boolean; after?: ExperimentCursor | undefined; limit: number },
): Promise<Experiment[]> {
  const { archived, after, limit } = query;
  const rows = await db
    .selectFrom('experiments')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('archived_at', archived ? 'is not' : 'is', null)
    .$if(after !== undefined, found =>
      found.where(eb =>
        eb.or([
          eb('created_at', '<', after!.createdAt),
          eb.and([eb('created_at', '=', after!.createdAt), eb('experiment_id', '<', after!.experimentId)]),
        ]),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('experiment_id', 'desc')
    .limit(limit)
    .execute();
  return withVersions(db, orgId, rows);
}

export async function countExperiments(db: MetadataDb, orgId: string): Promise<number> {
  const { n } = await db
    .selectFrom('experiments')
    .select(eb => eb.fn.countAll<number | string>().as('n'))
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** One version with all its data; null when there is none. */
export async function findExperimentVersion(
  db: MetadataDb,
  orgId: string,
  experimentId: string,
  version: number,
): Promise<(ExperimentVersionHead & ExperimentData) | null> {
  const row = await db
    .selectFrom('experiment_versions')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('experiment_id', '=', experimentId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row === undefined ? null : { ...toHead(row), ...(JSON.parse(row.data) as ExperimentData) };
}

async function withVersions(
  db: MetadataDb,
  orgId: string,
  rows: readonly Selectable<MetadataTables['experiments']>[],
): Promise<Experiment[]> {
  if (rows.length === 0) return [];
  const heads = await db
    .selectFrom('experiment_versions')
    .select([
      ...(['experiment_id', 'version', 'made_at', 'made_by', 'note', 'kind', 'row_count'] as const),
      ...(['excluded_count', 'series_count', 'lowest_c', 'highest_c'] as const),
    ])
    .where('org_id', '=', orgId)
    .where(
      'experiment_id',
      'in',
      rows.map(row => row.experiment_id),
    )
    .orderBy('version')
    .execute();
  const byExperiment = Map.groupBy(heads, head => head.experiment_id);
  return rows.map(row => ({
    experimentId: row.experiment_id,
    title: row.title,
    productId: row.product_id,
    note: row.note,
    createdAt: row.created_at,
    createdBy: row.created_by,
    archivedAt: row.archived_at,
    versions: (byExperiment.get(row.experiment_id) ?? []).map(toHead),
  }));
}

function toHead(
  row: Omit<Selectable<MetadataTables['experiment_versions']>, 'org_id' | 'data' | 'experiment_id'>,
): ExperimentVersionHead {
  return {
    version: row.version,
    madeAt: row.made_at,
    madeBy: row.made_by,
    note: row.note,
    kind: row.kind,
    rowCount: row.row_count,
    excludedCount: row.excluded_count,
    seriesCount: row.series_count,
    temperatureRangeC: [row.lowest_c, row.highest_c],
  };
}
