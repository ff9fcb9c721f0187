import { describe, expect, it } from 'vitest';
import { batchHistorySchema, estimateSchema } from '../../../models/contracts/estimate.ts';
import { aReading } from '../../support/aReading.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

const producedAt = startAt - 10 * hourMs;
const estimate = async ({ get }: TestServer, query = '') =>
  (await get(`/batches/B-01/estimate${query}`)).body;

/** A vacuum pack in the fridge lives for days: room to see silence grow. */
const chilled = { productId: 'takwa-vakum' };

describe('GET /batches/:batchId/estimate', () => {
  it('answers by the contract, from its readings', async () => {
    const tani = await testServer();
    await tani.placedBatch(chilled);
    await tani.consume(everyTenMinutes(producedAt, startAt, 4));
    const body = await estimate(tani);
    expect(estimateSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      batchId: 'B-01',
      asOf: '2026-11-24T03:00:00.000Z',
      status: 'fresh',
      measuredShare: 1,
      gapH: 0,
      lastReadingAt: '2026-11-24T03:00:00.000Z',
      lastTemperatureC: 4,
      leftOutReadings: 0,
      assumptionKind: 'recent-mean',
      futureTemperatureC: 4,
      flags: [],
    });
    expect(body.meanKineticTemperatureC).toBeCloseTo(4, 6);
    expect(body.remainingH.p05).toBeLessThanOrEqual(body.remainingH.median);
    expect(body.remainingH.median).toBeLessThanOrEqual(body.remainingH.p95);
  });

  it('assumes what it is asked to, then the storage, then the last day, then the product', async () => {
    const tani = await testServer();
    await tani.placedBatch(chilled);
    expect(await estimate(tani)).toMatchObject({ assumptionKind: 'product-default', futureTemperatureC: 5 });
    await tani.consume(everyTenMinutes(producedAt, startAt, 6.23));
    expect(await estimate(tani)).toMatchObject({ assumptionKind: 'recent-mean', futureTemperatureC: 6.3 });
    expect(await estimate(tani, '?futureTemperatureC=0')).toMatchObject({
      assumptionKind: 'given',
      futureTemperatureC: 0,
    });
  });

  it('takes a fridge for a fridge only while its readings agree', async () => {
    const tani = await testServer();
    await tani.placedBatch({ ...chilled, storage: 'fridge' });
    await tani.consume(everyTenMinutes(producedAt, startAt, 3));
    expect(await estimate(tani)).toMatchObject({ assumptionKind: 'storage', futureTemperatureC: 5 });
    await tani.consume(everyTenMinutes(producedAt + minuteMs, startAt, 9));
    expect(await estimate(tani)).toMatchObject({ assumptionKind: 'recent-mean', futureTemperatureC: 6 });
  });

  it('promises less when it is kept warmer', async () => {
    const tani = await testServer();
    await tani.placedBatch(chilled);
    await tani.consume(everyTenMinutes(producedAt, startAt, 4));
    const cold = await estimate(tani, '?futureTemperatureC=4');
    const warm = await estimate(tani, '?futureTemperatureC=20');
    expect(warm.remainingH.p05).toBeLessThan(cold.remainingH.p05);
    expect(warm.flags).toContain('sealed-pack-unchilled');
  });

  it('is silent after three missed reports and unknown after six hours, never colder than it was', async () => {
    const tani = await testServer();
    await tani.placedBatch(chilled);
    await tani.consume(everyTenMinutes(producedAt, startAt, 4));
    const before = await estimate(tani);
    tani.clock.set(startAt + 40 * minuteMs);
    expect((await estimate(tani, `?at=${startAt + 30 * minuteMs}`)).flags).toEqual([]);
    const silent = await estimate(tani, `?at=${startAt + 30 * minuteMs + 1}`);
    expect(silent).toMatchObject({ status: 'fresh', flags: ['silent'] });
    expect(silent.countLog10CfuPerG.p95).toBeGreaterThan(before.countLog10CfuPerG.p95 + 0.02);
    tani.clock.set(startAt + 6 * hourMs + 1);
    const lost = await estimate(tani);
    expect(lost.status).toBe('unknown');
    expect(lost.flags).toEqual(expect.arrayContaining(['silent', 'silent-too-long']));
    expect(lost.measuredShare).toBeLessThan(1);
    await tani.consume(everyTenMinutes(startAt + 10 * minuteMs, tani.clock.now(), 4));
    expect(await estimate(tani)).toMatchObject({ status: 'fresh', flags: [], measuredShare: 1 });
  });

  it('never lets a spike or a power-on value age a batch, and counts them', async () => {
    const tani = await testServer();
    await tani.placedBatch(chilled);
    const good = everyTenMinutes(producedAt, startAt, 4);
    await tani.consume(good);
    const clean = await estimate(tani);
    await tani.consume([
      aReading({ measuredAt: startAt - 65 * minuteMs, temperatureC: 85, quality: 'suspect' }),
      aReading({ measuredAt: startAt - 125 * minuteMs, temperatureC: 70 }),
    ]);
    const dirty = await estimate(tani);
    expect(dirty).toEqual({ ...clean, leftOutReadings: 2, flags: ['readings-left-out'] });
  });

  it('answers for the past from what was known then, and for the future with the time until then assumed', async () => {
    const tani = await testServer();
    await tani.placedBatch(chilled);
    await tani.consume(everyTenMinutes(producedAt, startAt - 5 * hourMs, 4));
    tani.clock.set(startAt - 5 * hourMs);
    const then = await estimate(tani);
    await tani.consume(everyTenMinutes(startAt - 5 * hourMs + 10 * minuteMs, startAt, 25));
    tani.clock.set(startAt);
    expect(await estimate(tani, '?at=2026-11-23T22:00:00Z')).toEqual(then);

    const now = await estimate(tani, '?futureTemperatureC=4');
    const later = await estimate(tani, '?futureTemperatureC=4&at=2026-11-24T13:00:00Z');
    expect(later.asOf).toBe('2026-11-24T13:00:00.000Z');
    expect(later.remainingH.median).toBeCloseTo(now.remainingH.median - 10, 3);
    expect(later.countLog10CfuPerG.median).toBeGreaterThan(now.countLog10CfuPerG.median);
    expect(later.lastReadingAt).toBe(now.lastReadingAt);
  });

  it.each([
    ['at=2026-11-22T00:00:00Z', 'at'],
    ['at=tomorrow', 'at'],
    ['futureTemperatureC=warm', 'futureTemperatureC'],
    ['futureTemperatureC=', 'futureTemperatureC'],
    ['futureTemperatureC=61', 'futureTemperatureC'],
    ['futureTemperatureC=1e3', 'futureTemperatureC'],
    ['future=4', 'future'],
  ])('refuses %s', async (query, field) => {
    const { placedBatch, get } = await testServer();
    await placedBatch();
    const { status, body } = await get(`/batches/B-01/estimate?${query}`);
    expect([status, body.errors?.[0]?.field]).toEqual([422, field]);
  });
});

