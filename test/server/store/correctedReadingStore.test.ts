import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalibration } from '../../../server/calibration.ts';
import { bucketGrid } from '../../../server/store/bucketGrid.ts';
import { bucketise } from '../../../server/store/bucketise.ts';
import { correctedReadingStore } from '../../../server/store/correctedReadingStore.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import type { ReadingStore } from '../../../server/store/readingStore.ts';
import { pointsAround, timeAboveOf } from '../../../server/store/timeAboveOf.ts';
import { aReading } from '../../support/aReading.ts';
import { readingStoreContract } from './readingStore.contract.ts';

const t0 = Date.parse('2026-11-24T00:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const series = { nodeId: 'S-01', probe: 'main' };

function calibrationOf(offsets: readonly { minutes: number; offsetC: number }[]) {
  const calibration = createCalibration();
  for (const { minutes, offsetC } of offsets) {
    calibration.add({
      ...series,
      from: t0 + minutes * minute,
      temperatureOffsetC: offsetC,
      calibrationDueAt: null,
      note: null,
      ...{ offsetId: 0, orgId: 'tani', createdAt: 0, createdBy: 'token owner' },
    });
  }
  return calibration;
}

readingStoreContract('a corrected store without offsets', () =>
  correctedReadingStore(createMemoryReadingStore(), createCalibration()),
);

const offsetArb = fc.record({
  minutes: fc.integer({ min: -20, max: 200 }),
  offsetC: fc.constantFrom(0, 0.3, -0.7, 1.25, -0.1),
});
const readingArb = fc.record({
  minutes: fc.integer({ min: 0, max: 180 }),
  temperatureC: fc.integer({ min: -50, max: 120 }).map(tenths => tenths / 10),
});

describe('correctedReadingStore', () => {
  it('gives the buckets and times above of readings that had been right from the start', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(readingArb, { maxLength: 40 }),
        fc.array(offsetArb, { maxLength: 5 }),
        fc.record({
          from: fc.integer({ min: -30, max: 180 }),
          length: fc.oneof(fc.integer({ min: 1, max: 240 }), fc.integer({ min: 500, max: 3000 })),
          points: fc.integer({ min: 1, max: 12 }),
          levelC: fc.integer({ min: -50, max: 120 }).map(tenths => tenths / 10),
          longestGap: fc.constantFrom(1, 5, 30, 500),
        }),
        async (readings, offsets, asked) => {
          const raw = createMemoryReadingStore();
          await raw.append(readings.map(r => aReading({ ...r, measuredAt: t0 + r.minutes * minute })));
          const store = correctedReadingStore(raw, calibrationOf(offsets));
          const from = t0 + asked.from * minute;
          const span = { ...series, from, to: from + asked.length * minute };

          const { points, levelC } = asked;
          const plain = bucketise(bucketGrid(span.from, span.to, points), span, await store.usable(span));
          const buckets = await store.buckets({ ...span, points });
          const exact = (list: typeof buckets) => list.map(({ meanC, ...rest }) => rest);
          expect(exact(buckets)).toEqual(exact(plain));
          buckets.forEach((b, i) => {
            expect(Math.abs(b.meanC - plain[i]!.meanC)).toBeLessThan(1e-9);
          });

          const above = { ...span, levelC, longestGapMs: asked.longestGap * minute };
          const expected = timeAboveOf(await pointsAround(store, span), above);
          const said = await store.timeAbove(above);
          expect(said.knownMs).toBe(expected.knownMs);
          expect(Math.abs(said.aboveMs - expected.aboveMs)).toBeLessThan(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('corrects summaries whose readings have gone', async () => {
    const raw = createMemoryReadingStore();
    await raw.append(
      [0, 30, 60, 90, 120].map(m => aReading({ measuredAt: t0 + m * minute, temperatureC: m / 10 })),
    );
    await raw.forget({ readingsBefore: t0 + day, hoursBefore: Number.NEGATIVE_INFINITY });
    const store = correctedReadingStore(raw, calibrationOf([{ minutes: 60, offsetC: 0.5 }]));
    expect(await store.buckets({ ...series, from: t0, to: t0 + 3 * hour, points: 1 })).toEqual([
      { from: t0, to: t0 + 3 * hour, minC: 0, meanC: 6.3, maxC: 12.5, count: 5 },
    ]);
  });

  it('answers a year in 500 buckets, and hours above a level, without reading the year', async () => {
    const raw = createMemoryReadingStore();
    await raw.append(Array.from({ length: 800 }, (_, i) => aReading({ measuredAt: t0 + i * 10 * hour })));
    const calls: string[] = [];
    const counted = new Proxy(raw, {
      get(target, name: keyof ReadingStore & string) {
        const method = target[name] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          calls.push(name);
          return method(...args);
        };
      },
    });
    const store = correctedReadingStore(
      counted,
      calibrationOf([
        { minutes: 0, offsetC: 0.2 },
        { minutes: 100_003, offsetC: 0.4 },
      ]),
    );
    const year = { ...series, from: t0, to: t0 + 365 * day };
    await store.buckets({ ...year, points: 500 });
    // The year, and both halves of the bucket in which the offset changes.
    expect(calls.splice(0)).toEqual(['buckets', 'buckets', 'buckets']);
    await store.timeAbove({ ...year, levelC: 4, longestGapMs: hour });
    expect(calls.filter(name => name === 'timeAbove').length).toBeLessThanOrEqual(3);
    expect(calls).not.toContain('usable');
  });
});
