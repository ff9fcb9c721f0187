import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { migrateReadings } from '../../cli/migrate.ts';
import { moveNode } from '../../cli/moveReadings.ts';
import { checksumOf, pageRows } from '../../cli/readingChecksum.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import { createMemoryReadingStore } from '../../server/store/memoryReadingStore.ts';
import type { ReadingStore } from '../../server/store/readingStore.ts';
import { aReading } from '../support/aReading.ts';
import { runTahan } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

const t0 = Date.parse('2026-11-01T00:00:00Z');
const at = (minutes: number, fields: Partial<Reading> = {}) =>
  aReading({ measuredAt: t0 + minutes * 60_000, receivedAt: t0 + minutes * 60_000 + 321, ...fields });

/** More than two pages of one node, on two probes, and a little of another. */
const readings = [
  ...Array.from({ length: 2 * pageRows + 3 }, (_, i) =>
    at(i >> 1, { probe: i % 2 ? 'core' : 'main', sequence: i, temperatureC: i / 7 }),
  ),
  at(0, { nodeId: 'S-02', temperatureC: null, humidityPct: 0, quality: 'suspect', timeSource: 'arrival' }),
];

async function storeWith(given: readonly Reading[], position = 0): Promise<ReadingStore> {
  const store = createMemoryReadingStore();
  await store.append(given, position);
  await store.sync();
  return store;
}

/** Opens the same two stores again and again, as a command does that closes them in between. */
const both = (source: ReadingStore, target: ReadingStore) => ({
  source: async () => ({ ...source, close: async () => {} }),
  target: async () => ({ ...target, close: async () => {} }),
});

const options = { dryRun: false, lastJournalPosition: 0, onProgress: () => {} };

async function everythingIn(store: ReadingStore): Promise<Reading[]> {
  const pages: Reading[][] = [];
  for (const nodeId of await store.nodeIds())
    pages.push(await store.range({ nodeId, from: -Infinity, to: Infinity, limit: Infinity }));
  return pages.flat();
}

