import { describe, expect, it } from 'vitest';
import type { ParkedReading } from '../../../../server/store/influx/influxSender.ts';
import { startFakeInfluxd, type WriteAnswer } from './fakeInfluxd.ts';
import { caughtUp, everything, influxAt, minutes, openAt, until } from './influxStoreFixture.ts';

/** Answers writes with these, one after the other, and with 204 from then on. */
async function answering(...answers: (WriteAnswer | null)[]) {
  const seen: string[][] = [];
  const url = await startFakeInfluxd(lines => {
    seen.push(lines);
    const answer = answers.shift();
    return answer === undefined ? { status: 204 } : answer;
  });
  return { influx: influxAt(url), seen };
}

const says = (status: number, error: string): WriteAnswer => ({ status, body: JSON.stringify({ error }) });

describe('an InfluxDB reading store', () => {
  it.each([
    ['is busy', says(503, 'timeout'), /timeout|503/],
    ['has a full cache', says(500, 'engine: cache-max-memory-size exceeded: (1/1)'), /cache-max-memory/],
    ['has a full disk', says(500, 'write /data/wal/_00001.wal: no space left on device'), /no space left/],
    ['takes the token no more', says(401, 'authorization failed'), /authorization failed/],
    ['lets this user only read', says(403, '"t" user is not authorized to write'), /not authorized/],
  ])('waits for an InfluxDB that %s, says why, and loses nothing', async (_, answer, reason) => {
    const { influx, seen } = await answering(answer);
    const parked: ParkedReading[] = [];
    const store = await openAt(influx, { onParked: async one => void parked.push(one) });
    await store.append(minutes(0, 10), 1);
    await store.sync();
    expect(store.durablePosition()).toBe(0);
    expect(store.health()).toMatchObject({ state: 'stale', waiting: 10 });
    expect(store.health()).toMatchObject({ reason: expect.stringMatching(reason) });
    await caughtUp(store, 1);
    expect(seen[1]).toEqual(seen[0]);
    expect(parked).toEqual([]);
  });

  it('counts a write without an answer as an outage, and sends the same again', async () => {
    const { influx, seen } = await answering(null);
    const store = await openAt(influx, { timeoutMs: 100 });
    await store.append(minutes(0, 3), 1);
    await store.sync();
    expect(store.health()).toMatchObject({ state: 'stale', waiting: 3 });
    await caughtUp(store, 1);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toEqual(seen[0]);
  });

  it('asks for no more than InfluxDB will read at once', async () => {
    const written: string[] = [];
    const url = await startFakeInfluxd(lines => {
      if (lines.length > 100) return says(413, 'Request Entity Too Large');
      written.push(...lines);
      return { status: 204 };
    });
    const store = await openAt(influxAt(url));
    await store.append(minutes(0, 1_000), 1);
    await caughtUp(store, 1);
    expect(written).toHaveLength(1_000);
    expect(new Set(written).size).toBe(1_000);
  });

  it('puts nothing aside when InfluxDB refuses every reading alike: that is no fault of theirs', async () => {
    let isMended = false;
    const conflict =
      'partial write: field type conflict: input field "temperature_c" on measurement "readings"';
    const url = await startFakeInfluxd(() => (isMended ? { status: 204 } : says(400, conflict)));
    const parked: ParkedReading[] = [];
    const store = await openAt(influxAt(url), { onParked: async one => void parked.push(one) });
    await store.append(minutes(0, 200), 1);
    await store.sync();
    expect(store.health()).toMatchObject({
      state: 'stale',
      waiting: 200,
      reason: expect.stringContaining('type conflict'),
    });
    expect(await store.range(everything)).toHaveLength(200);
    isMended = true;
    await caughtUp(store, 1);
    expect(parked).toEqual([]);
  });

  it('keeps a refused reading until it has been put where people look', async () => {
    let tries = 0;
    const third = minutes(2, 3)[0]!;
    const isThird = (line: string) => line.endsWith(` ${third.measuredAt}`);
    const url = await startFakeInfluxd(lines =>
      lines.some(isThird) ? says(400, 'unable to parse') : { status: 204 },
    );
    const store = await openAt(influxAt(url), {
      async onParked() {
        tries += 1;
        if (tries === 1) throw new Error('the quarantine is locked');
      },
    });
    await store.append(minutes(0, 10), 1);
    await store.sync();
    expect(store.health()).toMatchObject({ reason: 'the quarantine is locked', waiting: 10 });
    await until(() => tries === 2);
    await caughtUp(store, 1);
    expect((await store.range(everything)).map(r => r.measuredAt)).not.toContain(third.measuredAt);
  });

  it('closes soon though InfluxDB does not answer', async () => {
    const { influx } = await answering(null);
    const store = await openAt(influx, { timeoutMs: 60_000 });
    await store.append(minutes(0, 3), 1);
    await store.close();
    expect(store.durablePosition()).toBe(0);
  });

  it('sends what comes in one by one in company', async () => {
    const { influx, seen } = await answering();
    const store = await openAt(influx);
    for (const reading of minutes(0, 300)) {
      await store.append([reading]);
      await new Promise(setImmediate);
    }
    await store.append([], 1);
    await caughtUp(store, 1);
    expect(seen.flat()).toHaveLength(300);
    expect(seen.length).toBeLessThan(10);
  });
});
