import type { Selectable } from 'kysely';
import type { Treatment } from '../../../models/contracts/batch.ts';
import type { SpoilageFlora } from '../../../models/parameters/tahu.ts';
import type { EnteredLimit } from '../../../models/preservation/legalGate.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** A set of a laboratory, as it was made. */
export interface StoredParameterSet {
  readonly parameterSetId: string;
  readonly version: number;
  readonly treatment: Treatment;
  readonly title: string;
  readonly author: string;
  readonly note: string;
  readonly madeAt: number;
  readonly madeBy: string;
  readonly fromOrgId: string;
  readonly fromOrgName: string;
  readonly fromFitId: string | null;
  readonly parent: { readonly parameterSetId: string; readonly version: number };
  readonly publishedAt: number | null;
  readonly withdrawnAt: number | null;
  readonly spoilage: SpoilageFlora;
  readonly testedRangeC: { readonly min: number; readonly max: number };
  readonly testedLevers: Readonly<Record<string, number>>;
  readonly legalLimits: readonly EnteredLimit[];
}

const mostSets = 500;

/** @returns false when the firm has this version already */
export async function addParameterSet(
  db: MetadataDb,
  orgId: string,
  set: StoredParameterSet,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('parameter_sets')
    .values({
      org_id: orgId,
      parameter_set_id: set.parameterSetId,
      version: set.version,
      treatment: set.treatment,
      title: set.title,
      author: set.author,
      note: set.note,
      made_at: set.madeAt,
      made_by: set.madeBy,
      from_org_id: set.fromOrgId,
      from_org_name: set.fromOrgName,
      from_fit_id: set.fromFitId,
      parent_id: set.parent.parameterSetId,
      parent_version: set.parent.version,
      published_at: set.publishedAt,
      withdrawn_at: set.withdrawnAt,
      data: dataOf(set),
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Of a firm, its own and those it took over; the newest first. */
export async function listParameterSets(db: MetadataDb, orgId: string): Promise<StoredParameterSet[]> {
  const rows = await db
    .selectFrom('parameter_sets')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('made_at', 'desc')
    .orderBy('version', 'desc')
    .orderBy('parameter_set_id')
    .limit(mostSets)
    .execute();
  return rows.map(toSet);
}

export async function findParameterSet(
  db: MetadataDb,
  orgId: string,
  parameterSetId: string,
  version: number,
): Promise<StoredParameterSet | null> {
  const row = await db
    .selectFrom('parameter_sets')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('parameter_set_id', '=', parameterSetId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row === undefined ? null : toSet(row);
}

/** The largest version a firm has of a set; 0 without any. */
export async function latestVersionOf(
  db: MetadataDb,
  orgId: string,
  parameterSetId: string,
): Promise<number> {
  const row = await db
    .selectFrom('parameter_sets')
    .select(eb => eb.fn.max('version').as('latest'))
    .where('org_id', '=', orgId)
    .where('parameter_set_id', '=', parameterSetId)
    .executeTakeFirst();
  return Number(row?.latest ?? 0);
}

export async function countParameterSets(db: MetadataDb, orgId: string): Promise<number> {
  const { n } = await db
    .selectFrom('parameter_sets')
    .select(eb => eb.fn.countAll<number | string>().as('n'))
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** Writes down that a set was published (once) or withdrawn. */
export async function markParameterSet(
  db: MetadataDb,
  orgId: string,
  { parameterSetId, version }: Pick<StoredParameterSet, 'parameterSetId' | 'version'>,
  marks: { readonly publishedAt?: number; readonly withdrawnAt?: number },
): Promise<void> {
  await db
    .updateTable('parameter_sets')
    .set({
      ...(marks.publishedAt === undefined ? {} : { published_at: marks.publishedAt }),
      ...(marks.withdrawnAt === undefined ? {} : { withdrawn_at: marks.withdrawnAt }),
    })
    .where('org_id', '=', orgId)
    .where('parameter_set_id', '=', parameterSetId)
    .where('version', '=', version)
    .execute();
}

/** Copies of a withdrawn set at the firms that took it over: it stays in use there until they switch, and says so. */
export async function markCopiesOfAllOrganisations(
  db: MetadataDb,
  fromOrgId: string,
  { parameterSetId, version }: Pick<StoredParameterSet, 'parameterSetId' | 'version'>,
  withdrawnAt: number,
): Promise<void> {
  await db
    .updateTable('parameter_sets')
    .set({ withdrawn_at: withdrawnAt })
    .where('from_org_id', '=', fromOrgId)
    .where('parameter_set_id', '=', parameterSetId)
    .where('version', '=', version)
    .execute();
}

/** For a server that starts: everything in use comes from these. */
export async function listParameterSetsOfAllOrganisations(
  db: MetadataDb,
): Promise<(StoredParameterSet & { readonly orgId: string })[]> {
  const rows = await db
    .selectFrom('parameter_sets')
    .innerJoin('parameter_set_uses', join =>
      join
        .onRef('parameter_set_uses.org_id', '=', 'parameter_sets.org_id')
        .onRef('parameter_set_uses.parameter_set_id', '=', 'parameter_sets.parameter_set_id')
        .onRef('parameter_set_uses.version', '=', 'parameter_sets.version'),
    )
    .selectAll('parameter_sets')
    .distinct()
    .execute();
  return rows.map(row => ({ ...toSet(row), orgId: row.org_id }));
}

function dataOf({ spoilage, testedRangeC, testedLevers, legalLimits }: StoredParameterSet): string {
  return JSON.stringify({ spoilage, testedRangeC, testedLevers, legalLimits });
}

/** A set as text, for a firm that it is proposed to; and back. */
export const setToText = (set: StoredParameterSet): string => JSON.stringify(set);
export const setFromText = (text: string): StoredParameterSet => JSON.parse(text) as StoredParameterSet;

function toSet(row: Selectable<MetadataTables['parameter_sets']>): StoredParameterSet {
  return {
    parameterSetId: row.parameter_set_id,
    version: row.version,
    treatment: row.treatment,
    title: row.title,
    author: row.author,
    note: row.note,
    madeAt: row.made_at,
    madeBy: row.made_by,
    fromOrgId: row.from_org_id,
    fromOrgName: row.from_org_name,
    fromFitId: row.from_fit_id,
    parent: { parameterSetId: row.parent_id, version: row.parent_version },
    publishedAt: row.published_at,
    withdrawnAt: row.withdrawn_at,
    ...(JSON.parse(row.data) as Pick<
      StoredParameterSet,
      'spoilage' | 'testedRangeC' | 'testedLevers' | 'legalLimits'
    >),
  };
}
