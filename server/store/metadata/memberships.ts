import type { OrganisationKind, Role } from '../../../models/contracts/people.ts';
import type { MetadataDb } from './database.ts';
import { revokeInvitationsOf } from './invitations.ts';
import { listTokens, removeToken } from './tokens.ts';

export interface Membership {
  readonly orgId: string;
  readonly role: Role;
}

export interface Member {
  readonly userId: string;
  readonly role: Role;
  readonly joinedAt: number;
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

/** Where a person works when they have not said: the organisation they chose last, else the one joined first. */
export async function findMembership(db: MetadataDb, userId: string): Promise<Membership | null> {
  const row = await db
    .selectFrom('memberships')
    .select(['org_id', 'role'])
    .where('user_id', '=', userId)
    .orderBy(({ fn, val }) => fn.coalesce('chosen_at', val(0)), 'desc')
    .orderBy('created_at')
    .orderBy('org_id')
    .executeTakeFirst();
  return row === undefined ? null : { orgId: row.org_id, role: row.role };
}

/** What this person may do in one organisation; null when it is not theirs, or does not exist. */
export async function findMembershipIn(
  db: MetadataDb,
  orgId: string,
  userId: string,
): Promise<Membership | null> {
  const row = await db
    .selectFrom('memberships')
    .select(['org_id', 'role'])
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row === undefined ? null : { orgId: row.org_id, role: row.role };
}

/** Every organisation of a person, by name. */
export async function listMembershipsOfPerson(
  db: MetadataDb,
  userId: string,
): Promise<(Membership & { readonly name: string; readonly kind: OrganisationKind })[]> {
  const rows = await db
    .selectFrom('memberships')
    .innerJoin('organisations', 'organisations.org_id', 'memberships.org_id')
    .select(['memberships.org_id', 'memberships.role', 'organisations.name', 'organisations.kind'])
    .where('memberships.user_id', '=', userId)
    .orderBy('organisations.name')
    .orderBy('memberships.org_id')
    .execute();
  return rows.map(({ org_id, ...row }) => ({ ...row, orgId: org_id }));
}

/** Who belongs to an organisation, in the order in which they joined. */
export async function listMembers(db: MetadataDb, orgId: string): Promise<Member[]> {
  const rows = await db
    .selectFrom('memberships')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('created_at')
    .orderBy('user_id')
    .execute();
  return rows.map(row => ({ userId: row.user_id, role: row.role, joinedAt: row.created_at }));
}

/** Remembers where this person works from now on. */
export async function chooseOrganisation(
  db: MetadataDb,
  orgId: string,
  userId: string,
  now: number,
): Promise<void> {
  await db
    .updateTable('memberships')
    .set({ chosen_at: now })
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .execute();
}

export type MembershipOutcome =
  | { readonly outcome: 'changed'; readonly before: Role }
  | { readonly outcome: 'not-a-member' }
  | { readonly outcome: 'last-owner' };

export interface MembershipChange {
  readonly orgId: string;
  readonly userId: string;
  /** Null = out of the organisation. */
  readonly role: Role | null;
  /** Whether a token of this role that they made stays. */
  mayKeep(tokenRole: Role): boolean;
  readonly now: number;
}

/**
 * Gives a member another role or takes them out, together with every token they made that could do more and, unless they stay
 * an owner, their open invitations. The last owner stays one: nobody could let another in.
 */
export async function changeMembership(db: MetadataDb, change: MembershipChange): Promise<MembershipOutcome> {
  const { orgId, userId, role } = change;
  return db.transaction().execute(async transaction => {
    const current = await findMembershipIn(transaction, orgId, userId);
    if (current === null) return { outcome: 'not-a-member' };
    if (current.role === 'owner' && role !== 'owner' && (await countOwners(transaction, orgId)) === 1)
      return { outcome: 'last-owner' };
    await setRole(transaction, change);
    for (const token of await listTokens(transaction, orgId, userId))
      if (!change.mayKeep(token.role)) await removeToken(transaction, orgId, token.tokenId);
    if (role !== 'owner') await revokeInvitationsOf(transaction, orgId, `user ${userId}`, change.now);
    return { outcome: 'changed', before: current.role };
  });
}

async function setRole(db: MetadataDb, { orgId, userId, role }: MembershipChange): Promise<void> {
  if (role === null)
    await db.deleteFrom('memberships').where('org_id', '=', orgId).where('user_id', '=', userId).execute();
  else
    await db
      .updateTable('memberships')
      .set({ role })
      .where('org_id', '=', orgId)
      .where('user_id', '=', userId)
      .execute();
}

async function countOwners(db: MetadataDb, orgId: string): Promise<number> {
  const { owners } = await db
    .selectFrom('memberships')
    .select(({ fn }) => fn.countAll().as('owners'))
    .where('org_id', '=', orgId)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow();
  return Number(owners);
}
