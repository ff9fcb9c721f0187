import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reading } from '../../../models/contracts/reading.ts';
import { type BatchLives, createBatchLives } from '../../../server/shelf-life/batchLives.ts';
import { joinBatches, splitBatch } from '../../../server/shelf-life/divideBatch.ts';
import { builtInParameters } from '../../../server/shelf-life/parametersInUse.ts';
import { tracksOf } from '../../../server/shelf-life/tracks.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { addBatch, findBatch } from '../../../server/store/metadata/batches.ts';
import { type MetadataDb, openMetadata } from '../../../server/store/metadata/database.ts';
import { addNode } from '../../../server/store/metadata/nodes.ts';
import { addObservation } from '../../../server/store/metadata/observations.ts';
import { addOrganisation } from '../../../server/store/metadata/organisations.ts';
import { addPlacement } from '../../../server/store/metadata/placements.ts';
import { addStartingProducts } from '../../../server/store/metadata/products.ts';
import { aReading } from '../../support/aReading.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { tempDir } from '../../support/tempDir.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const madeAt = Date.parse('2026-11-24T00:00:00Z');
const now = madeAt + 30 * hourMs;
const orgId = 'tani';
const ids = ['B-01', 'B-02', 'B-1a', 'B-12'];

/**
 * B-01 has sensors at the top and at the door, and one in the middle for a while; B-02, made later, has one. B-1a was
 * split off B-01 after 10 hours, and B-12 joined of the rest of B-01 and B-02 after 20, with the sensors of both.
 *
 * @param isCounted  a laboratory counted B-01 before it was split
 */
async function openFirm(isCounted = false): Promise<MetadataDb> {
  const metadata = await openMetadata({ path: join(tempDir(), 'metadata.sqlite') });
  onTestFinished(() => metadata.close());
  const { db } = metadata;
  await addOrganisation(db, { orgId, name: 'Tani', timeZone: 'Asia/Jakarta' }, 0);
  await addStartingProducts(db, orgId);
  for (const nodeId of ['S-01', 'S-02', 'S-03', 'S-04'])
    await addNode(db, { nodeId, orgId, name: nodeId, placeId: null, reportEveryS: 600 }, 0);
  const batch = { orgId, name: 'Takwa', productId: 'takwa-vakum', quantity: null, storage: null };
  const made = (batchId: string, producedAt: number) =>
    addBatch(db, { ...batch, batchId, producedAt, treatment: 'packed-heated' }, 0);
  const place = (batchId: string, nodeId: string, position: string, fromH: number, toH: number | null) =>
    addPlacement(db, {
      ...{ orgId, batchId, nodeId, position, probe: 'main', from: madeAt + fromH * hourMs },
      to: toH === null ? null : madeAt + toH * hourMs,
    });
  await made('B-01', madeAt);
  await made('B-02', madeAt + 3 * hourMs);
  await place('B-01', 'S-01', 'atas', 0, 16);
  await place('B-01', 'S-02', 'pintu', 1, null);
  await place('B-01', 'S-03', 'tengah', 4, 8);
  await place('B-02', 'S-03', 'main', 9, null);
  const at = (h: number) => madeAt + h * hourMs;
  await splitBatch(db, 'B-01', { orgId, body: { into: [{ batchId: 'B-1a' }], at: at(10) }, now });
  await place('B-1a', 'S-04', 'main', 11, null);
  const body = { batchId: 'B-12', from: ['B-01', 'B-02'], at: at(20), keepSensors: true };
  await joinBatches(db, { orgId, body, now });
  if (!isCounted) return db;
  const nothing = { belowLog10: null, sdLog10: null, method: null, labName: null, verdict: null };
  await addObservation(db, {
    ...{ orgId, batchId: 'B-01', kind: 'count', at: at(9), recordedAt: at(20), recordedBy: 'test' },
    ...{ source: 'laboratory', log10CfuPerG: 3.1, ...nothing },
  });
  return db;
}

const readingArb = fc.record({
  nodeId: fc.constantFrom('S-01', 'S-02', 'S-03', 'S-04'),
  minutes: fc.integer({ min: 0, max: 180 }).map(n => n * 10),
  temperatureC: fc.oneof(
    fc.integer({ min: 30, max: 160 }).map(t => t / 10),
    fc.constantFrom(60, -10),
  ),
  quality: fc.constantFrom('good', 'good', 'good', 'suspect'),
});
const historyArb = fc
  .uniqueArray(readingArb, { selector: r => `${r.nodeId} ${r.minutes}`, minLength: 20, maxLength: 200 })
  .map(all =>
    all
      .sort((a, b) => a.minutes - b.minutes)
      .map(({ minutes, ...fields }) =>
        aReading({ ...fields, measuredAt: madeAt + minutes * minuteMs } as Partial<Reading>),
      ),
  );

async function sayAll(lives: BatchLives): Promise<string> {
  const said = [];
  for (const id of ids) said.push(await lives.estimate(orgId, id));
  return JSON.stringify(said);
}

