import type { Request } from 'express';
import { organisationHeader } from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { SignedIn } from '../signIn.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findMembership, findMembershipIn, type Membership } from '../store/metadata/memberships.ts';
import { findTokenOfAnyOrganisation, noteTokenUse } from '../store/metadata/tokens.ts';
import type { Principal } from './route.ts';

type Needs = Pick<Services, 'db' | 'signIn' | 'config' | 'clock' | 'log'>;

/**
 * Who asks, by bearer token or session cookie, and for which firm. Read anew at every request, so that a token or role
 * taken away counts at once.
 *
 * @param isUse  whether the session counts as used; an open stream that asks again must not keep it alive
 * @throws {ApiError} auth.required, auth.token_unknown, auth.not_a_member, request.origin_not_allowed
 */
export async function authenticate(services: Needs, request: Request, isUse = true): Promise<Principal> {
  const { authorization } = request.headers;
  if (authorization !== undefined) return byToken(services, authorization, request);
  const { db, signIn, config } = services;
  const person = await signIn.whoIs(sessionHeaders(request), isUse);
  if (person === null) throw new ApiError('auth.required', 'sign in, or send Authorization: Bearer <token>');
  // A browser sends the cookie along from any page; only our own pages may act on it.
  requireOwnOrigin(request, config.publicUrl);
  const membership = await membershipOf(db, person, request.get(organisationHeader));
  if (membership === null) throw new ApiError('auth.not_a_member', 'ask its owner to add you');
  const { userId, name, email, sessionId } = person;
  return { ...membership, name, email, userId, sessionId, actor: `user ${userId}`, tokenId: null };
}

/** The firm a request names, else that of the session, else where this person works. */
async function membershipOf(
  db: MetadataDb,
  { userId, orgId }: SignedIn,
  asked: string | undefined,
): Promise<Membership | null> {
  if (asked !== undefined) return findMembershipIn(db, asked, userId);
  const chosen = orgId === null ? null : await findMembershipIn(db, orgId, userId);
  return chosen ?? findMembership(db, userId);
}

async function byToken(
  { db, clock, log }: Needs,
  authorization: string,
  request: Request,
): Promise<Principal> {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const now = clock.now();
  const token = bearer === undefined ? null : await findTokenOfAnyOrganisation(db, bearer, now);
  if (token === null) throw new ApiError('auth.token_unknown', 'send Authorization: Bearer <token>');
  const asked = request.get(organisationHeader);
  if (asked !== undefined && asked !== token.orgId)
    throw new ApiError('auth.not_a_member', 'this token is of another organisation');
  // Nobody waits for a note about the past.
  noteTokenUse(db, token, now).catch(error => log.warn({ err: error }, 'use of a token was not noted'));
  const { orgId, role, name, tokenId } = token;
  return { orgId, role, name, actor: `token ${name}`, userId: null, tokenId, email: null, sessionId: null };
}

/** @throws {ApiError} request.origin_not_allowed when a page of another site sent a request that changes something */
export function requireOwnOrigin(request: Request, publicUrl: string | null): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  // Programs send no Origin; every browser does with these methods.
  if (origin === undefined && request.headers['sec-fetch-site'] !== 'cross-site') return;
  const hosts = [request.host, publicUrl === null ? undefined : new URL(publicUrl).host];
  if (origin !== undefined && URL.canParse(origin) && hosts.includes(new URL(origin).host)) return;
  throw new ApiError('request.origin_not_allowed', `requests from ${origin ?? 'another site'} are not taken`);
}

const longestUserAgent = 256;

/** The headers that sessions are about, and the address a session is listed with. */
export function sessionHeaders(request: Request): Headers {
  const headers = new Headers();
  const cookie = request.get('cookie');
  if (cookie !== undefined) headers.set('cookie', cookie);
  const userAgent = request.get('user-agent');
  if (userAgent !== undefined) headers.set('user-agent', userAgent.slice(0, longestUserAgent));
  if (request.ip !== undefined) headers.set('x-forwarded-for', request.ip);
  return headers;
}
