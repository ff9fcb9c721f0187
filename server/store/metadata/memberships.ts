import type { Role } from '../../../models/contracts/people.ts';
import type { MetadataDb } from './database.ts';

export interface Membership {
  readonly orgId: string;
  readonly role: Role;
}

/** @returns false when this person is a member already */
export async function addMembership(
  db: MetadataDb,
  membership: Membership & { userId: string },
  now: number,
): Promise<boolean> {
  const result = await db
    .insertInto('memberships')
    .values({
      user_id: membership.userId,
      org_id: membership.orgId,
      role: membership.role,
      created_at: now,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** The organisation a person works for: the one joined first. */
export async function findMembership(db: MetadataDb, userId: string): Promise<Membership | null> {
  const row = await db
    .selectFrom('memberships')
    .select(['org_id', 'role'])
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('org_id')
    .executeTakeFirst();
  return row === undefined ? null : { orgId: row.org_id, role: row.role };
}
