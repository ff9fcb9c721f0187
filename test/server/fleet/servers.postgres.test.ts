import { once } from 'node:events';
import { get as httpGet } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import type { Reading } from '../../../models/contracts/reading.ts';
import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { openLive } from '../../support/openLive.ts';
import { createSchema, withClient } from '../../support/postgres.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

let influxd: Influxd;
let buckets = 0;

beforeAll(async () => {
  influxd = await startInfluxd();
});

afterAll(() => influxd.close());

const soon = { timeout: 8_000, interval: 50 };
const iso = (at: number) => new Date(at).toISOString();

/** Servers with folders of their own on one PostgreSQL and one InfluxDB. */
async function servers(count: number) {
  const { url, drop } = await createSchema(inject('postgresUrl')!);
  onTestFinished(drop);
  buckets += 1;
  const environment = {
    TAHAN_DATABASE_URL: url,
    TAHAN_STORE: 'influxdb',
    INFLUX_URL: influxd.url,
    INFLUX_BUCKET: `fleet-${buckets}`,
  };
  const all: TestServer[] = [];
  for (let n = 0; n < count; n++) all.push(await testServer({ environment }));
  for (const one of all) await expect.poll(() => one.server.fleet.members().length, soon).toBe(count);
  return { url, all, environment };
}

const cutAll = (url: string) =>
  withClient(url, client =>
    client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tahan fleet'",
    ),
  );

/** What a server says of a batch, without what differs by a look at the clock. */
const batchOf = async (one: TestServer) => (await one.get('/batches/B-01')).body;

const readingsOf = async (one: TestServer) =>
  (await one.get(`/nodes/S-01/readings?from=${iso(startAt - 20 * hourMs)}&to=${iso(startAt + hourMs)}`)).body
    .readings;

const alertsOf = async (one: TestServer) =>
  (await one.get('/alerts')).body.alerts.filter((alert: { kind: string }) => alert.kind === 'too-warm');

