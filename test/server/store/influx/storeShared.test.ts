import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { marksOf } from '../../../../server/fleet/shareReadings.ts';
import { believedReadingStore } from '../../../../server/store/believedReadingStore.ts';
import { openInfluxReadingStore } from '../../../../server/store/influx/influxReadingStore.ts';
import type { ParkedReading } from '../../../../server/store/influx/influxSender.ts';
import type { ReadingStore } from '../../../../server/store/readingStore.ts';
import { aReading } from '../../../support/aReading.ts';
import { type Influxd, startInfluxd } from '../../../support/influxd.ts';

let influxd: Influxd;
let buckets = 0;
const t0 = Date.parse('2026-11-24T03:00:00Z');
const at = (minute: number, temperatureC = 4) =>
  aReading({ measuredAt: t0 + minute * 60_000, receivedAt: t0 + minute * 60_000, temperatureC });

beforeAll(async () => {
  influxd = await startInfluxd();
});
afterAll(() => influxd.close());

/** Two processes on one bucket. Nothing passes between them but what a test passes on. */
async function two() {
  buckets += 1;
  const parked: ParkedReading[] = [];
  const open = async () => {
    const store = await openInfluxReadingStore({
      influx: {
        ...{ url: influxd.url, token: null, org: null, bucket: `shared-${buckets}` },
        ...{ username: null, password: null },
      },
      clock: { now: () => t0 + 3_600_000 },
      log: pino({ level: 'silent' }),
      retention: { days: null, hourlyDays: null },
      onParked: async one => void parked.push(one),
    });
    onTestFinished(() => store.close());
    return believedReadingStore(store);
  };
  return { a: await open(), b: await open(), open, parked };
}

const all = async (store: ReadingStore) =>
  (await store.range({ nodeId: 'S-01', from: Number.NEGATIVE_INFINITY, to: Infinity, limit: 1_000 })).map(
    r => [(r.measuredAt - t0) / 60_000, r.temperatureC],
  );

describe('two processes on one InfluxDB', () => {
  it('tell of readings once InfluxDB has them, not before', async () => {
    const { a } = await two();
    const told: number[] = [];
    a.shared!.onStored(readings => told.push(readings.length));
    await a.append([at(0), at(1)]);
    expect(told).toEqual([]);
    await a.sync();
    expect(told).toEqual([2]);
  });

  it('answer with what the other has stored, from memory, once told', async () => {
    const { a, b } = await two();
    await b.append([at(1)]);
    await a.append([at(0), at(2)]);
    await a.sync();
    const taken = await b.shared!.takeStored([at(0), at(2), at(1)]);
    expect([taken.inserted.length, taken.duplicates, taken.conflicts.length]).toEqual([2, 1, 0]);
    expect(await all(b)).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
    ]);
    expect((await b.nodeSummary('S-01'))?.lastReading.measuredAt).toBe(at(2).measuredAt);
    await b.sync();
    expect(b.health()).toEqual({ state: 'ok', waiting: 0 });
    expect(await b.count()).toBe(3);
  });

  it('agree in the end on a key that each has taken with another value, and count it once', async () => {
    const { a, b, parked } = await two();
    await a.append([at(0, 4)]);
    await a.sync();
    // It has not heard of the other one yet, and waits.
    await b.append([at(0, 9)]);
    const heard = await b.shared!.takeStored([at(0, 4)]);
    expect(heard.conflicts).toHaveLength(1);
    await b.sync();
    expect(parked).toMatchObject([{ why: 'conflict', reading: { temperatureC: 9 } }]);
    expect(await all(b)).toEqual([[0, 4]]);
    expect(await all(a)).toEqual([[0, 4]]);
  });

  it('agree when both had written before either heard: what InfluxDB has holds', async () => {
    const { a, b } = await two();
    await a.append([at(0, 4)]);
    await b.append([at(0, 9)]);
    await a.sync();
    await b.sync();
    await a.shared!.takeStored([at(0, 9)]);
    await b.shared!.takeStored([at(0, 4)]);
    expect(await all(a)).toEqual(await all(b));
    expect(await a.count()).toBe(1);
  });

  it('ask InfluxDB for what was only marked', async () => {
    const { a, b } = await two();
    await b.append([at(5)]);
    await b.sync();
    const marked = [at(0), at(1), at(6)];
    await a.append(marked);
    await a.sync();
    expect(await all(b)).toEqual(
      [
        [0, 4],
        [1, 4],
        [5, 4],
        [6, 4],
      ].slice(2, 3),
    );
    await b.shared!.takeMarks(marksOf(marked));
    expect(await all(b)).toEqual([
      [0, 4],
      [1, 4],
      [5, 4],
      [6, 4],
    ]);
    expect((await b.nodeSummary('S-01'))?.lastReading.measuredAt).toBe(at(6).measuredAt);
    // What is newer than the mark is plain again.
    expect((await b.append([at(7)])).inserted).toHaveLength(1);
  });

  it('keep what waits and find everything else when all has to be asked anew', async () => {
    const { a, b } = await two();
    await b.append([at(0)]);
    await b.sync();
    await a.append([at(1), at(2, 7)]);
    await a.sync();
    // Two wait: one whose key the other has taken meanwhile, and one of its own.
    await b.append([at(2, 7), at(3)]);
    await b.shared!.forgetAll();
    expect(await all(b)).toEqual([
      [0, 4],
      [1, 4],
      [2, 7],
      [3, 4],
    ]);
    await b.sync();
    expect(await b.count()).toBe(4);
    expect(await all(b)).toEqual([
      [0, 4],
      [1, 4],
      [2, 7],
      [3, 4],
    ]);
  });

  it('says that it may not know everything while others are not heard', async () => {
    const { a } = await two();
    a.shared!.unheard(() => ({ since: 5, reason: 'cut off' }));
    expect(a.health()).toMatchObject({ state: 'stale', since: 5, reason: 'cut off' });
  });
});
