import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../../errors.ts';
import { DamagedBytes } from './integrity.ts';
import { migrateRows } from './migrateRows.ts';
import { decodeState } from './nodeRecord.ts';
import { fileVersion, openReadingsFile, type ReadingsFile } from './readingsFile.ts';
import { adoptFinished } from './replaceReadings.ts';
import { salvage } from './salvage.ts';
import { damageOfWal } from './walCheck.ts';

/** Where the store says what it found. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Above this, SQLite's own check of its pages would make a start slow; readings are counted beside everything else instead. */
const checkedBytes = 64 * 1024 * 1024;

/** The schema lies within the first pages. */
const schemaBytes = 65_536;

/** What of a file's header is looked at before SQLite sees it. */
const headerBytes = 21;

/** SQLITE_CORRUPT, SQLITE_NOTADB: https://sqlite.org/rescode.html */
const damageCodes: readonly number[] = [11, 26];

export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedBytes) return true;
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' && damageCodes.includes(errcode & 255);
}

/**
 * Opens the file with the readings: a missing one is made, one of an older release brought up to date, a damaged one
 * rebuilt from what of it can be believed.
 *
 * @throws {StoreUnavailable} when it cannot be opened, or was written by a newer release (it is left untouched)
 */
export function openSoundFile(path: string, log: StoreLog): ReadingsFile {
  try {
    adoptFinished(path);
    const state = (isOfFirstRelease(path) ? undefined : damageOfWal(path)) ?? inspect(path);
    if (state === 'none') return openReadingsFile(path, { create: true });
    if (state === 'rows') migrateRows(path, log);
    else if (state !== 'current') return reopenSalvaged(path, log, state);
    return openTables(path, log);
  } catch (cause) {
    if (cause instanceof StoreUnavailable) throw cause;
    throw new StoreUnavailable(`${path} cannot be used: ${String(cause)}`, { cause });
  }
}

function openTables(path: string, log: StoreLog): ReadingsFile {
  try {
    return openReadingsFile(path);
  } catch (error) {
    if (!isDamageOfTables(error)) throw error;
    return reopenSalvaged(path, log, String(error));
  }
}

/** Plain SQLITE_ERROR comes of headers and schemas that make no sense ("unsupported file format", "no such column"). */
const isDamageOfTables = (error: unknown): boolean =>
  isDamage(error) || (error as { errcode?: unknown }).errcode === 1;

/** @param why  what showed that the file is damaged */
export function reopenSalvaged(path: string, log: StoreLog, why: string): ReadingsFile {
  if (isOfFirstRelease(path))
    throw new StoreUnavailable(
      `${path} is damaged (${why}) and of the first release, which kept no checksums: restore a backup, or move it away and what the journal holds comes back`,
    );
  salvage(path, why, log);
  return openReadingsFile(path);
}

/** Whether its tables are those of the first release; told without SQLite, which would play the log in. */
function isOfFirstRelease(path: string): boolean {
  return [path, `${path}-wal`].some(name => {
    if (!existsSync(name)) return false;
    const file = openSync(name, 'r');
    try {
      const beginning = Buffer.alloc(schemaBytes);
      const read = readSync(file, beginning, 0, schemaBytes, 0);
      return beginning.subarray(0, read).includes('CREATE TABLE readings (');
    } finally {
      closeSync(file);
    }
  });
}

/** What kind of file it is; anything else is a sentence about its damage. */
function inspect(path: string): string {
  if (!existsSync(path)) return 'none';
  const format = damageOfHeader(path);
  if (format !== undefined) return format;
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(row => String(row.name));
    const isOurs = ['state', 'nodes', 'log', 'blocks'].every(name => tables.includes(name));
    if (isOurs && isOfThisVersion(database)) return checkCurrent(path, database, version);
    if (version > fileVersion)
      throw new StoreUnavailable(
        `${path} has schema version ${version}, written by a newer release; this one knows up to ${fileVersion}`,
      );
    if (tables.includes('readings') && tables.includes('series')) return 'rows';
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
    if (tables.length === 0 && pages <= 1) return 'none';
    return 'its tables are not those of a store of readings';
  } catch (error) {
    if (isDamageOfTables(error)) return String(error);
    throw error;
  } finally {
    database.close();
  }
}

/** SQLite takes a file whose format it does not know for one that may only be read, or refuses it: both would end here. */
function damageOfHeader(path: string): string | undefined {
  if (statSync(path).size < headerBytes) return undefined;
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    readSync(file, header, 0, headerBytes, 0);
    const isSqlite = header.toString('latin1', 0, 16) === 'SQLite format 3\0';
    const isKnown = [18, 19].every(at => header[at] === 1 || header[at] === 2) && header[20] === 0;
    return isSqlite && isKnown ? undefined : 'it does not begin as a database';
  } finally {
    closeSync(file);
  }
}

function checkCurrent(path: string, database: DatabaseSync, version: number): string {
  if (version !== fileVersion)
    return `says it has version ${version} and has tables of version ${fileVersion}`;
  if (wasChecked(path)) {
    const answer = String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
    if (answer !== 'ok') return answer;
  }
  return 'current';
}

/** Whether opening this file looks at every page of it. */
export const wasChecked = (path: string): boolean => statSync(path).size <= checkedBytes;

/** A state that cannot be read is damage of a file of this version; a whole one of another version is not ours. */
function isOfThisVersion(database: DatabaseSync): boolean {
  const row = database.prepare('SELECT record FROM state').get();
  if (row === undefined) return true;
  try {
    return decodeState(row.record as Uint8Array).version === fileVersion;
  } catch {
    return true;
  }
}
