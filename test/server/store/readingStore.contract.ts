import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../models/contracts/reading.ts';
import { bucketGrid } from '../../../server/store/bucketGrid.ts';
import type { ReadingStore } from '../../../server/store/readingStore.ts';
import { aReading } from '../../support/aReading.ts';
import { forgetContract } from './readingStoreForget.contract.ts';
import { likeAPlainArray } from './readingStoreProperty.contract.ts';

const t0 = Date.parse('2026-11-24T00:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const at = (minutes: number, fields: Partial<Reading> = {}) =>
  aReading({ measuredAt: t0 + minutes * minute, ...fields });
const everything = { from: -Infinity, to: Infinity };

/** Runs a test on a store of its own. */
export type StoreTest = (title: string, body: (store: ReadingStore) => Promise<void>) => void;

export interface ContractOptions {
  /** Closes a store and opens it again with what it held; left out, it lives no longer than the process. */
  readonly reopen?: (store: ReadingStore) => ReadingStore | Promise<ReadingStore>;
  /** Of each property. */
  readonly numRuns?: number;
  readonly timeoutMs?: number;
}

/** What every ReadingStore promises. `open` gives an empty store; it is closed after each test. */
export function readingStoreContract(
  name: string,
  open: () => ReadingStore | Promise<ReadingStore>,
  { reopen, numRuns = 60, timeoutMs = 20_000 }: ContractOptions = {},
): void {
  const test: StoreTest = (title, body) =>
    it(
      title,
      async () => {
        const store = await open();
        try {
          await body(store);
        } finally {
          await store.close();
        }
      },
      timeoutMs,
    );

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
      expect(await store.append(readings)).toEqual({
        inserted: readings,
        duplicates: 0,
        conflicts: [],
        expired: 0,
      });
      expect(await store.range({ nodeId: 'S-01', ...everything, limit: 10 })).toEqual(readings);
      expect(await store.count()).toBe(3);
    });

    test('append counts the same reading again as a duplicate, whenever it arrived', async store => {
      await store.append([at(0)]);
      const result = await store.append([at(0, { receivedAt: t0 + 99 * minute }), at(1), at(1)]);
      expect(result).toEqual({ inserted: [at(1)], duplicates: 2, conflicts: [], expired: 0 });
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
        expired: 0,
      });
      expect((await store.range({ nodeId: 'S-01', ...everything, limit: 10 }))[0]?.temperatureC).toBe(0);
    });

    test('nodeSummary tells the lowest battery of one instant, whichever probe came first', async store => {
      const low = { batteryPct: 10, probe: 'main' };
      const high = { batteryPct: 90, probe: 'core' };
      await store.append([
        at(0, low),
        at(0, high),
        at(0, { nodeId: 'S-02', ...high }),
        at(0, { nodeId: 'S-02', ...low }),
      ]);
      for (const nodeId of ['S-01', 'S-02']) expect((await store.nodeSummary(nodeId))?.batteryPct).toBe(10);
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

    test('reception says in which cells a node measured anything, of any probe and quality', async store => {
      await store.append([
        at(-1),
        at(1),
        at(12, { temperatureC: 85, quality: 'suspect' }),
        at(29, { probe: 'core', temperatureC: null, humidityPct: 70 }),
        at(35, { nodeId: 'S-02' }),
        at(60, { nodeId: 'S-03' }),
      ]);
      const query = { nodeIds: ['S-01', 'S-02', 'S-03', 'nobody'], from: t0, to: t0 + hour, cells: 6 };
      const drawn = async () =>
        [...(await store.reception(query))].map(([id, cells]) => [
          id,
          cells.map(cell => (cell ? '|' : '-')).join(''),
        ]);
      expect(await drawn()).toEqual([
        ['S-01', '|||---'],
        ['S-02', '---|--'],
      ]);
      await store.append([at(50), at(59)]);
      expect((await drawn())[0]).toEqual(['S-01', '|||--|']);
    });

    test('reception of a day is the same whether its readings are dense, sparse or both', async store => {
      const everyTen = Array.from({ length: 200 }, (_, i) => i * 10).filter(m => m < 700 || m > 800);
      await store.append(everyTen.map(m => at(m)));
      await store.append([at(745, { quality: 'suspect' })]);
      await store.sync();
      const found = await store.reception({
        nodeIds: ['S-01'],
        from: t0 + 10 * hour,
        to: t0 + 34 * hour,
        cells: 48,
      });
      const heard = new Set([...everyTen, 745].map(m => Math.floor((m - 600) / 30)));
      expect(found.get('S-01')).toEqual(Array.from({ length: 48 }, (_, cell) => heard.has(cell)));
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

    test('append takes readings that come at once from several sides, each once', async store => {
      const readings = Array.from({ length: 60 }, (_, m) => at(m));
      const chunks = [0, 10, 20, 30, 40].map(start => readings.slice(start, start + 20));
      const results = await Promise.all(chunks.map((chunk, i) => store.append(chunk, i + 1)));
      expect(results.flatMap(r => r.inserted).length).toBe(60);
      expect(results.reduce((sum, r) => sum + r.duplicates, 0)).toBe(40);
      expect(await store.range({ nodeId: 'S-01', ...everything, limit: 100 })).toEqual(readings);
    });

    test('buckets of more than an hour lie on whole hours of UTC', async store => {
      const from = t0 + 30 * minute;
      await store.append([40, 70, 5 * 60, 9 * 60].map(m => at(m, { temperatureC: m / 10 })));
      const query = { nodeId: 'S-01', probe: 'main', from, to: t0 + 9.5 * hour, points: 3 };
      expect(await store.buckets(query)).toEqual([
        { from, to: t0 + 4 * hour, minC: 4, meanC: 5.5, maxC: 7, count: 2 },
        { from: t0 + 4 * hour, to: t0 + 8 * hour, minC: 30, meanC: 30, maxC: 30, count: 1 },
        { from: t0 + 8 * hour, to: t0 + 9.5 * hour, minC: 54, meanC: 54, maxC: 54, count: 1 },
      ]);
    });

    test('timeAbove counts straight lines between readings, crossings exact, gaps not known', async store => {
      await store.append([
        ...[4, 8, 8, 4].map((temperatureC, i) => at(i * 10, { temperatureC })),
        at(100, { temperatureC: 30 }),
        at(110, { temperatureC: 30 }),
        at(105, { temperatureC: 85, quality: 'suspect' }),
      ]);
      const above = (levelC: number, from: number, to: number, longestGapMs = 10 * minute) => {
        const span = { from: t0 + from * minute, to: t0 + to * minute };
        return store.timeAbove({ nodeId: 'S-01', probe: 'main', ...span, levelC, longestGapMs });
      };
      expect(await above(6, -50, 200)).toEqual({ aboveMs: 30 * minute, knownMs: 40 * minute });
      expect(await above(8, 0, 40)).toEqual({ aboveMs: 0, knownMs: 30 * minute });
      expect(await above(6, 4, 6)).toEqual({ aboveMs: minute, knownMs: 2 * minute });
      expect(await above(6, 0, 40, 70 * minute)).toMatchObject({ knownMs: 40 * minute });
      expect(await above(6, 40, 90)).toEqual({ aboveMs: 0, knownMs: 0 });
      expect(
        await store.timeAbove({ nodeId: 'x', probe: 'y', ...everything, levelC: 0, longestGapMs: 1 }),
      ).toEqual({ aboveMs: 0, knownMs: 0 });
    });

    test('bounds are of a node with all its probes, and null for one without readings', async store => {
      await store.append([
        at(5),
        at(9, { probe: 'core', quality: 'suspect' }),
        at(2, { temperatureC: null }),
      ]);
      expect(await store.bounds('S-01')).toEqual({ earliestAt: t0 + 2 * minute, latestAt: t0 + 9 * minute });
      expect(await store.bounds('S-02')).toBeNull();
    });

    test('nodeSummaries and nodeIds tell of the nodes that have readings', async store => {
      await store.append([at(1, { nodeId: 'S-02' }), at(0), at(3, { probe: 'core', batteryPct: 7 })]);
      const found = await store.nodeSummaries(['S-01', 'S-02', 'S-03']);
      expect([...found.keys()].sort()).toEqual(['S-01', 'S-02']);
      for (const [nodeId, summary] of found) expect(summary).toEqual(await store.nodeSummary(nodeId));
      expect(await store.nodeIds()).toEqual(['S-01', 'S-02']);
    });

    forgetContract(test);

    if (reopen !== undefined) {
      it(
        'a store that is opened again holds what it held, and what is forgotten stays so',
        async () => {
          let store = await open();
          try {
            const kept = [1440, 1441, 1442].map(m => at(m, { batteryPct: m / 100, timeSource: 'arrival' }));
            await store.append([at(0), ...kept, at(1450, { probe: 'core' })], 12);
            await store.forget({ readingsBefore: t0 + day, hoursBefore: -Infinity });
            const say = async () => ({
              range: await store.range({ nodeId: 'S-01', ...everything, limit: 10 }),
              summary: await store.nodeSummary('S-01'),
              bounds: await store.bounds('S-01'),
              buckets: await store.buckets({
                nodeId: 'S-01',
                probe: 'main',
                from: t0,
                to: t0 + 2 * day,
                points: 9,
              }),
              ids: await store.nodeIds(),
            });
            const said = await say();
            store = await reopen(store);
            expect(await say()).toEqual(said);
            expect(store.durablePosition()).toBe(12);
            expect(await store.append([at(0), ...kept, at(1443)])).toMatchObject({
              inserted: [at(1443)],
              ...{ duplicates: 3, expired: 1 },
            });
          } finally {
            await store.close();
          }
        },
        timeoutMs,
      );
    }

    likeAPlainArray(test, numRuns);

    test('timeAbove and buckets of spans that meet add up', async store => {
      await store.append(Array.from({ length: 300 }, (_, m) => at(m * 7, { temperatureC: (m * 13) % 17 })));
      const series = { nodeId: 'S-01', probe: 'main' };
      const [a, b, c] = [t0 + hour + 1, t0 + 13 * hour + 777, t0 + 30 * hour];
      const above = (from: number, to: number) =>
        store.timeAbove({ ...series, from, to, levelC: 5, longestGapMs: 10 * minute });
      const [left, right, whole] = [await above(a, b), await above(b, c), await above(a, c)];
      expect(left.knownMs + right.knownMs).toBe(whole.knownMs);
      expect(Math.abs(left.aboveMs + right.aboveMs - whole.aboveMs)).toBeLessThan(1e-3);
      const counted = async (points: number) =>
        (await store.buckets({ ...series, from: a, to: c, points })).reduce(
          (sum, { count }) => sum + count,
          0,
        );
      expect([await counted(1), await counted(7), await counted(5000)]).toEqual(
        Array(3).fill(await counted(100)),
      );
      for (const points of [1, 7, 100, 5000]) {
        const { spanMs } = bucketGrid(a, c, points);
        const buckets = await store.buckets({ ...series, from: a, to: c, points });
        expect(buckets.length).toBeLessThanOrEqual(points);
        for (const bucket of buckets) expect(bucket.to - bucket.from).toBeLessThanOrEqual(spanMs);
      }
    });
  });
}
