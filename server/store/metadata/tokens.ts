import type { Role } from '../../../models/contracts/people.ts';
import type { MetadataDb } from './database.ts';
import { hashSecret, newSecret } from './secrets.ts';

const prefix = 'tahan_';

/** Makes a bearer token; the only time its text is seen. */
export async function addToken(
  db: MetadataDb,
  { orgId, role, name }: { orgId: string; role: Role; name: string },
  now: number,
): Promise<string> {
  const token = `${prefix}${newSecret()}`;
  await db
    .insertInto('tokens')
    .values({ token_hash: hashSecret(token), org_id: orgId, role, name, created_at: now })
    .execute();
  return token;
}

/** What a token allows; null for one that was never given out. */
export async function findToken(
  db: MetadataDb,
  token: string,
): Promise<{ orgId: string; role: Role; name: string } | null> {
  if (!token.startsWith(prefix) || token.length > 100) return null;
  const row = await db
    .selectFrom('tokens')
    .select(['org_id', 'role', 'name'])
    .where('token_hash', '=', hashSecret(token))
    .executeTakeFirst();
  return row === undefined ? null : { orgId: row.org_id, role: row.role, name: row.name };
}
