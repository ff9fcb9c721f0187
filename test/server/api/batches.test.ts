import { describe, expect, it } from 'vitest';
import { batchViewSchema } from '../../../models/contracts/batch.ts';
import { hourMs, startAt, testServer } from '../testServer.ts';

const producedAt = '2026-11-23T22:00:00.000Z';
const takwa = { batchId: 'B-01', productId: 'takwa', producedAt };

describe('POST /batches', () => {
  it('records a batch and answers with it and its estimate', async () => {
    const { post } = await testServer();
    const { status, body } = await post('/batches', {
      ...takwa,
      quantity: 40,
      storage: 'room',
      name: 'Takwa pagi',
    });
    expect(status).toBe(201);
    expect(batchViewSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      ...takwa,
      name: 'Takwa pagi',
      productName: 'Takwa',
      quantity: { amount: 40, unit: 'potong' },
      treatment: 'turmeric-boiled',
      storage: 'room',
      soldOutAt: null,
      placements: [],
      estimate: { batchId: 'B-01', status: 'unknown', flags: expect.arrayContaining(['no-sensor']) },
    });
  });

  it('takes an instant with an offset and as epoch milliseconds for the same', async () => {
    const { post } = await testServer();
    const offset = await post('/batches', { ...takwa, producedAt: '2026-11-24T05:00:00+07:00' });
    const epoch = await post('/batches', { ...takwa, batchId: 'B-02', producedAt: Date.parse(producedAt) });
    expect([offset.body.producedAt, epoch.body.producedAt]).toEqual([producedAt, producedAt]);
  });

  it('makes a product never heard of before, of the class that promises least', async () => {
    const { post, get } = await testServer();
    const { status, body } = await post('/batches', { ...takwa, productId: 'tahu-baru' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ productName: 'tahu-baru', treatment: 'none' });
    const { body: list } = await get('/products');
    expect(list.products).toContainEqual({
      productId: 'tahu-baru',
      name: 'tahu-baru',
      variant: 'other',
      treatment: 'none',
      storage: 'room',
      unit: null,
      needH: null,
      unitPriceIdr: null,
      gtin: null,
    });
  });

  it('refuses an id that is taken with 409 and leaves the first batch as it was', async () => {
    const { post, get } = await testServer();
    await post('/batches', takwa);
    const again = await post('/batches', { ...takwa, productId: 'pong' });
    expect([again.status, again.body.code]).toEqual([409, 'batch.exists']);
    expect((await get('/batches/B-01')).body.productId).toBe('takwa');
  });

  it.each([
    [{ batchId: '../x' }, 'batchId'],
    [{ batchId: undefined }, 'batchId'],
    [{ productId: 'a b' }, 'productId'],
    [{ producedAt: 'yesterday' }, 'producedAt'],
    [{ producedAt: '2026-11-24T05:00:00' }, 'producedAt'],
    [{ producedAt: 9e15 }, 'producedAt'],
    [{ producedAt: '2026-11-26T05:00:00Z' }, 'producedAt'],
    [{ producedAt: '1999-01-01T00:00:00Z' }, 'producedAt'],
    [{ quantity: 0 }, 'quantity'],
    [{ quantity: { amount: -1, unit: 'kg' } }, 'quantity'],
    [{ treatment: 'blessed' }, 'treatment'],
    [{ storage: 'sun' }, 'storage'],
    [{ name: '' }, 'name'],
    [{ orgId: 'lain' }, 'orgId'],
  ])('refuses %j naming the field, the value and what is allowed', async (fields, field) => {
    const { post } = await testServer();
    const { status, body, headers } = await post('/batches', { ...takwa, ...fields });
    expect([status, body.code]).toEqual([422, 'request.invalid']);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].field.split('.')[0]).toBe(field);
    expect(body.errors[0].value).not.toBe('');
    expect(body.errors[0].allowed).not.toBe('');
  });

  it('names every wrong field at once', async () => {
    const { post } = await testServer();
    const { body } = await post('/batches', { batchId: '', productId: 7, producedAt: null });
    expect(body.errors.map((e: { field: string }) => e.field)).toEqual([
      'batchId',
      'productId',
      'producedAt',
    ]);
  });
});

