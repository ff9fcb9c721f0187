import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createPasswords } from './passwords.ts';
import type { Metadata, MetadataDb } from './store/metadata/database.ts';

export interface SignInOptions {
  readonly db: MetadataDb;
  readonly engine: Metadata['engine'];
  /** File of the secret that signs sessions; made on first use, readable by this user alone. */
  readonly secretPath: string;
  readonly publicUrl: string | null;
}

const minPasswordLength = 12;
/** Unused this long, a session is over. */
export const idleS = 12 * 3600;
/** Use is written down this often. */
const useNotedEveryS = 600;
export const cookiePrefix = 'tahan';

/** The library with our settings, its tables up to date. */
export async function loadSignInLibrary({ db, engine, secretPath, publicUrl }: SignInOptions) {
  const [{ betterAuth }, { verifyPassword }] = await Promise.all([
    import('better-auth'),
    import('better-auth/crypto'),
  ]);
  const passwords = createPasswords((hash, password) => verifyPassword({ hash, password }));
  const overHttps = publicUrl?.startsWith('https:') ?? false;
  await migrateSignIn(db, engine);
  const auth = betterAuth({
    // Only origin and scheme of this address matter, for cookies; no link is built from it.
    baseURL: publicUrl ?? 'http://localhost',
    basePath: '/api/v1/auth',
    secret: readOrMakeSecret(secretPath),
    // The same connections for both: two to one file would wait for each other's transactions inside one thread.
    database: { db, type: engine },
    emailAndPassword: {
      ...{ enabled: true, disableSignUp: true, minPasswordLength },
      password: {
        hash: password => passwords.hash(password),
        verify: ({ hash, password }) => passwords.verify(hash, password),
      },
    },
    session: { expiresIn: idleS, updateAge: useNotedEveryS, additionalFields: sessionFields },
    databaseHooks: { session: { create: { before: async session => ({ data: withLongToken(session) }) } } },
    // Our own limiter stands before every route.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix,
      useSecureCookies: false,
      ...(overHttps && {
        // A browser takes a cookie of this name only over HTTPS, for this host and all of its paths.
        cookies: {
          session_token: { name: `__Host-${cookiePrefix}.session_token`, attributes: { secure: true } },
        },
      }),
    },
    logger: { disabled: true },
    telemetry: { enabled: false },
  });
  return { auth, passwords };
}

/** What we keep beside the fields of the library. */
const sessionFields = { organisationId: { type: 'string', required: false, input: false } } as const;

/** 256 random bits; the library's own have 190. */
const withLongToken = <T extends object>(session: T): T & { token: string } => ({
  ...session,
  token: randomBytes(32).toString('base64url'),
});

/** Brings the library's tables up to date, in one transaction: servers that start at once take turns. */
export async function migrateSignIn(db: MetadataDb, engine: Metadata['engine']): Promise<void> {
  const { getMigrations } = await import('better-auth/db/migration');
  await db.transaction().execute(async transaction => {
    const { runMigrations } = await getMigrations({
      database: { db: transaction, type: engine },
      session: { additionalFields: sessionFields },
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
