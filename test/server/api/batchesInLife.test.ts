import { describe, expect, it } from 'vitest';
import { batchViewSchema } from '../../../models/contracts/batch.ts';
import { listAudit } from '../../../server/store/metadata/audit.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

const producedAt = startAt - 10 * hourMs;
const iso = (at: number) => new Date(at).toISOString();
const chilled = { productId: 'takwa-vakum', quantity: 100 };

async function placedFirm(): Promise<TestServer> {
  const tani = await testServer();
  await tani.placedBatch(chilled);
  for (const nodeId of ['S-02', 'S-03'])
    await tani.server.setup.createNode({ orgId: 'tani', nodeId, reportEveryS: 600 });
  await tani.consume(everyTenMinutes(producedAt, startAt, 4));
  return tani;
}

const p05 = async (tani: TestServer, batchId: string): Promise<number> =>
  (await tani.get(`/batches/${batchId}/estimate`)).body.remainingH.p05;

describe('POST /batches/:batchId/discard', () => {
  it('ends a batch with its reason, keeps its estimate as it was then, and is taken back by DELETE', async () => {
    const tani = await placedFirm();
    const body = { reason: 'berlendir', note: 'dua besek', at: iso(startAt - hourMs) };
    const discarded = await tani.post('/batches/B-01/discard', body);
    expect(discarded.status).toBe(200);
    expect(batchViewSchema.parse(discarded.body)).toMatchObject({
      discardedAt: iso(startAt - hourMs),
      discardReason: 'berlendir',
      discardNote: 'dua besek',
      estimate: { asOf: iso(startAt - hourMs) },
    });
    const ids = async (state: string) =>
      (await tani.get(`/batches?state=${state}`)).body.batches.map((b: { batchId: string }) => b.batchId);
    expect([await ids('discarded'), await ids('active')]).toEqual([['B-01'], []]);
    const back = await tani.del('/batches/B-01/discard');
    expect(back.body).toMatchObject({
      discardedAt: null,
      discardReason: null,
      estimate: { asOf: iso(startAt) },
    });
    expect(await ids('active')).toEqual(['B-01']);
    const audit = await listAudit(await openMetadataOf(tani.dataDir), 'tani', 2);
    expect(audit.map(({ action, detail }) => [action, detail])).toEqual([
      ['batch.undiscarded', ''],
      ['batch.discarded', 'berlendir: dua besek'],
    ]);
  });

  it.each([
    [{ reason: 'lupa' }, 'reason'],
    [{}, 'reason'],
    [{ reason: 'asam', at: iso(startAt + hourMs) }, 'at'],
    [{ reason: 'asam', at: iso(producedAt - 1) }, 'at'],
  ])('refuses %j naming the field', async (body, field) => {
    const tani = await placedFirm();
    const answer = await tani.post('/batches/B-01/discard', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });

  it('refuses a batch that is sold out with 409, and one of another firm with 404', async () => {
    const tani = await placedFirm();
    await tani.post('/batches/B-01/sold-out');
    const sold = await tani.post('/batches/B-01/discard', { reason: 'asam' });
    expect([sold.status, sold.body.code]).toEqual([409, 'batch.ended']);
    const token = await tani.otherFirm();
    expect((await tani.post('/batches/B-01/discard', { reason: 'asam' }, { token })).status).toBe(404);
  });
});

describe('POST /batches/:batchId/split', () => {
  it('gives parts the history up to then; readings of the parent after it are its own', async () => {
    const tani = await placedFirm();
    const at = startAt;
    const split = await tani.post('/batches/B-01/split', {
      into: [{ batchId: 'B-01a', quantity: 30 }],
      keepSensors: false,
    });
    expect(split.status).toBe(201);
    const [parent, child] = split.body.batches;
    expect(parent).toMatchObject({
      quantity: { amount: 70, unit: 'potong' },
      dividedAt: null,
      children: [{ batchId: 'B-01a', at: iso(at) }],
    });
    expect(child).toMatchObject({
      quantity: { amount: 30, unit: 'potong' },
      producedAt: iso(producedAt),
      parents: [{ batchId: 'B-01', at: iso(at) }],
      placements: [],
    });
    expect(child.estimate.remainingH).toEqual(parent.estimate.remainingH);
    tani.clock.set(startAt + 5 * hourMs);
    await tani.consume(everyTenMinutes(startAt + 10 * minuteMs, startAt + 5 * hourMs, 25));
    const [kept, gone] = [
      (await tani.get('/batches/B-01')).body.estimate,
      (await tani.get('/batches/B-01a')).body.estimate,
    ];
    expect(kept.timeOutOfRangeH).toBeGreaterThan(4.5);
    expect(gone).toMatchObject({ timeOutOfRangeH: 0, lastReadingAt: iso(startAt) });
    expect(gone.gapH).toBeGreaterThan(4.9);
  });

  it('passes late readings of the parent on to its parts', async () => {
    const tani = await placedFirm();
    await tani.post('/batches/B-01/split', { into: [{ batchId: 'B-01a' }] });
    const before = await p05(tani, 'B-01a');
    await tani.consume(everyTenMinutes(producedAt + 5 * minuteMs, startAt - hourMs, 30));
    const after = await p05(tani, 'B-01a');
    expect(after).toBeLessThan(before);
    expect(after).toBe(await p05(tani, 'B-01'));
  });

  it('ends the parent when nothing is left of it, by the quantities or because it is said', async () => {
    const tani = await placedFirm();
    const all = [
      { batchId: 'B-01a', quantity: 60 },
      { batchId: 'B-01b', quantity: 40 },
    ];
    const { body } = await tani.post('/batches/B-01/split', { into: all });
    expect(body.batches[0].dividedAt).toBe(iso(startAt));
    const again = await tani.post('/batches/B-01/split', { into: [{ batchId: 'B-01c' }] });
    expect([again.status, again.body.code]).toEqual([409, 'batch.ended']);
    const said = await tani.post('/batches/B-01a/split', { into: [{ batchId: 'B-01d' }], nothingLeft: true });
    expect(said.body.batches[0].dividedAt).toBe(iso(startAt));
  });

  it('changes nothing when a part cannot be made', async () => {
    const tani = await placedFirm();
    const taken = await tani.post('/batches/B-01/split', {
      into: [{ batchId: 'B-02' }, { batchId: 'B-01' }],
    });
    expect([taken.status, taken.body.code]).toEqual([409, 'batch.exists']);
    expect((await tani.get('/batches/B-02')).status).toBe(404);
    const much = await tani.post('/batches/B-01/split', { into: [{ batchId: 'B-02', quantity: 101 }] });
    expect([much.status, much.body.errors[0].field]).toEqual([422, 'into']);
  });
});

describe('POST /batches/join', () => {
  it('promises what the worst of its parts promises, and ends them', async () => {
    const tani = await placedFirm();
    const other = { orgId: 'tani', batchId: 'B-02', ...chilled, producedAt: producedAt + 2 * hourMs };
    await tani.server.setup.createBatch(other);
    const placement = { orgId: 'tani', batchId: 'B-02', nodeId: 'S-02', from: producedAt + 2 * hourMs };
    await tani.server.setup.createPlacement(placement);
    await tani.consume(everyTenMinutes(producedAt + 2 * hourMs, startAt, 15, { nodeId: 'S-02' }));
    const parts = [await p05(tani, 'B-01'), await p05(tani, 'B-02')];
    const { status, body } = await tani.post('/batches/join', { batchId: 'B-12', from: ['B-01', 'B-02'] });
    expect(status).toBe(201);
    const [joined, first, second] = body.batches;
    expect(joined).toMatchObject({
      quantity: { amount: 200 },
      producedAt: iso(producedAt),
      parents: [{ batchId: 'B-01' }, { batchId: 'B-02' }],
    });
    expect(joined.estimate.remainingH.p05).toBe(Math.min(...parts));
    expect([first.dividedAt, second.dividedAt]).toEqual([iso(startAt), iso(startAt)]);
  });

  it.each([
    [{ batchId: 'B-12', from: ['B-01'] }, 'from'],
    [{ batchId: 'B-12', from: ['B-01', 'B-01'] }, 'from'],
    [{ batchId: 'B-12', from: ['B-01', 'B-pong'] }, 'from'],
  ])('refuses %j', async (body, field) => {
    const tani = await placedFirm();
    const pong = { orgId: 'tani', batchId: 'B-pong', productId: 'pong', producedAt };
    await tani.server.setup.createBatch(pong);
    const answer = await tani.post('/batches/join', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

describe('placements of one batch', () => {
  it('at several positions overlap, and the warmest counts for the promise', async () => {
    const tani = await placedFirm();
    const alone = await p05(tani, 'B-01');
    const place = { nodeId: 'S-02', position: 'pintu', from: iso(producedAt) };
    expect((await tani.post('/batches/B-01/placements', place)).body).toMatchObject({ position: 'pintu' });
    await tani.consume(everyTenMinutes(producedAt, startAt, 9, { nodeId: 'S-02' }));
    const { body } = await tani.get('/batches/B-01/estimate');
    expect(body).toMatchObject({ warmestPosition: 'pintu', lastTemperatureC: 9 });
    expect(body.remainingH.p05).toBeLessThan(alone);
  });

  it('at one position may not', async () => {
    const tani = await placedFirm();
    const place = { nodeId: 'S-02', position: 'main', from: iso(producedAt - hourMs) };
    const { status, body } = await tani.post('/batches/B-01/placements', place);
    expect([status, body.code]).toEqual([409, 'placement.overlaps']);
  });

  it('are ended, opened again and taken back, each with its line in the audit trail', async () => {
    const tani = await placedFirm();
    const { placements } = (await tani.get('/batches/B-01')).body;
    const path = `/batches/B-01/placements/${placements[0].placementId}`;
    const patch = (to: string | null) => tani.call('PATCH', `/api/v1${path}`, { body: { to } });
    expect((await patch(iso(startAt - hourMs))).body.to).toBe(iso(startAt - hourMs));
    expect((await tani.get('/batches/B-01/estimate')).body.lastReadingAt).toBe(iso(startAt - hourMs));
    expect((await patch(null)).body.to).toBeNull();
    expect((await patch(iso(producedAt))).body.errors[0].field).toBe('to');
    expect((await tani.del(path)).status).toBe(422);
    expect((await tani.del(`${path}?reason=alat%20tertukar`)).status).toBe(204);
    expect((await tani.get('/batches/B-01')).body).toMatchObject({
      placements: [],
      estimate: { lastReadingAt: null },
    });
    expect((await tani.del(`${path}?reason=lagi`)).body.code).toBe('placement.not_found');
    const [last] = await listAudit(await openMetadataOf(tani.dataDir), 'tani', 1);
    expect(last).toMatchObject({ action: 'placement.removed', subject: 'B-01' });
    expect(JSON.parse(last!.detail)).toMatchObject({ nodeId: 'S-01', reason: 'alat tertukar' });
  });

  it('of one sensor may belong to several batches', async () => {
    const tani = await placedFirm();
    await tani.server.setup.createBatch({ orgId: 'tani', batchId: 'B-02', ...chilled, producedAt });
    await tani.post('/batches/B-02/placements', { nodeId: 'S-01', from: iso(producedAt) });
    const [first, second] = [
      (await tani.get('/batches/B-01/estimate')).body,
      (await tani.get('/batches/B-02/estimate')).body,
    ];
    expect({ ...second, batchId: 'B-01' }).toEqual(first);
  });

  it('have at most six positions', async () => {
    const tani = await placedFirm();
    for (const position of ['a', 'b', 'c', 'd', 'e'])
      await tani.post('/batches/B-01/placements', { nodeId: 'S-02', position, from: iso(producedAt) });
    const place = { nodeId: 'S-02', position: 'f', from: iso(producedAt) };
    const { status, body } = await tani.post('/batches/B-01/placements', place);
    expect([status, body.errors[0].field]).toEqual([422, 'position']);
  });
});