describe('servers on one PostgreSQL and one InfluxDB', () => {
  it('show readings that another one took: the node, the estimate, the live stream', async () => {
    const { all } = await servers(2);
    const [a, b] = all as [TestServer, TestServer];
    await a.placedBatch();
    await a.consume(everyTenMinutes(startAt - 10 * hourMs, startAt - 5 * hourMs, 4));
    // The other one has looked at it, so that it has a life in its memory.
    await expect.poll(() => readingsOf(b), soon).toHaveLength(31);
    const before = await batchOf(b);
    const live = await openLive(b);
    const latest = startAt;
    await a.consume(everyTenMinutes(startAt - 290 * minuteMs, latest, 12));
    await live.until(({ type, data }) => type === 'reading' && data.measuredAt === iso(latest));
    await live.until(({ type }) => type === 'estimate');
    live.close();
    expect((await b.get('/nodes/S-01')).body.lastReading.measuredAt).toBe(iso(latest));
    expect(await readingsOf(b)).toEqual(await readingsOf(a));
    const after = await batchOf(b);
    expect(after.estimate).not.toEqual(before.estimate);
    expect(after).toEqual(await batchOf(a));
  });

  it('give the same estimate whichever of them took each reading, and however often', async () => {
    const { all } = await servers(2);
    const [a, b] = all as [TestServer, TestServer];
    await a.placedBatch();
    await b.get('/batches/B-01');
    const readings = everyTenMinutes(startAt - 10 * hourMs, startAt, at => 4 + ((at / minuteMs) % 7));
    const odd = (_: Reading, i: number) => i % 2 === 1;
    await a.consume(readings.filter((r, i) => !odd(r, i)));
    await b.consume(readings.filter(odd));
    // A publish whose acknowledgement was lost comes again, to another server.
    await b.consume(readings.slice(0, 20));
    await a.consume(readings.slice(20));
    await expect.poll(() => readingsOf(a), soon).toHaveLength(readings.length);
    await expect.poll(() => readingsOf(b), soon).toHaveLength(readings.length);
    await expect.poll(async () => (await batchOf(a)).estimate, soon).toEqual((await batchOf(b)).estimate);
    const third = (await servers(1)).all[0]!;
    await third.placedBatch();
    await third.consume(readings);
    expect((await batchOf(third)).estimate).toEqual((await batchOf(a)).estimate);
  });

  it('take in what a person changes at another one', async () => {
    const { all } = await servers(2);
    const [a, b] = all as [TestServer, TestServer];
    const live = await openLive(b);
    await a.placedBatch();
    await live.until(({ type, data }) => type === 'batch' && data.batchId === 'B-01');
    live.close();
    await b.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 4));
    await expect.poll(() => readingsOf(a), soon).toHaveLength(61);
    const uncorrected = await batchOf(b);
    const answer = await a.post('/nodes/S-01/offsets', {
      temperatureOffsetC: 6,
      from: iso(startAt - 10 * hourMs),
    });
    expect(answer.status).toBe(201);
    await expect.poll(async () => (await batchOf(b)).estimate, soon).not.toEqual(uncorrected.estimate);
    expect((await batchOf(b)).estimate).toEqual((await batchOf(a)).estimate);
    expect((await b.get('/nodes/S-01')).body.offsetC).toBe(6);
  });

  it('read everything anew after messages may have been missed', async () => {
    const { url, all } = await servers(2);
    const [a, b] = all as [TestServer, TestServer];
    await a.placedBatch();
    await a.consume(everyTenMinutes(startAt - 10 * hourMs, startAt - hourMs, 4));
    await expect.poll(() => readingsOf(b), soon).toHaveLength(55);
    await batchOf(b);
    const live = await openLive(b);
    await cutAll(url);
    // Nobody is told of these: the other one hears nothing just now.
    await a.consume(everyTenMinutes(startAt - 50 * minuteMs, startAt, 20));
    await a.post('/nodes/S-01/offsets', { temperatureOffsetC: 2, from: iso(startAt - 10 * hourMs) });
    await live.until(({ type }) => type === 'reset');
    live.close();
    await expect.poll(() => b.server.fleet.uninformed(), soon).toBeNull();
    await expect.poll(() => a.server.fleet.uninformed(), soon).toBeNull();
    await expect.poll(() => readingsOf(b), soon).toHaveLength(61);
    await expect.poll(async () => (await batchOf(b)).estimate, soon).toEqual((await batchOf(a)).estimate);
  });

  it('keep what was refused by the journals of both apart, and each deals with all of it', async () => {
    const { all } = await servers(2);
    const [a, b] = all as [TestServer, TestServer];
    await a.placedBatch();
    const refused = (payloadHead: string) => ({
      ...{ nodeId: 'S-01', topic: 'tahan/S-01/readings', receivedAt: startAt, payloadHead, payloadBytes: 1 },
      rejection: { code: 'publish.not_json', message: 'is not JSON' } as const,
    });
    // The same position in both journals.
    expect(await a.consume([], [refused('a')])).toBe(await b.consume([], [refused('b')]));
    const waiting = async (one: TestServer) =>
      (await one.get('/quarantine')).body.quarantine.map((q: { quarantineId: string }) => q.quarantineId);
    const ids = await waiting(a);
    expect(ids).toHaveLength(2);
    expect(await waiting(b)).toEqual(ids);
    for (const id of ids)
      expect((await b.post(`/quarantine/${id}/discard`, { reason: 'uji' })).status).toBe(200);
    expect(await waiting(a)).toEqual([]);
  });

  it('tell once of what is too warm, whoever took the readings and whoever decides', async () => {
    const { all } = await servers(3);
    const [a, b, c] = all as [TestServer, TestServer, TestServer];
    await a.placedBatch({ storage: 'fridge' });
    const warm = everyTenMinutes(startAt - 10 * hourMs, startAt, at => (at > startAt - hourMs ? 11 : 5));
    for (const [n, one] of all.entries()) await one.consume(warm.filter((_, i) => i % 3 === n));
    for (const one of all) await expect.poll(() => readingsOf(one), soon).toHaveLength(warm.length);
    await expect.poll(() => alertsOf(b), soon).toHaveLength(1);
    for (const one of all) {
      await one.server.alerts.tick();
      await one.server.alerts.settled();
    }
    const [alert] = await alertsOf(b);
    expect(alert.history.map(({ what }: { what: string }) => what)).toEqual(['opened']);
    // A person takes it on at one server; the one that decides knows.
    const live = await openLive(c);
    expect((await b.post(`/alerts/${alert.alertId}/acknowledge`, {})).status).toBe(200);
    const told = await live.until(({ type, data }) => type === 'alert' && data.acknowledgedAt !== null);
    expect(told.data.alertId).toBe(alert.alertId);
    live.close();
    // Whoever decided goes; the others go on with the same alert.
    await a.stop();
    for (const one of [b, c]) {
      await one.server.alerts.tick();
      await one.server.alerts.settled();
    }
    const after = await alertsOf(c);
    expect(after).toHaveLength(1);
    expect(after[0].alertId).toBe(alert.alertId);
    expect(after[0].acknowledgedAt).not.toBeNull();
  });

  it('leave the alerts to the one that decides, until it gives no sign of life', async () => {
    const { url, all } = await servers(1);
    const [a] = all as [TestServer];
    await a.placedBatch({ storage: 'fridge' });
    const otherLives = (ms: number) => `(extract(epoch from clock_timestamp()) * 1000)::bigint + ${ms}`;
    await withClient(url, client =>
      client.query(`
        insert into servers (server_id, run, started_at, heartbeat_at) values ('other', 'r', 0, ${otherLives(600_000)});
        update alert_lease set holder = 'other/r', held_until = ${Number.MAX_SAFE_INTEGER}`),
    );
    await expect.poll(() => a.server.fleet.members().length, soon).toBe(2);
    await a.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, at => (at > startAt - hourMs ? 11 : 5)));
    await a.server.alerts.tick();
    await a.server.alerts.settled();
    expect(await alertsOf(a)).toEqual([]);
    await withClient(url, client =>
      client.query(`update servers set heartbeat_at = ${otherLives(-6_000)} where server_id = 'other'`),
    );
    await expect.poll(() => alertsOf(a), { timeout: 14_000, interval: 100 }).toHaveLength(1);
  });

  it('send a dashboard that comes from another one to the beginning', async () => {
    const { all } = await servers(2);
    const [a, b] = all as [TestServer, TestServer];
    const first = await openLive(a);
    await a.placedBatch();
    await first.until(({ type }) => type === 'batch');
    first.close();
    const request = httpGet(`${b.url}/api/v1/live`, {
      headers: { authorization: `Bearer ${b.token}`, 'last-event-id': 'aaaaaaaaaaaa-7' },
    });
    const [response] = await once(request, 'response');
    response.on('error', () => {});
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await expect.poll(() => text, soon).toContain('event: reset');
    request.destroy();
  });
});