describe('POST /batches/:batchId/placements', () => {
  it('lets a second sensor take over where the first one ends', async () => {
    const tani = await testServer();
    await tani.placedBatch(chilled);
    await tani.server.setup.createNode({ orgId: 'tani', nodeId: 'S-02', name: 'Truk' });
    await tani.consume(everyTenMinutes(producedAt, startAt, 4));
    await tani.consume(everyTenMinutes(producedAt, startAt, 12, { nodeId: 'S-02' }));
    const { status, body } = await tani.post('/batches/B-01/placements', {
      nodeId: 'S-02',
      from: '2026-11-23T22:00:00Z',
    });
    expect([status, body]).toEqual([
      201,
      {
        placementId: expect.any(String),
        nodeId: 'S-02',
        nodeName: 'Truk',
        probe: 'main',
        position: 'main',
        from: '2026-11-23T22:00:00.000Z',
        to: null,
      },
    ]);
    const batch = (await tani.get('/batches/B-01')).body;
    expect(batch.placements.map((p: { to: string | null }) => p.to)).toEqual([
      '2026-11-23T22:00:00.000Z',
      null,
    ]);
    expect(batch.estimate).toMatchObject({ lastTemperatureC: 12, measuredShare: 1 });
    expect(batch.estimate.timeOutOfRangeH).toBeGreaterThan(4.9);
  });

  it('refuses an overlap and names the placement in the way', async () => {
    const tani = await testServer();
    await tani.placedBatch();
    await tani.server.setup.createNode({ orgId: 'tani', nodeId: 'S-02' });
    const { status, body } = await tani.post('/batches/B-01/placements', {
      nodeId: 'S-02',
      from: '2026-11-23T10:00:00Z',
    });
    expect([status, body.code]).toEqual([409, 'placement.overlaps']);
    expect(body.detail).toContain('S-01');
  });

  it('answers 404 for a node or batch that is unknown or belongs to others', async () => {
    const tani = await testServer();
    await tani.placedBatch();
    await tani.otherFirm();
    await tani.server.setup.createNode({ orgId: 'lain', nodeId: 'L-01' });
    for (const nodeId of ['nobody', 'L-01']) {
      const { status, body } = await tani.post('/batches/B-01/placements', { nodeId, from: startAt });
      expect([nodeId, status, body.code]).toEqual([nodeId, 404, 'node.not_found']);
    }
    const { body } = await tani.post('/batches/none/placements', { nodeId: 'S-01', from: startAt });
    expect(body.code).toBe('batch.not_found');
  });

  it.each([
    [{ nodeId: 'S-01' }, 'from'],
    [{ nodeId: 'S-01', from: startAt, to: startAt }, 'to'],
    [{ nodeId: 'S 01', from: startAt }, 'nodeId'],
    [{ nodeId: 'S-01', from: startAt, batchId: 'B-02' }, 'batchId'],
  ])('refuses %j', async (body, field) => {
    const { placedBatch, post } = await testServer();
    await placedBatch();
    const answer = await post('/batches/B-01/placements', body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, field]);
  });
});

