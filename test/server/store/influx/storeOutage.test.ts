import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../../server/errors.ts';
import type { ParkedReading } from '../../../../server/store/influx/influxSender.ts';
import { type Influxd, startInfluxd } from '../../../support/influxd.ts';
import { tempDir } from '../../../support/tempDir.ts';
import {
  atMinute,
  caughtUp,
  everything,
  influxAt,
  inInflux,
  isOk,
  minute,
  minutes,
  openAt,
  t0,
  until,
} from './influxStoreFixture.ts';

let influxd: Influxd;
let databases = 0;
const newDatabase = () => influxAt(influxd.url, { bucket: `outage ${++databases}` });

beforeAll(async () => {
  influxd = await startInfluxd();
});

afterAll(() => influxd.close());

describe('an InfluxDB reading store while InfluxDB is away', () => {
  it('takes readings on, answers from memory, says so, and catches up with none lost or doubled', async () => {
    const influx = newDatabase();
    const store = await openAt(influx);
    await store.append(minutes(0, 50), 1);
    await store.sync();
    await store.append(minutes(50, 60), 2);
    await influxd.kill('SIGKILL');
    await store.append(minutes(55, 100), 3);
    await store.sync();
    expect(store.durablePosition()).toBe(1);
    expect(store.health()).toMatchObject({ state: 'stale', since: t0, waiting: 50 });
    expect(await store.range(everything)).toEqual(minutes(0, 100));
    expect(
      await store.usable({ nodeId: 'S-01', probe: 'main', from: t0, to: t0 + 100 * minute }),
    ).toHaveLength(100);
    await influxd.start();
    await caughtUp(store, 3);
    const expected = minutes(0, 100).map(r => [r.measuredAt, r.temperatureC]);
    expect(await inInflux(influx)).toEqual(expected);
    expect(await store.count()).toBe(100);
  });

  it('does not wait for one that was stopped, and sends again what it may have had', async () => {
    const influx = newDatabase();
    const store = await openAt(influx, { timeoutMs: 200 });
    await store.append(minutes(0, 20), 1);
    await store.sync();
    await influxd.kill('SIGSTOP');
    await store.append(minutes(20, 30), 2);
    await store.sync();
    expect(store.health()).toMatchObject({ state: 'stale', waiting: 10 });
    expect(store.durablePosition()).toBe(1);
    expect(await store.range(everything)).toHaveLength(30);
    await influxd.kill('SIGCONT');
    await caughtUp(store, 2);
    expect(await inInflux(influx)).toHaveLength(30);
  });

  it('opens though it is frozen, and serves when it thaws', async () => {
    const influx = newDatabase();
    const before = await openAt(influx);
    await before.append(minutes(0, 10), 1);
    await before.close();
    await influxd.kill('SIGSTOP');
    const store = await openAt(influx);
    expect(store.health()).toMatchObject({ state: 'stale', since: t0 });
    await influxd.kill('SIGCONT');
    await until(() => isOk(store));
    expect(await store.range(everything)).toEqual(minutes(0, 10));
  });

  it('opens without it, and checks on its return what nobody could be asked about', async () => {
    const influx = newDatabase();
    const before = await openAt(influx);
    await before.append([...minutes(0, 10), atMinute(20, { batteryPct: 70 })], 1);
    await before.close();
    await influxd.kill('SIGKILL');
    const parked: ParkedReading[] = [];
    const store = await openAt(influx, { onParked: async one => void parked.push(one) });
    expect(store.health()).toMatchObject({ state: 'stale', waiting: 0 });
    await expect(store.nodeSummary('S-01')).rejects.toThrow(StoreUnavailable);
    await expect(store.range(everything)).rejects.toThrow(StoreUnavailable);
    const conflict = atMinute(4, { temperatureC: 66 });
    const fresh = [atMinute(15, { temperatureC: 1 }), atMinute(30, { temperatureC: 2 })];
    await store.append([atMinute(3, { temperatureC: 0.3 }), conflict, ...fresh], 2);
    expect(await store.nodeIds()).toEqual(['S-01']);
    await influxd.start();
    await caughtUp(store, 2);
    const expected = [...minutes(0, 10), fresh[0]!, atMinute(20), fresh[1]!];
    expect(await inInflux(influx)).toEqual(expected.map(r => [r.measuredAt, r.temperatureC]));
    expect(parked).toMatchObject([{ reading: conflict, why: 'conflict' }]);
    expect(await store.nodeSummary('S-01')).toMatchObject({ lastReading: fresh[1]!, batteryPct: 70 });
    expect(await store.append([conflict, fresh[0]!])).toMatchObject({
      duplicates: 1,
      conflicts: [conflict],
    });
  });

  it('takes no more than its bound, and the rest when there is room again', async () => {
    const influx = newDatabase();
    const store = await openAt(influx, { mostPending: 20 });
    await influxd.kill('SIGKILL');
    await store.append(minutes(0, 15), 1);
    await expect(store.append(minutes(15, 25), 2)).rejects.toThrow(/15 readings wait for InfluxDB/);
    expect(await store.range(everything)).toHaveLength(15);
    await influxd.start();
    await caughtUp(store, 1);
    await store.append(minutes(15, 25), 2);
    await caughtUp(store, 2);
    expect(await inInflux(influx)).toHaveLength(25);
  });

  it('sums nothing up by half: a forget that fails is done as a whole later', async () => {
    const influx = newDatabase();
    const store = await openAt(influx, { retention: { days: 60, hourlyDays: null } });
    await store.append(minutes(0, 120), 1);
    await store.sync();
    await influxd.kill('SIGKILL');
    const bounds = { readingsBefore: t0 + 24 * 60 * minute, hoursBefore: -Infinity };
    await expect(store.forget(bounds)).rejects.toThrow(StoreUnavailable);
    expect((await store.append([atMinute(500)], 2)).expired).toBe(0);
    await influxd.start();
    await caughtUp(store, 2);
    expect(await store.forget(bounds)).toEqual({ readings: 121, hours: 0 });
    expect((await store.append([atMinute(501)], 3)).expired).toBe(1);
  });
});

