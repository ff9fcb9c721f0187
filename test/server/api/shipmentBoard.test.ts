import { describe, expect, it } from 'vitest';
import {
  linkedShipmentSchema,
  shipmentBoardSchema,
  shipmentPreviewSchema,
} from '../../../models/contracts/shipmentBoard.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, testServer } from '../testServer.ts';

const iso = (at: number) => new Date(at).toISOString();
const inH = (hours: number) => iso(startAt + hours * hourMs);
const surabaya = {
  shipmentId: 'S-01',
  batches: ['B-01'],
  from: 'Kediri',
  to: 'Surabaya',
  departsAt: inH(1),
  arrivesAt: inH(3.5),
  temperatureC: 8,
};

/** A firm with one takwa, ten hours old and measured at 5 degrees all that time, but for one peak. */
async function aFirm() {
  const server = await testServer();
  await server.placedBatch({ quantity: 40 });
  await server.consume(everyTenMinutes(startAt - 10 * hourMs, startAt - 2 * hourMs, 5));
  await server.consume(everyTenMinutes(startAt - 2 * hourMs, startAt - 110 * minuteMs, 22));
  await server.consume(everyTenMinutes(startAt - 110 * minuteMs, startAt, 5));
  return server;
}

describe('GET /shipments/board', () => {
  it('has every line of what is not over, as the page of the shipment has it', async () => {
    const { get, post } = await aFirm();
    await post('/shipments', surabaya);
    await post('/shipments', { ...surabaya, shipmentId: 'S-00', departsAt: inH(0.5), arrivesAt: inH(2) });
    await post('/shipments', { ...surabaya, shipmentId: 'S-02' });
    await post('/shipments/S-02/cancel', { reason: 'hujan' });
    const { status, body } = await get('/shipments/board');
    expect(status).toBe(200);
    expect(shipmentBoardSchema.safeParse(body).error).toBeUndefined();
    expect(body.shipments.map((s: { shipmentId: string }) => s.shipmentId)).toEqual(['S-00', 'S-01']);
    const [{ recent: _, ...line }] = body.shipments[1].lines;
    const view = (await get('/shipments/S-01')).body;
    expect(line).toEqual(view.lines[0]);
    expect(body.shipments[1].legs).toEqual(view.legs);
  });

  it('keeps a peak of ten minutes in the last eight hours, and knows nothing of what was not measured', async () => {
    const { get, post, clock } = await aFirm();
    await post('/shipments', surabaya);
    clock.advance(hourMs);
    const { recent } = (await get('/shipments/board')).body.shipments[0].lines[0];
    expect(recent.warmestC).toHaveLength(24);
    expect(Math.max(...recent.warmestC)).toBe(22);
    expect(recent.warmestC.filter((c: number | null) => c !== null && c > 20).length).toBeLessThanOrEqual(2);
    expect(recent.warmestC.at(-1)).toBeNull();
    expect(recent.limitC).toBe(35);
  });

  it('shows what another firm shares, without its prices, and nothing else of it', async () => {
    const tani = await aFirm();
    const other = await tani.otherFirm();
    await tani.post('/shipments', { ...surabaya, batches: [{ batchId: 'B-01', unitPriceIdr: 15_000 }] });
    expect((await tani.get('/shipments/board', { token: other })).body.shipments).toEqual([]);
    const grant = { toOrgId: 'lain', subject: 'shipment', subjectId: 'S-01', expiresAt: inH(24) };
    await tani.post('/grants', grant);
    const [shown] = (await tani.get('/shipments/board', { token: other })).body.shipments;
    expect([shown.shipmentId, shown.asReceiver, shown.totals.valueIdr]).toEqual(['S-01', true, null]);
    expect((await tani.get('/shipments/board')).body.shipments[0].totals.valueIdr).toBe(600_000);
  });
});

