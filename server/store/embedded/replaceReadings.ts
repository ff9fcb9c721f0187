import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../../errors.ts';
import { openReadingsFile, type ReadingsFile } from './readingsFile.ts';
import { damagedFolder } from './setAside.ts';

/** SQLITE_BUSY, SQLITE_LOCKED: https://sqlite.org/rescode.html */
const busyCodes: readonly number[] = [5, 6];

/** A new file on its way to take the place of `path`. Half-way it has a name under which nobody believes it. */
export const unfinishedName = (path: string): string => `${path}.unfinished`;
/** Finished, while the old one is being moved out of its way. */
const finishedName = (path: string): string => `${path}.finished`;

/** An empty file that `path` is to be replaced by; what an earlier attempt left is removed. */
export function beginReplacement(path: string): ReadingsFile {
  removeDatabase(unfinishedName(path));
  return openReadingsFile(unfinishedName(path), { create: true });
}

/** Puts a new file in the place of one that nobody has open; the old one is gone then. A kill leaves either of them. */
export function replaceSound(path: string, fresh: ReadingsFile): void {
  finish(fresh);
  if (existsSync(`${path}-wal`))
    throw new StoreUnavailable(`${path} is in use by another process; stop it first`);
  rmSync(`${path}-shm`, { force: true });
  renameSync(fresh.path, path);
  syncFolder(path);
}

/** Puts a new file in the place of a damaged one, which moves to the damaged pieces under the name `copy`. */
export function replaceDamaged(path: string, fresh: ReadingsFile, copy: string): void {
  finish(fresh);
  renameSync(fresh.path, finishedName(path));
  for (const part of ['', '-journal']) if (existsSync(path + part)) renameSync(path + part, copy + part);
  rmSync(`${path}-wal`, { force: true });
  adoptFinished(path);
}

/** Completes a replacement in whose last steps the process ended. */
export function adoptFinished(path: string): void {
  if (!existsSync(finishedName(path)) || existsSync(path)) return;
  // Whatever log is left is the old file's, and would be played into the new one.
  const copy = freeCopyName(path);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${copy}-wal`);
  rmSync(`${path}-shm`, { force: true });
  renameSync(finishedName(path), path);
  syncFolder(path);
}

export function removeDatabase(path: string): void {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(path + part, { force: true });
}

/** Everything in the main file and on the disk, no log beside it. */
function finish(fresh: ReadingsFile): void {
  fresh.database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)');
  fresh.close();
}

/** A name for a damaged file among the damaged pieces. */
export function freeCopyName(path: string): string {
  const folder = damagedFolder(path);
  mkdirSync(folder, { recursive: true });
  for (let number = 1; ; number++) {
    const copy = join(folder, `${basename(path)}.${number}`);
    if (!existsSync(copy) && !existsSync(`${copy}-wal`)) return copy;
  }
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** What looks like damage may be somebody writing right now, and nobody's file may be moved away under them. */
export function refuseWhenInUse(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK');
  } catch (cause) {
    const { errcode } = cause as { errcode?: number };
    if (errcode !== undefined && busyCodes.includes(errcode & 255))
      throw new StoreUnavailable(`${path} seems damaged, and another process has it open; end that first`, {
        cause,
      });
  } finally {
    database.close();
  }
}
