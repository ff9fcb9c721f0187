import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { StoreUnavailable } from '../../errors.ts';
import { placeOf, postgresError } from './postgresErrors.ts';

/** Connections of one process: queries take milliseconds, and a server with a hundred takes ten such processes. */
const poolSize = 10;
const connectTimeoutMs = 5_000;
/** As long as a SQLite file is waited for. */
const lockTimeoutMs = 5_000;
const statementTimeoutMs = 10_000;
/** Longer than the server's own: only one that has frozen, or a cable that was pulled, lets it pass. */
const answerTimeoutMs = 12_000;
/** The writers' lock goes with the transaction: a process that was stopped in one must not keep the others out. */
const idleInTransactionMs = 15_000;
/** How long connections may take to say goodbye. */
const goodbyeMs = 2_000;

const int8 = 20;
const numeric = 1700;

/** Whole numbers of 64 bits come as numbers, as from SQLite: they are times, counts and journal positions. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === int8) return toSafeInteger;
    if (oid === numeric) return Number;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`);
  return value;
}

/** How every connection is made. */
export function connectionConfig(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'tahan',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    types,
  };
}

/**
 * A pool in the words of the stores: outages are `StoreUnavailable`, and a connection that has seen one is not used
 * again. The next query makes a new one, so a database that comes back is found without anybody's doing.
 */
export function openPostgresPool(url: string): PostgresPool {
  const place = placeOf(url);
  const pool = new pg.Pool({
    ...connectionConfig(url),
    max: poolSize,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    query_timeout: answerTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
  });
  const open = new Set<pg.PoolClient>();
  // An idle connection that ends is no news, and one in use tells its query: unheard, both would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', client => {
    open.add(client);
    client.on('error', () => undefined);
    client.once('end', () => open.delete(client));
  });
  return {
    options: {},
    async connect() {
      try {
        return guarded(await pool.connect(), place);
      } catch (error) {
        throw postgresError(error, place);
      }
    },
    async end() {
      const overdue = setTimeout(() => open.forEach(cut), goodbyeMs);
      await pool.end();
      clearTimeout(overdue);
    },
  };
}

function guarded(client: pg.PoolClient, place: string): PostgresPoolClient {
  let isBroken = false;
  const query = async (sql: string, parameters: readonly unknown[]) => {
    if (isBroken) throw new StoreUnavailable(`the connection to ${place} has ended`);
    try {
      return await client.query(sql, parameters.map(withoutNul));
    } catch (error) {
      const said = postgresError(error, place);
      isBroken = said instanceof StoreUnavailable;
      throw said;
    }
  };
  return {
    query: query as <R>(
      sql: unknown,
      parameters?: readonly unknown[],
    ) => Promise<PostgresQueryResult<R>> & never,
    release(destroy = false) {
      if (isBroken) cut(client);
      client.release(destroy || isBroken);
    },
  };
}

/** Ends a connection without a goodbye that a frozen server would never answer. */
function cut(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/**
 * PostgreSQL keeps no NUL in text, SQLite does. Nothing of ours has one; what a stranger published may, and must not
 * stop the intake: it is written down with the sign for NUL.
 */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '␀') : value;
}
