import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { StoreUnavailable } from '../errors.ts';
import { fillingOf, type Migration, sqlOf } from './migration.ts';

export interface SqliteOptions {
  /** FULL: a commit survives power loss. NORMAL: it survives once a checkpoint has synced it. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** Statements that bring the file from version `i` to `i + 1`; only ever appended to. */
  readonly migrations: readonly Migration[];
}

/**
 * Opens a SQLite file in WAL mode and brings its tables up to date.
 *
 * @throws {StoreUnavailable} when the file cannot be opened, or was written by a newer release (it is left untouched)
 */
export function openSqlite(path: string, { synchronous, migrations }: SqliteOptions): DatabaseSync {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { timeout: 5_000 });
  } catch (cause) {
    throw new StoreUnavailable(`${path} cannot be opened: ${String(cause)}`, { cause });
  }
  try {
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON;`,
    );
    if (versionOf(database) !== migrations.length) migrate(database, path, migrations);
    return database;
  } catch (cause) {
    database.close();
    if (cause instanceof StoreUnavailable) throw cause;
    throw new StoreUnavailable(`${path} cannot be used: ${String(cause)}`, { cause });
  }
}

/** Runs in one transaction that is exclusive from the start, so that two processes opening a new file take turns. */
function migrate(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database);
    if (version > migrations.length) {
      throw new StoreUnavailable(
        `${path} has schema version ${version}, written by a newer release; this one knows up to ${migrations.length}`,
      );
    }
    for (const migration of migrations.slice(version)) runMigration(database, migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function runMigration(database: DatabaseSync, migration: Migration): void {
  database.exec(sqlOf(migration));
  const filling = fillingOf(migration);
  let rows: Record<string, SQLOutputValue>[] = [];
  for (;;) {
    const step = filling?.next(rows);
    if (step === undefined || step.done) return;
    rows = database.prepare(step.value.sql).all(...step.value.values);
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}
