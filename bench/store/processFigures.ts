import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** CPU time of a process with all its threads, in milliseconds; the kernel counts in steps of 10. */
export function cpuMsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export function rssMiBOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** What the files of a folder take on the disk. */
export function diskBytesOf(dir: string): number {
  let bytes = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // A file may be compacted away between the listing and the look.
    bytes += (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  }
  return bytes;
}

/** Resolves when a process has done nothing and its folder has not changed for some seconds; false when out of patience. */
export async function untilIdle(
  pid: number,
  dir: string,
  quietS: number,
  patienceS: number,
): Promise<boolean> {
  let quiet = 0;
  for (let second = 0; second < patienceS; second++) {
    const before = { cpu: cpuMsOf(pid), bytes: diskBytesOf(dir) };
    await sleep(1_000);
    const isQuiet = cpuMsOf(pid) - before.cpu < 50 && diskBytesOf(dir) === before.bytes;
    quiet = isQuiet ? quiet + 1 : 0;
    if (quiet >= quietS) return true;
  }
  return false;
}