describe('GET /batches/:batchId/history', () => {
  it('puts temperature, count and life on one axis, with gaps and excursions told', async () => {
    const tani = await testServer();
    await tani.placedBatch(chilled);
    const warmFrom = startAt - 4 * hourMs;
    await tani.consume([
      ...everyTenMinutes(producedAt, startAt - 7 * hourMs, 4),
      ...everyTenMinutes(startAt - 5 * hourMs, startAt, at =>
        at > warmFrom && at < warmFrom + hourMs ? 18 : 4,
      ),
    ]);
    const { body } = await tani.get('/batches/B-01/history?points=61');
    expect(batchHistorySchema.parse(body)).toEqual(body);
    expect(body.points).toHaveLength(61);
    expect([body.points[0].at, body.points.at(-1).at]).toEqual([body.from, body.asOf]);
    expect(body.gaps).toEqual([{ from: '2026-11-23T20:00:00.000Z', to: '2026-11-23T22:00:00.000Z' }]);
    for (const point of body.points) {
      const inGap = point.at > body.gaps[0].from && point.at < body.gaps[0].to;
      expect([point.at, point.temperatureC === null]).toEqual([point.at, inGap]);
    }
    expect(body.excursions).toHaveLength(1);
    expect(body.excursions[0]).toMatchObject({ peakC: 18 });
    expect(body.excursions[0].lifeLostH).toBeGreaterThan(0);
    expect(body.forecast[0].at).toBe(body.asOf);
    // Bands need fewer draws than the printed number; the medians are the same closed form.
    const { remainingH } = (await tani.get('/batches/B-01/estimate')).body;
    expect(body.points.at(-1).remainingH.median).toBe(remainingH.median);
  });

  it('shows a batch without a sensor as one gap', async () => {
    const tani = await testServer();
    await tani.server.setup.createBatch({ orgId: 'tani', batchId: 'B-01', productId: 'takwa', producedAt });
    const { body } = await tani.get('/batches/B-01/history');
    expect(body.gaps).toEqual([{ from: body.from, to: body.asOf }]);
    expect(body.points.every((p: { temperatureC: unknown }) => p.temperatureC === null)).toBe(true);
  });
});

