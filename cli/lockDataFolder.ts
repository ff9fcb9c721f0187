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
  const mine = identity(process.pid);
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = dataFolderHolder(dataDir);
      if (pid !== null && pid !== process.pid) {
        throw new Error(
          `the data folder ${dataDir} is in use by process ${pid}; stop that one or set TAHAN_DATA_DIR to another folder`,
        );
      }
      rmSync(path, { force: true });
    }
  }
}

/** The running process that holds a data folder; null when none does. */
export function dataFolderHolder(dataDir: string): number | null {
  let holder: string;
  try {
    holder = readFileSync(join(dataDir, 'tahan.lock'), 'utf8');
  } catch {
    // No lock (or a folder nobody may read, which other checks tell): nobody holds it.
    return null;
  }
  const pid = Number(holder.split(' ')[0]);
  return isRunning(pid) && identity(pid) === holder ? pid : null;
}

/** Process id and, where the system tells, its start time: ids are used again after a crash or in a new container. */
function identity(pid: number): string {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '';
    return `${pid} ${afterName.split(' ')[19]}`;
  } catch {
    // No /proc (macOS, Windows): the id alone has to do.
    return String(pid);
  }
}

/** Whether there is a process with this id, of whatever user. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
