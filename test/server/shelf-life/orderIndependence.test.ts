import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../models/contracts/reading.ts';
import { type BatchLives, createBatchLives } from '../../../server/shelf-life/batchLives.ts';
import { believedReadingStore } from '../../../server/store/believedReadingStore.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { addBatch } from '../../../server/store/metadata/batches.ts';
import { type MetadataDb, openMetadata } from '../../../server/store/metadata/database.ts';
import { addNode } from '../../../server/store/metadata/nodes.ts';
import { addOrganisation } from '../../../server/store/metadata/organisations.ts';
import { addPlacement } from '../../../server/store/metadata/placements.ts';
import { addStartingProducts } from '../../../server/store/metadata/products.ts';
import type { ReadingStore } from '../../../server/store/readingStore.ts';
import { aReading } from '../../support/aReading.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { tempDir } from '../../support/tempDir.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const producedAt = Date.parse('2026-11-24T00:00:00Z');
const now = producedAt + 40 * hourMs;

/** Two nodes: one rides along for the first day, the other takes over after a pause. */
async function openFirm(): Promise<MetadataDb> {
  const { db } = await openMetadata({ path: join(tempDir(), 'metadata.sqlite') });
  await addOrganisation(db, { orgId: 'tani', name: 'Tani', timeZone: 'Asia/Jakarta' }, 0);
  await addStartingProducts(db, 'tani');
  for (const nodeId of ['S-01', 'S-02'])
    await addNode(db, { nodeId, orgId: 'tani', name: nodeId, placeId: null, reportEveryS: 600 }, 0);
  const batch = {
    orgId: 'tani',
    batchId: 'B-01',
    name: 'Takwa',
    productId: 'takwa-vakum',
    producedAt,
    quantity: null,
    treatment: 'packed-heated' as const,
    storage: null,
  };
  await addBatch(db, batch, 0);
  const place = { orgId: 'tani', batchId: 'B-01', probe: 'main' };
  await addPlacement(db, {
    ...place,
    nodeId: 'S-01',
    from: producedAt + hourMs,
    to: producedAt + 20 * hourMs,
  });
  await addPlacement(db, { ...place, nodeId: 'S-02', from: producedAt + 22 * hourMs, to: null });
  return db;
}

/** As the intake does. */
const takeInto = (lives: BatchLives, store: ReadingStore, readings: readonly Reading[]) =>
  lives.take(async onRejudged => {
    const { inserted, rejudged = [] } = await store.append(readings);
    for (const { nodeId, probe } of rejudged) onRejudged(nodeId, probe);
    return inserted;
  });

/** Deliver in chunks, asking for the estimate in between (or not), and give what is said at the end. */
async function deliver(
  db: MetadataDb,
  chunks: readonly (readonly Reading[])[],
  askInBetween: boolean,
): Promise<{ lives: BatchLives; store: ReadingStore; said: string }> {
  const store = believedReadingStore(createMemoryReadingStore());
  const lives = await createBatchLives(db, store, fakeClock(now));
  for (const chunk of chunks) {
    if (askInBetween) await lives.estimate('tani', 'B-01');
    await takeInto(lives, store, chunk);
  }
  return { lives, store, said: JSON.stringify(await lives.estimate('tani', 'B-01')) };
}

/** Steps from one reading to the next: dense enough for spikes, now and then a gap or days of silence. */
const readingArb = fc.record({
  minutes: fc.constantFrom(1, 1, 2, 5, 10, 10, 40, 90, 600),
  temperatureC: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 30, max: 80 }).map(t => t / 10) },
    { weight: 2, arbitrary: fc.constantFrom(0, 29, 30, 60, -10) },
  ),
  quality: fc.oneof(
    { weight: 9, arbitrary: fc.constant('good' as const) },
    { weight: 1, arbitrary: fc.constant('suspect' as const) },
  ),
});

function seriesArb(nodeId: string, fromHour: number) {
  return fc.array(readingArb, { maxLength: 60 }).map(steps => {
    let at = producedAt + fromHour * hourMs;
    return steps.map(({ minutes, ...fields }) => {
      at += minutes * minuteMs;
      return aReading({ ...fields, nodeId, measuredAt: at });
    });
  });
}

