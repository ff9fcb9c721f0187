import type { MetadataDb } from './database.ts';

export interface LeaseTaken {
  /** Whether it was held by somebody else, or nobody, before. */
  readonly isNew: boolean;
  /** When whoever held it last looked at the world; null when nobody ever did. */
  readonly lastTickAt: number | null;
}

/**
 * Takes or keeps the one lease of deciding about alerts and sending messages: of several servers on a database one does.
 *
 * @returns null while somebody else holds it
 */
export async function takeAlertLease(
  db: MetadataDb,
  { holder, now, holdMs }: { readonly holder: string; readonly now: number; readonly holdMs: number },
): Promise<LeaseTaken | null> {
  return db.transaction().execute(async transaction => {
    const row = await transaction.selectFrom('alert_lease').selectAll().executeTakeFirst();
    // One that is held for longer than anybody takes it was taken under a clock that has been set back since.
    const isHeld = row !== undefined && row.held_until > now && row.held_until <= now + holdMs;
    if (row !== undefined && row.holder !== holder && row.holder !== '' && isHeld) return null;
    const values = { one: 1, holder, held_until: now + holdMs, last_tick_at: now };
    await transaction
      .insertInto('alert_lease')
      .values(values)
      .onConflict(conflict => conflict.column('one').doUpdateSet(values))
      .execute();
    return { isNew: row?.holder !== holder, lastTickAt: row?.last_tick_at ?? null };
  });
}

/** Whether this holder still has it; within the transaction of what is decided. */
export async function holdsAlertLease(transaction: MetadataDb, holder: string): Promise<boolean> {
  const row = await transaction.selectFrom('alert_lease').select('holder').executeTakeFirst();
  return row?.holder === holder;
}

/** Gives it back, so that the next server need not wait. */
export async function releaseAlertLease(db: MetadataDb, holder: string): Promise<void> {
  await db
    .updateTable('alert_lease')
    .set({ holder: '', held_until: 0 })
    .where('holder', '=', holder)
    .execute();
}
