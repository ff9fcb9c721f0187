import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ApiError } from './errors.ts';
import type { Metadata, MetadataDb } from './store/metadata/database.ts';

/** The answer to a sign-in or sign-out: cookies to set. */
export interface SessionChange {
  readonly setCookies: readonly string[];
}

export interface SignIn {
  /** Throws ApiError `auth.wrong_password` for every pair that does not match, known address or not. */
  signIn(email: string, password: string, headers: Headers): Promise<SessionChange>;
  signOut(headers: Headers): Promise<SessionChange>;
  /** Who a session cookie belongs to; null without a valid one. */
  whoIs(headers: Headers): Promise<{ userId: string; name: string } | null>;
  /** The person with this address, made first when there is none; `created` tells which. */
  ensureUser(user: {
    email: string;
    name: string;
    password: string;
  }): Promise<{ userId: string; created: boolean }>;
}

export interface SignInOptions {
  readonly db: MetadataDb;
  readonly engine: Metadata['engine'];
  /** File of the secret that signs sessions; made on first use, readable by this user alone. */
  readonly secretPath: string;
  readonly publicUrl: string | null;
}

export const minPasswordLength = 12;

/**
 * People sign in with e-mail and password; sessions are cookies. The library behind it (better-auth, in tables of its
 * own beside ours) is loaded at the first use, because a server has to take readings before anybody signs in.
 */
export function createSignIn(options: SignInOptions): SignIn {
  let loading: ReturnType<typeof loadAuth> | undefined;
  const auth = () => {
    // The database may be down just now: whoever comes next tries again.
    loading ??= loadAuth(options).catch(error => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    async signIn(email, password, headers) {
      const { api } = await auth();
      const response = await api.signInEmail({ body: { email, password }, headers, asResponse: true });
      if (!response.ok) throw new ApiError('auth.wrong_password', 'e-mail or password does not match');
      return { setCookies: response.headers.getSetCookie() };
    },
    async signOut(headers) {
      const { api } = await auth();
      const response = await api.signOut({ headers, asResponse: true });
      return { setCookies: response.headers.getSetCookie() };
    },
    async whoIs(headers) {
      if (!headers.get('cookie')?.includes(`${cookiePrefix}.session_token`)) return null;
      const { api } = await auth();
      const session = await api.getSession({ headers });
      return session === null ? null : { userId: session.user.id, name: session.user.name };
    },
    async ensureUser({ email, name, password }) {
      const { internalAdapter, password: hasher } = await (await auth()).$context;
      const known = await internalAdapter.findUserByEmail(email);
      if (known !== null) return { userId: known.user.id, created: false };
      const user = await internalAdapter.createUser(
        { email: email.toLowerCase(), name, emailVerified: true },
        { method: 'email-password' },
      );
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: await hasher.hash(password),
      });
      return { userId: user.id, created: true };
    },
  };
}

const cookiePrefix = 'tahan';

async function loadAuth({ db, engine, secretPath, publicUrl }: SignInOptions) {
  const { betterAuth } = await import('better-auth');
  await migrateSignIn(db, engine);
  return betterAuth({
    // Only origin and scheme of this address matter, for cookies; no link is built from it.
    baseURL: publicUrl ?? 'http://localhost',
    basePath: '/api/v1/auth',
    secret: readOrMakeSecret(secretPath),
    // The same connections for both: two to one file would wait for each other's transactions inside one thread.
    database: { db, type: engine },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength },
    session: { expiresIn: 7 * 24 * 3600, updateAge: 12 * 3600 },
    // Our own limiter stands before every route.
    rateLimit: { enabled: false },
    advanced: { cookiePrefix },
    logger: { disabled: true },
    telemetry: { enabled: false },
  });
}

/** Brings the library's tables up to date, in one transaction: servers that start at once take turns. */
export async function migrateSignIn(db: MetadataDb, engine: Metadata['engine']): Promise<void> {
  const { getMigrations } = await import('better-auth/db/migration');
  await db.transaction().execute(async transaction => {
    const { runMigrations } = await getMigrations({
      database: { db: transaction, type: engine },
      logger: { disabled: true },
    });
    await runMigrations();
  });
}

/** Random, made once per data folder. Sessions end when it is removed. */
function readOrMakeSecret(path: string): string {
  if (!existsSync(path)) {
    try {
      writeFileSync(path, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another process was first: its secret is as good as ours.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return readFileSync(path, 'utf8').trim();
}
