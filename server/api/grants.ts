import { z } from 'zod';
import {
  type GrantView,
  grantViewSchema,
  madeGrantSchema,
  newGrantSchema,
} from '../../models/contracts/grant.ts';
import { linkSchema } from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  acceptGrant,
  addGrant,
  type Grant,
  listGrantsGiven,
  listGrantsReceived,
  revokeGrant,
} from '../store/metadata/grants.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { findShipment } from '../store/metadata/shipments.ts';
import { linkTo } from './links.ts';
import { defineRoute, type Principal } from './route.ts';

const longestMs = 366 * 24 * 3_600_000;

export function grantRoutes(services: Services) {
  const { db, clock, config } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/grants',
      summary: 'What my firm lets others see, and what others let my firm see now',
      success: { status: 200, schema: z.object({ grants: z.array(grantViewSchema), nextCursor: z.null() }) },
      handle: async ({ principal: { orgId } }) => ({
        grants: await viewsOf(services, orgId),
        nextCursor: null,
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/grants',
      summary:
        'Lets another firm, a person or whoever has a link (shown only now) see a shipment or readings for a time',
      body: newGrantSchema,
      success: { status: 201, schema: madeGrantSchema },
      async handle({ principal, body, request }) {
        await refuse(services, principal, body);
        const { orgId, actor } = principal;
        const { toOrgId = null, toEmail = null, subject, subjectId = null, expiresAt } = body;
        const { grant, secret } = await addGrant(db, {
          ...{ orgId, toOrgId, toEmail, subject, subjectId, expiresAt, createdBy: actor },
          ...{ from: body.from ?? null, to: body.to ?? null, createdAt: clock.now() },
        });
        const what = `${subject} ${subjectId ?? ''}`.trim();
        await note(
          services,
          principal,
          'grant.given',
          grant.grantId,
          `${what} to ${toOrgId ?? toEmail ?? 'whoever has the link'}`,
        );
        const view = toView(grant, await giverOf(services, orgId), 'given', clock.now());
        return { ...view, url: secret && linkTo('/berbagi', secret, config.publicUrl, request) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/grants/accept',
      summary: 'Takes what somebody shared with me by a link, for the firm I work for',
      body: linkSchema,
      success: { status: 200, schema: grantViewSchema },
      async handle({ principal, body: { token } }) {
        const { orgId, email } = principal;
        if (email === null) throw new ApiError('member.has_no_account', 'sign in with your e-mail address');
        const now = clock.now();
        const grant = await acceptGrant(db, orgId, { secret: token, email: email.toLowerCase() }, now);
        if (grant === null)
          throw new ApiError(
            'grant.not_found',
            'it was used, taken back, has expired or is for somebody else',
          );
        await note(services, { ...principal, orgId: grant.orgId }, 'grant.accepted', grant.grantId, orgId);
        return toView(grant, await giverOf(services, grant.orgId), 'received', now);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/grants/:grantId',
      summary: 'Takes a grant back; nothing can be read by it from now on',
      success: { status: 200, schema: z.object({}) },
      async handle({ principal, param }) {
        const grantId = param('grantId');
        if (!(await revokeGrant(db, principal.orgId, grantId, clock.now())))
          throw new ApiError('grant.not_found', `there is no open grant ${grantId}`);
        await note(services, principal, 'grant.revoked', grantId);
        return {};
      },
    }),
  ];
}

async function refuse(
  { db, clock }: Services,
  { orgId, role }: Principal,
  { toOrgId, subject, subjectId, expiresAt }: z.output<typeof newGrantSchema>,
): Promise<void> {
  if (subject === 'readings-pseudonymised' && role !== 'owner')
    throw new ApiError('auth.role_not_allowed', `${role} may not share readings; owner may`);
  const now = clock.now();
  if (expiresAt <= now || expiresAt > now + longestMs)
    throw fieldFault('expiresAt', new Date(expiresAt).toISOString(), 'must be in the future, within a year');
  if (toOrgId === orgId) throw fieldFault('toOrgId', toOrgId, 'must be another firm');
  if (toOrgId !== undefined && (await findOrganisation(db, toOrgId)) === null)
    throw new ApiError('organisation.not_found', `there is no organisation ${toOrgId}`);
  if (subjectId !== undefined && (await findShipment(db, orgId, subjectId)) === null)
    throw new ApiError('shipment.not_found', `there is no shipment ${subjectId}`);
}

function fieldFault(field: string, value: string, allowed: string): ApiError {
  return new ApiError('request.invalid', `${field} ${allowed}`, [{ field, value, allowed }]);
}

async function viewsOf(services: Services, orgId: string): Promise<GrantView[]> {
  const { db, clock } = services;
  const now = clock.now();
  const giver = await giverOf(services, orgId);
  const given = (await listGrantsGiven(db, orgId)).map(grant => toView(grant, giver, 'given', now));
  const received = (await listGrantsReceived(db, orgId, now)).map(grant =>
    toView(grant, { orgId: grant.orgId, name: grant.giverName }, 'received', now),
  );
  return [...received, ...given];
}

async function giverOf({ db }: Services, orgId: string): Promise<GrantView['fromOrganisation']> {
  return { orgId, name: (await findOrganisation(db, orgId))?.name ?? orgId };
}

function toView(
  grant: Grant,
  fromOrganisation: GrantView['fromOrganisation'],
  direction: GrantView['direction'],
  now: number,
): GrantView {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const { grantId, toOrgId, toEmail, subject, subjectId, createdAt, expiresAt, revokedAt } = grant;
  return {
    ...{ grantId, direction, fromOrganisation, toOrgId, toEmail, subject, subjectId },
    from: iso(grant.from),
    to: iso(grant.to),
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    state: revokedAt !== null ? 'revoked' : expiresAt <= now ? 'expired' : 'open',
  };
}

async function note(
  { db, clock }: Services,
  { orgId, actor }: Pick<Principal, 'orgId' | 'actor'>,
  action: string,
  subject: string,
  detail = '',
): Promise<void> {
  await addAudit(db, { at: clock.now(), orgId, actor, action, subject, detail });
}
