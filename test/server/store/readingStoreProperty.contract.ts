import fc from 'fast-check';
import { expect } from 'vitest';
import type { Bucket } from '../../../server/store/readingStore.ts';
import { aReading } from '../../support/aReading.ts';
import { arrayStore } from './arrayStore.ts';
import type { StoreTest } from './readingStore.contract.ts';

const t0 = Date.parse('2026-11-24T00:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const everything = { from: -Infinity, to: Infinity };

/** Whatever is put in, in whatever order, every question is answered as the plainest store would. */
export function likeAPlainArray(test: StoreTest, numRuns: number): void {
  const smallReading = fc.record({
    nodeId: fc.constantFrom('S-01', 'S-02'),
    probe: fc.constantFrom('main', 'core'),
    minutes: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 4 * 1440 })),
    temperatureC: fc.option(fc.constantFrom(-1, 0, 4.1, 30), { nil: null }),
    quality: fc.constantFrom('good' as const, 'good' as const, 'suspect' as const),
    batteryPct: fc.constantFrom(null, 0, 50),
  });
  const question = fc.record({
    fromMinutes: fc.integer({ min: -10, max: 4 * 1440 }),
    lengthMinutes: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 * 1440 })),
    points: fc.integer({ min: 1, max: 30 }),
    levelC: fc.constantFrom(-1, 0, 2, 4.1),
    gapMinutes: fc.constantFrom(1, 5, 60, 3000),
    limit: fc.integer({ min: 1, max: 5 }),
    count: fc.integer({ min: 1, max: 3 }),
    forgetDays: fc.constantFrom(null, null, 0, 1, 2, 5),
    forgetHoursDays: fc.constantFrom(-1, 0, 1, 2),
  });

  test('a store answers like a plain array that keeps the first reading of each key', async store => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(smallReading, { maxLength: 40 }),
        fc.array(fc.nat({ max: 40 }), { maxLength: 3 }),
        question,
        async (raw, cuts, q) => {
          // One store for all rounds: opening a file hundreds of times would be the slow part. Each round has nodes of
          // its own, and days after those of the round before, so that what it forgets is forgotten for it alone.
          const start = t0 + round * 10 * day;
          const nodeIds = ['S-01', 'S-02'].map(id => `r${round}-${id}`);
          const prefix = `r${round}-`;
          round += 1;
          const given = raw.map(({ minutes, nodeId, ...fields }) =>
            aReading({
              ...fields,
              measuredAt: start + minutes * minute,
              receivedAt: start + minutes * minute,
              nodeId: prefix + nodeId,
              humidityPct: fields.temperatureC === null ? 50 : null,
            }),
          );
          const plain = arrayStore();
          const ends = [...cuts.toSorted((a, b) => a - b), given.length];
          let begin = 0;
          for (const end of ends) {
            const chunk = given.slice(begin, end);
            const result = await store.append(chunk);
            expect(result).toEqual(plain.append(chunk));
            begin = Math.max(begin, end);
          }
          if (q.forgetDays !== null) {
            const bounds = {
              readingsBefore: start + q.forgetDays * day + hour,
              hoursBefore: start + q.forgetHoursDays * day,
            };
            await store.forget(bounds);
            plain.forget(bounds);
            expect(await store.append(given)).toEqual(plain.append(given));
          }
          const from = start + q.fromMinutes * minute;
          const to = from + q.lengthMinutes * minute;
          for (const nodeId of nodeIds) {
            expect(await store.range({ nodeId, ...everything, limit: Infinity })).toEqual(
              plain.range({ nodeId, ...everything, limit: Infinity }),
            );
            const page = { nodeId, from, to, limit: q.limit, after: { measuredAt: from, probe: 'core' } };
            expect(await store.range(page)).toEqual(plain.range(page));
            for (const probe of ['main', 'core']) {
              const span = { nodeId, probe, from, to };
              expect(await store.usable(span)).toEqual(plain.usable(span));
              expect(await store.suspectCount(span)).toBe(plain.suspectCount(span));
              expect(await store.neighbours(nodeId, probe, from, q.count)).toEqual(
                plain.neighbours(nodeId, probe, from, q.count),
              );
              const inBuckets = { ...span, points: q.points };
              expectSameBuckets(await store.buckets(inBuckets), plain.buckets(inBuckets));
              const above = { ...span, levelC: q.levelC, longestGapMs: q.gapMinutes * minute };
              const { aboveMs, knownMs } = plain.timeAbove(above);
              const said = await store.timeAbove(above);
              expect(said.knownMs).toBe(knownMs);
              expect(Math.abs(said.aboveMs - aboveMs)).toBeLessThan(1e-3);
            }
            expect(await store.bounds(nodeId)).toEqual(plain.bounds(nodeId));
            expect((await store.nodeSummaries(nodeIds)).get(nodeId) ?? null).toEqual(
              plain.nodeSummary(nodeId),
            );
          }
        },
      ),
      { numRuns },
    );
  });
}

/** A mean may be summed in another order; everything else is exact. */
function expectSameBuckets(found: readonly Bucket[], expected: readonly Bucket[]): void {
  const exact = (buckets: readonly Bucket[]) => buckets.map(({ meanC, ...rest }) => rest);
  expect(exact(found)).toEqual(exact(expected));
  found.forEach((bucket, i) => {
    expect(Math.abs(bucket.meanC - expected[i]!.meanC)).toBeLessThan(1e-9);
  });
}