describe('an InfluxDB reading store', () => {
  it('puts aside the one reading that InfluxDB will never take, and sends all others', async () => {
    const influx = newDatabase();
    const parked: ParkedReading[] = [];
    const store = await openAt(influx, { onParked: async one => void parked.push(one) });
    // InfluxDB counts nanoseconds in 64 bits: its time ends in 2262.
    const poison = atMinute(7, { measuredAt: Date.parse('2300-01-01T00:00:00Z') });
    await store.append([...minutes(0, 500), poison, ...minutes(500, 900)], 1);
    await caughtUp(store, 1);
    expect(parked).toMatchObject([{ reading: poison, why: 'refused' }]);
    expect(await inInflux(influx)).toHaveLength(900);
    expect(await store.range(everything)).toEqual(minutes(0, 900));
  });

  it('keeps the journal position over a restart, and offers nothing twice', async () => {
    const influx = newDatabase();
    const positionPath = join(tempDir(), 'influx-position.json');
    const store = await openAt(influx, { positionPath });
    await store.append(minutes(0, 10), 41);
    await store.close();
    const again = await openAt(influx, { positionPath });
    expect(again.durablePosition()).toBe(41);
    await again.append([], 42);
    await again.sync();
    expect(again.durablePosition()).toBe(42);
  });

  it('knows everything again that a journal offers twice, of many nodes at once', async () => {
    const influx = newDatabase();
    const readings = Array.from({ length: 300 }, (_, i) =>
      atMinute(Math.floor(i / 30), { nodeId: `S-${i % 30}`, temperatureC: i / 10 }),
    );
    const store = await openAt(influx);
    await store.append(readings, 1);
    await store.close();
    const again = await openAt(influx);
    const other = { ...readings[100]!, temperatureC: 77 };
    const fresh = atMinute(4.5, { nodeId: 'S-7' });
    expect(await again.append([...readings, other, fresh], 1)).toEqual({
      inserted: [fresh],
      duplicates: 300,
      conflicts: [other],
      expired: 0,
    });
  });

  it('tells the latest state of a node again after a restart, however its readings came', async () => {
    const influx = newDatabase();
    const store = await openAt(influx);
    const arrived = (m: number, receivedMinute: number, timeSource: 'device' | 'arrival') =>
      atMinute(m, { receivedAt: t0 + receivedMinute * minute, timeSource });
    await store.append([arrived(10, 10, 'device'), arrived(11, 11, 'arrival')], 1);
    await store.sync();
    await store.append([arrived(5, 30, 'arrival'), atMinute(4, { batteryPct: 55, receivedAt: t0 })], 2);
    const told = await store.nodeSummary('S-01');
    expect(told).toMatchObject({
      lastSeenAt: t0 + 30 * minute,
      clockWrongSince: t0 + 11 * minute,
      batteryPct: 55,
    });
    await store.close();
    expect(await (await openAt(influx)).nodeSummary('S-01')).toEqual(told);
  });
});

describe('an InfluxDB that asks for a login', () => {
  it('gets nothing from a wrong one, and everything once it is right, with nothing dropped meanwhile', async () => {
    const auth = { username: 'tahan', password: 'right' };
    const guarded = await startInfluxd({ auth });
    try {
      const right = influxAt(guarded.url, auth);
      const store = await openAt({ ...right, password: 'wrong' });
      await store.append(minutes(0, 10), 1);
      await store.sync();
      expect(store.health()).toMatchObject({ state: 'stale', waiting: 10 });
      expect(store.health()).toMatchObject({ reason: expect.stringMatching(/401|password|auth/i) });
      expect(JSON.stringify(store.health())).not.toContain('wrong');
      expect(store.durablePosition()).toBe(0);
      expect(await store.range(everything)).toEqual(minutes(0, 10));
      const mended = await openAt(right);
      await until(() => isOk(mended));
      await mended.append(minutes(0, 10), 1);
      await caughtUp(mended, 1);
      expect(await inInflux(right)).toHaveLength(10);
    } finally {
      await guarded.close();
    }
  });

  it('is used by a login that may only read and write, where everything is there', async () => {
    const auth = { username: 'admin', password: 'secret' };
    const guarded = await startInfluxd({ auth });
    try {
      const admin = influxAt(guarded.url, auth);
      const run = async (q: string) => {
        const authorization = `Basic ${btoa('admin:secret')}`;
        const body = new URLSearchParams({ q });
        await fetch(`${guarded.url}/query`, { method: 'POST', headers: { authorization }, body });
      };
      await run("CREATE USER tahan WITH PASSWORD 'plain'");
      const plain = { ...admin, username: 'tahan', password: 'plain' };
      const store = await openAt(plain);
      expect(store.health()).toMatchObject({
        state: 'stale',
        reason: expect.stringMatching(/administrator/),
      });
      await run('CREATE DATABASE tahan WITH DURATION 100d');
      await run('GRANT ALL ON tahan TO tahan');
      await store.append(minutes(0, 10), 1);
      await caughtUp(store, 1);
      expect(await inInflux(admin)).toHaveLength(10);
    } finally {
      await guarded.close();
    }
  });
});
