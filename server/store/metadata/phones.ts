import type { MetadataDb } from './database.ts';

/** Who signs in with this number (E.164). A person is one in every firm, so this asks no firm. */
export async function findPersonByPhone(db: MetadataDb, phone: string): Promise<string | null> {
  const row = await db.selectFrom('phones').select('user_id').where('phone', '=', phone).executeTakeFirst();
  return row?.user_id ?? null;
}

/** The numbers of some people, keyed by user. */
export async function phonesOfPeople(
  db: MetadataDb,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await db.selectFrom('phones').selectAll().where('user_id', 'in', userIds).execute();
  return new Map(rows.map(row => [row.user_id, row.phone]));
}

/** @returns false when the number is somebody's, or this person has one */
export async function addPhone(db: MetadataDb, userId: string, phone: string, now: number): Promise<boolean> {
  const result = await db
    .insertInto('phones')
    .values({ phone, user_id: userId, created_at: now })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}
