import type { Selectable } from 'kysely';
import type { Role } from '../../../models/contracts/people.ts';
import type { MetadataDb, MetadataTables } from './database.ts';
import { hashSecret, newSecret } from './secrets.ts';

const prefix = 'tahan_';
/** Use is written down this often: a script that asks every second must not write every second. */
const useNotedEveryMs = 5 * 60_000;

export interface Token {
  readonly tokenId: string;
  readonly orgId: string;
  readonly role: Role;
  readonly name: string;
  readonly createdAt: number;
  /** The member who made it; null = the command line. */
  readonly userId: string | null;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface NewTokenRow {
  readonly orgId: string;
  readonly role: Role;
  readonly name: string;
  readonly userId?: string | null;
  readonly expiresAt?: number | null;
}

/** Makes a bearer token; the only time its text is seen. */
export async function addToken(db: MetadataDb, token: NewTokenRow, now: number): Promise<string> {
  return (await addTokenWithId(db, token, now)).secret;
}

export async function addTokenWithId(
  db: MetadataDb,
  { orgId, role, name, userId = null, expiresAt = null }: NewTokenRow,
  now: number,
): Promise<{ readonly tokenId: string; readonly secret: string }> {
  const secret = `${prefix}${newSecret()}`;
  const tokenId = newSecret().slice(0, 20);
  await db
    .insertInto('tokens')
    .values({
      token_hash: hashSecret(secret),
      token_id: tokenId,
      org_id: orgId,
      role,
      name,
      user_id: userId,
      created_at: now,
      expires_at: expiresAt,
    })
    .execute();
  return { tokenId, secret };
}

/** What a token allows; null for one that was never given out, was withdrawn or has expired. */
export async function findTokenOfAnyOrganisation(
  db: MetadataDb,
  token: string,
  now: number,
): Promise<Token | null> {
  if (!token.startsWith(prefix) || token.length > 100) return null;
  const row = await db
    .selectFrom('tokens')
    .selectAll()
    .where('token_hash', '=', hashSecret(token))
    .executeTakeFirst();
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return null;
  return toToken(row);
}

/** Writes down that a token is in use, unless that was done a moment ago. */
export async function noteTokenUse(db: MetadataDb, token: Token, now: number): Promise<void> {
  if (token.lastUsedAt !== null && now - token.lastUsedAt < useNotedEveryMs) return;
  await db
    .updateTable('tokens')
    .set({ last_used_at: now })
    .where('org_id', '=', token.orgId)
    .where('token_id', '=', token.tokenId)
    .execute();
}

/** The tokens of an organisation, the newest first; of one member when a user is named. */
export async function listTokens(db: MetadataDb, orgId: string, userId?: string): Promise<Token[]> {
  let query = db.selectFrom('tokens').selectAll().where('org_id', '=', orgId);
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  const rows = await query.orderBy('created_at', 'desc').orderBy('token_id').execute();
  return rows.map(toToken);
}

export async function findToken(db: MetadataDb, orgId: string, tokenId: string): Promise<Token | null> {
  const row = await db
    .selectFrom('tokens')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('token_id', '=', tokenId)
    .executeTakeFirst();
  return row === undefined ? null : toToken(row);
}

/** @returns false when there is no such token (any more) */
export async function removeToken(db: MetadataDb, orgId: string, tokenId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('tokens')
    .where('org_id', '=', orgId)
    .where('token_id', '=', tokenId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

function toToken(row: Selectable<MetadataTables['tokens']>): Token {
  return {
    tokenId: row.token_id,
    orgId: row.org_id,
    role: row.role,
    name: row.name,
    createdAt: row.created_at,
    userId: row.user_id,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