describe('POST /predict', () => {
  const model = 'tahu-packed-heated';
  it('works out any history, in any order, and stores nothing', async () => {
    const { post, get } = await testServer();
    const history = [
      { measuredAt: '2026-11-20T00:00:00Z', temperatureC: 4 },
      { measuredAt: '2026-11-22T00:00:00Z', temperatureC: 0 },
      { measuredAt: '2026-11-21T00:00:00Z', temperatureC: 8 },
    ];
    const { status, body } = await post('/predict', { model, history });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      model,
      asOf: '2026-11-22T00:00:00.000Z',
      futureTemperatureC: 0,
      measuredShare: 1,
    });
    expect((await post('/predict', { model, history: history.toReversed() })).body).toEqual(body);
    expect((await get('/batches')).body.batches).toEqual([]);
  });

  it.each([
    [{ model: 'bread' }, 'model'],
    [{ history: [] }, 'history'],
    [{ history: [{ measuredAt: 0, temperatureC: '4' }] }, 'history.0.temperatureC'],
    [{ history: [{ measuredAt: 0, temperatureC: 86 }] }, 'history.0.temperatureC'],
    [
      {
        history: [
          { measuredAt: 0, temperatureC: 4 },
          { measuredAt: 0, temperatureC: 5 },
        ],
      },
      'history',
    ],
    [{ producedAt: 10, asOf: 5 }, 'asOf'],
    [{ futureTemperatureC: 99 }, 'futureTemperatureC'],
  ])('refuses %j', async (fields, field) => {
    const { post } = await testServer();
    const history = [{ measuredAt: 0, temperatureC: 4 }];
    const { status, body } = await post('/predict', { model, history, ...fields });
    expect([status, body.errors?.[0]?.field]).toEqual([422, field]);
  });
});

describe('POST /predict with a model of the library', () => {
  const ctmi = { kind: 'secondary', model: 'ctmi', inputs: { Tmin: 0, Topt: 36, Tmax: 44, x: [36, 50] } };
  it('answers by the names of the library', async () => {
    const { post } = await testServer();
    const { status, body } = await post('/predict', ctmi);
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: 'secondary', model: 'ctmi', outputs: { gamma: [1, 0] } });
  });
  it.each([
    [{ kind: 'astrology' }, 'kind'],
    [{ kind: 'fit', model: 'baranyi' }, 'kind'],
    [{ model: 'crystal_ball' }, 'model'],
    [{ inputs: { Topt: 36, Tmax: 44, x: [36] } }, 'inputs.Tmin'],
    [{ inputs: { Tmin: 40, Topt: 36, Tmax: 44, x: [36] } }, 'tOptC'],
    [{ inputs: 'all' }, 'inputs'],
    [{ inputs: undefined }, 'inputs'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j, naming the field, its value and what is allowed', async (fields, field) => {
    const { post } = await testServer();
    const { status, body } = await post('/predict', { ...ctmi, ...fields });
    const [first] = body.errors ?? [];
    expect([status, first?.field]).toEqual([422, field]);
    expect(first?.allowed).toMatch(/must be|is required|is unknown/);
  });
  it('is described in OpenAPI beside the tahu model', async () => {
    const { get } = await testServer();
    const { body } = await get('/openapi.json');
    const { schema } = body.paths['/predict'].post.requestBody.content['application/json'];
    expect(schema.anyOf ?? schema.oneOf).toHaveLength(2);
  });
});
