import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../models/contracts/reading.ts';
import { isUsable, type ReadingStore } from '../../../server/store/readingStore.ts';
import { aReading } from '../../support/aReading.ts';

const t0 = Date.parse('2026-11-24T00:00:00Z');
const minute = 60_000;
const at = (minutes: number, fields: Partial<Reading> = {}) =>
  aReading({ measuredAt: t0 + minutes * minute, ...fields });
const everything = { from: -Infinity, to: Infinity };

/** What every ReadingStore promises. `open` gives an empty store; it is closed after each test. */
export function readingStoreContract(name: string, open: () => ReadingStore | Promise<ReadingStore>): void {
  const test = (title: string, body: (store: ReadingStore) => Promise<void>) =>
    it(title, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });

  describe(`${name} as a reading store`, () => {
    test('append gives back what went in, 0 degrees and missing values told apart', async store => {
      const readings = [
        at(0, { temperatureC: 0, humidityPct: null, batteryPct: 0, sequence: 0 }),
        at(1, { temperatureC: null, humidityPct: 0 }),
        at(2, {
          temperatureC: -18.1 + 0.2,
          quality: 'suspect',
          timeSource: 'arrival',
          sequence: 2 ** 53 - 1,
        }),
      ];
      expect(await store.append(readings)).toEqual({ inserted: readings, duplicates: 0, conflicts: [] });
      expect(await store.range({ nodeId: 'S-01', ...everything, limit: 10 })).toEqual(readings);
      expect(await store.count()).toBe(3);
    });

    test('append counts the same reading again as a duplicate, whenever it arrived', async store => {
      await store.append([at(0)]);
      const result = await store.append([at(0, { receivedAt: t0 + 99 * minute }), at(1), at(1)]);
      expect(result).toEqual({ inserted: [at(1)], duplicates: 2, conflicts: [] });
      expect(
        (await store.range({ nodeId: 'S-01', ...everything, limit: 10 })).map(r => r.receivedAt),
      ).toEqual([at(0).receivedAt, at(1).receivedAt]);
    });

    test('append keeps the first of two readings that differ under one key and reports the other', async store => {
      await store.append([at(0, { temperatureC: 0 })]);
      const other = at(0, { temperatureC: null, humidityPct: 80 });
      expect(await store.append([other, at(0, { temperatureC: 0 })])).toEqual({
        inserted: [],
        duplicates: 1,
        conflicts: [other],
      });
      expect((await store.range({ nodeId: 'S-01', ...everything, limit: 10 }))[0]?.temperatureC).toBe(0);
    });

    test('append keeps nodes and probes apart', async store => {
      const readings = [at(0), at(0, { probe: 'core' }), at(0, { nodeId: 'S-02' })];
      expect((await store.append(readings)).inserted).toEqual(readings);
      expect(await store.count()).toBe(3);
    });

    test('range is ascending, includes from and excludes to', async store => {
      await store.append([at(3), at(1), at(2), at(0)]);
      const found = await store.range({ nodeId: 'S-01', from: t0 + minute, to: t0 + 3 * minute, limit: 10 });
      expect(found).toEqual([at(1), at(2)]);
      expect(await store.range({ nodeId: 'nobody', ...everything, limit: 10 })).toEqual([]);
    });

    test('range pages through several probes without loss or repetition', async store => {
      const readings = [0, 1, 2, 3].flatMap(m => ['air', 'core', 'main'].map(probe => at(m, { probe })));
      await store.append(readings.toReversed());
      const pages: Reading[] = [];
      let after: { measuredAt: number; probe: string } | undefined;
      for (;;) {
        const page = await store.range({ nodeId: 'S-01', ...everything, after, limit: 5 });
        pages.push(...page);
        if (page.length < 5) break;
        after = page.at(-1);
      }
      expect(pages).toEqual(readings);
    });

    test('usable leaves out suspect readings and readings without a temperature, never 0 degrees', async store => {
      await store.append([
        at(0, { temperatureC: 0 }),
        at(1, { temperatureC: null, humidityPct: 50 }),
        at(2, { temperatureC: 85, quality: 'suspect' }),
        at(3, { temperatureC: -1 }),
        at(3, { probe: 'core' }),
      ]);
      expect(await store.usable({ nodeId: 'S-01', probe: 'main', ...everything })).toEqual([
        { at: t0, temperatureC: 0 },
        { at: t0 + 3 * minute, temperatureC: -1 },
      ]);
    });

    test('suspectCount counts suspect temperatures of one probe in a span', async store => {
      const suspect = { temperatureC: 85, quality: 'suspect' } as const;
      await store.append([
        at(0, suspect),
        at(1),
        at(2, suspect),
        at(3, { ...suspect, probe: 'core' }),
        at(4, { temperatureC: null, humidityPct: 1, quality: 'suspect' }),
      ]);
      const count = (from: number, to: number) =>
        store.suspectCount({ nodeId: 'S-01', probe: 'main', from: t0 + from * minute, to: t0 + to * minute });
      expect([await count(0, 5), await count(1, 5), await count(0, 2)]).toEqual([2, 1, 1]);
    });

    test('neighbours gives the nearest usable readings on each side, ascending, without the one in the middle', async store => {
      await store.append([0, 1, 2, 3, 4, 5, 6].map(m => at(m, m === 4 ? { quality: 'suspect' } : {})));
      const { before, after } = await store.neighbours('S-01', 'main', t0 + 3 * minute, 2);
      expect(before.map(p => p.at)).toEqual([t0 + minute, t0 + 2 * minute]);
      expect(after.map(p => p.at)).toEqual([t0 + 5 * minute, t0 + 6 * minute]);
      expect(await store.neighbours('S-01', 'core', t0, 2)).toEqual({ before: [], after: [] });
    });

    test('buckets give min, mean, max and count, and none over a gap', async store => {
      await store.append([0, 1, 2].map(m => at(m, { temperatureC: m })).concat(at(9, { temperatureC: 0 })));
      const query = { nodeId: 'S-01', probe: 'main', from: t0, to: t0 + 10 * minute, points: 2 };
      expect(await store.buckets(query)).toEqual([
        { from: t0, to: t0 + 5 * minute, minC: 0, meanC: 1, maxC: 2, count: 3 },
        { from: t0 + 5 * minute, to: t0 + 10 * minute, minC: 0, meanC: 0, maxC: 0, count: 1 },
      ]);
      const fine = await store.buckets({ ...query, points: 10 });
      expect(fine.map(b => (b.from - t0) / minute)).toEqual([0, 1, 2, 9]);
    });

    test('nodeSummary moves the last reading only forward in measuredAt, last seen with every arrival', async store => {
      expect(await store.nodeSummary('S-01')).toBeNull();
      await store.append([at(10, { batteryPct: 80, receivedAt: t0 + 10 * minute })]);
      await store.append([at(5, { batteryPct: 99, receivedAt: t0 + 20 * minute })]);
      await store.append([at(11, { receivedAt: t0 + 15 * minute, quality: 'suspect' })]);
      expect(await store.nodeSummary('S-01')).toMatchObject({
        lastReading: { measuredAt: t0 + 11 * minute },
        lastSeenAt: t0 + 20 * minute,
        batteryPct: 80,
        clockWrongSince: null,
      });
    });

    test('nodeSummary tells since when a clock that was right gives times that had to be replaced', async store => {
      const arrived = (m: number, timeSource: Reading['timeSource']) =>
        at(m, { timeSource, receivedAt: t0 + m * minute });
      const wrongSince = async () => (await store.nodeSummary('S-01'))?.clockWrongSince;
      await store.append([arrived(0, 'arrival')]);
      expect(await wrongSince(), 'a node without a clock').toBeNull();
      await store.append([arrived(1, 'device'), arrived(2, 'arrival'), arrived(3, 'arrival')]);
      expect(await wrongSince()).toBe(t0 + 2 * minute);
      await store.append([arrived(4, 'device')]);
      expect(await wrongSince()).toBeNull();
    });

    test('durablePosition moves with sync, and never back', async store => {
      expect(store.durablePosition()).toBe(0);
      await store.append([at(0)], 7);
      expect(store.durablePosition()).toBe(0);
      await store.sync();
      expect(store.durablePosition()).toBe(7);
      await store.append([at(0)], 3);
      await store.sync();
      expect(store.durablePosition()).toBe(7);
    });

    const smallReading = fc.record({
      nodeId: fc.constantFrom('S-01', 'S-02'),
      probe: fc.constantFrom('main', 'core'),
      minutes: fc.integer({ min: 0, max: 12 }),
      temperatureC: fc.option(fc.constantFrom(-1, 0, 4.1, 30), { nil: null }),
      quality: fc.constantFrom('good' as const, 'suspect' as const),
    });

    test('a store answers like a plain array that keeps the first reading of each key', async store => {
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(smallReading, { maxLength: 40 }), fc.nat({ max: 40 }), async (raw, cut) => {
          // One store for all rounds: opening a file hundreds of times would be the slow part.
          const prefix = `r${round++}-`;
          const given = raw.map(({ minutes, nodeId, ...fields }) =>
            at(minutes, {
              ...fields,
              nodeId: prefix + nodeId,
              humidityPct: fields.temperatureC === null ? 50 : null,
            }),
          );
          await store.append(given.slice(0, cut));
          await store.append(given.slice(cut));
          const kept = new Map<string, Reading>();
          for (const r of given) {
            const key = `${r.nodeId} ${r.probe} ${r.measuredAt}`;
            if (!kept.has(key)) kept.set(key, r);
          }
          for (const nodeId of [`${prefix}S-01`, `${prefix}S-02`]) {
            const expected = [...kept.values()]
              .filter(r => r.nodeId === nodeId)
              .sort((a, b) => a.measuredAt - b.measuredAt || (a.probe < b.probe ? -1 : 1));
            expect(await store.range({ nodeId, ...everything, limit: Infinity })).toEqual(expected);
            expect(await store.usable({ nodeId, probe: 'core', ...everything })).toEqual(
              expected
                .filter(r => r.probe === 'core' && isUsable(r))
                .map(r => ({ at: r.measuredAt, temperatureC: r.temperatureC })),
            );
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}
