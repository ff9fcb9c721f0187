import type { MetadataDb } from './database.ts';
import { hashSecret, newSecret } from './secrets.ts';

export interface PasswordReset {
  readonly orgId: string;
  readonly userId: string;
}

/** The secret of a link that lets this person choose a password; the links before open nothing any more. */
export async function addPasswordReset(
  db: MetadataDb,
  { orgId, userId }: PasswordReset,
  times: { readonly now: number; readonly expiresAt: number },
): Promise<string> {
  const secret = newSecret();
  await db.transaction().execute(async transaction => {
    await transaction.deleteFrom('password_resets').where('user_id', '=', userId).execute();
    await transaction
      .insertInto('password_resets')
      .values({
        ...{ secret_hash: hashSecret(secret), org_id: orgId, user_id: userId },
        ...{ created_at: times.now, expires_at: times.expiresAt },
      })
      .execute();
  });
  return secret;
}

/** Uses a link up; null when it opens nothing (any more). */
export async function takePasswordResetOfAnyOrganisation(
  db: MetadataDb,
  secret: string,
  now: number,
): Promise<PasswordReset | null> {
  const row = await db
    .updateTable('password_resets')
    .set({ used_at: now })
    .where('secret_hash', '=', hashSecret(secret))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['org_id', 'user_id'])
    .executeTakeFirst();
  return row === undefined ? null : { orgId: row.org_id, userId: row.user_id };
}
