import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../server/config.ts';
import { faultsIn, type Manifest, readManifest } from './backupManifest.ts';
import { syncFile } from './copySqlite.ts';
import { UsageError } from './simulatePlan.ts';

export function addRestoreCommand(program: Command): void {
  program
    .command('restore')
    .description('bring back what tahan backup saved, into an empty data folder')
    .argument('<folder>', 'what tahan backup wrote')
    .option('--json', 'print JSON')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const { dataDir } = readConfig(process.env);
      const manifest = await restoreDataFolder(folder, dataDir);
      for (const sentence of manifest.elsewhere) console.error(`tahan: at that time ${sentence}`);
      const line = `restored ${manifest.files.length} files, saved ${manifest.finishedAt}, into ${dataDir}`;
      console.log(json ? JSON.stringify({ dataDir, ...manifest }) : line);
    });
}

/** Where files lie until all of them are whole. */
const waitingRoom = '.restoring';
/** The second is what a file system of its own begins with. */
const ignored = [waitingRoom, 'lost+found'];

/**
 * Copies a backup into a data folder that is empty or not there, after every file of it was found to be what was saved.
 * Files get their names only when all are on disk: a server that is started too early finds an empty folder, never
 * half of one, and a restore that was cut off is simply run again.
 *
 * @throws {UsageError} when the data folder is not empty
 * @throws {Error} when the backup is not whole
 */
export async function restoreDataFolder(backup: string, dataDir: string): Promise<Manifest> {
  const manifest = readManifest(backup);
  const isTaken = existsSync(dataDir) && readdirSync(dataDir).some(name => !ignored.includes(name));
  if (isTaken)
    throw new UsageError(
      `TAHAN_DATA_DIR is ${JSON.stringify(dataDir)} but must be an empty folder, or one that is not there yet`,
    );
  refuseFaults(backup, await faultsIn(backup, manifest));
  mkdirSync(dataDir, { recursive: true });
  const waiting = join(dataDir, waitingRoom);
  rmSync(waiting, { recursive: true, force: true });
  mkdirSync(waiting, { mode: 0o700 });
  for (const { path } of manifest.files) {
    const copy = join(waiting, path);
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    copyFileSync(join(backup, path), copy);
    chmodSync(copy, 0o600);
    syncFile(copy);
  }
  // What was read from the backup a moment ago need not be what this disk gives back.
  refuseFaults(dataDir, await faultsIn(waiting, manifest));
  for (const name of readdirSync(waiting)) renameSync(join(waiting, name), join(dataDir, name));
  rmdirSync(waiting);
  syncFile(dataDir);
  return manifest;
}

function refuseFaults(dir: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new Error(`${dir} is damaged and was not restored: ${faults.join('; ')}`);
}
