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
 *  1. Small files. An uplink's progress that is older than its journal sends something twice; a newer one would skip it.
 *  2. The journal. A record leaves it when it is on disk in the reading store. Saved before the store, each acknowledged
 *     reading is therefore in the journal's copy, or was in the store before the store is copied. The other way round, a
 *     record could leave the journal between the two copies and be in neither.
 *  3. Everything but readings (nodes, batches, quarantine). Readings of unclaimed devices wait here until a claim moves
 *     them into the reading store: saved before the store, they are in one or both. Both is no harm.
 *  4. The journal again, so that it reaches at least as far as anything in 3. A restored journal counts on from its last
 *     record, and a position must not be used twice: quarantine knows its entries by it.
 *  5. The readings.
 *
 * Then the copy of the readings is told that it has taken nothing of the copied journal. On the first start the journal
 * is taken once more, which brings back refused publishes and foreign readings that came between 3 and 5; readings that
 * are there already change nothing.
 *
 * @throws {UsageError} when the target is there already or there is nothing to save
 */
export async function saveDataFolder(
  config: Pick<Config, 'dataDir' | 'readings' | 'databaseUrl'>,
  target: string,
  clock: Clock,
): Promise<Manifest> {
  const { dataDir } = config;
  const layout = dataLayout(dataDir);
  if (existsSync(target)) throw new UsageError(`${target} is there already; name a folder that is not`);
  if (!existsSync(dataDir) || readdirSync(dataDir).length === 0)
    throw new UsageError(`TAHAN_DATA_DIR is ${JSON.stringify(dataDir)}, where there is nothing to save`);
  const startedAt = clock.now();
  const partial = `${resolve(target)}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  const saved = dataLayout(partial);
  try {
    copySmallFiles(dataDir, partial);
    copyJournal(layout.journal, saved.journal);
    if (existsSync(layout.metadata)) await copySqlite(layout.metadata, saved.metadata);
    const firstInJournal = copyJournal(layout.journal, saved.journal);
    if (existsSync(layout.readings)) {
      await copySqlite(layout.readings, saved.readings);
      if (firstInJournal !== null) takeAgainFrom(saved.readings, firstInJournal);
    }
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

/** Moves back how far the journal is taken, in a copy of the readings that nobody uses yet. */
function takeAgainFrom(readings: string, firstPosition: number): void {
  const database = new DatabaseSync(readings);
  try {
    database.prepare('UPDATE intake SET position = min(position, ?)').run(firstPosition - 1);
  } finally {
    database.close();
  }
  syncFile(readings);
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
