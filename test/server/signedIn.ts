import type { Role } from '../../models/contracts/people.ts';
import type { CallOptions, TestServer } from './testServer.ts';

export const password = 'kunyit dan garam';

/** The cookies of an answer, as a browser would send them back. */
export function cookieOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ');
}

/** Signs somebody in; the options that make a call in their session. */
export async function signedIn(
  { call }: TestServer,
  identity: string,
  secret = password,
  headers: Record<string, string> = {},
): Promise<CallOptions & { readonly token: null; readonly headers: { readonly cookie: string } }> {
  const body = { identity, password: secret };
  const answer = await call('POST', '/api/v1/auth/sign-in', { token: null, body, headers });
  if (answer.status !== 200) throw new Error(`sign-in of ${identity} answers ${answer.status}`);
  return { token: null, headers: { cookie: cookieOf(answer.headers) } };
}

/** A member with an account, signed in. */
export async function memberOf(tani: TestServer, role: Role, { orgId = 'tani', name = role as string } = {}) {
  const email = `${name}@${orgId}.example`;
  await tani.server.setup.createUser({ orgId, email, name, role, password });
  const session = await signedIn(tani, email);
  const { body } = await tani.get('/me', session);
  return { email, session, userId: body.userId as string };
}
