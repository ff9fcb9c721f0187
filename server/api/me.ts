import { z } from 'zod';
import {
  type Me,
  meChangeSchema,
  meSchema,
  passwordChangeSchema,
  switchOrganisationSchema,
} from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  chooseOrganisation,
  findMembershipIn,
  listMembershipsOfPerson,
} from '../store/metadata/memberships.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { phonesOfPeople } from '../store/metadata/phones.ts';
import { attemptStore } from './attemptStore.ts';
import { sessionHeaders } from './authenticate.ts';
import { defineRoute, type Principal } from './route.ts';
import { setSessionCookies } from './signInRoutes.ts';

export function meRoutes(services: Services) {
  const { db, signIn, clock } = services;
  const attempts = createAttempts();
  return [
    defineRoute({
      method: 'get',
      path: '/me',
      summary: 'Who I am here, for which organisation, and to which others I belong',
      success: { status: 200, schema: meSchema },
      handle: ({ principal }) => toMe(services, principal),
    }),
    defineRoute({
      method: 'patch',
      path: '/me',
      summary: 'Changes my name',
      body: meChangeSchema,
      success: { status: 200, schema: meSchema },
      async handle({ principal, body: { name } }) {
        const { userId } = requirePerson(principal);
        if (name === undefined || name === principal.name) return toMe(services, principal);
        await signIn.rename(userId, name);
        await notePerson(services, principal, 'user.renamed', `${principal.name} -> ${name}`);
        return toMe(services, { ...principal, name });
      },
    }),
    defineRoute({
      method: 'post',
      path: '/me/organisation',
      summary: 'From now on this session speaks for another firm I belong to; new sessions begin there',
      body: switchOrganisationSchema,
      success: { status: 200, schema: meSchema },
      async handle({ principal, body: { orgId } }) {
        const { userId, sessionId } = requirePerson(principal);
        const membership = await findMembershipIn(db, orgId, userId);
        // Whether a firm exists is nobody's business but its own.
        if (membership === null)
          throw new ApiError('organisation.not_found', `you do not belong to an organisation ${orgId}`);
        await chooseOrganisation(db, orgId, userId, clock.now());
        await signIn.moveSession(userId, sessionId, orgId);
        const there = { ...principal, ...membership };
        await notePerson(services, there, 'user.switched-organisation', `from ${principal.orgId}`);
        return toMe(services, there);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/me/password',
      summary: 'Changes my password; ends all my sessions but opens this one anew',
      body: passwordChangeSchema,
      success: { status: 200, schema: z.object({}) },
      async handle({ principal, body: { currentPassword, newPassword }, request, response }) {
        const { userId } = requirePerson(principal);
        attempts.begin(userId);
        if (!(await signIn.matchesPassword(userId, currentPassword))) {
          await notePerson(services, principal, 'user.password-refused');
          throw new ApiError('auth.wrong_password', 'the current password does not match');
        }
        attempts.succeeded(userId);
        const change = await signIn.changePassword(userId, newPassword, sessionHeaders(request));
        await notePerson(services, principal, 'user.password-changed');
        setSessionCookies(request, response, change);
        return {};
      },
    }),
  ];
}

/** Somebody with an account and a session. @throws {ApiError} member.has_no_account for a token */
export function requirePerson(principal: Principal): { userId: string; sessionId: string } {
  const { userId, sessionId } = principal;
  if (userId === null || sessionId === null)
    throw new ApiError('member.has_no_account', 'sign in as a person; a token has no account');
  return { userId, sessionId };
}

async function toMe({ db, hub }: Services, { userId, orgId, role, name, email }: Principal): Promise<Me> {
  const liveEventId = hub.expect(orgId);
  const organisation = await findOrganisation(db, orgId);
  if (organisation === null) throw new ApiError('organisation.not_found', `there is no ${orgId}`);
  const own = { orgId, name: organisation.name, kind: organisation.kind, role };
  if (userId === null)
    return { userId, name, email: null, phone: null, role, organisation, liveEventId, organisations: [own] };
  const phones = await phonesOfPeople(db, [userId]);
  const organisations = await listMembershipsOfPerson(db, userId);
  const phone = phones.get(userId) ?? null;
  return { userId, name, email, phone, role, organisation, liveEventId, organisations };
}

/** What somebody did to their own account, in the trail of the firm they did it in. */
export async function notePerson(
  { db, clock }: Pick<Services, 'db' | 'clock'>,
  principal: Principal,
  action: `user.${string}`,
  detail = '',
): Promise<void> {
  const { orgId, actor, name } = principal;
  await addAudit(db, { at: clock.now(), orgId, actor, action, subject: name, detail });
}

const windowMs = 15 * 60_000;
const mostFailures = 10;

/** A session that was left open must not be a place to try passwords. */
function createAttempts() {
  const failures = attemptStore(windowMs);
  return {
    /** @throws {ApiError} auth.too_many_attempts */
    begin(userId: string): void {
      const { totalHits } = failures.increment(userId) as { totalHits: number };
      if (totalHits > mostFailures)
        throw new ApiError('auth.too_many_attempts', 'wait up to 15 minutes and try again');
    },
    succeeded: (userId: string) => failures.resetKey(userId),
  };
}
