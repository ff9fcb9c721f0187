import type { MetadataDb } from './database.ts';

/** Under which name each server reads from an external broker, and who does it in its place. Of no firm. */
export interface BrokerSessionTables {
  broker_sessions: {
    session_id: string;
    server_id: string;
    /** The server lives, and has not reached the broker since. */
    away_since: number | null;
    /** The server that takes what the broker keeps for this session. */
    taken_by: string | null;
  };
}

export const brokerSessionMigration = `
  CREATE TABLE broker_sessions (
    session_id TEXT PRIMARY KEY, server_id TEXT NOT NULL, away_since INTEGER, taken_by TEXT) STRICT;`;

export interface BrokerSession {
  readonly sessionId: string;
  readonly serverId: string;
  readonly awaySince: number | null;
  readonly takenBy: string | null;
}

/** Its server uses the session: nobody else may. */
export async function useSession(db: MetadataDb, sessionId: string, serverId: string): Promise<void> {
  const mine = { server_id: serverId, away_since: null, taken_by: null };
  await db
    .insertInto('broker_sessions')
    .values({ session_id: sessionId, ...mine })
    .onConflict(conflict => conflict.column('session_id').doUpdateSet(mine))
    .execute();
}

/** Its server lives and does not reach the broker; what was said of it first stays. */
export async function noteSessionAway(db: MetadataDb, sessionId: string, at: number): Promise<void> {
  await db
    .updateTable('broker_sessions')
    .set({ away_since: at })
    .where('session_id', '=', sessionId)
    .where('away_since', 'is', null)
    .execute();
}

export async function listSessions(db: MetadataDb): Promise<BrokerSession[]> {
  const rows = await db.selectFrom('broker_sessions').selectAll().orderBy('session_id').execute();
  return rows.map(row => ({
    sessionId: row.session_id,
    serverId: row.server_id,
    awaySince: row.away_since,
    takenBy: row.taken_by,
  }));
}

/** Takes a session from whom it was seen with; true for one server only. */
export async function claimSession(
  db: MetadataDb,
  { sessionId, takenBy }: Pick<BrokerSession, 'sessionId' | 'takenBy'>,
  by: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('broker_sessions')
    .set({ taken_by: by })
    .where('session_id', '=', sessionId)
    .where('taken_by', takenBy === null ? 'is' : '=', takenBy)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function isTakenBy(db: MetadataDb, sessionId: string, serverId: string): Promise<boolean> {
  const row = await db
    .selectFrom('broker_sessions')
    .select('taken_by')
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  return row?.taken_by === serverId;
}

/** It has left the broker for good. */
export async function forgetSession(db: MetadataDb, sessionId: string): Promise<void> {
  await db.deleteFrom('broker_sessions').where('session_id', '=', sessionId).execute();
}
