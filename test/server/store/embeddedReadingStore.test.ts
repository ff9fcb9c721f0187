import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../server/errors.ts';
import type { EmbeddedStoreOptions } from '../../../server/store/embedded/liveReadings.ts';
import { openEmbeddedReadingStore } from '../../../server/store/embeddedReadingStore.ts';
import type { ReadingStore } from '../../../server/store/readingStore.ts';
import { aReading } from '../../support/aReading.ts';
import { tempDir } from '../../support/tempDir.ts';
import { readingStoreContract } from './readingStore.contract.ts';

/** Where each open store keeps its file, and how it was opened. */
const opened = new WeakMap<ReadingStore, { path: string; options: EmbeddedStoreOptions }>();
function openAt(path: string, options: EmbeddedStoreOptions = {}): ReadingStore {
  const store = openEmbeddedReadingStore(path, options);
  opened.set(store, { path, options });
  return store;
}

async function reopen(store: ReadingStore): Promise<ReadingStore> {
  const { path, options } = opened.get(store)!;
  await store.close();
  return openAt(path, options);
}

readingStoreContract('the embedded store', () => openAt(join(tempDir(), 'readings.sqlite')), { reopen });

readingStoreContract(
  'the embedded store that seals every reading at once',
  () => openAt(join(tempDir(), 'readings.sqlite'), { sealRows: 1 }),
  { reopen },
);

const t0 = Date.parse('2026-11-24T00:00:00Z');
const all = (store: ReadingStore) => store.range({ nodeId: 'S-01', from: 0, to: Infinity, limit: Infinity });

describe('the embedded store across restarts', () => {
  it('keeps readings, node state and position when it is closed and opened again', async () => {
    const dir = tempDir();
    const path = join(dir, 'readings.sqlite');
    const readings = [0, 1, 2].map(i =>
      aReading({ measuredAt: t0 + i, temperatureC: i / 3, batteryPct: 50 + i }),
    );
    const first = openEmbeddedReadingStore(path);
    await first.append(readings, 12);
    const summary = await first.nodeSummary('S-01');
    await first.close();

    const second = openEmbeddedReadingStore(path);
    expect(await all(second)).toEqual(readings);
    expect(await second.nodeSummary('S-01')).toEqual(summary);
    expect(second.durablePosition()).toBe(12);
    expect((await second.append(readings, 12)).duplicates).toBe(3);
    await second.close();
  });

  it('keeps what was appended but never closed, as after a kill', async () => {
    const dir = tempDir();
    const path = join(dir, 'readings.sqlite');
    const killed = openEmbeddedReadingStore(path);
    await killed.append([aReading({ measuredAt: t0 })], 5);
    expect(killed.durablePosition()).toBe(0);
    const next = openEmbeddedReadingStore(path);
    expect(await next.count()).toBe(1);
    expect(next.durablePosition()).toBe(5);
    await next.close();
    await killed.close();
  });

  it('appends all readings or none', async () => {
    const dir = tempDir();
    const store = openEmbeddedReadingStore(join(dir, 'readings.sqlite'));
    const broken = aReading({ nodeId: 'S-09', measuredAt: Number.NaN });
    await expect(store.append([aReading({ nodeId: 'S-08' }), broken], 3)).rejects.toThrow(StoreUnavailable);
    expect(await store.count()).toBe(0);
    await store.sync();
    expect(store.durablePosition()).toBe(0);
    // The numbers given to S-08 inside the failed transaction must not survive it.
    expect(
      (await store.append([aReading({ nodeId: 'S-07' }), aReading({ nodeId: 'S-08' })])).inserted.length,
    ).toBe(2);
    expect(await store.nodeSummary('S-08')).toMatchObject({ lastReading: { nodeId: 'S-08' } });
    expect(await store.nodeSummary('S-07')).toMatchObject({ lastReading: { nodeId: 'S-07' } });
    await store.close();
  });

  it('refuses a file of a newer release in one sentence and leaves it as it was', () => {
    const dir = tempDir();
    const path = join(dir, 'readings.sqlite');
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99; CREATE TABLE theirs (x)');
    newer.close();
    expect(() => openEmbeddedReadingStore(path)).toThrow(/schema version 99.*newer release/);
    const untouched = new DatabaseSync(path);
    expect(untouched.prepare('PRAGMA user_version').get()?.user_version).toBe(99);
    untouched.close();
  });

  it('refuses a file that is no store', () => {
    const dir = tempDir();
    expect(() => openEmbeddedReadingStore(dir)).toThrow(StoreUnavailable);
  });
});
