import type { MetadataDb } from './database.ts';
import { hashSecret, matchesHash } from './secrets.ts';

/** A code may be tried this often; then a new one has to be asked for. */
export const codeTries = 5;

export type CodeOutcome = 'right' | 'wrong' | 'expired' | 'too-many-tries';

/** Sets the code that proves that somebody reads what is sent to a contact; the one before holds no longer. */
export async function setContactCode(
  db: MetadataDb,
  orgId: string,
  contactId: string,
  code: { readonly code: string; readonly expiresAt: number },
): Promise<void> {
  await db
    .updateTable('contacts')
    .set({ code_hash: hashSecret(code.code), code_expires_at: code.expiresAt, code_tries: 0 })
    .where('org_id', '=', orgId)
    .where('contact_id', '=', contactId)
    .execute();
}

/** Tries a code; the right one in time verifies the contact. Tries are counted before they are judged. */
export async function tryContactCode(
  db: MetadataDb,
  orgId: string,
  contactId: string,
  code: string,
  now: number,
): Promise<CodeOutcome> {
  return db.transaction().execute(async transaction => {
    const row = await transaction
      .selectFrom('contacts')
      .select(['code_hash', 'code_expires_at', 'code_tries'])
      .where('org_id', '=', orgId)
      .where('contact_id', '=', contactId)
      .executeTakeFirst();
    if (row === undefined || row.code_hash === null || (row.code_expires_at ?? 0) <= now) return 'expired';
    if (row.code_tries >= codeTries) return 'too-many-tries';
    const right = matchesHash(code, row.code_hash);
    await transaction
      .updateTable('contacts')
      .set(
        right
          ? { verified_at: now, code_hash: null, code_expires_at: null }
          : { code_tries: row.code_tries + 1 },
      )
      .where('org_id', '=', orgId)
      .where('contact_id', '=', contactId)
      .execute();
    return right ? 'right' : 'wrong';
  });
}
