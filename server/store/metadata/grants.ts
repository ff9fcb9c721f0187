import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { GrantSubject } from '../../../models/contracts/grant.ts';
import type { MetadataDb, MetadataTables } from './database.ts';
import { hashSecret, newSecret } from './secrets.ts';

export interface Grant {
  readonly grantId: string;
  /** The firm that gives. */
  readonly orgId: string;
  /** The firm that may read; null = waits for the person of `toEmail` to accept it for theirs, or is read by its link. */
  readonly toOrgId: string | null;
  readonly toEmail: string | null;
  readonly subject: GrantSubject;
  readonly subjectId: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export type NewGrant = Omit<Grant, 'grantId' | 'revokedAt'> & { readonly createdBy: string };

/** `secret` is for a grant to a person and seen only now: an address that nobody has proven is not enough to read. */
export async function addGrant(
  db: MetadataDb,
  { createdBy, ...grant }: NewGrant,
): Promise<{ readonly grant: Grant; readonly secret: string | null }> {
  const grantId = randomUUID();
  const secret = grant.toOrgId === null ? newSecret() : null;
  await db
    .insertInto('grants')
    .values({
      grant_id: grantId,
      org_id: grant.orgId,
      to_org_id: grant.toOrgId,
      to_email: grant.toEmail,
      secret_hash: secret && hashSecret(secret),
      subject: grant.subject,
      subject_id: grant.subjectId,
      from_at: grant.from,
      to_at: grant.to,
      pseudonym_key: newSecret(),
      created_by: createdBy,
      created_at: grant.createdAt,
      expires_at: grant.expiresAt,
    })
    .execute();
  return { grant: { ...grant, grantId, revokedAt: null }, secret };
}

/** Takes a grant for a firm, once; null when the secret and the address open nothing (any more). */
export async function acceptGrant(
  db: MetadataDb,
  orgId: string,
  { secret, email }: { readonly secret: string; readonly email: string },
  now: number,
): Promise<Grant | null> {
  const row = await db
    .updateTable('grants')
    .set({ to_org_id: orgId })
    .where('secret_hash', '=', hashSecret(secret))
    .where('to_email', '=', email)
    .where('to_org_id', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toGrant(row);
}

/** What a firm has given, the newest first. */
export async function listGrantsGiven(db: MetadataDb, orgId: string): Promise<Grant[]> {
  const rows = await db
    .selectFrom('grants')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('created_at', 'desc')
    .orderBy('grant_id')
    .limit(1000)
    .execute();
  return rows.map(toGrant);
}

/** What may be read now, with the name of the firm that gives. */
export async function listGrantsReceived(
  db: MetadataDb,
  orgId: string,
  now: number,
): Promise<(Grant & { readonly giverName: string })[]> {
  const rows = await openGrantsTo(db, orgId, now)
    .innerJoin('organisations', 'organisations.org_id', 'grants.org_id')
    .select('organisations.name as giver_name')
    .orderBy('grants.created_at', 'desc')
    .orderBy('grants.grant_id')
    .limit(1000)
    .execute();
  return rows.map(row => ({ ...toGrant(row), giverName: row.giver_name }));
}

/** @returns false when this firm has no open grant with this id */
export async function revokeGrant(
  db: MetadataDb,
  orgId: string,
  grantId: string,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('grants')
    .set({ revoked_at: now })
    .where('org_id', '=', orgId)
    .where('grant_id', '=', grantId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** A grant of readings that this firm may use now, with the key of its names. */
export async function findReadingsGrant(
  db: MetadataDb,
  orgId: string,
  grantId: string,
  now: number,
): Promise<(Grant & { readonly pseudonymKey: string }) | null> {
  const row = await openGrantsTo(db, orgId, now)
    .where('grants.grant_id', '=', grantId)
    .where('grants.subject', '=', 'readings-pseudonymised')
    .executeTakeFirst();
  return row === undefined ? null : { ...toGrant(row), pseudonymKey: row.pseudonym_key };
}

export interface GrantedShipment {
  /** The firm whose shipment it is. */
  readonly orgId: string;
  readonly shipmentId: string;
  readonly expiresAt: number;
}

/** Shipments of other firms that this one may read now. */
export async function grantedShipments(
  db: MetadataDb,
  orgId: string,
  now: number,
): Promise<GrantedShipment[]> {
  const rows = await openGrantsTo(db, orgId, now)
    .where('grants.subject', '=', 'shipment')
    .orderBy('grants.created_at', 'desc')
    .orderBy('grants.grant_id')
    .limit(1000)
    .execute();
  return rows.map(row => ({
    orgId: row.org_id,
    shipmentId: row.subject_id ?? '',
    expiresAt: row.expires_at,
  }));
}

/**
 * Of which firm the shipment with this id is that this firm may read now: null when there is none. Two firms may use the
 * same id; the grant given last counts.
 */
export async function mayReadShipment(
  db: MetadataDb,
  orgId: string,
  shipmentId: string,
  now: number,
): Promise<GrantedShipment | null> {
  const granted = await openGrantsTo(db, orgId, now)
    .where('grants.subject', '=', 'shipment')
    .where('grants.subject_id', '=', shipmentId)
    .orderBy('grants.created_at', 'desc')
    .orderBy('grants.grant_id')
    .executeTakeFirst();
  return granted === undefined ? null : { orgId: granted.org_id, shipmentId, expiresAt: granted.expires_at };
}

/** The shipment that whoever holds this secret may read now, without an account. Whose it is, only the grant says. */
export async function findLinkedShipmentOfAnyOrganisation(
  db: MetadataDb,
  secret: string,
  now: number,
): Promise<GrantedShipment | null> {
  const row = await db
    .selectFrom('grants')
    .selectAll()
    .where('secret_hash', '=', hashSecret(secret))
    .where('subject', '=', 'shipment')
    .where('to_org_id', 'is', null)
    .where('to_email', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (row === undefined || row.subject_id === null) return null;
  return { orgId: row.org_id, shipmentId: row.subject_id, expiresAt: row.expires_at };
}

function openGrantsTo(db: MetadataDb, orgId: string, now: number) {
  return db
    .selectFrom('grants')
    .selectAll('grants')
    .where('grants.to_org_id', '=', orgId)
    .where('grants.revoked_at', 'is', null)
    .where('grants.expires_at', '>', now);
}

function toGrant(row: Selectable<MetadataTables['grants']>): Grant {
  return {
    grantId: row.grant_id,
    orgId: row.org_id,
    toOrgId: row.to_org_id,
    toEmail: row.to_email,
    subject: row.subject,
    subjectId: row.subject_id,
    from: row.from_at,
    to: row.to_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
