import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Command } from 'commander';
import type { Clock } from '../models/contracts/intake.ts';
import packageJson from '../package.json' with { type: 'json' };
import { systemClock } from '../server/clock.ts';
import { type Config, dataLayout, readConfig } from '../server/config.ts';
import { listFiles, type Manifest, manifestName } from './backupManifest.ts';
import { copyJournal } from './copyJournal.ts';
import { copySqlite, syncFile } from './copySqlite.ts';
import { UsageError } from './simulatePlan.ts';

export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .description(
      'save the data folder into a new folder, beside a running Tahan; see docs/backup-and-move.md',
    )
    .argument('<folder>', 'where to; must not be there yet')
    .option('--json', 'print JSON')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const manifest = await saveDataFolder(readConfig(process.env), folder, systemClock);
      for (const sentence of manifest.elsewhere) console.error(`tahan: ${sentence}`);
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      const line = `saved ${manifest.files.length} files, ${Math.ceil(bytes / 1024)} KiB, into ${folder}`;
      console.log(json ? JSON.stringify({ folder, ...manifest }) : line);
    });
}

/**
 * Saves everything that is acknowledged into a new folder, while a server may be running. The folder gets its name only
 * when it is whole and on disk.
 *
 * The order is what makes it one moment:
 *
 *  1. Small files. A progress (of an uplink, of InfluxDB) that is older than its journal sends something twice, which is
 *     harmless; a newer one would skip it.
 *  2. The journal. A record leaves it when it is on disk in the reading store. Saved before the store, each acknowledged
 *     reading is therefore in the journal's copy, or was in the store before the store is copied. The other way round, a
 *     record could leave the journal between the two copies and be in neither.
 *  3. The readings, with the position through which the journal is taken in.
 *  4. Everything else. What a record brings besides readings (quarantine, unclaimed devices) is written before that
 *     position moves: saved after it, nothing is missing of what a restored server does not take in again. Only a person
 *     moves something the other way, into the reading store, by claiming a device or releasing a publish. If that
 *     happened since 3, both are copied again.
 *  5. The journal again, so that it reaches at least as far as anything in 4. A restored journal counts on from its last
 *     record, and a position must not be used twice: quarantine knows its entries by it.
 *
 * @param copyFile  how a SQLite file is copied; tests let something happen in between
 * @throws {UsageError} when the target is there already or there is nothing to save
 */
export async function saveDataFolder(
  config: Pick<Config, 'dataDir' | 'readings' | 'databaseUrl'>,
  target: string,
  clock: Clock,
  copyFile = copySqlite,
): Promise<Manifest> {
  const { dataDir } = config;
  if (existsSync(target)) throw new UsageError(`${target} is there already; name a folder that is not`);
  if (!existsSync(dataDir) || readdirSync(dataDir).length === 0)
    throw new UsageError(`TAHAN_DATA_DIR is ${JSON.stringify(dataDir)}, where there is nothing to save`);
  const startedAt = clock.now();
  const partial = `${resolve(target)}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    await copyAll(dataDir, partial, copyFile);
    const manifest: Manifest = {
      format: 1,
      tahan: packageJson.version,
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: new Date(clock.now()).toISOString(),
      elsewhere: keptElsewhere(config),
      files: await listFiles(partial),
    };
    writeFileSync(join(partial, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    syncFile(join(partial, manifestName));
    syncFile(partial);
    renameSync(partial, target);
    syncFile(dirname(resolve(target)));
    return manifest;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyAll(from: string, to: string, copyFile: typeof copySqlite): Promise<void> {
  const [source, copy] = [dataLayout(from), dataLayout(to)];
  copySmallFiles(from, to);
  copyJournal(source.journal, copy.journal);
  await copyDatabases(source, copy, copyFile);
  copyJournal(source.journal, copy.journal);
}

/** How often somebody may claim or release something just then. */
const mostTries = 10;

async function copyDatabases(
  source: ReturnType<typeof dataLayout>,
  copy: ReturnType<typeof dataLayout>,
  copyFile: typeof copySqlite,
): Promise<void> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const before = movedByPeople(source.metadata);
    rmSync(copy.readings, { force: true });
    rmSync(copy.metadata, { force: true });
    if (existsSync(source.readings)) await copyFile(source.readings, copy.readings);
    if (existsSync(source.metadata)) await copyFile(source.metadata, copy.metadata);
    if ([...movedByPeople(copy.metadata)].every(name => before.has(name))) return;
  }
  throw new Error('devices are being claimed without a pause; try again when that is done');
}

/** What a person has moved into the reading store, by name. */
function movedByPeople(metadata: string): Set<string> {
  if (!existsSync(metadata)) return new Set();
  const database = new DatabaseSync(metadata, { readOnly: true, timeout: 5_000 });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    // A file of an older release, which no server has opened since, has no devices yet.
    if (!tables.some(({ name }) => name === 'found_readings')) return new Set();
    const moved = database.prepare(`
      SELECT 'device ' || found_device_id AS name FROM found_devices WHERE state = 'claimed'
        AND NOT EXISTS (SELECT 1 FROM found_readings r WHERE r.found_device_id = found_devices.found_device_id)
      UNION ALL
      SELECT 'publish ' || position || '-' || item FROM quarantine WHERE resolution = 'released'`);
    return new Set(moved.all().map(({ name }) => String(name)));
  } finally {
    database.close();
  }
}

/** Secrets, logins and progress: whatever lies at the top but databases, the lock, and files that are being written. */
function copySmallFiles(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const { name } = entry;
    if (!entry.isFile() || name.includes('.sqlite') || name === 'tahan.lock') continue;
    if (name.endsWith('.next') || name.startsWith('.')) continue;
    const copy = join(to, name);
    copyFileSync(join(from, name), copy);
    // Some of them hold secrets, and none is anybody else's business.
    chmodSync(copy, 0o600);
    syncFile(copy);
  }
}

function keptElsewhere({ readings, databaseUrl }: Pick<Config, 'readings' | 'databaseUrl'>): string[] {
  const sentences: string[] = [];
  if (databaseUrl !== null)
    sentences.push('everything but readings is in PostgreSQL: save it with pg_dump, before this command');
  if (readings.store === 'influxdb')
    sentences.push(
      'readings are in InfluxDB: save them with influx backup (2.x) or influxd backup (1.x), after it',
    );
  return sentences;
}
