import { z } from 'zod';
import {
  type MemberView,
  madePasswordResetSchema,
  memberChangeSchema,
  memberViewSchema,
  type Role,
} from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  changeMembership,
  findMembershipIn,
  listMembers,
  listMembershipsOfPerson,
} from '../store/metadata/memberships.ts';
import { addPasswordReset } from '../store/metadata/passwordResets.ts';
import { phonesOfPeople } from '../store/metadata/phones.ts';
import { createLinkDelivery } from './linkDelivery.ts';
import { linkTo } from './links.ts';
import { isWithin } from './roleReach.ts';
import { defineRoute, type Principal } from './route.ts';

const resetLastsMs = 24 * 3_600_000;

export function memberRoutes(services: Services) {
  const { db, clock, config, signIn } = services;
  const links = createLinkDelivery(services);
  return [
    defineRoute({
      method: 'get',
      path: '/members',
      summary: 'Who belongs to my firm; how they sign in is shown to owners',
      success: {
        status: 200,
        schema: z.object({ members: z.array(memberViewSchema), nextCursor: z.null() }),
      },
      handle: async ({ principal }) => ({ members: await viewsOf(services, principal), nextCursor: null }),
    }),
    defineRoute({
      method: 'patch',
      path: '/members/:userId',
      summary: 'Gives a member another role; their sessions end, and tokens that could do more than they may',
      body: memberChangeSchema,
      success: { status: 200, schema: memberViewSchema },
      async handle({ principal, param, body: { role } }) {
        await change(services, principal, param('userId'), role);
        return (await viewsOf(services, principal)).find(member => member.userId === param('userId'));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/members/:userId',
      summary: 'Takes a member out of the firm, with their sessions, tokens and open invitations',
      success: { status: 200, schema: z.object({}) },
      async handle({ principal, param }) {
        await change(services, principal, param('userId'), null);
        return {};
      },
    }),
    defineRoute({
      method: 'post',
      path: '/members/:userId/password-reset',
      summary: 'A link, for a day and once, with which a member of no other firm chooses a new password',
      success: { status: 201, schema: madePasswordResetSchema },
      async handle({ principal: { orgId, actor }, param, request }) {
        const userId = param('userId');
        if ((await findMembershipIn(db, orgId, userId)) === null) throw notAMember(userId);
        // A password opens every firm of a person: an owner must not get into another through it.
        if ((await listMembershipsOfPerson(db, userId)).length > 1)
          throw new ApiError(
            'member.belongs_elsewhere',
            'whoever runs this server has to reset the password',
          );
        const person = (await signIn.findPeople([userId])).get(userId);
        const phones = await phonesOfPeople(db, [userId]);
        const to = { email: person?.email ?? null, phone: phones.get(userId) ?? null };
        await links.allow(orgId, to);
        const now = clock.now();
        const expiresAt = now + resetLastsMs;
        const secret = await addPasswordReset(db, { orgId, userId }, { now, expiresAt });
        await addAudit(db, {
          ...{ at: now, orgId, actor, action: 'member.password-reset-issued', subject: userId, detail: '' },
        });
        const url = linkTo('/sandi-baru', secret, config.publicUrl, request);
        const sent = await links.send('passwordReset', { orgId, to, url });
        return { url, expiresAt: new Date(expiresAt).toISOString(), sent };
      },
    }),
  ];
}

async function change(
  { db, signIn, clock }: Services,
  { orgId, actor }: Principal,
  userId: string,
  role: Role | null,
): Promise<void> {
  const now = clock.now();
  const mayKeep = (tokenRole: Role) => role !== null && isWithin(tokenRole, role);
  const result = await changeMembership(db, { orgId, userId, role, mayKeep, now });
  if (result.outcome === 'not-a-member') throw notAMember(userId);
  if (result.outcome !== 'changed')
    throw new ApiError('member.last_owner', 'make somebody else an owner first');
  if (result.before === role) return;
  // What they may do has changed: no session goes on as if it had not.
  await signIn.endSessions(userId, session => session.orgId === null || session.orgId === orgId);
  await addAudit(db, {
    ...{ at: now, orgId, actor, subject: userId },
    action: role === null ? 'member.removed' : 'member.role-changed',
    detail: role === null ? result.before : `${result.before} -> ${role}`,
    before: { role: result.before },
    after: { role },
  });
}

async function viewsOf({ db, signIn }: Services, { orgId, role }: Principal): Promise<MemberView[]> {
  const members = await listMembers(db, orgId);
  const ids = members.map(member => member.userId);
  const people = await signIn.findPeople(ids);
  const phones = role === 'owner' ? await phonesOfPeople(db, ids) : new Map<string, string>();
  return members.map(member => {
    const person = people.get(member.userId);
    return {
      userId: member.userId,
      name: person?.name ?? member.userId,
      role: member.role,
      email: role === 'owner' ? (person?.email ?? null) : null,
      phone: phones.get(member.userId) ?? null,
      joinedAt: new Date(member.joinedAt).toISOString(),
    };
  });
}

const notAMember = (userId: string) => new ApiError('member.not_found', `there is no member ${userId}`);
