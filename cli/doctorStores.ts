import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Config, dataLayout } from '../server/config.ts';
import { checkReadingsFile } from '../server/store/embedded/checkReadingsFile.ts';
import { damagedFolder } from '../server/store/embedded/setAside.ts';
import type { Finding } from './doctor.ts';
import { postgresCheck } from './doctorPostgres.ts';

/** Every page of the SQLite files in use, read beside a running server; the database, where metadata lies in one. */
export async function storeChecks(config: Config): Promise<Finding[]> {
  const { readings, metadata } = dataLayout(config.dataDir);
  const { databaseUrl } = config;
  return [
    await readingsCheck(readings),
    databaseUrl === null ? storeCheck('metadata', metadata) : await postgresCheck(config, databaseUrl),
  ];
}

/** Every blob of the readings against its checksum, and whether any piece was ever set aside. */
async function readingsCheck(path: string): Promise<Finding> {
  const check = 'store, readings';
  if (!existsSync(path)) return { check, state: 'ok', found: 'not there yet; made at the first start' };
  const advice = `restart Tahan: it rebuilds ${path} from what is whole and keeps the rest; check the disk (smartctl -a)`;
  try {
    const { readings, damaged } = await checkReadingsFile(path);
    if (damaged.length > 0) {
      const found = `${path} is damaged: ${damaged.slice(0, 5).join('; ')}${damaged.length > 5 ? ` and ${damaged.length - 5} more` : ''}`;
      return { check, state: 'fault', found, advice };
    }
    const aside = damagedFolder(path);
    const pieces = existsSync(aside) ? readdirSync(aside) : [];
    const found = `${path} is whole: ${readings} readings`;
    if (pieces.length === 0) return { check, state: 'ok', found };
    return {
      ...{ check, state: 'warning' as const, found: `${found}; ${pieces.length} damaged pieces set aside` },
      advice: `${aside} holds what was damaged; check the disk (smartctl -a), keep the pieces for a report`,
    };
  } catch (error) {
    return { check, state: 'fault', found: `${path}: ${(error as Error).message}`, advice };
  }
}

function storeCheck(name: string, path: string): Finding {
  const check = `store, ${name}`;
  if (!existsSync(path)) return { check, state: 'ok', found: 'not there yet; made at the first start' };
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    const answer = String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
    database.close();
    if (answer === 'ok') return { check, state: 'ok', found: `${path} is whole` };
    return { check, state: 'fault', found: `${path} is damaged: ${answer}`, advice: damaged(path) };
  } catch (error) {
    return { check, state: 'fault', found: `${path}: ${(error as Error).message}`, advice: damaged(path) };
  }
}

const damaged = (path: string): string =>
  `stop Tahan, copy ${path} and its -wal aside, and restore the last backup; check the disk (smartctl -a)`;

/** What the journal holds, and whether it has ever had to set something aside. */
export async function journalCheck(dataDir: string): Promise<Finding> {
  const check = 'journal';
  const { journal } = dataLayout(dataDir);
  if (!existsSync(journal)) return { check, state: 'ok', found: 'not there yet; made at the first start' };
  const segments = readdirSync(journal).filter(name => name.endsWith('.log'));
  const kib = segments.reduce((sum, name) => sum + statSync(join(journal, name)).size, 0) / 1024;
  const found = `${segments.length} files, ${Math.ceil(kib)} KiB`;
  const aside = join(journal, 'damaged');
  const pieces = existsSync(aside) ? readdirSync(aside) : [];
  if (pieces.length === 0) return { check, state: 'ok', found };
  const advice = `damaged ranges were set aside in ${aside}; check the disk (smartctl -a), keep the pieces for a report`;
  return { check, state: 'warning', found: `${found}; ${pieces.length} damaged pieces set aside`, advice };
}