describe('migrateReadings', () => {
  it('moves every field of every reading, and the position of the journal', async () => {
    const [source, target] = [await storeWith(readings, 41), createMemoryReadingStore()];
    const result = await migrateReadings(both(source, target), { ...options, lastJournalPosition: 41 });
    expect(result).toMatchObject({
      nodes: 2,
      readings: readings.length,
      moved: readings.length,
      differences: [],
    });
    expect(result.compared.map(node => [node.nodeId, node.isEqual])).toEqual([
      ['S-01', true],
      ['S-02', true],
    ]);
    expect(await everythingIn(target)).toEqual(await everythingIn(source));
    expect(target.durablePosition()).toBe(41);
  });

  it('finishes what a run that failed anywhere has begun', async () => {
    const given = readings.slice(0, 40);
    await fc.assert(
      fc.asyncProperty(fc.subarray(given), fc.nat(3), async (there, failAfter) => {
        const [source, target] = [await storeWith(given), await storeWith(there)];
        let appends = 0;
        const failing: ReadingStore = {
          ...target,
          append: async (...args) => {
            if (appends++ >= failAfter) throw new Error('the plug was pulled');
            return target.append(...args);
          },
        };
        await migrateReadings(both(source, failing), options).catch(() => {});
        const result = await migrateReadings(both(source, target), options);
        expect(result.differences).toEqual([]);
        expect(await everythingIn(target)).toEqual(await everythingIn(source));
      }),
      { numRuns: 60 },
    );
  });

  it('appends nothing that is there already', async () => {
    const [source, target] = [await storeWith(readings), await storeWith(readings)];
    expect(await migrateReadings(both(source, target), options)).toMatchObject({ moved: 0, differences: [] });
  });

  it('changes nothing in a dry run and says what is missing', async () => {
    const [source, target] = [await storeWith(readings), await storeWith(readings.slice(0, 100))];
    const result = await migrateReadings(both(source, target), { ...options, dryRun: true });
    expect(result).toMatchObject({ moved: readings.length - 100, compared: [], differences: [] });
    expect(await target.count()).toBe(100);
  });

  it('names nodes whose readings differ, and why', async () => {
    const source = await storeWith([at(0), at(1), at(0, { nodeId: 'S-02' })]);
    const target = await storeWith([at(0, { temperatureC: 9 }), at(5, { nodeId: 'S-02' })]);
    const { differences, conflicts } = await migrateReadings(both(source, target), options);
    expect(conflicts).toBe(1);
    expect(differences).toEqual([
      expect.stringMatching(
        /^node S-01 has 2 readings \(\w{16}\) in the source, 2 .*1 have other values there/,
      ),
      expect.stringMatching(
        /^node S-02 has 1 .*, 2 .* in the target: the target holds readings that the source does not/,
      ),
    ]);
  });

  it('notices a target that lies about what it took', async () => {
    const [source, target] = [await storeWith(readings), createMemoryReadingStore()];
    const lossy: ReadingStore = {
      ...target,
      append: async (given, position) => {
        await target.append(given.slice(1), position);
        return { inserted: given, duplicates: 0, conflicts: [], expired: 0 };
      },
    };
    const { differences } = await migrateReadings(both(source, lossy), options);
    expect(differences.length).toBe(2);
  });

  it('refuses while the journal holds readings that the source has not taken in', async () => {
    const [source, target] = [await storeWith(readings, 41), createMemoryReadingStore()];
    const late = migrateReadings(both(source, target), { ...options, lastJournalPosition: 44 });
    await expect(late).rejects.toThrow('the journal holds 3 records that are not in the store yet');
    expect(await target.count()).toBe(0);
  });

  it('refuses a target that cannot be reached', async () => {
    const target = createMemoryReadingStore();
    const away: ReadingStore = {
      ...target,
      health: () => ({ state: 'stale', since: t0, reason: 'connection refused', waiting: 0 }),
    };
    const refused = migrateReadings(both(await storeWith(readings), away), options);
    await expect(refused).rejects.toThrow('the reading store cannot be reached: connection refused');
  });
});

describe('checksumOf', () => {
  it('is the same in whatever order readings came, and another for any other field', async () => {
    const plain = await checksumOf(await storeWith([at(0), at(1)]), 'S-01');
    expect(await checksumOf(await storeWith([at(1), at(0)]), 'S-01')).toEqual(plain);
    const changes: Partial<Reading>[] = [
      { receivedAt: t0 },
      { timeSource: 'arrival' },
      { temperatureC: null, humidityPct: 4.25 },
      { humidityPct: 0 },
      { batteryPct: 0 },
      { sequence: 0 },
      { quality: 'suspect' },
      { probe: 'core' },
    ];
    for (const change of changes) {
      const other = await checksumOf(await storeWith([at(0, change), at(1)]), 'S-01');
      expect(other.digest, JSON.stringify(change)).not.toBe(plain.digest);
    }
  });
});

describe('moveNode', () => {
  it('tells how far it is after each page', async () => {
    const told: number[] = [];
    const [source, target] = [await storeWith(readings), createMemoryReadingStore()];
    await moveNode('S-01', { source, target, dryRun: false, onProgress: n => void told.push(n) });
    expect(told).toEqual([pageRows, pageRows, 3]);
  });
});

describe('tahan migrate', () => {
  it.each([
    [['migrate', '--from', 'embedded'], /--to/],
    [['migrate', '--from', 'embedded', '--to', 'paper'], /Allowed choices are embedded, influxdb/],
    [['migrate', '--from', 'embedded', '--to', 'embedded'], /must be another store/],
    [['migrate', '--from', 'embedded', '--to', 'influxdb'], /INFLUX_URL/],
  ])('ends with 2 for %j', async (args, sentence) => {
    const { code, stdout, stderr } = await runTahan(tempDir(), ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });
});
