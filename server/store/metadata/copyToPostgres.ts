import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { sql, type Transaction } from 'kysely';
import { StoreUnavailable } from '../../errors.ts';
import { openSqlite } from '../openSqlite.ts';
import type { MetadataDb, MetadataTables } from './database.ts';
import { metadataMigrations } from './migrations.ts';

export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
}

type Row = Record<string, SQLOutputValue>;

/** Rows of one statement: a statement may have 65,535 values. */
const rowsAtOnce = 500;

/**
 * Copies every table of a metadata file into a PostgreSQL database whose tables are all there and hold nothing yet: all
 * of it in one transaction, or nothing.
 *
 * @param path  a file of this release's tables, which nobody writes to meanwhile; it is only read
 * @throws {StoreUnavailable} when the database holds something already, or does not hold in the end what the file holds
 */
export async function copyToPostgres(path: string, target: MetadataDb): Promise<CopiedTable[]> {
  const file = new DatabaseSync(path, { readOnly: true });
  try {
    file.exec('BEGIN');
    const tables = referencedFirst(file);
    return await target.transaction().execute(async transaction => {
      await requireNothing(transaction, tables);
      const copied: CopiedTable[] = [];
      for (const table of tables) copied.push({ table, rows: await copyTable(file, transaction, table) });
      await continueNumbers(transaction);
      return copied;
    });
  } finally {
    file.close();
  }
}

/** Tables in an order in which no row refers to one that is not there yet. */
function referencedFirst(file: DatabaseSync): string[] {
  const names = file
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    )
    .all()
    .map(row => String(row.name));
  const references = file.prepare('SELECT DISTINCT "table" AS target FROM pragma_foreign_key_list(?)');
  const ordered = new Set<string>();
  const visit = (table: string) => {
    if (ordered.has(table)) return;
    for (const { target } of references.all(table)) if (target !== table) visit(String(target));
    ordered.add(table);
  };
  names.forEach(visit);
  return [...ordered];
}

/** Nothing but what a new database holds from the start (a counter at nought, say). */
async function requireNothing(db: Transaction<MetadataTables>, tables: readonly string[]): Promise<void> {
  const fresh = openSqlite(':memory:', { synchronous: 'FULL', migrations: metadataMigrations });
  for (const table of tables) {
    const isOurs = fresh.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
    const expected = isOurs ? fresh.prepare(`SELECT count(*) AS n FROM "${table}"`).get()?.n : 0;
    const found = await count(db, table);
    if (found !== expected)
      throw new StoreUnavailable(
        `the database is not empty: ${table} has ${found} rows; name a new one in TAHAN_DATABASE_URL`,
      );
  }
  fresh.close();
}

async function copyTable(
  file: DatabaseSync,
  db: Transaction<MetadataTables>,
  table: string,
): Promise<number> {
  await sql`delete from ${sql.table(table)}`.execute(db);
  const columns = file
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(row => String(row.name));
  let rows = 0;
  let chunk: Row[] = [];
  const flush = async () => {
    if (chunk.length > 0) await insert(db, table, columns, chunk);
    rows += chunk.length;
    chunk = [];
  };
  for (const row of file.prepare(`SELECT * FROM "${table}"`).iterate()) {
    chunk.push(row);
    if (chunk.length === rowsAtOnce) await flush();
  }
  await flush();
  const found = await count(db, table);
  if (found !== rows) throw new StoreUnavailable(`${table} has ${rows} rows but ${found} arrived`);
  return rows;
}

async function insert(
  db: Transaction<MetadataTables>,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
) {
  const names = sql.join(columns.map(column => sql.ref(column)));
  const values = sql.join(rows.map(row => sql`(${sql.join(columns.map(column => row[column]))})`));
  await sql`insert into ${sql.table(table)} (${names}) values ${values}`.execute(db);
}

async function count(db: Transaction<MetadataTables>, table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db);
  return rows[0]!.n;
}

/** What the database numbers itself goes on behind the highest number that came. */
async function continueNumbers(db: Transaction<MetadataTables>): Promise<void> {
  const { rows } = await sql<{ table_name: string; column_name: string }>`
    select table_name, column_name from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES'`.execute(db);
  for (const { table_name, column_name } of rows) {
    const highest = sql`(select max(${sql.ref(column_name)}) from ${sql.table(table_name)})`;
    await sql`select setval(pg_get_serial_sequence(quote_ident(${table_name}), ${column_name}), ${highest})
      where ${highest} is not null`.execute(db);
  }
}
