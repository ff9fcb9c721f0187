import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Role } from '../../../models/contracts/people.ts';
import type { MetadataDb, MetadataTables } from './database.ts';
import { hashSecret, newSecret } from './secrets.ts';

export interface Invitation {
  readonly invitationId: string;
  readonly orgId: string;
  /** One of the two; the other is null. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly name: string | null;
  readonly role: Role;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly acceptedAt: number | null;
  readonly revokedAt: number | null;
}

export type NewInvitation = Pick<
  Invitation,
  'orgId' | 'email' | 'phone' | 'name' | 'role' | 'createdAt' | 'expiresAt'
> & { readonly createdBy: string };

/** Its secret is seen only now. An open invitation of the same person to the same firm is replaced. */
export async function addInvitation(
  db: MetadataDb,
  invitation: NewInvitation,
): Promise<{ readonly invitation: Invitation; readonly secret: string }> {
  const secret = newSecret();
  const invitationId = randomUUID();
  const { orgId, email, phone, name, role, createdAt, expiresAt, createdBy } = invitation;
  await db.transaction().execute(async transaction => {
    await transaction
      .updateTable('invitations')
      .set({ revoked_at: createdAt })
      .where('org_id', '=', orgId)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where(({ eb }) => (email === null ? eb('phone', '=', phone) : eb('email', '=', email)))
      .execute();
    await transaction
      .insertInto('invitations')
      .values({
        ...{ invitation_id: invitationId, org_id: orgId, secret_hash: hashSecret(secret) },
        ...{ email, phone, name, role, created_by: createdBy },
        ...{ created_at: createdAt, expires_at: expiresAt },
      })
      .execute();
  });
  const made = { invitationId, orgId, email, phone, name, role, createdAt, expiresAt };
  return { invitation: { ...made, acceptedAt: null, revokedAt: null }, secret };
}

/** The newest first. */
export async function listInvitations(db: MetadataDb, orgId: string): Promise<Invitation[]> {
  const rows = await db
    .selectFrom('invitations')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('created_at', 'desc')
    .orderBy('invitation_id')
    .limit(500)
    .execute();
  return rows.map(toInvitation);
}

/** @returns false when there is no open one with this id */
export async function revokeInvitation(
  db: MetadataDb,
  orgId: string,
  invitationId: string,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('invitations')
    .set({ revoked_at: now })
    .where('org_id', '=', orgId)
    .where('invitation_id', '=', invitationId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Every open one that somebody made. */
export async function revokeInvitationsOf(
  db: MetadataDb,
  orgId: string,
  createdBy: string,
  now: number,
): Promise<void> {
  await db
    .updateTable('invitations')
    .set({ revoked_at: now })
    .where('org_id', '=', orgId)
    .where('created_by', '=', createdBy)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Whoever holds the secret; null when it opens nothing (any more). */
export async function findOpenInvitationOfAnyOrganisation(
  db: MetadataDb,
  secret: string,
  now: number,
): Promise<Invitation | null> {
  const row = await db
    .selectFrom('invitations')
    .selectAll()
    .where('secret_hash', '=', hashSecret(secret))
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/** Uses an invitation up, once. @returns false when another was faster */
export async function useInvitation(
  db: MetadataDb,
  { orgId, invitationId }: Invitation,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('invitations')
    .set({ accepted_at: now })
    .where('org_id', '=', orgId)
    .where('invitation_id', '=', invitationId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function toInvitation(row: Selectable<MetadataTables['invitations']>): Invitation {
  return {
    invitationId: row.invitation_id,
    orgId: row.org_id,
    email: row.email,
    phone: row.phone,
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    acceptedAt: row.accepted_at,
    revokedAt: row.revoked_at,
  };
}
