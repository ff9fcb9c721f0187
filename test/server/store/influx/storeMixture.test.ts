import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryReadingStore } from '../../../../server/store/memoryReadingStore.ts';
import type { Bucket, ReadingStore } from '../../../../server/store/readingStore.ts';
import { type Influxd, startInfluxd } from '../../../support/influxd.ts';
import { atMinute, influxAt, minute, openAt, t0 } from './influxStoreFixture.ts';

let influxd: Influxd;

beforeAll(async () => {
  influxd = await startInfluxd();
});

afterAll(() => influxd.close());

/** A mean may be summed in another order; everything else is exact. */
const withRoundMeans = (buckets: Bucket[]) =>
  buckets.map(bucket => ({ ...bucket, meanC: Math.round(bucket.meanC * 1e9) / 1e9 }));

async function answers(store: ReadingStore, nodeId: string, fromMinute: number, points: number) {
  const span = { nodeId, probe: 'main', from: t0 + fromMinute * minute, to: t0 + 31 * minute };
  return {
    usable: await store.usable(span),
    suspects: await store.suspectCount(span),
    neighbours: await store.neighbours(nodeId, 'main', span.from, 2),
    buckets: withRoundMeans(await store.buckets({ ...span, points })),
    timeAbove: await store.timeAbove({ ...span, levelC: 4, longestGapMs: 3 * minute }),
    page: await store.range({ ...span, limit: 7 }),
    bounds: await store.bounds(nodeId),
  };
}

describe('an InfluxDB reading store', () => {
  it.each([0, 5])(
    'answers exactly when InfluxDB has some readings and memory the ones between (%i kept of those written)',
    async mostKept => {
      const store = await openAt(influxAt(influxd.url, { bucket: `mixture ${mostKept}` }), { mostKept });
      const reading = fc.record({
        minute: fc.nat({ max: 30 }),
        temperatureC: fc.constantFrom(1, 4.1, 4.7, 9, null),
        quality: fc.constantFrom('good' as const, 'good' as const, 'suspect' as const),
      });
      const unique = { selector: (r: { minute: number }) => r.minute };
      const given = fc.uniqueArray(reading, { ...unique, minLength: 5, maxLength: 25 });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(
          given,
          fc.nat({ max: 25 }),
          fc.nat({ max: 20 }),
          fc.integer({ min: 1, max: 12 }),
          async (raw, cut, fromMinute, points) => {
            const nodeId = `round-${mostKept}-${round++}`;
            const readings = raw.map(({ minute: m, ...fields }) =>
              atMinute(m, { ...fields, nodeId, humidityPct: 50 }),
            );
            await store.append(readings.slice(0, cut));
            await store.sync();
            await store.append(readings.slice(cut));
            const plain = createMemoryReadingStore();
            await plain.append(readings);
            expect(await answers(store, nodeId, fromMinute, points)).toEqual(
              await answers(plain, nodeId, fromMinute, points),
            );
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});
