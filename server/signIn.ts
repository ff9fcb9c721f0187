import { randomUUID } from 'node:crypto';
import { type Identity, phoneMailDomain } from '../models/contracts/identity.ts';
import { ApiError, StoreUnavailable } from './errors.ts';
import { cookiePrefix, idleS, loadSignInLibrary, type SignInOptions } from './signInLibrary.ts';
import { findMembership } from './store/metadata/memberships.ts';
import { addPhone, findPersonByPhone } from './store/metadata/phones.ts';

/** The answer to a sign-in or sign-out: cookies to set. */
export interface SessionChange {
  readonly setCookies: readonly string[];
}

export interface Person {
  readonly userId: string;
  readonly name: string;
  /** Null for somebody who signs in with a telephone number only. */
  readonly email: string | null;
}

/** A person with the session they came in. */
export interface SignedIn extends Person {
  readonly sessionId: string;
  /** The firm this session speaks for; null in sessions of an earlier release. */
  readonly orgId: string | null;
}

export interface Session {
  readonly sessionId: string;
  readonly orgId: string | null;
  readonly startedAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

export interface NewPerson {
  readonly name: string;
  readonly password: string;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

export interface SignIn {
  /**
   * Opens a session, always a new one.
   *
   * @throws {ApiError} auth.wrong_password for every pair that does not match, known or not; auth.busy
   */
  signIn(identity: Identity | string, password: string, headers: Headers): Promise<SessionChange & Person>;
  signOut(headers: Headers): Promise<SessionChange>;
  /**
   * Who a session cookie belongs to; null without a valid one.
   *
   * @param isUse  whether the session counts as used: something that asks again by itself must not keep it alive
   */
  whoIs(headers: Headers, isUse?: boolean): Promise<SignedIn | null>;
  /** The account that an address or number belongs to. */
  findAccount(identity: Identity): Promise<Person | null>;
  /** Those of them that exist, keyed by user. */
  findPeople(userIds: readonly string[]): Promise<ReadonlyMap<string, Person>>;
  /** The person with this address or number, made first when there is none; `created` tells which. */
  ensureUser(person: NewPerson): Promise<{ userId: string; created: boolean }>;
  /** @throws {ApiError} auth.busy */
  matchesPassword(userId: string, password: string): Promise<boolean>;
  /** Ends every session of the person: whoever knew the old one is out. */
  setPassword(userId: string, password: string): Promise<void>;
  /** As `setPassword`, and opens a new session for whoever does it. */
  changePassword(userId: string, password: string, headers: Headers): Promise<SessionChange>;
  rename(userId: string, name: string): Promise<void>;
  /** Those that are still open, the newest first. */
  sessions(userId: string): Promise<Session[]>;
  /** Ends the sessions that `which` picks. @returns how many */
  endSessions(userId: string, which: (session: Session) => boolean): Promise<number>;
  /** From now on this session speaks for another firm. */
  moveSession(userId: string, sessionId: string, orgId: string): Promise<void>;
}

/** Used or not, a session is over. */
const longestMs = 7 * 24 * 3_600_000;

/**
 * People sign in with e-mail address or telephone number and password; sessions are cookies. The library behind it
 * (better-auth, in tables of its own beside ours) is loaded at the first use, because a server has to take readings before
 * anybody signs in.
 */
export function createSignIn(options: SignInOptions): SignIn {
  const { db } = options;
  let loading: ReturnType<typeof loadSignInLibrary> | undefined;
  const load = () => {
    // The database may be down just now: whoever comes next tries again.
    loading ??= loadSignInLibrary(options).catch(error => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const internal = async () => (await (await load()).auth.$context).internalAdapter;

  async function addressOf(identity: Identity): Promise<string> {
    if ('email' in identity) return identity.email;
    const userId = await findPersonByPhone(db, identity.phone);
    const user = userId === null ? null : await (await internal()).findUserById(userId);
    // Nobody has this address: the answer for an unknown number takes the same way, and time, as a wrong password.
    return user?.email ?? `nobody@${phoneMailDomain}`;
  }

  async function open(email: string, password: string, headers: Headers): Promise<SessionChange & Person> {
    const { auth, passwords } = await load();
    const response = await auth.api.signInEmail({ body: { email, password }, headers, asResponse: true });
    if (response.status === 401 || response.status === 400)
      throw new ApiError('auth.wrong_password', 'e-mail or password does not match');
    if (!response.ok) throw new StoreUnavailable('accounts cannot be read right now');
    const { token, user } = (await response.json()) as { token: string; user: UserRow };
    const adapter = await internal();
    const account = await adapter.findCredentialAccount(user.id);
    if (account?.password && passwords.isOutdated(account.password))
      await adapter.updatePassword(user.id, await passwords.hash(password));
    const membership = await findMembership(db, user.id);
    if (membership !== null) await adapter.updateSession(token, { organisationId: membership.orgId });
    return { ...toPerson(user), setCookies: sessionCookies(response) };
  }

  async function setPassword(userId: string, password: string): Promise<void> {
    const { passwords } = await load();
    const adapter = await internal();
    await adapter.updatePassword(userId, await passwords.hash(password));
    await adapter.deleteUserSessions(userId);
  }

  async function keptSessions(userId: string): Promise<(Session & { token: string })[]> {
    const rows = await (await internal()).listSessions(userId, { onlyActiveSessions: true });
    return rows
      .map(row => ({ ...toSession(row), token: row.token }))
      .filter(session => !isTooLong(session))
      .sort((a, b) => b.startedAt - a.startedAt);
  }

  return {
    signIn: async (identity, password, headers) =>
      open(await addressOf(typeof identity === 'string' ? { email: identity } : identity), password, headers),
    async signOut(headers) {
      const { auth } = await load();
      return { setCookies: sessionCookies(await auth.api.signOut({ headers, asResponse: true })) };
    },
    async whoIs(headers, isUse = true) {
      if (!headers.get('cookie')?.includes(`${cookiePrefix}.session_token`)) return null;
      const { auth } = await load();
      const found = await auth.api.getSession({ headers, query: { disableRefresh: !isUse } });
      if (found === null) return null;
      const session = toSession(found.session);
      if (isTooLong(session)) {
        await (await internal()).deleteSession(found.session.token);
        return null;
      }
      return { ...toPerson(found.user), sessionId: session.sessionId, orgId: session.orgId };
    },
    async findAccount(identity) {
      const found = await (await internal()).findUserByEmail(await addressOf(identity));
      return found === null ? null : toPerson(found.user);
    },
    async findPeople(userIds) {
      if (userIds.length === 0) return new Map();
      const { adapter } = await (await load()).auth.$context;
      const users = await adapter.findMany<UserRow>({
        model: 'user',
        where: [{ field: 'id', operator: 'in', value: [...userIds] }],
        limit: userIds.length,
      });
      return new Map(users.map(user => [user.id, toPerson(user)]));
    },
    async ensureUser({ name, password, email = null, phone = null }) {
      const { passwords } = await load();
      const adapter = await internal();
      const known =
        (email !== null && (await adapter.findUserByEmail(email))?.user.id) ||
        (phone !== null && (await findPersonByPhone(db, phone))) ||
        null;
      if (known !== null) return { userId: known, created: false };
      const user = await adapter.createUser(
        { email: email?.toLowerCase() ?? `${randomUUID()}@${phoneMailDomain}`, name, emailVerified: true },
        { method: 'email-password' },
      );
      await adapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: await passwords.hash(password),
      });
      if (phone !== null) await addPhone(db, user.id, phone, user.createdAt.getTime());
      return { userId: user.id, created: true };
    },
    async matchesPassword(userId, password) {
      const { passwords } = await load();
      const account = await (await internal()).findCredentialAccount(userId);
      return account?.password ? passwords.verify(account.password, password) : false;
    },
    setPassword,
    async changePassword(userId, password, headers) {
      await setPassword(userId, password);
      const user = await (await internal()).findUserById(userId);
      return open(user?.email ?? `nobody@${phoneMailDomain}`, password, headers);
    },
    async rename(userId, name) {
      await (await internal()).updateUser(userId, { name });
    },
    sessions: async userId => (await keptSessions(userId)).map(({ token: _, ...session }) => session),
    async endSessions(userId, which) {
      const chosen = (await keptSessions(userId)).filter(which);
      const adapter = await internal();
      for (const { token } of chosen) await adapter.deleteSession(token);
      return chosen.length;
    },
    async moveSession(userId, sessionId, orgId) {
      const session = (await keptSessions(userId)).find(kept => kept.sessionId === sessionId);
      if (session !== undefined)
        await (await internal()).updateSession(session.token, { organisationId: orgId });
    },
  };
}

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

interface SessionRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly ipAddress?: string | null | undefined;
  readonly userAgent?: string | null | undefined;
}

function toPerson({ id, name, email }: UserRow): Person {
  return { userId: id, name, email: email.endsWith(`@${phoneMailDomain}`) ? null : email };
}

function toSession(row: SessionRow): Session {
  const { organisationId } = row as { organisationId?: string | null };
  const expiresAt = row.expiresAt.getTime();
  return {
    sessionId: row.id,
    orgId: organisationId ?? null,
    startedAt: row.createdAt.getTime(),
    lastUsedAt: Math.max(row.createdAt.getTime(), expiresAt - idleS * 1000),
    expiresAt,
    ipAddress: row.ipAddress || null,
    userAgent: row.userAgent || null,
  };
}

/** Each use moves the end of a session on, but not for ever. */
const isTooLong = ({ startedAt, lastUsedAt }: Session): boolean => lastUsedAt - startedAt >= longestMs;

/**
 * The cookie of the session alone, for as long as any session may last: how long this one does, the server knows. (The
 * library would let it end after the idle time, used or not.)
 */
function sessionCookies(response: Response): string[] {
  return response.headers
    .getSetCookie()
    .filter(cookie => cookie.split('=', 1)[0]?.endsWith(`${cookiePrefix}.session_token`))
    .map(cookie => cookie.replace(`Max-Age=${idleS}`, `Max-Age=${longestMs / 1000}`));
}
