import { CompiledQuery, type DatabaseConnection, Kysely, PostgresDialect, PostgresDriver } from 'kysely';
import { StoreUnavailable } from '../../errors.ts';
import type { Metadata, MetadataTables } from './database.ts';
import { placeOf, sentenceOf } from './postgresErrors.ts';
import { migratePostgres, writersLock } from './postgresMigrate.ts';
import { openPostgresPool } from './postgresPool.ts';

/**
 * Metadata in a PostgreSQL database (13 or later). It may be down for a while later on: queries then fail with
 * `StoreUnavailable` and succeed again once it is back.
 *
 * @throws {StoreUnavailable} when it cannot be reached or used, or is of a newer release
 */
export async function openPostgresMetadata(url: string): Promise<Metadata> {
  try {
    await migratePostgres(url);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    throw new StoreUnavailable(`${placeOf(url)} cannot be used: ${sentenceOf(error)}`, { cause: error });
  }
  const pool = openPostgresPool(url);
  const config = { pool };
  const dialect = new PostgresDialect(config);
  dialect.createDriver = () => new OneWriterDriver(config);
  const db = new Kysely<MetadataTables>({ dialect });
  return { db, engine: 'postgres', close: () => db.destroy() };
}

/**
 * Transactions take turns, as on SQLite: what one has read is still so when it writes. Everything here is written with
 * that in mind (no two placements overlap, a code is used once, a name is taken once); PostgreSQL's own READ COMMITTED
 * would let two transactions check at once and write both, SERIALIZABLE would have each caller try again. Metadata
 * changes a few times a minute, and readings wait for none of it: turns cost nothing that anybody could notice. Other
 * statements take no turns.
 */
class OneWriterDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // In one message; the statements after it see what was committed before the lock was had.
    await connection.executeQuery(CompiledQuery.raw(`begin; ${writersLock}`));
  }
}