/** A fine probe that flickers, stands still for hours and (mostly) moves on. */
const stuckSeriesArb = fc
  .record({
    alive: fc.integer({ min: 40, max: 70 }),
    still: fc.integer({ min: 20, max: 60 }),
    after: fc.integer({ min: 0, max: 20 }),
    everyMin: fc.constantFrom(5, 10, 15),
    noise: fc.infiniteStream(fc.integer({ min: 0, max: 40 })),
  })
  .map(({ alive, still, after, everyMin, noise }) =>
    Array.from({ length: alive + still + after }, (_, i) => {
      const flickerC = 4 + Number(noise.next().value) / 100;
      const measuredAt = producedAt + 22 * hourMs + i * everyMin * minuteMs;
      const temperatureC = i >= alive && i < alive + still ? 4.2 : flickerC;
      return aReading({ nodeId: 'S-02', measuredAt, temperatureC });
    }),
  );

const historyArb = fc
  .tuple(
    seriesArb('S-01', 0),
    fc.oneof({ weight: 2, arbitrary: seriesArb('S-02', 20) }, { weight: 1, arbitrary: stuckSeriesArb }),
  )
  .map(series => series.flat().sort((a, b) => a.measuredAt - b.measuredAt));

describe('the estimate of a batch', () => {
  it('is bit-equal for any order, any duplication and any chunks, asked in between or not', async () => {
    const db = await openFirm();
    await fc.assert(
      fc.asyncProperty(
        historyArb,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 20 }),
        async (history, random, size) => {
          const inOrder = await deliver(db, [history], false);
          const shuffled = [...history, ...history.slice(0, 20)]
            .map(reading => ({ reading, rank: random.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ reading }) => reading);
          const chunks = Array.from({ length: Math.ceil(shuffled.length / size) }, (_, i) =>
            shuffled.slice(i * size, (i + 1) * size),
          );
          const live = await deliver(db, chunks, true);
          expect(live.said).toBe(inOrder.said);
          const oneByOne = await deliver(
            db,
            history.map(r => [r]),
            true,
          );
          expect(oneByOne.said).toBe(inOrder.said);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('for an instant in the past says what was said then', async () => {
    const db = await openFirm();
    await fc.assert(
      fc.asyncProperty(historyArb, fc.integer({ min: 0, max: 40 * 60 }), async (history, minutes) => {
        const at = producedAt + minutes * minuteMs;
        const store = believedReadingStore(createMemoryReadingStore());
        const clock = fakeClock(at);
        const lives = await createBatchLives(db, store, clock);
        const known = history.filter(r => r.measuredAt <= at);
        await takeInto(lives, store, known);
        const then = await lives.estimate('tani', 'B-01');
        await takeInto(lives, store, history);
        clock.set(now);
        expect(await lives.estimate('tani', 'B-01', { at })).toEqual(then);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out what a stuck probe says, and takes it back when a late reading shows that it moved', async () => {
    const db = await openFirm();
    const story = Array.from({ length: 108 }, (_, i) =>
      aReading({
        nodeId: 'S-02',
        measuredAt: producedAt + 22 * hourMs + i * 10 * minuteMs,
        temperatureC: i < 60 ? 4 + ((i * 5) % 7) / 100 : 4.2,
      }),
    );
    const { lives, store } = await deliver(
      db,
      story.map(r => [r]),
      true,
    );
    const stuck = await lives.estimate('tani', 'B-01');
    expect(stuck.leftOutReadings).toBe(47);
    const late = { ...story[85]!, measuredAt: story[85]!.measuredAt + 1, temperatureC: 4.21 };
    await takeInto(lives, store, [late]);
    const moved = await lives.estimate('tani', 'B-01');
    expect(moved.leftOutReadings).toBe(0);
    expect(moved.measuredShare).toBeGreaterThan(stuck.measuredShare);
    const inOrder = await deliver(db, [[...story, late]], false);
    expect(JSON.stringify(moved)).toBe(inOrder.said);
  });

  it('is right again after the store failed between taking readings and telling of them', async () => {
    const db = await openFirm();
    const store = createMemoryReadingStore();
    let failing = false;
    const flaky: ReadingStore = {
      ...store,
      neighbours: (...query) =>
        failing ? Promise.reject(new Error('disk gone')) : store.neighbours(...query),
    };
    const lives = await createBatchLives(db, flaky, fakeClock(now));
    const reading = (minutes: number) =>
      aReading({ measuredAt: producedAt + 2 * hourMs + minutes * minuteMs, temperatureC: 4 });
    const take = (readings: Reading[]) => lives.take(async () => (await store.append(readings)).inserted);
    await take([reading(0), reading(10)]);
    await lives.estimate('tani', 'B-01');
    failing = true;
    await expect(take([reading(5), reading(20)])).rejects.toThrow('disk gone');
    failing = false;
    await take([reading(5), reading(20)]);
    const inOrder = await deliver(db, [[reading(0), reading(5), reading(10), reading(20)]], false);
    expect(JSON.stringify(await lives.estimate('tani', 'B-01'))).toBe(inOrder.said);
  });
});
