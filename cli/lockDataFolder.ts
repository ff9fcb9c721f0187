import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Two servers on one data folder would each believe they own the journal. The lock names the process that holds it;
 * one left behind by a kill is recognised (that process is gone) and taken over.
 *
 * @returns a function that gives the folder free again
 */
export function lockDataFolder(dataDir: string): () => void {
  const path = join(dataDir, 'tahan.lock');
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(path, 'utf8'));
      if (holder !== process.pid && isRunning(holder)) {
        throw new Error(
          `the data folder ${dataDir} is in use by process ${holder}; stop that one or set TAHAN_DATA_DIR to another folder`,
        );
      }
      rmSync(path, { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
