import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { dayMs } from '../summarise.ts';

/** Version of the file: 1 was a row a reading. */
export const fileVersion = 2;

const schema = `
  CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), record BLOB NOT NULL) STRICT;
  CREATE TABLE nodes (node_no INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;
  CREATE TABLE log (id INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT;
  CREATE TABLE blocks (id INTEGER PRIMARY KEY, head BLOB NOT NULL, body BLOB NOT NULL) STRICT;
  PRAGMA user_version = ${fileVersion};`;

/** Small pages: what does not fill its last page is lost, a few hundred bytes a block. */
const pageBytes = 1024;
/** Pages in the write-ahead log before they are moved: 4 MiB. */
const checkpointPages = 4_000;

/** The SQLite file of the readings, its tables and statements; it knows nothing of what the blobs mean. */
export interface ReadingsFile {
  readonly path: string;
  readonly database: DatabaseSync;
  readonly statements: Statements;
  /** All or nothing. */
  transaction<T>(work: () => T): T;
  /** Everything committed so far survives power loss when this returns. */
  makeDurable(write: () => void): void;
  close(): void;
}

export type Statements = ReturnType<typeof prepare>;

/** Opens a file that has the tables, or (`create`) an empty one that gets them. Errors are SQLite's own. */
export function openReadingsFile(path: string, { create = false } = {}): ReadingsFile {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    if (create) database.exec(`PRAGMA page_size = ${pageBytes}`);
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${checkpointPages};`,
    );
    if (create) database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
    return fileOf(path, database);
  } catch (error) {
    database.close();
    throw error;
  }
}

function fileOf(path: string, database: DatabaseSync): ReadingsFile {
  const statements = prepare(database);
  const transaction = <T>(work: () => T): T => {
    statements.begin.run();
    try {
      const result = work();
      statements.commit.run();
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
  return {
    path,
    database,
    statements,
    transaction,
    makeDurable(write) {
      // A commit with FULL syncs the write-ahead log, and with it every commit before: one fsync, where a checkpoint
      // takes two and moves pages. Commits with NORMAL sync nothing.
      database.exec('PRAGMA synchronous = FULL');
      try {
        transaction(write);
      } finally {
        database.exec('PRAGMA synchronous = NORMAL');
      }
    },
    close: () => database.close(),
  };
}

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    begin: statement('BEGIN IMMEDIATE'),
    commit: statement('COMMIT'),
    state: statement('SELECT record FROM state'),
    setState: statement('INSERT OR REPLACE INTO state VALUES (1, ?)'),
    nodes: statement('SELECT node_no AS nodeNo, record FROM nodes'),
    setNode: statement('INSERT OR REPLACE INTO nodes VALUES (?, ?)'),
    removeNode: statement('DELETE FROM nodes WHERE node_no = ?'),
    log: statement('SELECT id, entry FROM log ORDER BY id'),
    addLog: statement('INSERT INTO log VALUES (?, ?)'),
    removeLog: statement('DELETE FROM log WHERE id <= ?'),
    removeLogEntry: statement('DELETE FROM log WHERE id = ?'),
    setBlock: statement('INSERT OR REPLACE INTO blocks VALUES (?, ?, ?)'),
    removeBlock: statement('DELETE FROM blocks WHERE id = ?'),
    heads: statement('SELECT id, head FROM blocks WHERE id >= ? AND id < ? ORDER BY id'),
    firstHead: statement('SELECT id, head FROM blocks WHERE id >= ? AND id < ? ORDER BY id LIMIT 1'),
    lastHead: statement('SELECT id, head FROM blocks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1'),
    body: statement('SELECT body FROM blocks WHERE id = ?'),
    // The length of a body is told by its row's beginning; the kind is the byte behind magic, lengths and sum.
    unforgotten: statement('SELECT id FROM blocks WHERE id >= ? AND id < ? AND length(body) > 0 ORDER BY id'),
    unjoined: statement(
      "SELECT id FROM blocks WHERE id >= ? AND id < ? AND substr(head, 15, 1) <> x'02' ORDER BY id",
    ),
  };
}

/** A day has room for 64 blocks; days reach over every instant a Date can hold; series share what 2^53 leaves. */
export const partsADay = 64;
const days = 2 ** 28;
export const mostSeries = 2 ** 19 - 1;

/** Blocks of a series lie side by side, in the order of time. */
export function blockId(seriesNo: number, day: number, part = 0): number {
  return (seriesNo * days + dayIndex(day)) * partsADay + part;
}

export function fromBlockId(id: number): { seriesNo: number; day: number; part: number } {
  const dayNo = Math.floor(id / partsADay);
  const seriesNo = Math.floor(dayNo / days);
  return { seriesNo, day: (dayNo % days) - days / 2, part: id % partsADay };
}

/** The day of an instant, cut to those that have a block id. */
export const dayWithin = (time: number): number =>
  Math.max(-days / 2, Math.min(days / 2 - 1, Math.floor(time / dayMs)));

const dayIndex = (day: number): number => day + days / 2;
