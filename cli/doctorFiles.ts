import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './doctor.ts';

const mib = 1024 * 1024;
const leastFreeMib = 100;
const comfortableFreeMib = 1024;
/** Files that hold secrets: nobody but their owner has business in them. */
const secretFiles = ['sign-in.secret', 'edge-logins.json', 'demo.json'];
const clockToleranceMs = 5 * 60_000;

/** Whether the data folder can be written and synced, as every acknowledgement needs. */
export function dataFolderCheck(dataDir: string): Finding {
  const check = 'data folder';
  const probe = join(dataDir, `.doctor-${process.pid}`);
  try {
    mkdirSync(dataDir, { recursive: true });
    const began = performance.now();
    const file = openSync(probe, 'w');
    writeSync(file, 'x'.repeat(4096));
    fsyncSync(file);
    closeSync(file);
    const syncMs = Math.round(performance.now() - began);
    const found = `${dataDir} can be written; a sync takes ${syncMs} ms`;
    if (syncMs < 200) return { check, state: 'ok', found };
    const advice = 'acknowledgements wait for this disk: use a faster one (an SSD instead of an SD card)';
    return { check, state: 'warning', found, advice };
  } catch (error) {
    const found = `${dataDir} cannot be written: ${(error as Error).message}`;
    const advice =
      'give this user the folder (chown), mount it writable, or set TAHAN_DATA_DIR to another one';
    return { check, state: 'fault', found, advice };
  } finally {
    rmSync(probe, { force: true });
  }
}

export async function diskCheck(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const freeMib = Math.floor((bavail * bsize) / mib);
  const found = `${freeMib} MiB free under ${dataDir}`;
  const advice =
    'free some space: below 100 MiB nothing is acknowledged any more, and nodes keep their readings';
  if (freeMib < leastFreeMib) return { check: 'disk', state: 'fault', found, advice };
  if (freeMib < comfortableFreeMib) return { check: 'disk', state: 'warning', found, advice };
  return { check: 'disk', state: 'ok', found };
}

export function secretsCheck(dataDir: string): Finding {
  const check = 'permissions';
  const open = secretFiles.filter(name => {
    const stat = statSync(join(dataDir, name), { throwIfNoEntry: false });
    return stat !== undefined && (stat.mode & 0o077) !== 0;
  });
  if (open.length === 0) return { check, state: 'ok', found: 'files with secrets are closed to others' };
  const found = `others may read ${open.join(', ')}`;
  return {
    check,
    state: 'warning',
    found,
    advice: `chmod 600 ${open.map(name => join(dataDir, name)).join(' ')}`,
  };
}

/** A clock that runs behind what it has written itself has been set back, and would date readings wrongly. */
export function clockCheck(dataDir: string, now: number): Finding {
  const check = 'clock';
  const newest = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? 0)
    .reduce((a, b) => Math.max(a, b), 0);
  const time = new Date(now).toISOString();
  const advice =
    'switch time synchronisation on (systemctl enable --now systemd-timesyncd) and check the battery of the clock';
  if (newest > now + clockToleranceMs) {
    const found = `it is ${time} here, but files were written at ${new Date(newest).toISOString()}`;
    return { check, state: 'fault', found, advice };
  }
  if (now < Date.UTC(2026, 0, 1)) return { check, state: 'fault', found: `it is ${time} here`, advice };
  return { check, state: 'ok', found: `it is ${time} here, not behind any file` };
}
