import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../../models/contracts/reading.ts';
import { openEmbeddedReadingStore } from '../../../../server/store/embeddedReadingStore.ts';
import { aReading } from '../../../support/aReading.ts';
import { tempDir } from '../../../support/tempDir.ts';
import { writeOldReadingsFile } from './oldReadingsFile.ts';

const t0 = Date.parse('2026-11-20T22:00:00Z');
const everything = { from: -Infinity, to: Infinity, limit: Infinity };

const readings: Reading[] = Array.from({ length: 900 }, (_, i) =>
  aReading({
    nodeId: `S-0${i % 3}`,
    probe: i % 5 === 0 ? 'core' : 'main',
    measuredAt: t0 + i * 61_003,
    receivedAt: t0 + i * 61_003 + (i % 7),
    temperatureC: i % 11 === 0 ? null : i / 7,
    humidityPct: i % 11 === 0 ? 0 : null,
    sequence: i % 13 === 0 ? 2 ** 53 - 1 : i,
    timeSource: i % 4 === 0 ? 'arrival' : 'device',
    quality: i % 17 === 0 ? 'suspect' : 'good',
  }),
);

describe('a file of the first release', () => {
  it('comes to the present format with every reading, the state of its nodes and the position', async () => {
    const path = join(tempDir(), 'readings.sqlite');
    writeOldReadingsFile(path, readings, 41);
    const store = openEmbeddedReadingStore(path);
    expect(await store.count()).toBe(readings.length);
    expect(store.durablePosition()).toBe(41);
    for (const nodeId of ['S-00', 'S-01', 'S-02'])
      expect(await store.range({ nodeId, ...everything })).toEqual(readings.filter(r => r.nodeId === nodeId));
    expect(await store.nodeSummary('S-02')).toEqual({
      lastReading: readings.at(-1),
      lastSeenAt: readings.at(-1)!.receivedAt,
      batteryPct: 77,
      clockWrongSince: null,
    });
    expect((await store.append(readings)).duplicates).toBe(readings.length);
    await store.close();
    expect(readdirSync(dirname(path))).toEqual(['readings.sqlite']);
  });

  it('is begun anew when an older release wrote to it after a migration that did not end', async () => {
    const path = join(tempDir(), 'readings.sqlite');
    const earlier = join(tempDir(), 'readings.sqlite');
    writeOldReadingsFile(earlier, readings.slice(0, 500), 20);
    await openEmbeddedReadingStore(earlier).close();
    writeOldReadingsFile(path, readings, 41);
    copyFileSync(earlier, `${path}.unfinished`);
    const store = openEmbeddedReadingStore(path);
    expect(await store.count()).toBe(readings.length);
    expect(await store.range({ nodeId: 'S-01', ...everything })).toEqual(
      readings.filter(r => r.nodeId === 'S-01'),
    );
    await store.close();
  });

  it('is begun anew when what an earlier attempt left is no database', async () => {
    const path = join(tempDir(), 'readings.sqlite');
    writeOldReadingsFile(path, readings, 41);
    writeFileSync(`${path}.unfinished`, 'half a page');
    const store = openEmbeddedReadingStore(path);
    expect(await store.count()).toBe(readings.length);
    await store.close();
    expect(existsSync(`${path}.unfinished`)).toBe(false);
  });

  it('is left alone when it is damaged, because nothing in it could be believed', () => {
    const path = join(tempDir(), 'readings.sqlite');
    writeOldReadingsFile(path, readings, 41);
    const bytes = readFileSync(path);
    bytes.fill(7, 4096 + 100, 5 * 4096);
    bytes.fill(7, 100, 108);
    writeFileSync(path, bytes);
    expect(() => openEmbeddedReadingStore(path)).toThrow(/readings.sqlite/);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('can have no readings at all', async () => {
    const path = join(tempDir(), 'readings.sqlite');
    writeOldReadingsFile(path, [], 0);
    const store = openEmbeddedReadingStore(path);
    expect(await store.count()).toBe(0);
    await store.close();
    const file = new DatabaseSync(path);
    expect(file.prepare('PRAGMA user_version').get()?.user_version).toBe(2);
    file.close();
  });
});
