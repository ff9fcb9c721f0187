import type { Request } from 'express';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { findMembership } from '../store/metadata/memberships.ts';
import { findTokenOfAnyOrganisation } from '../store/metadata/tokens.ts';
import type { Principal } from './route.ts';

/**
 * Who asks, by bearer token or session cookie. Read anew at every request, so that a token or role taken away counts
 * at once.
 *
 * @throws {ApiError} auth.required, auth.token_unknown, auth.not_a_member, request.origin_not_allowed
 */
export async function authenticate(
  { db, signIn, config, clock }: Pick<Services, 'db' | 'signIn' | 'config' | 'clock'>,
  request: Request,
): Promise<Principal> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    const token = bearer === undefined ? null : await findTokenOfAnyOrganisation(db, bearer, clock.now());
    if (token === null) throw new ApiError('auth.token_unknown', 'send Authorization: Bearer <token>');
    return {
      orgId: token.orgId,
      role: token.role,
      name: token.name,
      actor: `token ${token.name}`,
      userId: null,
    };
  }
  const person = await signIn.whoIs(sessionHeaders(request));
  if (person === null) throw new ApiError('auth.required', 'sign in, or send Authorization: Bearer <token>');
  // A browser sends the cookie along from any page; only our own pages may act on it.
  requireOwnOrigin(request, config.publicUrl);
  const membership = await findMembership(db, person.userId);
  if (membership === null) throw new ApiError('auth.not_a_member', 'ask its owner to add you');
  return { ...membership, name: person.name, actor: `user ${person.userId}`, userId: person.userId };
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

/** The headers that sessions are about. */
export function sessionHeaders(request: Request): Headers {
  const headers = new Headers();
  for (const name of ['cookie', 'user-agent']) {
    const value = request.get(name);
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
}
