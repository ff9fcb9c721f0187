import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../server/clock.ts';
import { type Config, dataLayout } from '../server/config.ts';
import { createLog } from '../server/log.ts';
import { openReadingStore } from '../server/openReadingStore.ts';
import { createMemoryReadingStore } from '../server/store/memoryReadingStore.ts';
import type { ReadingStore } from '../server/store/readingStore.ts';
import { copySqlite } from './copySqlite.ts';
import { isRunning } from './lockDataFolder.ts';

/** The store that the settings name. For a command that holds the lock of the data folder. */
export const openStore = (config: Config): Promise<ReadingStore> =>
  openReadingStore({ config, clock: systemClock, log: createLog('warn') });

/**
 * The store that the settings name, to read from beside a running server. A file is copied first and the copy is read:
 * the server's own connection, its cache and its clean-up know nothing of us, and we see one moment.
 */
export async function withStoreToRead<T>(
  config: Config,
  work: (store: ReadingStore) => Promise<T>,
): Promise<T> {
  if (config.readings.store !== 'embedded') return closingAfter(await openStore(config), work);
  const { readings } = dataLayout(config.dataDir);
  if (!existsSync(readings)) return work(createMemoryReadingStore());
  removeLeftCopies(config.dataDir);
  const dataDir = join(config.dataDir, `${copyPrefix}${process.pid}`);
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  const stop = () => {
    remove();
    process.exit(130);
  };
  for (const signal of stopSignals) process.on(signal, stop);
  try {
    mkdirSync(dataDir, { mode: 0o700 });
    await copySqlite(readings, dataLayout(dataDir).readings);
    return await closingAfter(await openStore({ ...config, dataDir }), work);
  } finally {
    remove();
    for (const signal of stopSignals) process.off(signal, stop);
  }
}

const copyPrefix = '.reading-';
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Copies whose process was killed before it could take them away. */
function removeLeftCopies(dataDir: string): void {
  for (const name of readdirSync(dataDir).filter(found => found.startsWith(copyPrefix)))
    if (!isRunning(Number(name.slice(copyPrefix.length))))
      rmSync(join(dataDir, name), { recursive: true, force: true });
}

async function closingAfter<T>(store: ReadingStore, work: (store: ReadingStore) => Promise<T>): Promise<T> {
  try {
    await requireAnswering(store);
    return await work(store);
  } finally {
    await store.close();
  }
}

/** @throws {Error} when the store answers from a part of what there is, or has not taken all it was given */
export async function requireAnswering(store: Pick<ReadingStore, 'health' | 'sync'>): Promise<void> {
  await store.sync();
  const health = store.health();
  if (health.state !== 'ok') throw new Error(`the reading store cannot be reached: ${health.reason}`);
}
