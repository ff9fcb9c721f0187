import { describe, expect, it } from 'vitest';
import { observationViewSchema } from '../../../models/contracts/observation.ts';
import { recordPublicVerdict } from '../../../server/shelf-life/publicVerdict.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { everyTenMinutes, hourMs, startAt, type TestServer, testServer } from '../testServer.ts';

const producedAt = startAt - 10 * hourMs;
const iso = (at: number) => new Date(at).toISOString();

async function placedFirm(temperatureC = 12): Promise<TestServer> {
  const tani = await testServer();
  await tani.placedBatch({ productId: 'takwa-vakum' });
  await tani.consume(everyTenMinutes(producedAt, startAt, temperatureC));
  return tani;
}

const estimate = async (tani: TestServer) => (await tani.get('/batches/B-01/estimate')).body;
const count = (log10CfuPerG: number) => ({ kind: 'count', at: iso(startAt - hourMs), log10CfuPerG });

describe('POST /batches/:batchId/observations', () => {
  it('shortens the life after a high count, lengthens it after a low one, and narrows the interval', async () => {
    const tani = await placedFirm();
    const before = await estimate(tani);
    const high = await tani.post('/batches/B-01/observations', { ...count(3.6), labName: 'Lab Kediri' });
    expect(high.status).toBe(201);
    expect(observationViewSchema.parse(high.body)).toMatchObject({
      source: 'laboratory',
      labName: 'Lab Kediri',
    });
    const after = await estimate(tani);
    expect(after.flags).toContain('conditioned-on-counts');
    expect(after.remainingH.median).toBeLessThan(before.remainingH.median);
    expect(after.countLog10CfuPerG.p95 - after.countLog10CfuPerG.p05).toBeLessThan(
      before.countLog10CfuPerG.p95 - before.countLog10CfuPerG.p05,
    );
    await tani.del(`/batches/B-01/observations/${high.body.observationId}`);
    expect(await estimate(tani)).toEqual(before);
    await tani.post('/batches/B-01/observations', count(1.5));
    expect((await estimate(tani)).remainingH.p05).toBeGreaterThan(before.remainingH.p05);
  });

  it('keeps the shorter life and says so when a count contradicts the model', async () => {
    const tani = await placedFirm();
    const before = await estimate(tani);
    await tani.post('/batches/B-01/observations', { ...count(0), sdLog10: 0.05 });
    const after = await estimate(tani);
    expect(after.flags).toContain('counts-contradict-model');
    expect(after.remainingH.p05).toBeLessThanOrEqual(before.remainingH.p05);
  });

  it('takes a count below the limit of detection', async () => {
    const tani = await placedFirm();
    const before = await estimate(tani);
    await tani.post('/batches/B-01/observations', { kind: 'count', at: iso(startAt), belowLog10: 2 });
    expect((await estimate(tani)).countLog10CfuPerG.p95).toBeLessThan(before.countLog10CfuPerG.p95);
  });

  it('shortens the promise after a bad verdict and never lengthens it after a good one', async () => {
    const tani = await placedFirm(30);
    const before = await estimate(tani);
    const good = await tani.post('/batches/B-01/observations', { kind: 'verdict', verdict: 'still-good' });
    const { remainingH } = await estimate(tani);
    expect(remainingH.p05).toBeLessThanOrEqual(before.remainingH.p05);
    expect(remainingH.median).toBeLessThanOrEqual(before.remainingH.median);
    await tani.del(`/batches/B-01/observations/${good.body.observationId}`);
    await tani.post('/batches/B-01/observations', { kind: 'verdict', verdict: 'slimy' });
    const after = await estimate(tani);
    expect(after.flags).toContain('conditioned-on-verdicts');
    expect(after.remainingH.median).toBeLessThan(before.remainingH.median - 1);
  });

  it('is told by late readings, and by the history endpoint of an instant before it nothing', async () => {
    const tani = await placedFirm();
    const at = producedAt + hourMs;
    const earlier = (await tani.get(`/batches/B-01/estimate?at=${at}`)).body;
    await tani.post('/batches/B-01/observations', count(3.6));
    expect((await tani.get(`/batches/B-01/estimate?at=${at}`)).body).toEqual(earlier);
    const before = await estimate(tani);
    await tani.consume(everyTenMinutes(producedAt + 300_000, startAt - 2 * hourMs, 25));
    expect((await estimate(tani)).remainingH.p05).not.toBe(before.remainingH.p05);
  });

  it.each([
    [{ kind: 'count', at: iso(startAt) }, 'log10CfuPerG'],
    [{ kind: 'count', at: iso(startAt), log10CfuPerG: 3, belowLog10: 2 }, 'log10CfuPerG'],
    [{ kind: 'count', at: iso(startAt), log10CfuPerG: 13 }, 'log10CfuPerG'],
    [{ kind: 'count', log10CfuPerG: 3 }, 'at'],
    [{ kind: 'count', at: iso(producedAt - 1), log10CfuPerG: 3 }, 'at'],
    [{ kind: 'verdict', at: iso(startAt + 1), verdict: 'slimy' }, 'at'],
    [{ kind: 'verdict', verdict: 'lovely' }, 'verdict'],
    [{ kind: 'smell' }, 'kind'],
  ])('refuses %j naming the field', async (body, field) => {
    const tani = await placedFirm();
    const answer = await tani.post('/batches/B-01/observations', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

describe('GET /observations', () => {
  it('gives what a fit needs: how far the batch had come', async () => {
    const tani = await placedFirm();
    await tani.post('/batches/B-01/observations', count(3));
    await tani.post('/batches/B-01/observations', { kind: 'verdict', verdict: 'still-good' });
    const token = await tani.tokenFor('researcher');
    const span = `from=${iso(producedAt)}&to=${iso(startAt + 1)}`;
    const { body } = await tani.get(`/observations?${span}&limit=1`, { token });
    expect(body.observations).toHaveLength(1);
    const [first] = body.observations;
    expect(first).toMatchObject({
      batchId: 'B-01',
      log10CfuPerG: 3,
      measuredShare: 1,
      treatment: 'packed-heated',
    });
    // b (T - Tmin) squared times the upper factor, over nine hours at 12 C.
    expect(first.muIntegral).toBeCloseTo((0.0225 * 13.1 * -Math.expm1(0.3 * -33)) ** 2 * 9, 6);
    const next = await tani.get(`/observations?${span}&cursor=${body.nextCursor}`, { token });
    expect(next.body.observations.map((o: { kind: string }) => o.kind)).toEqual(['verdict']);
    expect((await tani.get(`/observations?${span}`, { token: await tani.tokenFor('viewer') })).status).toBe(
      403,
    );
  });
});

describe('an observation that is sent twice', () => {
  it('is one, and its id stands for no other', async () => {
    const tani = await placedFirm();
    const observationId = '6f1c2f34-9d0b-4a53-8f0e-2f6a3c1b7d10';
    const said = { kind: 'verdict', verdict: 'turning-sour', at: iso(startAt - hourMs), observationId };
    const first = await tani.post('/batches/B-01/observations', said);
    const second = await tani.post('/batches/B-01/observations', { ...said, verdict: 'mouldy' });
    expect([first.status, second.body]).toEqual([201, first.body]);
    expect((await tani.get('/batches/B-01/observations')).body.observations).toEqual([first.body]);
    await tani.post('/batches', { batchId: 'B-02', productId: 'takwa', producedAt: iso(producedAt) });
    const other = await tani.post('/batches/B-02/observations', said);
    expect([other.status, other.body.code]).toEqual([409, 'observation.exists']);
    const malformed = await tani.post('/batches/B-02/observations', { ...said, observationId: 'x' });
    expect([malformed.status, malformed.body.errors[0].field]).toEqual([422, 'observationId']);
  });
});

describe('recordPublicVerdict', () => {
  it('takes one an hour from a device, and counts all buyers together as two', async () => {
    const tani = await placedFirm(15);
    const db = await openMetadataOf(tani.dataDir);
    const say = (deviceKey: string, now: number) =>
      recordPublicVerdict(db, { orgId: 'tani', batchId: 'B-01', verdict: 'turning-sour', deviceKey }, now);
    expect(await say('d-1', startAt - 60_000)).toBe('recorded');
    expect(await say('d-1', startAt)).toBe('too-soon');
    expect(await say('d-2', startAt - 60_000)).toBe('recorded');
    await tani.server.lives.changed('tani', 'B-01');
    const two = await estimate(tani);
    for (let i = 3; i <= 12; i++) await say(`d-${i}`, startAt - 60_000);
    await tani.server.lives.changed('tani', 'B-01');
    const twelve = await estimate(tani);
    expect(twelve.remainingH.median).toBeCloseTo(two.remainingH.median, 6);
    expect(
      await recordPublicVerdict(
        db,
        { orgId: 'tani', batchId: 'B-9', verdict: 'slimy', deviceKey: 'x' },
        startAt,
      ),
    ).toBe('no-batch');
  });
});
