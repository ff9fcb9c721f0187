import type { MetadataDb } from './database.ts';

export interface Organisation {
  readonly orgId: string;
  readonly name: string;
  readonly timeZone: string;
}

/** @returns false when the id is taken */
export async function addOrganisation(db: MetadataDb, org: Organisation, now: number): Promise<boolean> {
  const result = await db
    .insertInto('organisations')
    .values({ org_id: org.orgId, name: org.name, time_zone: org.timeZone, created_at: now })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findOrganisation(db: MetadataDb, orgId: string): Promise<Organisation | null> {
  const row = await db.selectFrom('organisations').selectAll().where('org_id', '=', orgId).executeTakeFirst();
  return row === undefined ? null : { orgId: row.org_id, name: row.name, timeZone: row.time_zone };
}
