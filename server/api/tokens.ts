import { z } from 'zod';
import {
  madeTokenSchema,
  newTokenSchema,
  type TokenView,
  tokenViewSchema,
} from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { addTokenWithId, findToken, listTokens, removeToken, type Token } from '../store/metadata/tokens.ts';
import { isWithin } from './roleReach.ts';
import { defineRoute, type Principal } from './route.ts';

export function tokenRoutes(services: Services) {
  const { db, clock } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/tokens',
      summary: 'Tokens for programs: an owner sees all of the firm, others their own',
      success: { status: 200, schema: z.object({ tokens: z.array(tokenViewSchema), nextCursor: z.null() }) },
      async handle({ principal }) {
        const tokens = await listTokens(db, principal.orgId);
        return { tokens: tokens.filter(token => isTheirs(token, principal)).map(toView), nextCursor: null };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/tokens',
      summary: 'Makes a token that may do no more than I may; it is shown only now',
      body: newTokenSchema,
      success: { status: 201, schema: madeTokenSchema },
      handle: ({ principal, body }) => make(services, principal, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/tokens/:tokenId',
      summary: 'Withdraws a token; it opens nothing from now on',
      success: { status: 200, schema: z.object({}) },
      async handle({ principal, param }) {
        const { orgId, actor } = principal;
        const tokenId = param('tokenId');
        const token = await findToken(db, orgId, tokenId);
        if (token === null || !isTheirs(token, principal) || !(await removeToken(db, orgId, tokenId)))
          throw new ApiError('token.not_found', `there is no token ${tokenId}`);
        await addAudit(db, {
          ...{ at: clock.now(), orgId, actor, action: 'token.removed', subject: token.name, detail: tokenId },
        });
        return {};
      },
    }),
  ];
}

async function make(
  { db, clock }: Services,
  principal: Principal,
  { name, role, expiresAt }: z.output<typeof newTokenSchema>,
) {
  const { orgId, actor, userId } = principal;
  const now = clock.now();
  if (!isWithin(role, principal.role))
    throw new ApiError('token.role_too_high', `${principal.role} may not make a token for ${role}`);
  if (expiresAt !== null && expiresAt <= now) throw inThePast(expiresAt);
  // What a token makes does not outlive it, and goes when the person behind it goes.
  const maker = principal.tokenId === null ? null : await findToken(db, orgId, principal.tokenId);
  const ends = [expiresAt, maker?.expiresAt ?? null].filter(end => end !== null);
  const row = {
    ...{ orgId, role, name, userId: userId ?? maker?.userId ?? null },
    expiresAt: ends.length === 0 ? null : Math.min(...ends),
  };
  const { tokenId, secret } = await addTokenWithId(db, row, now);
  await addAudit(db, {
    ...{ at: now, orgId, actor, action: 'token.added', subject: name, detail: `${role} ${tokenId}` },
  });
  return { ...toView({ ...row, tokenId, createdAt: now, lastUsedAt: null }), token: secret };
}

function isTheirs(token: Token, { role, userId, tokenId }: Principal): boolean {
  if (role === 'owner') return true;
  return userId === null ? token.tokenId === tokenId : token.userId === userId;
}

function inThePast(expiresAt: number): ApiError {
  const fault = {
    field: 'expiresAt',
    value: new Date(expiresAt).toISOString(),
    allowed: 'must be in the future',
  };
  return new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}

function toView({ tokenId, name, role, createdAt, userId, expiresAt, lastUsedAt }: Token): TokenView {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...{ tokenId, name, role, createdBy: userId },
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: iso(expiresAt),
    lastUsedAt: iso(lastUsedAt),
  };
}
