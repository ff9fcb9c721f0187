import { chmodSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';

/** More pages than any file has: all of them in one step. */
const everyPage = 0x7fff_ffff;

/**
 * Copies a SQLite file as it is at one moment, beside a process that writes to it, and makes the copy durable.
 *
 * All pages go in one step, which is one read transaction of the write-ahead log: writers go on, and the copy neither
 * waits for a quiet moment nor begins again with every commit, as a copy in many steps does.
 *
 * @throws {Error} when a file cannot be used, or the copy is not whole
 */
export async function copySqlite(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    await backup(source, to, { rate: everyPage });
  } finally {
    source.close();
  }
  chmodSync(to, 0o600);
  const copy = new DatabaseSync(to, { timeout: 5_000 });
  try {
    const answer = String(Object.values(copy.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
    if (answer !== 'ok') throw new Error(`the copy of ${from} is damaged: ${answer}; run tahan doctor`);
    // One file without a log beside it; whoever opens it next turns the log on again.
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
  syncFile(to);
}

/** What was written to a file or folder survives power loss after this. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
