import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, dataLayout } from '../server/config.ts';
import { openEmbeddedReadingStore } from '../server/store/embeddedReadingStore.ts';
import { createMemoryReadingStore } from '../server/store/memoryReadingStore.ts';
import type { ReadingStore } from '../server/store/readingStore.ts';
import { copySqlite } from './copySqlite.ts';

/** The store that the settings name. For a command that holds the lock of the data folder. */
export async function openStore(config: Config): Promise<ReadingStore> {
  return openEmbeddedReadingStore(dataLayout(config.dataDir).readings);
}

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
  const dir = mkdtempSync(join(config.dataDir, '.reading-'));
  try {
    const copy = join(dir, 'readings.sqlite');
    await copySqlite(readings, copy);
    return await closingAfter(openEmbeddedReadingStore(copy), work);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
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
