import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { aReading } from '../../support/aReading.ts';
import { awayStore } from '../../support/awayStore.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, testServer } from '../testServer.ts';

const awaySince = startAt - hourMs;
const mark = { stale: true, staleSince: '2026-11-24T02:00:00.000Z' };

describe('GET /nodes/:nodeId/time-above', () => {
  it('tells hours above a level and hours known, a gap longer than the node may be silent being neither', async () => {
    const { server, get, consume } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01', reportEveryS: 600 });
    const from = startAt - 6 * hourMs;
    await consume([
      ...everyTenMinutes(from, from + 2 * hourMs, at => 4 + (8 * (at - from)) / (2 * hourMs)),
      ...everyTenMinutes(from + 4 * hourMs, startAt, 30),
    ]);
    const { status, body } = await get(`/nodes/S-01/time-above?levelC=8&from=${from}&to=${startAt}`);
    expect([status, body]).toEqual([
      200,
      { levelC: 8, from: '2026-11-23T21:00:00.000Z', to: '2026-11-24T03:00:00.000Z', aboveH: 3, knownH: 4 },
    ]);
    const core = await get(`/nodes/S-01/time-above?levelC=8&from=${from}&to=${startAt}&probe=core`);
    expect(core.body).toMatchObject({ aboveH: 0, knownH: 0 });
  });

  it.each([
    ['from=0&to=1', 'levelC'],
    ['levelC=warm&from=0&to=1', 'levelC'],
    ['levelC=86&from=0&to=1', 'levelC'],
    ['levelC=8&to=1', 'from'],
    ['levelC=8&from=1&to=1', 'to'],
  ])('refuses %s', async (query, field) => {
    const { server, get } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const { status, body } = await get(`/nodes/S-01/time-above?${query}`);
    expect([status, body.errors?.[0]?.field]).toEqual([422, field]);
  });

  it('hides nodes of another organisation', async () => {
    const { server, get, otherFirm } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const answer = await get('/nodes/S-01/time-above?levelC=8&from=0&to=1', { token: await otherFirm() });
    expect(answer.body.code).toBe('node.not_found');
  });
});

describe('answers from the store', () => {
  it('ask it once for a chart of a year, and once for all nodes of a page', async () => {
    const { store, asked } = awayStore();
    const { server, get, consume } = await testServer({ readings: store });
    for (const nodeId of ['S-01', 'S-02', 'S-03']) await server.setup.createNode({ orgId: 'tani', nodeId });
    await consume([aReading({ measuredAt: startAt }), aReading({ nodeId: 'S-02', measuredAt: startAt })]);
    const from = startAt - 365 * 24 * hourMs;
    // What there is to know of a probe that repeats itself is asked once.
    await get(`/nodes/S-01/readings?points=500&from=${from}&to=${startAt + 1}`);
    asked.length = 0;
    const { buckets } = (await get(`/nodes/S-01/readings?points=500&from=${from}&to=${startAt + 1}`)).body;
    expect(buckets).toMatchObject([{ count: 1 }]);
    expect(asked.splice(0)).toEqual(['buckets']);
    expect((await get('/nodes/S-01/readings?points=500')).body.buckets.length).toBe(1);
    expect(asked.splice(0)).toEqual(['bounds', 'buckets']);
    expect((await get('/nodes')).body.nodes.length).toBe(3);
    expect(asked).toEqual(['nodeSummaries']);
  });

  it('carry no mark while the database answers, and say since when while it does not', async () => {
    const { store, goAway, comeBack } = awayStore();
    const { get, consume, placedBatch } = await testServer({ readings: store });
    await placedBatch();
    await consume(everyTenMinutes(startAt - 3 * hourMs, startAt, 4));
    const paths = [
      '/nodes',
      '/nodes/S-01',
      '/nodes/S-01/readings',
      '/nodes/S-01/readings?points=5',
      `/nodes/S-01/time-above?levelC=8&from=0&to=${startAt}`,
      '/batches',
      '/batches/B-01',
      '/batches/B-01/estimate',
      '/batches/B-01/history',
    ];
    for (const path of paths) expect((await get(path)).body, path).not.toHaveProperty('stale');
    goAway(awaySince);
    for (const path of paths) {
      const { status, body } = await get(path);
      expect([path, status, body]).toEqual([path, 200, expect.objectContaining(mark)]);
    }
    expect((await get('/products')).body).not.toHaveProperty('stale');
    comeBack();
    for (const path of paths) expect((await get(path)).body, path).not.toHaveProperty('stale');
  });

  it('are 503 with a time to try again when nothing is known, and readings are taken all the same', async () => {
    const { store, goAway, comeBack } = awayStore();
    const { server, get, consume, call } = await testServer({ readings: store });
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    goAway(awaySince, { deaf: true });
    const answer = await get('/nodes/S-01/readings');
    expect([answer.status, answer.body.code]).toEqual([503, 'store.unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await consume([aReading({ measuredAt: startAt })]);
    const ready = await call('GET', '/readyz', { token: null });
    expect([ready.status, ready.body.status]).toEqual([200, 'ready']);
    expect(ready.body.warnings).toEqual([
      'store: answers may miss readings since 2026-11-24T02:00:00.000Z: influx does not answer: it took too long; 3 readings wait',
    ]);
    comeBack();
    expect((await get('/nodes/S-01/readings')).body.readings.length).toBe(1);
    expect((await call('GET', '/readyz', { token: null })).body.warnings).toEqual([]);
  });

  it('estimate a batch anew from everything once it is known again', async () => {
    const { store, goAway, comeBack } = awayStore();
    const away = await testServer({ readings: store });
    const near = await testServer();
    const early = everyTenMinutes(startAt - 9 * hourMs, startAt - 5 * hourMs, 4);
    const late = [
      ...everyTenMinutes(startAt - 4 * hourMs, startAt, 27),
      aReading({ measuredAt: startAt - 7 * hourMs + minuteMs }),
    ];
    for (const each of [away, near]) {
      await each.placedBatch();
      await each.consume(early);
    }
    goAway(awaySince);
    const estimate = async ({ get }: typeof away) => (await get('/batches/B-01/estimate')).body;
    await away.consume(late);
    const partial = await estimate(away);
    comeBack();
    await near.consume(late);
    const whole = await estimate(near);
    expect(await estimate(away)).toEqual(whole);
    expect(partial.measuredShare).not.toBe(whole.measuredShare);
  });

  it('are counted on /metrics', async () => {
    const { store, goAway } = awayStore();
    const registry = new Registry();
    const { call } = await testServer({ readings: store, registry });
    const lines = async () => String((await call('GET', '/metrics', { token: null })).body).split('\n');
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'tahan_store_stale 0',
        'tahan_store_waiting_readings 0',
        'tahan_store_forgotten_readings_total 0',
        'tahan_readings_total{result="expired"} 0',
      ]),
    );
    goAway(awaySince);
    expect(await lines()).toEqual(
      expect.arrayContaining(['tahan_store_stale 1', 'tahan_store_waiting_readings 3']),
    );
  });
});
