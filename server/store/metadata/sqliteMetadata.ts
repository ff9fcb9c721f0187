import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import { openSqlite } from '../openSqlite.ts';
import type { Metadata, MetadataTables } from './database.ts';
import { metadataMigrations } from './migrations.ts';

/**
 * Metadata in a file. Every commit waits for the disk (`synchronous = FULL`): these writes are rare, and nobody sends
 * them again. Other processes (`tahan node add`) may write to it at the same time.
 *
 * @throws {StoreUnavailable} when the file cannot be opened or is of a newer release
 */
export function openSqliteMetadata(path: string): Metadata {
  const database = openSqlite(path, { synchronous: 'FULL', migrations: metadataMigrations });
  const db = new Kysely<MetadataTables>({
    dialect: new WritersFirstDialect({
      database: { prepare: keepingStatements(database), close: () => database.close() },
    }),
  });
  return {
    db,
    engine: 'sqlite',
    async close() {
      await db.destroy();
      // Kysely closes the file only if a query ever ran.
      if (database.isOpen) database.close();
    },
  };
}

/**
 * Transactions take the write lock at their beginning. One that reads first and writes later would fail, and not wait,
 * whenever another process has written in between.
 */
class WritersFirstDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new WritersFirstDriver(this.#config);
  }
}

class WritersFirstDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Looking over alerts asks the same few questions all day, and understanding one takes longer than answering it. */
const mostStatements = 500;

/** Statements by their text, understood once. One that is long not asked makes room. */
function keepingStatements(database: DatabaseSync): (sql: string) => SqliteStatement {
  const kept = new Map<string, SqliteStatement>();
  return sql => {
    const statement = kept.get(sql) ?? toKyselyStatement(database, sql);
    kept.delete(sql);
    kept.set(sql, statement);
    if (kept.size > mostStatements) kept.delete(kept.keys().next().value!);
    return statement;
  };
}

/** node:sqlite in the words of the driver that Kysely was made for. */
function toKyselyStatement(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...values(parameters)),
    run: parameters => statement.run(...values(parameters)),
    // Read bit by bit while others ask: on a statement of its own.
    iterate: parameters => database.prepare(sql).iterate(...values(parameters)),
  };
}
