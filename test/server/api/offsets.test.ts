import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetEffectSchema, offsetViewSchema } from '../../../models/contracts/offset.ts';
import { aReading } from '../../support/aReading.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, testServer } from '../testServer.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('POST /nodes/:nodeId/offsets', () => {
  it('corrects readings from an instant on and keeps what the probe said', async () => {
    const { post, get, server, consume } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await consume([
      aReading({ measuredAt: startAt - 2, temperatureC: 4.1 }),
      aReading({ measuredAt: startAt - 1, temperatureC: 4.1 }),
      aReading({ measuredAt: startAt, temperatureC: null, humidityPct: 80 }),
    ]);
    const added = await post('/nodes/S-01/offsets', {
      temperatureOffsetC: 0.3,
      from: iso(startAt - 1),
      calibrationDueAt: iso(startAt + 365 * 24 * hourMs),
      note: 'air es, termometer acuan',
    });
    expect(added.status).toBe(201);
    expect(offsetViewSchema.parse(added.body)).toEqual(added.body);
    const { readings } = (await get('/nodes/S-01/readings')).body;
    expect(readings).toMatchObject([
      { temperatureC: 4.1, rawTemperatureC: 4.1 },
      { temperatureC: 4.4, rawTemperatureC: 4.1 },
      { temperatureC: null, rawTemperatureC: null, humidityPct: 80 },
    ]);
    const { buckets } = (await get(`/nodes/S-01/readings?points=1&from=${startAt - 2}&to=${startAt}`)).body;
    expect(buckets).toMatchObject([{ minC: 4.1, maxC: 4.4, count: 2 }]);
    expect((await get('/nodes/S-01')).body).toMatchObject({
      offsetC: 0.3,
      calibrationDueAt: iso(startAt + 365 * 24 * hourMs),
    });
  });

  it('changes the estimates that the probe speaks for, as if it had always said so', async () => {
    const { post, get, placedBatch, consume } = await testServer();
    await placedBatch();
    await consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 6));
    const before = (await get('/batches/B-01/estimate?futureTemperatureC=6')).body;
    await post('/nodes/S-01/offsets', { temperatureOffsetC: 3, from: iso(startAt - 10 * hourMs) });
    const corrected = (await get('/batches/B-01/estimate?futureTemperatureC=6')).body;
    expect(corrected.remainingH.p05).toBeLessThan(before.remainingH.p05);
    expect(corrected.lastTemperatureC).toBe(9);

    const other = await testServer();
    await other.placedBatch();
    await other.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 9));
    expect((await other.get('/batches/B-01/estimate?futureTemperatureC=6')).body).toEqual(corrected);

    await post('/nodes/S-01/offsets', { temperatureOffsetC: 0, from: iso(startAt - 10 * hourMs) });
    expect((await get('/batches/B-01/estimate?futureTemperatureC=6')).body).toEqual(before);
  });

  it('gives bit-equal estimates whether it comes before, between or after the readings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -20, max: 350 }), { minLength: 2, maxLength: 12 }),
        fc.array(fc.record({ tenths: fc.integer({ min: -50, max: 50 }), step: fc.nat(12) }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.nat(12),
        async (tenths, offsets, splitAt) => {
          const readings = tenths.map((t, i) =>
            aReading({ measuredAt: startAt - 9 * hourMs + i * 20 * minuteMs, temperatureC: t / 10 }),
          );
          const said: string[] = [];
          for (const split of [0, splitAt, readings.length]) {
            const { post, get, placedBatch, consume, stop } = await testServer();
            await placedBatch();
            await get('/batches/B-01/estimate');
            await consume(readings.slice(0, split));
            for (const { tenths: t, step } of offsets) {
              const from = startAt - 9 * hourMs + step * 20 * minuteMs;
              await post('/nodes/S-01/offsets', { temperatureOffsetC: t / 10, from });
            }
            await consume(readings.slice(split).toReversed());
            said.push(JSON.stringify((await get('/batches/B-01/estimate')).body));
            await stop();
          }
          expect(said[1]).toBe(said[0]);
          expect(said[2]).toBe(said[0]);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('is of one probe: the others stay as they are', async () => {
    const { post, get, server, consume } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await consume([
      aReading({ measuredAt: startAt, temperatureC: 4 }),
      aReading({ measuredAt: startAt, temperatureC: 4, probe: 'core' }),
    ]);
    await post('/nodes/S-01/offsets', { probe: 'core', temperatureOffsetC: -1, from: startAt });
    const { readings } = (await get('/nodes/S-01/readings')).body;
    expect(readings).toMatchObject([
      { probe: 'core', temperatureC: 3 },
      { probe: 'main', temperatureC: 4 },
    ]);
  });

  it('is told to live streams and in the audit trail, and stays over a restart', async () => {
    const { post, get, server, consume, stop, dataDir, token } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await consume([aReading({ measuredAt: startAt, temperatureC: 4 })]);
    await post('/nodes/S-01/offsets', { temperatureOffsetC: -0.5, from: startAt });
    const before = (await get('/nodes/S-01/readings')).body;
    await stop();
    const again = await testServer({ dataDir });
    expect((await again.get('/nodes/S-01/readings', { token })).body).toEqual(before);
    expect(before.readings).toMatchObject([{ temperatureC: 3.5, rawTemperatureC: 4 }]);
  });

  it.each([
    [{}, 'temperatureOffsetC'],
    [{ temperatureOffsetC: 10.1, from: startAt }, 'temperatureOffsetC'],
    [{ temperatureOffsetC: '1', from: startAt }, 'temperatureOffsetC'],
    [{ temperatureOffsetC: 1, from: 'kemarin' }, 'from'],
    [{ temperatureOffsetC: 1, from: startAt + 25 * hourMs }, 'from'],
    [{ temperatureOffsetC: 1, from: startAt, calibrationDueAt: startAt }, 'calibrationDueAt'],
    [{ temperatureOffsetC: 1, from: startAt, probe: 'a b' }, 'probe'],
    [{ temperatureOffsetC: 1, from: startAt, note: '' }, 'note'],
  ])('refuses %j', async (body, field) => {
    const { post, server } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const answer = await post('/nodes/S-01/offsets', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

describe('GET /nodes/:nodeId/offsets', () => {
  it('pages the history, the newest line first, for the own firm only', async () => {
    const { post, get, server, otherFirm } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    for (const c of [1, 2, 3]) await post('/nodes/S-01/offsets', { temperatureOffsetC: c, from: startAt });
    const first = (await get('/nodes/S-01/offsets?limit=2')).body;
    const second = (await get(`/nodes/S-01/offsets?limit=2&cursor=${first.nextCursor}`)).body;
    const offsets = [...first.offsets, ...second.offsets].map(o => o.temperatureOffsetC);
    expect(offsets).toEqual([3, 2, 1]);
    expect((await get('/nodes/S-01')).body.offsetC).toBe(3);
    const token = await otherFirm();
    for (const answer of [
      await get('/nodes/S-01/offsets', { token }),
      await post('/nodes/S-01/offsets', { temperatureOffsetC: 1, from: startAt }, { token }),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'node.not_found']);
  });
});

describe('POST /nodes/:nodeId/offsets/effect', () => {
  it('says what an offset would do to the batches that are there, and changes nothing', async () => {
    const { post, get, placedBatch, consume } = await testServer();
    await placedBatch();
    await consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 6));
    const before = (await get('/batches/B-01/estimate')).body;
    const tried = { temperatureOffsetC: 3, from: iso(startAt - 10 * hourMs) };
    const { status, body } = await post('/nodes/S-01/offsets/effect', tried);
    expect(status).toBe(200);
    expect(offsetEffectSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ batchCount: 1, batches: [{ batchId: 'B-01' }] });
    expect((await get('/batches/B-01/estimate')).body).toEqual(before);
    expect((await get('/nodes/S-01/offsets')).body.offsets).toEqual([]);
    expect(body.batches[0].beforeH).toBe(before.remainingH.p05);

    await post('/nodes/S-01/offsets', tried);
    expect((await get('/batches/B-01/estimate')).body.remainingH.p05).toBe(body.batches[0].afterH);
    expect(body.batches[0].afterH).toBeLessThan(body.batches[0].beforeH);

    const same = (await post('/nodes/S-01/offsets/effect', tried)).body.batches[0];
    expect(same.afterH).toBe(same.beforeH);
    const later = { temperatureOffsetC: 0, from: iso(startAt - 20 * hourMs) };
    const overruled = (await post('/nodes/S-01/offsets/effect', later)).body.batches[0];
    expect(overruled.afterH).toBe(overruled.beforeH);
  });

  it('counts no batch that is over, and knows no node of another firm', async () => {
    const { post, placedBatch, otherFirm } = await testServer();
    await placedBatch();
    await post('/batches/B-01/sold-out');
    const tried = { temperatureOffsetC: 3, from: iso(startAt - hourMs) };
    expect((await post('/nodes/S-01/offsets/effect', tried)).body).toEqual({ batchCount: 0, batches: [] });
    const token = await otherFirm();
    expect((await post('/nodes/S-01/offsets/effect', tried, { token })).status).toBe(404);
  });
});