describe('POST /shipments/preview', () => {
  it('answers what the shipment would, and saves nothing', async () => {
    const { get, post } = await aFirm();
    const before = (await get('/audit')).body.audit;
    const { status, body } = await post('/shipments/preview', { ...surabaya, needH: 24 });
    expect(status).toBe(200);
    expect(shipmentPreviewSchema.safeParse(body).error).toBeUndefined();
    expect((await get('/shipments')).body.shipments).toEqual([]);
    expect((await get('/audit')).body.audit).toEqual(before);
    const booked = (await post('/shipments', { ...surabaya, needH: 24 })).body;
    for (const part of ['lines', 'legs', 'verdict', 'latestSafeDepartureAt', 'advice'])
      expect(body[part]).toEqual(booked[part]);
  });

  it('knows no batch of another firm', async () => {
    const tani = await aFirm();
    const answer = await tani.post('/shipments/preview', surabaya, { token: await tani.otherFirm() });
    expect([answer.status, answer.body.code]).toEqual([404, 'batch.not_found']);
  });
});

describe('a link to a shipment', () => {
  const linked = (tani: Awaited<ReturnType<typeof aFirm>>, token: string) =>
    tani.call('POST', '/api/v1/shared/shipment', { token: null, body: { token } });

  async function withLink() {
    const tani = await aFirm();
    const legs = [{ fromName: 'Kediri', toName: 'Surabaya', departsAt: inH(1), arrivesAt: inH(3.5) }];
    await tani.post('/shipments', {
      shipmentId: 'S-01',
      batches: [{ batchId: 'B-01', unitPriceIdr: 15_000 }],
      legs: [{ ...legs[0], driverPhone: '0812000111' }],
    });
    const grant = { byLink: true, subject: 'shipment', subjectId: 'S-01', expiresAt: inH(24) };
    const { status, body } = await tani.post('/grants', grant);
    expect([status, body.toEmail, body.toOrgId]).toEqual([201, null, null]);
    return { tani, grantId: body.grantId, secret: body.url.split('/berbagi#')[1] };
  }

  it('shows it without an account, without prices, telephone numbers and accounts', async () => {
    const { tani, secret } = await withLink();
    const { status, body } = await linked(tani, secret);
    expect(status).toBe(200);
    expect(linkedShipmentSchema.safeParse(body).error).toBeUndefined();
    expect(body.shipment.asReceiver).toBe(true);
    expect(body.shipment.lines[0].arrival.verdict).toBe('tight');
    for (const hidden of ['0812000111', '15000', '600000', 'token'])
      expect(JSON.stringify(body)).not.toContain(hidden);
  });

  it('shows nothing once it is taken back or has expired, nor does another secret', async () => {
    const { tani, grantId, secret } = await withLink();
    const refused = async (token: string) => (await linked(tani, token)).body.code;
    expect(await refused('x'.repeat(43))).toBe('grant.not_found');
    tani.clock.advance(24 * hourMs);
    expect(await refused(secret)).toBe('grant.not_found');
    const again = await withLink();
    await again.tani.call('DELETE', `/api/v1/grants/${again.grantId}`, {});
    expect((await linked(again.tani, again.secret)).body.code).toBe('grant.not_found');
    expect(grantId).not.toBe(again.grantId);
  });

  it('is not for readings, and cannot be accepted by whoever signs in', async () => {
    const { tani, secret } = await withLink();
    const readings = { byLink: true, subject: 'readings-pseudonymised', expiresAt: inH(24) };
    expect((await tani.post('/grants', readings)).body.errors[0].field).toBe('byLink');
    const both = {
      byLink: true,
      toOrgId: 'lain',
      subject: 'shipment',
      subjectId: 'S-01',
      expiresAt: inH(24),
    };
    expect((await tani.post('/grants', both)).body.errors[0].field).toBe('toOrgId');
    expect((await tani.post('/grants/accept', { token: secret })).status).toBeGreaterThanOrEqual(400);
  });
});
