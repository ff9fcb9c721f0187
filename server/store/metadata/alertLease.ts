import { sql } from 'kysely';
import type { MetadataDb } from './database.ts';

export interface LeaseTaken {
  /** Whether it was held by somebody else, or nobody, before. */
  readonly isNew: boolean;
  /** When whoever held it last looked at the world; null when nobody ever did. */
  readonly lastTickAt: number | null;
}

export interface LeaseAsked {
  /** `<server>/<run>` of a member of a fleet: the lease is its as long as it gives signs of life; else any name. */
  readonly holder: string;
  readonly now: number;
  /** How long anybody else's holds, who is no member. */
  readonly holdMs: number;
  /** Null: there is no fleet. */
  readonly deadAfterMs: number | null;
}

/**
 * Takes or keeps the one lease of deciding about alerts and sending messages: of several servers on a database one does.
 *
 * @returns null while somebody else holds it
 */
export async function takeAlertLease(db: MetadataDb, asked: LeaseAsked): Promise<LeaseTaken | null> {
  const { holder, now, holdMs } = asked;
  return db.transaction().execute(async transaction => {
    const row = await transaction.selectFrom('alert_lease').selectAll().executeTakeFirst();
    if (row !== undefined && row.holder !== holder && row.holder !== '') {
      const alive = await isMemberAlive(transaction, row.holder, asked);
      // One that is held for longer than anybody takes it was taken under a clock that has been set back since.
      const isHeld = alive ?? (row.held_until > now && row.held_until <= now + holdMs);
      if (isHeld) return null;
    }
    const values = { one: 1, holder, held_until: now + holdMs, last_tick_at: now };
    await transaction
      .insertInto('alert_lease')
      .values(values)
      .onConflict(conflict => conflict.column('one').doUpdateSet(values))
      .execute();
    return { isNew: row?.holder !== holder, lastTickAt: row?.last_tick_at ?? null };
  });
}

/** By the clock of the database, as the fleet judges it; null for a holder that is no member of any. */
async function isMemberAlive(
  transaction: MetadataDb,
  holder: string,
  { deadAfterMs }: LeaseAsked,
): Promise<boolean | null> {
  const [serverId, run] = holder.split('/');
  if (deadAfterMs === null || serverId === undefined || run === undefined) return null;
  const now = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
  const alive = await transaction
    .selectFrom('servers')
    .select('server_id')
    .where('server_id', '=', serverId)
    .where('run', '=', run)
    .where('stopped_at', 'is', null)
    .where('heartbeat_at', '>', sql<number>`${now} - ${deadAfterMs}::bigint`)
    .executeTakeFirst();
  return alive !== undefined;
}

/** Whether this holder still has it; within the transaction of what is decided. */
export async function holdsAlertLease(transaction: MetadataDb, holder: string): Promise<boolean> {
  const row = await transaction.selectFrom('alert_lease').select('holder').executeTakeFirst();
  return row?.holder === holder;
}

export async function isHeldByAnother(transaction: MetadataDb, holder: string): Promise<boolean> {
  const row = await transaction.selectFrom('alert_lease').select('holder').executeTakeFirst();
  return row !== undefined && row.holder !== '' && row.holder !== holder;
}

/** Gives it back, so that the next server need not wait. */
export async function releaseAlertLease(db: MetadataDb, holder: string): Promise<void> {
  await db
    .updateTable('alert_lease')
    .set({ holder: '', held_until: 0 })
    .where('holder', '=', holder)
    .execute();
}