describe('batches with several tracks', () => {
  it('get bit-equal estimates for any order and any chunks, asked in between or not', async () => {
    const db = await openFirm();
    await fc.assert(
      fc.asyncProperty(
        historyArb,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 5, max: 60 }),
        async (history, random, size) => {
          const store = createMemoryReadingStore();
          await store.append(history);
          const fromStore = await sayAll(await createBatchLives(db, store, fakeClock(now)));
          const shuffled = history
            .map(reading => ({ reading, rank: random.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ reading }) => reading);
          const filled = createMemoryReadingStore();
          const lives = await createBatchLives(db, filled, fakeClock(now));
          for (let first = 0; first < shuffled.length; first += size) {
            await lives.refreshAll();
            await sayAll(lives);
            const chunk = shuffled.slice(first, first + size);
            await lives.take(async () => (await filled.append(chunk)).inserted);
          }
          expect(await sayAll(lives)).toBe(fromStore);
        },
      ),
      { numRuns: 6 },
    );
  }, 120_000);

  it('are told of readings of what they were made from', async () => {
    const lives = await createBatchLives(await openFirm(), createMemoryReadingStore(), fakeClock(now));
    const touchedBy = async (nodeId: string) => {
      const touched = await lives.take(async () => [aReading({ nodeId, measuredAt: madeAt + hourMs })]);
      return [...touched].sort();
    };
    expect(await touchedBy('S-01')).toEqual(['tani/B-01', 'tani/B-12', 'tani/B-1a']);
    expect(await touchedBy('S-04')).toEqual(['tani/B-1a']);
  });

  it('say the same when memory holds only one of them at a time', async () => {
    const db = await openFirm(true);
    const store = createMemoryReadingStore();
    await store.append([1, 2, 30].map(h => aReading({ nodeId: 'S-01', measuredAt: madeAt + h * hourMs })));
    const keys = ids.map(id => `${orgId}/${id}` as const);
    const said = await (await createBatchLives(db, store, fakeClock(now))).now(keys);
    const crowded = await createBatchLives(db, store, fakeClock(now), builtInParameters(), 1);
    for (let round = 0; round < 2; round++) expect(await crowded.now(keys)).toEqual(said);
  });

  it('promise no more than any of their tracks, and their outlook is that of their estimate', async () => {
    const db = await openFirm(true);
    await fc.assert(
      fc.asyncProperty(historyArb, async history => {
        const store = createMemoryReadingStore();
        await store.append(history);
        const lives = await createBatchLives(db, store, fakeClock(now));
        const all = await lives.now(ids.map(id => `${orgId}/${id}` as const));
        for (const { batchId, remainingH, keepsUntil, status } of all) {
          const estimate = await lives.estimate(orgId, batchId);
          expect(remainingH.p05).toBe(estimate.remainingH.p05);
          expect(remainingH.median).toBe(estimate.remainingH.median);
          expect(new Date(keepsUntil.p05).toISOString()).toBe(estimate.keepsUntil.p05);
          expect(status).toBe(estimate.status);
        }
      }),
      { numRuns: 4 },
    );
  });

  it('say the same from memory as anew from the store while time passes and readings follow', async () => {
    const db = await openFirm();
    await fc.assert(
      fc.asyncProperty(historyArb, async history => {
        const store = createMemoryReadingStore();
        const clock = fakeClock(madeAt + 20 * hourMs);
        const lives = await createBatchLives(db, store, clock);
        for (const hour of [20, 20.4, 21, 24, 29]) {
          clock.set(madeAt + hour * hourMs);
          const come = history.filter(r => r.measuredAt <= clock.now());
          await lives.take(async () => (await store.append(come)).inserted);
          const kept = await lives.refreshAll();
          const anew = await (await createBatchLives(db, store, clock)).refreshAll();
          expect(kept).toEqual(anew);
        }
      }),
      { numRuns: 5 },
    );
  });
});

describe('tracksOf', () => {
  const windowsOf = async (db: MetadataDb, batchId: string) =>
    (await tracksOf(db, (await findBatch(db, orgId, batchId))!)).map(track => ({
      position: track.position,
      windows: track.windows.map(w => [w.nodeId, (w.from - madeAt) / hourMs, (w.to - madeAt) / hourMs]),
    }));

  it('has one for each position; while its sensor is away each of the others stands for it', async () => {
    const db = await openFirm();
    expect(await windowsOf(db, 'B-01')).toEqual([
      {
        position: 'atas',
        windows: [
          ['S-01', 0, 16],
          ['S-02', 16, Infinity],
        ],
      },
      {
        position: 'pintu',
        windows: [
          ['S-01', 0, 1],
          ['S-02', 1, Infinity],
        ],
      },
      {
        position: 'tengah',
        windows: [
          ['S-01', 0, 4],
          ['S-03', 4, 8],
          ['S-01', 8, 16],
          ['S-02', 16, Infinity],
        ],
      },
      {
        position: 'tengah',
        windows: [
          ['S-01', 0, 1],
          ['S-02', 1, 4],
          ['S-03', 4, 8],
          ['S-02', 8, Infinity],
        ],
      },
    ]);
  });

  it('cuts those of a parent where the child left it', async () => {
    const db = await openFirm();
    const tracks = await windowsOf(db, 'B-1a');
    expect(tracks).toHaveLength(4);
    for (const { position, windows } of tracks) {
      expect(position).toBe('main');
      expect(windows.at(-1)).toEqual(['S-04', 11, Infinity]);
      expect(windows.at(-2)![2]).toBe(10);
    }
  });

  it('of a joined batch begin where each of its parents was made', async () => {
    const db = await openFirm();
    const tracks = await tracksOf(db, (await findBatch(db, orgId, 'B-12'))!);
    expect(new Set(tracks.map(track => (track.producedAt - madeAt) / hourMs))).toEqual(new Set([0, 3]));
  });
});
