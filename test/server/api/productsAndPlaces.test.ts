import { describe, expect, it } from 'vitest';
import { productViewSchema } from '../../../models/contracts/batch.ts';
import { placeViewSchema } from '../../../models/contracts/place.ts';
import { everyTenMinutes, hourMs, startAt, type TestServer, testServer } from '../testServer.ts';

const stik = {
  ...{ productId: 'stik', name: 'Stik tahu', variant: 'other', treatment: 'none', storage: 'room' },
  ...{ unit: 'besek', needH: 24, unitPriceIdr: 18_000, gtin: '4006381333931' },
};
const patch = (tani: TestServer, path: string, body: unknown, token?: string) =>
  tani.call('PATCH', `/api/v1${path}`, { body, ...(token === undefined ? {} : { token }) });

describe('POST /products', () => {
  it('adds a kind of its own; what is not said is not known', async () => {
    const { post, get } = await testServer();
    const { status, body } = await post('/products', stik);
    expect([status, productViewSchema.parse(body)]).toEqual([201, stik]);
    const least = { productId: 'walik', name: 'Tahu walik', treatment: 'none', storage: 'room' };
    const unknown = { variant: 'other', unit: null, needH: null, unitPriceIdr: null, gtin: null };
    expect((await post('/products', least)).body).toEqual({ ...least, ...unknown });
    expect((await get('/products')).body.products).toContainEqual(stik);
    expect((await post('/products', stik)).body.code).toBe('product.exists');
  });

  it.each([
    [{ gtin: '4006381333932' }, 'gtin'],
    [{ gtin: '123' }, 'gtin'],
    [{ unitPriceIdr: -1 }, 'unitPriceIdr'],
    [{ needH: 2_000 }, 'needH'],
    [{ variant: 'tempe' }, 'variant'],
    [{ name: '' }, 'name'],
    [{ price: 1 }, 'price'],
  ])('refuses %j naming the field', async (fields, field) => {
    const { post } = await testServer();
    const { status, body } = await post('/products', { ...stik, ...fields });
    expect([status, body.errors[0].field]).toEqual([422, field]);
  });
});

describe('PATCH /products/:productId', () => {
  it('changes what is named, and where batches without a storage of their own are kept', async () => {
    const tani = await testServer();
    await tani.post('/products', stik);
    await tani.post('/batches', { batchId: 'B-01', productId: 'stik', producedAt: startAt - hourMs });
    const futureC = async () => (await tani.get('/batches/B-01/estimate')).body.futureTemperatureC;
    expect(await futureC()).toBe(28);
    const changed = await patch(tani, '/products/stik', { storage: 'fridge', gtin: null });
    expect(changed.body).toEqual({ ...stik, storage: 'fridge', gtin: null });
    expect(await futureC()).toBe(5);
    const nowhere = await patch(tani, '/products/nothing', { name: 'x' });
    expect(nowhere.body.code).toBe('product.not_found');
  });

  it('touches no product of another firm', async () => {
    const tani = await testServer();
    const token = await tani.otherFirm();
    await patch(tani, '/products/takwa', { name: 'Takwa Lain' }, token);
    const { body } = await tani.get('/products');
    expect(body.products.find((p: { productId: string }) => p.productId === 'takwa').name).toBe('Takwa');
  });
});

describe('places', () => {
  const fridge = { placeId: 'kulkas-depan', name: 'Kulkas depan', kind: 'fridge' };

  it('are added, listed and renamed, each firm its own', async () => {
    const tani = await testServer();
    const { status, body } = await tani.post('/places', fridge);
    expect([status, placeViewSchema.parse(body)]).toEqual([201, fridge]);
    expect((await tani.post('/places', fridge)).body.code).toBe('place.exists');
    const renamed = await patch(tani, '/places/kulkas-depan', { name: 'Kulkas toko' });
    expect(renamed.body).toEqual({ ...fridge, name: 'Kulkas toko' });
    expect((await tani.get('/places')).body.places).toEqual([renamed.body]);
    const token = await tani.otherFirm();
    expect((await tani.get('/places', { token })).body.places).toEqual([]);
    expect((await patch(tani, '/places/kulkas-depan', { name: 'x' }, token)).body.code).toBe(
      'place.not_found',
    );
  });

  it.each([
    [{ kind: 'moon' }, 'kind'],
    [{ placeId: 'a b' }, 'placeId'],
    [{ name: '' }, 'name'],
  ])('refuses %j naming the field', async (fields, field) => {
    const { post } = await testServer();
    const { status, body } = await post('/places', { ...fridge, ...fields });
    expect([status, body.errors[0].field]).toEqual([422, field]);
  });
});

describe('the arrival of a batch', () => {
  const question = (temperatureC: number, band = 0, hours = 4) => ({
    legs: [
      {
        ...{ from: startAt + hourMs, to: startAt + hours * hourMs, temperatureC },
        ...{ lowC: temperatureC - band, highC: temperatureC + band },
      },
    ],
    arrivesAt: startAt + hours * hourMs,
    keptAtC: 12,
  });

  it('is the estimate at that instant when the journey is no warmer than the place', async () => {
    const tani = await testServer();
    await tani.placedBatch({ productId: 'takwa-vakum' });
    await tani.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 12));
    const { lives } = tani.server;
    const at = startAt + 4 * hourMs;
    const estimate = await lives.estimate('tani', 'B-01', { at, futureTemperatureC: 12 });
    const arrival = await lives.arrival('tani', 'B-01', question(12));
    for (const end of ['median', 'p05', 'p95'] as const)
      expect(arrival.remainingH[end]).toBeCloseTo(estimate.remainingH[end], 6);
    expect(arrival).toMatchObject({ measuredShare: 1, keptAtC: 12, shareShort: null });
  });

  it('is shorter for a warmer and for a longer journey, and wider for a less certain one', async () => {
    const tani = await testServer();
    await tani.placedBatch({ productId: 'takwa-vakum' });
    await tani.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 12));
    const { lives } = tani.server;
    const hoursAt = async (...args: Parameters<typeof question>) =>
      (await lives.arrival('tani', 'B-01', question(...args))).remainingH;
    const [cool, warm, long, unsure] = [
      await hoursAt(12),
      await hoursAt(25),
      await hoursAt(12, 0, 8),
      await hoursAt(12, 6),
    ];
    expect(warm.median).toBeLessThan(cool.median);
    expect(long.median).toBeLessThan(cool.median);
    expect(unsure.median).toBe(cool.median);
    expect(unsure.p05).toBeLessThanOrEqual(cool.p05);
    const wide = await hoursAt(25, 10);
    expect(wide.p05).toBeLessThan(warm.p05);
    const { shareShort } = await lives.arrival('tani', 'B-01', { ...question(12, 6), needH: cool.median });
    expect(shareShort!.best).toBeLessThan(shareShort!.worst);
  });
});