describe('GET /batches', () => {
  it('pages newest first, without loss or repetition, also among batches of one instant', async () => {
    const { server, get } = await testServer();
    for (let i = 0; i < 7; i++) {
      const at = startAt - Math.floor(i / 2) * hourMs;
      await server.setup.createBatch({ orgId: 'tani', batchId: `B-${i}`, productId: 'pong', producedAt: at });
    }
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await get(`/batches?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
      ids.push(...body.batches.map((b: { batchId: string }) => b.batchId));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual(['B-1', 'B-0', 'B-3', 'B-2', 'B-5', 'B-4', 'B-6']);
  });

  it('refuses limits and cursors that it cannot use', async () => {
    const { get } = await testServer();
    for (const [query, field] of [
      ['limit=0', 'limit'],
      ['limit=1001', 'limit'],
      ['limit=ten', 'limit'],
      ['cursor=abc', 'cursor'],
      ['cursor=eyJhIjoxfQ', 'cursor'],
      ['state=eaten', 'state'],
      ['sort=up', 'sort'],
    ]) {
      const { status, body } = await get(`/batches?${query}`);
      expect([query, status, body.errors?.[0]?.field]).toEqual([query, 422, field]);
    }
  });

  it('hides batches of another organisation, one by one too', async () => {
    const { server, get, post, otherFirm } = await testServer();
    const token = await otherFirm();
    await server.setup.createBatch({
      orgId: 'tani',
      batchId: 'B-01',
      productId: 'pong',
      producedAt: startAt,
    });
    expect((await get('/batches', { token })).body.batches).toEqual([]);
    for (const path of ['/batches/B-01', '/batches/B-01/estimate', '/batches/B-01/history']) {
      const { status, body } = await get(path, { token });
      expect([path, status, body.code]).toEqual([path, 404, 'batch.not_found']);
    }
    // Ids are each firm's own: the same one is free here.
    expect((await post('/batches', { ...takwa, batchId: 'B-01' }, { token })).status).toBe(201);
    expect((await get('/batches/B-01')).body.productId).toBe('pong');
  });
});

describe('sold out', () => {
  it('keeps the estimate as it was, can be said twice, and can be taken back', async () => {
    const { placedBatch, clock, get, post, del } = await testServer();
    await placedBatch();
    const soldOutAt = new Date(clock.now()).toISOString();
    expect((await post('/batches/B-01/sold-out')).body.soldOutAt).toBe(soldOutAt);
    clock.advance(hourMs);
    const again = await post('/batches/B-01/sold-out');
    expect([again.body.soldOutAt, again.body.estimate.asOf]).toEqual([soldOutAt, soldOutAt]);
    expect((await get('/batches?state=active')).body.batches).toEqual([]);
    expect((await get('/batches?state=sold-out')).body.batches).toHaveLength(1);
    const back = await del('/batches/B-01/sold-out');
    expect([back.body.soldOutAt, back.body.estimate.asOf]).toEqual([
      null,
      new Date(clock.now()).toISOString(),
    ]);
    expect((await post('/batches/B-99/sold-out')).status).toBe(404);
  });

  it('takes a batch as sold out from when the phone said so, once the phone is heard again', async () => {
    const { placedBatch, clock, post, del } = await testServer();
    await placedBatch();
    clock.advance(6 * hourMs);
    const at = clock.now() - 2 * hourMs;
    const sold = await post(`/batches/B-01/sold-out?at=${at}`);
    expect(sold.body.soldOutAt).toBe(new Date(at).toISOString());
    expect((await post(`/batches/B-01/sold-out?at=${at + 1}`)).body.soldOutAt).toBe(sold.body.soldOutAt);
    await del('/batches/B-01/sold-out');
    const early = await post(`/batches/B-01/sold-out?at=${clock.now() - 72 * hourMs}`);
    expect([early.status, early.body.errors[0].field]).toEqual([422, 'at']);
    const ahead = await post(`/batches/B-01/sold-out?at=${clock.now() + 20_000}`);
    expect(ahead.body.soldOutAt).toBe(new Date(clock.now()).toISOString());
  });
});

describe('POST /batches/:batchId/placements', () => {
  it('takes a placement that is sent twice as one, even when it has ended meanwhile', async () => {
    const { placedBatch, clock, get, post } = await testServer();
    await placedBatch();
    clock.advance(hourMs);
    const placement = { nodeId: 'S-01', from: clock.now() };
    const first = await post('/batches/B-01/placements', placement);
    const second = await post('/batches/B-01/placements', placement);
    expect([second.status, second.body.placementId]).toEqual([201, first.body.placementId]);
    await post('/batches/B-01/placements', { nodeId: 'S-01', from: clock.now() + hourMs });
    const third = await post('/batches/B-01/placements', placement);
    expect(third.body.placementId).toBe(first.body.placementId);
    expect((await get('/batches/B-01')).body.placements).toHaveLength(3);
  });
});
