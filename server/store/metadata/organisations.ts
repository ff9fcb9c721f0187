import type { Selectable } from 'kysely';
import type {
  OrganisationChange,
  OrganisationKind,
  OrganisationView,
} from '../../../models/contracts/people.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** A firm with what it tells of itself. */
export type Organisation = OrganisationView;

export interface NewOrganisationRow {
  readonly orgId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly kind?: OrganisationKind | undefined;
}

/** @returns false when the id is taken */
export async function addOrganisation(
  db: MetadataDb,
  { orgId, name, timeZone, kind = 'producer' }: NewOrganisationRow,
  now: number,
): Promise<boolean> {
  const result = await db
    .insertInto('organisations')
    .values({ org_id: orgId, name, time_zone: timeZone, kind, created_at: now })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findOrganisation(db: MetadataDb, orgId: string): Promise<Organisation | null> {
  const row = await db.selectFrom('organisations').selectAll().where('org_id', '=', orgId).executeTakeFirst();
  return row === undefined ? null : toOrganisation(row);
}

/** What is left out stays. */
export async function changeOrganisation(
  db: MetadataDb,
  orgId: string,
  change: OrganisationChange,
): Promise<void> {
  const set = Object.fromEntries(
    Object.entries(change)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [columns[field as keyof OrganisationChange], value]),
  );
  if (Object.keys(set).length > 0)
    await db.updateTable('organisations').set(set).where('org_id', '=', orgId).execute();
}

const columns = {
  name: 'name',
  kind: 'kind',
  timeZone: 'time_zone',
  publicName: 'public_name',
  address: 'address',
  halalNumber: 'halal_number',
  pirtNumber: 'pirt_number',
  gs1CompanyPrefix: 'gs1_company_prefix',
  gln: 'gln',
} as const satisfies Record<keyof OrganisationChange, keyof MetadataTables['organisations']>;

function toOrganisation(row: Selectable<MetadataTables['organisations']>): Organisation {
  return {
    orgId: row.org_id,
    name: row.name,
    kind: row.kind,
    timeZone: row.time_zone,
    publicName: row.public_name,
    address: row.address,
    halalNumber: row.halal_number,
    pirtNumber: row.pirt_number,
    gs1CompanyPrefix: row.gs1_company_prefix,
    gln: row.gln,
  };
}
