import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fefoViewSchema,
  shipmentSummarySchema,
  shipmentViewSchema,
} from '../../../models/contracts/shipment.ts';
import { listAudit } from '../../../server/store/metadata/audit.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

const iso = (at: number) => new Date(at).toISOString();
const inH = (hours: number) => iso(startAt + hours * hourMs);
const surabaya = {
  shipmentId: 'S-01',
  batches: ['B-01'],
  from: 'Kediri',
  to: 'Surabaya',
  departsAt: inH(1),
  arrivesAt: inH(3.5),
};
const leg = (fromName: string, toName: string, fromH: number, toH: number, fields = {}) => ({
  fromName,
  toName,
  departsAt: inH(fromH),
  arrivesAt: inH(toH),
  ...fields,
});
const cold = { temperatureC: 8 };
const twoLegs = {
  shipmentId: 'S-02',
  batches: ['B-01'],
  legs: [leg('Kediri', 'Jombang', 1, 2, cold), leg('Jombang', 'Surabaya', 3, 5, cold)],
};

/** A firm with one takwa, ten hours old and measured at 5 degrees all that time. */
async function aFirm(temperatureC = 5) {
  const server = await testServer();
  await server.placedBatch({ quantity: 40 });
  await server.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, temperatureC));
  return {
    ...server,
    patch: (path: string, body: unknown, options = {}) =>
      server.call('PATCH', `/api/v1${path}`, { ...options, body }),
    book: async (fields: Record<string, unknown> = {}) => {
      const answer = await server.post('/shipments', { ...surabaya, ...fields });
      expect(answer.body.errors ?? []).toEqual([]);
      expect(answer.status).toBe(201);
      return answer.body;
    },
  };
}

async function anotherBatch({ server, consume }: TestServer, n: number, temperatureC: number | null) {
  const [batchId, nodeId] = [`B-0${n}`, `S-0${n}`];
  const producedAt = startAt - 10 * hourMs;
  const quantity = { amount: 40, unit: 'potong' };
  await server.setup.createBatch({ orgId: 'tani', batchId, productId: 'takwa', producedAt, quantity });
  if (temperatureC === null) return;
  await server.setup.createNode({ orgId: 'tani', nodeId, reportEveryS: 600 });
  await server.setup.createPlacement({ orgId: 'tani', batchId, nodeId, from: producedAt });
  await consume(everyTenMinutes(producedAt, startAt, temperatureC, { nodeId }));
}

describe('POST /shipments', () => {
  it('plans one leg from the short form and answers with what the batch arrives with', async () => {
    const { book } = await aFirm();
    const body = await book({ cooling: 'gel-ice', needH: 6 });
    expect(shipmentViewSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ shipmentId: 'S-01', name: 'Kediri – Surabaya', state: 'planned' });
    expect(body.legs).toHaveLength(1);
    expect(body.legs[0].planned).toMatchObject({ kind: 'cooling' });
    expect(body.lines[0]).toMatchObject({
      fefoRank: 1,
      batch: { batchId: 'B-01' },
      quantity: { amount: 40 },
    });
    const { arrival, now } = body.lines[0];
    expect(arrival.arrivesAt).toBe(surabaya.arrivesAt);
    expect(arrival.remainingH.p05).toBeLessThan(now.remainingH.p05);
    expect(arrival.remainingH.p05).toBeGreaterThan(0);
  });

  it('plans several legs, each with its own temperature', async () => {
    const { post } = await aFirm();
    const legs = [
      leg('Kediri', 'Jombang', 1, 2, { temperatureC: 30 }),
      leg('Jombang', 'Surabaya', 3, 5, { cooling: 'refrigerated', vehicle: 'L 9214 UK' }),
    ];
    const { status, body } = await post('/shipments', { ...twoLegs, legs });
    expect(status).toBe(201);
    expect(body.legs.map((l: { planned: { kind: string } }) => l.planned.kind)).toEqual(['given', 'cooling']);
    expect(body.lines[0].arrival.assumptions).toHaveLength(2);
  });

  it('makes an id of its own, and refuses one that is taken with 409', async () => {
    const { post, book } = await aFirm();
    expect((await book({ shipmentId: undefined })).shipmentId).toMatch(/^S-[2-9A-Z]{10}$/);
    await book();
    const again = await post('/shipments', surabaya);
    expect([again.status, again.body.code]).toEqual([409, 'shipment.exists']);
  });

  it('answers a batch that is not there, or of another firm, with 404 and the field', async () => {
    const { post, otherFirm } = await aFirm();
    const missing = await post('/shipments', { ...surabaya, batches: ['B-01', 'B-99'] });
    expect([missing.status, missing.body.code]).toEqual([404, 'batch.not_found']);
    expect(missing.body.errors[0]).toMatchObject({ field: 'batches.1', value: 'B-99' });
    const foreign = await post('/shipments', surabaya, { token: await otherFirm() });
    expect([foreign.status, foreign.body.errors[0].field]).toEqual([404, 'batches.0']);
  });

  it('refuses a batch of which nothing is left', async () => {
    const { post } = await aFirm();
    await post('/batches/B-01/sold-out');
    const { status, body } = await post('/shipments', surabaya);
    expect([status, body.errors[0].field]).toEqual([422, 'batches.0']);
  });

  it.each([
    [{ from: undefined }, 'from'],
    [{ arrivesAt: inH(1) }, 'arrivesAt'],
    [{ departsAt: 'tomorrow' }, 'departsAt'],
    [{ departsAt: '2030-01-01T00:00:00Z', arrivesAt: '2030-01-01T03:00:00Z' }, 'departsAt'],
    [{ batches: [] }, 'batches'],
    [{ batches: [{ batchId: 'B-01', quantity: 0 }] }, 'batches'],
    [{ cooling: 'snow' }, 'cooling'],
    [{ temperatureC: 99 }, 'temperatureC'],
    [{ needH: -1 }, 'needH'],
    [{ receiverOrgId: 'tani' }, 'receiverOrgId'],
    [{ legs: [leg('A', 'B', 1, 2)] }, 'from'],
    [{ orgId: 'lain' }, 'orgId'],
    [{ shipmentId: 'board' }, 'shipmentId'],
  ])('refuses %j naming the field, the value and what is allowed', async (fields, field) => {
    const { post } = await aFirm();
    const { status, body } = await post('/shipments', { ...surabaya, ...fields });
    expect([status, body.code]).toEqual([422, 'request.invalid']);
    expect(body.errors[0].field.split('.')[0]).toBe(field);
    expect(body.errors[0].value).not.toBe('');
    expect(body.errors[0].allowed).not.toBe('');
  });

  it('refuses a leg that leaves before the one before it has come', async () => {
    const { post } = await aFirm();
    const legs = [leg('A', 'B', 1, 3), leg('B', 'C', 2, 4)];
    const { status, body } = await post('/shipments', { ...twoLegs, legs });
    expect([status, body.errors[0].field]).toEqual([422, 'legs.1.departsAt']);
  });

  it('takes the need and the price of the product where nobody gives others, and reckons the money at risk', async () => {
    const { book, patch } = await aFirm(28);
    await patch('/products/takwa', { needH: 500, unitPriceIdr: 4_000 });
    const body = await book();
    expect(body.lines[0]).toMatchObject({ unitPriceIdr: 4_000, valueIdr: 160_000 });
    expect(body.lines[0].arrival).toMatchObject({ needH: 500, verdict: 'short' });
    expect(body.lines[0].atRiskIdr).toBe(160_000);
    expect(body.totals).toMatchObject({ lines: 1, short: 1, valueIdr: 160_000, atRiskIdr: 160_000 });
  });

  it('writes who planned it into the audit trail', async () => {
    const { book, dataDir } = await aFirm();
    await book();
    const db = await openMetadataOf(dataDir);
    expect(await listAudit(db, 'tani', 1)).toMatchObject([{ action: 'shipment.added', subject: 'S-01' }]);
  });
});

describe('what a batch arrives with', () => {
  it('is never more for a warmer or a longer way', async () => {
    const { book, patch } = await aFirm();
    await book({ temperatureC: 5 });
    const p05 = async (temperatureC: number, hours: number) => {
      const legs = [leg('Kediri', 'Surabaya', 1, 1 + hours, { temperatureC })];
      const { body } = await patch('/shipments/S-01', { legs });
      return body.lines[0].arrival.remainingH.p05 as number;
    };
    const temperature = fc.integer({ min: 2, max: 34 });
    const duration = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(temperature, temperature, duration, duration, async (a, b, c, d) => {
        const mild = await p05(Math.min(a, b), Math.min(c, d));
        expect(await p05(Math.max(a, b), Math.min(c, d))).toBeLessThanOrEqual(mild + 1e-6);
        expect(await p05(Math.min(a, b), Math.max(c, d))).toBeLessThanOrEqual(mild + 1e-6);
      }),
      { numRuns: 8 },
    );
  });

  it('takes how warm the vehicle was at these hours from its own sensors', async () => {
    const { server, consume, post, book } = await aFirm();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'V-01', placeId: 'truk-2', reportEveryS: 600 });
    await post('/places', { placeId: 'truk-2', name: 'Truk dua', kind: 'vehicle' });
    for (let day = 1; day <= 7; day += 1) {
      const from = startAt - day * 24 * hourMs;
      await consume(everyTenMinutes(from, from + 4 * hourMs, 11, { nodeId: 'V-01' }));
    }
    const body = await book({ vehicle: 'truk DUA' });
    expect(body.legs[0]).toMatchObject({ vehicle: 'Truk dua', vehiclePlaceId: 'truk-2' });
    expect(body.legs[0].planned).toMatchObject({ kind: 'site-history', temperatureC: 11 });
  });

  it('says that the climate is assumed where nothing else is known', async () => {
    const { book } = await aFirm();
    const [{ planned }] = (await book()).legs;
    expect(planned.kind).toBe('climate');
    expect(planned.sentence).toContain('assumed');
    expect(planned.highC).toBeGreaterThan(planned.temperatureC);
  });

  it('is changed by readings that come late', async () => {
    const { server, book, get, consume, clock } = await aFirm();
    await book({ temperatureC: 5 });
    clock.set(startAt + 60 * minuteMs);
    await consume(everyTenMinutes(startAt + 10 * minuteMs, startAt + 60 * minuteMs, 5));
    await server.lives.changed('tani', 'B-01');
    const before = (await get('/shipments/S-01')).body.lines[0].arrival;
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-09', reportEveryS: 600 });
    await server.setup.createPlacement({
      orgId: 'tani',
      batchId: 'B-01',
      nodeId: 'S-09',
      from: startAt - 10 * hourMs,
      position: 'pintu',
    });
    await consume(everyTenMinutes(startAt - 10 * hourMs, startAt + 60 * minuteMs, 20, { nodeId: 'S-09' }));
    const after = (await get('/shipments/S-01')).body.lines[0].arrival;
    expect(after.remainingH.p05).toBeLessThan(before.remainingH.p05 - 1);
  });

  it('counts what the sensors measured on the way, and the plan only for what lies ahead', async () => {
    const { book, post, get, consume, clock } = await aFirm();
    await book({ temperatureC: 5 });
    clock.set(startAt + hourMs);
    await post('/shipments/S-01/depart', {});
    clock.set(startAt + 3 * hourMs);
    await consume(everyTenMinutes(startAt + 10 * minuteMs, startAt + 3 * hourMs, 31));
    const { body } = await get('/shipments/S-01');
    const [line] = body.lines;
    expect(line.arrival.assumptions[0]).toMatchObject({ kind: 'measured', temperatureC: 31 });
    expect(line.arrival.remainingH.p05).toBeLessThan(line.promise.promisedH.p05);
  });
});

describe('FEFO order of a shipment', () => {
  it('is by the lower end on arrival; one that nobody knows counts as its worst case and rises', async () => {
    const firm = await aFirm(5);
    await anotherBatch(firm, 2, 9);
    await anotherBatch(firm, 3, null);
    const body = await firm.book({ batches: ['B-01', 'B-02', 'B-03'], needH: 4, cooling: 'ice' });
    const ids = body.lines.map((l: { batch: { batchId: string } }) => l.batch.batchId);
    expect(ids).toEqual(['B-03', 'B-02', 'B-01']);
    const p05 = body.lines.map((l: { arrival: { remainingH: { p05: number } } }) => l.arrival.remainingH.p05);
    expect(p05).toEqual(p05.toSorted((a: number, b: number) => a - b));
    expect(body.lines[0]).toMatchObject({ fefoReason: 'worst-case', arrival: { verdict: 'unsure' } });
    expect(body.totals).toMatchObject({ lines: 3, unsure: 1 });
  });
});

describe('latestSafeDepartureAt', () => {
  const batchOf = (body: { lines: { arrival: { verdict: string } }[] }) => body.lines[0]!.arrival.verdict;

  it('agrees with trying every departure around it', async () => {
    const { book, patch } = await aFirm();
    const needH = Math.floor((await book({ temperatureC: 12 })).lines[0].arrival.remainingH.p05 - 20);
    const { body } = await patch('/shipments/S-01', { needH });
    const latest = Date.parse(body.latestSafeDepartureAt);
    expect(latest).toBeGreaterThan(Date.parse(surabaya.departsAt));
    const verdictAt = async (at: number) =>
      batchOf((await patch('/shipments/S-01', { departsAt: iso(at) })).body);
    for (const hoursBefore of [15, 6, 1, 0])
      expect(await verdictAt(latest - hoursBefore * hourMs)).toBe('enough');
    for (const minutesAfter of [2, 60, 360])
      expect(await verdictAt(latest + minutesAfter * minuteMs)).not.toBe('enough');
  });

  it('is never past where even leaving now would be too late', async () => {
    const { book } = await aFirm(28);
    const body = await book({ needH: 400 });
    expect(body.latestSafeDepartureAt).toBeNull();
    expect(body.verdict).toBe('short');
  });

  it('is told no more of a shipment that has left', async () => {
    const { book, post, clock } = await aFirm();
    expect((await book({ needH: 4, cooling: 'ice' })).latestSafeDepartureAt).not.toBeNull();
    clock.set(startAt + hourMs);
    expect((await post('/shipments/S-01/depart', {})).body.latestSafeDepartureAt).toBeNull();
  });
});

describe('advice', () => {
  it('reckons what ice and a colder vehicle would gain, the best first', async () => {
    const { book } = await aFirm();
    const { advice, lines } = await book();
    const codes = advice.map((a: { code: string }) => a.code);
    expect(codes).toEqual(expect.arrayContaining(['ice', 'gel-ice', 'refrigerated']));
    const gains = advice.map((a: { gainP05H: number }) => a.gainP05H);
    expect(gains).toEqual(gains.toSorted((a: number, b: number) => b - a));
    for (const a of advice)
      expect(a.arrivesWithP05H).toBeCloseTo(lines[0].arrival.remainingH.p05 + a.gainP05H, 6);
  });

  it('is what planning it so would give', async () => {
    const { book, patch } = await aFirm();
    const { advice } = await book();
    const { arrivesWithP05H } = advice.find((a: { code: string }) => a.code === 'ice');
    const legs = [leg('Kediri', 'Surabaya', 1, 3.5, { cooling: 'ice' })];
    const { body } = await patch('/shipments/S-01', { legs });
    expect(body.lines[0].arrival.remainingH.p05).toBeCloseTo(arrivesWithP05H, 6);
  });

  it('is not to send where nothing gets it there with what is asked for', async () => {
    const { book } = await aFirm(28);
    const { advice } = await book({ arrivesAt: inH(13), needH: 400 });
    expect(advice.at(-1)).toMatchObject({ code: 'do-not-send', verdict: 'short', batchId: 'B-01' });
  });
});

describe('the way of a shipment', () => {
  it('goes from hand to hand, by name and time, and is never changed afterwards', async () => {
    const { post, get, clock, dataDir } = await aFirm();
    await post('/shipments', twoLegs);
    clock.set(startAt + hourMs);
    await post('/shipments/S-02/depart', { by: 'Bu Sari', receivedBy: 'Pak Yanto' });
    clock.set(startAt + 2 * hourMs);
    await post('/shipments/S-02/legs/1/handover', {
      by: 'Pak Yanto',
      receivedBy: 'Pak Budi',
      note: '4 boks',
    });
    const again = await post('/shipments/S-02/legs/1/handover', { by: 'X', receivedBy: 'Y' });
    expect([again.status, again.body.code]).toEqual([409, 'shipment.wrong_state']);
    clock.set(startAt + 3 * hourMs);
    await post('/shipments/S-02/depart', {});
    clock.set(startAt + 5 * hourMs);
    const arrived = await post('/shipments/S-02/arrive', {
      ...{
        by: 'Pak Budi',
        receivedBy: 'Toko Makmur',
        accepted: 'some',
        note: '1 boks bau',
        temperatureC: 14.5,
      },
    });
    expect(arrived.body).toMatchObject({ state: 'arrived', accepted: 'some', arrivalTemperatureC: 14.5 });
    await post('/shipments/S-02/custody', { by: 'Toko Makmur', note: 'bukan bau, pecah' });
    const { custody } = (await get('/shipments/S-02')).body;
    expect(custody.map((c: Record<string, unknown>) => [c.kind, c.leg, c.by, c.receivedBy])).toEqual([
      ['departed', 1, 'Bu Sari', 'Pak Yanto'],
      ['handed-over', 1, 'Pak Yanto', 'Pak Budi'],
      ['departed', 2, 'owner', null],
      ['arrived', 2, 'Pak Budi', 'Toko Makmur'],
      ['correction', null, 'Toko Makmur', null],
    ]);
    const actions = (await listAudit(await openMetadataOf(dataDir), 'tani', 6)).map(line => line.action);
    expect(actions).toEqual([
      'shipment.correction',
      'shipment.arrived',
      'shipment.departed',
      'shipment.handed-over',
      'shipment.departed',
      'shipment.added',
    ]);
  });

  it('keeps what was promised at departure beside what came', async () => {
    const { book, post, consume, clock } = await aFirm();
    await book({ temperatureC: 28 });
    clock.set(startAt + hourMs);
    await consume(everyTenMinutes(startAt + 10 * minuteMs, startAt + hourMs, 5));
    const { promise } = (await post('/shipments/S-01/depart', {})).body.lines[0];
    expect(promise).toMatchObject({ promisedAt: inH(1), arrivedH: null, kept: null });
    clock.set(startAt + 3.5 * hourMs);
    await consume(everyTenMinutes(startAt + hourMs + 10 * minuteMs, startAt + 3.5 * hourMs, 6));
    const { body } = await post('/shipments/S-01/arrive', { receivedBy: 'Toko', accepted: 'all' });
    expect(body.lines[0].promise).toMatchObject({ promisedH: promise.promisedH, kept: true });
    expect(body.lines[0].promise.arrivedH.p05).toBeGreaterThan(promise.promisedH.p05);
  });

  it('moves the later legs when one leaves late, and lets less life arrive', async () => {
    const { post, get, clock } = await aFirm();
    const planned = (await post('/shipments', twoLegs)).body;
    clock.set(startAt + 3 * hourMs);
    await post('/shipments/S-02/depart', {});
    const { body } = await get('/shipments/S-02');
    expect(body.expectedArrivalAt).toBe(inH(7));
    expect(body.legs[1].expectedDepartureAt).toBe(inH(5));
    expect(body.lines[0].arrival.remainingH.p05).toBeLessThan(planned.lines[0].arrival.remainingH.p05);
  });

  it('refuses what cannot have happened: in the future, before the last step, after its end', async () => {
    const { book, post, clock } = await aFirm();
    await book();
    const future = await post('/shipments/S-01/depart', { at: inH(2) });
    expect([future.status, future.body.errors[0].field]).toEqual([422, 'at']);
    clock.set(startAt + 4 * hourMs);
    await post('/shipments/S-01/depart', { at: inH(1) });
    const early = await post('/shipments/S-01/arrive', { at: inH(0.5), receivedBy: 'Toko', accepted: 'all' });
    expect([early.status, early.body.errors[0].field]).toEqual([422, 'at']);
    await post('/shipments/S-01/arrive', { receivedBy: 'Toko', accepted: 'all' });
    for (const [path, body] of [
      ['depart', {}],
      ['arrive', { receivedBy: 'Toko', accepted: 'all' }],
      ['cancel', { reason: 'salah' }],
    ] as const) {
      const answer = await post(`/shipments/S-01/${path}`, body);
      expect([path, answer.status, answer.body.code]).toEqual([path, 409, 'shipment.wrong_state']);
    }
  });

  it('arrives though nobody said that it left', async () => {
    const { book, post } = await aFirm();
    await book();
    const { status, body } = await post('/shipments/S-01/arrive', { receivedBy: 'Toko', accepted: 'all' });
    expect([status, body.state, body.departedAt]).toEqual([200, 'arrived', null]);
  });

  it('is cancelled with a reason and stays on record', async () => {
    const { book, call, get } = await aFirm();
    await book();
    const answer = await call('DELETE', '/api/v1/shipments/S-01', { body: { reason: 'hujan' } });
    expect(answer.body).toMatchObject({ state: 'cancelled', cancelReason: 'hujan', verdict: null });
    expect((await get('/shipments/S-01')).body.state).toBe('cancelled');
    expect((await get('/shipments?state=open')).body.shipments).toEqual([]);
  });
});

describe('PATCH /shipments/:id', () => {
  it('moves the whole plan with departsAt, and takes other batches before departure', async () => {
    const firm = await aFirm();
    await anotherBatch(firm, 2, 5);
    await firm.book();
    const { body } = await firm.patch('/shipments/S-01', { departsAt: inH(2), batches: ['B-02'], needH: 3 });
    expect(body).toMatchObject({ departsAt: inH(2), arrivesAt: inH(4.5), needH: 3 });
    expect(body.lines.map((l: { batch: { batchId: string } }) => l.batch.batchId)).toEqual(['B-02']);
  });

  it('changes on the way only what lies ahead', async () => {
    const { post, patch, clock } = await aFirm();
    await post('/shipments', twoLegs);
    clock.set(startAt + hourMs);
    await post('/shipments/S-02/depart', {});
    const late = [twoLegs.legs[0], leg('Jombang', 'Malang', 4, 7)];
    expect((await patch('/shipments/S-02', { legs: late })).body).toMatchObject({ toName: 'Malang' });
    const other = await patch('/shipments/S-02', { legs: [leg('Blitar', 'Jombang', 1, 2), late[1]] });
    expect([other.status, other.body.errors[0].field]).toEqual([422, 'legs.0.fromName']);
    const batches = await patch('/shipments/S-02', { batches: ['B-01'] });
    expect([batches.status, batches.body.code]).toEqual([409, 'shipment.wrong_state']);
  });
});

describe('GET /shipments', () => {
  it('lists page by page, the latest departure first, by state', async () => {
    const { book, get, post, clock } = await aFirm();
    for (const n of [1, 2, 3])
      await book({ shipmentId: `S-0${n}`, departsAt: inH(n), arrivesAt: inH(n + 2) });
    const first = (await get('/shipments?limit=2')).body;
    for (const summary of first.shipments) expect(shipmentSummarySchema.parse(summary)).toEqual(summary);
    const second = (await get(`/shipments?limit=2&cursor=${first.nextCursor}`)).body;
    const ids = [...first.shipments, ...second.shipments].map(s => s.shipmentId);
    expect([ids, second.nextCursor]).toEqual([['S-03', 'S-02', 'S-01'], null]);
    clock.set(startAt + hourMs);
    await post('/shipments/S-01/depart', {});
    const idsIn = async (state: string) =>
      (await get(`/shipments?state=${state}`)).body.shipments.map(
        (s: { shipmentId: string }) => s.shipmentId,
      );
    expect(await idsIn('under-way')).toEqual(['S-01']);
    expect(await idsIn('planned')).toEqual(['S-03', 'S-02']);
    expect(await idsIn('arrived')).toEqual([]);
    expect((await get('/shipments?state=lost')).body.errors[0].field).toBe('state');
  });
});

describe('a shipment of another firm', () => {
  it('is answered as one that is not there', async () => {
    const { book, get, post, call, otherFirm } = await aFirm();
    await book();
    const token = await otherFirm();
    const answers = [
      await get('/shipments/S-01', { token }),
      await post('/shipments/S-01/depart', {}, { token }),
      await post('/shipments/S-01/arrive', { receivedBy: 'X', accepted: 'all' }, { token }),
      await call('PATCH', '/api/v1/shipments/S-01', { token, body: { needH: 1 } }),
      await call('DELETE', '/api/v1/shipments/S-01', { token, body: { reason: 'x' } }),
    ];
    expect(answers.map(a => [a.status, a.body.code])).toEqual(answers.map(() => [404, 'shipment.not_found']));
    expect((await get('/shipments', { token })).body.shipments).toEqual([]);
  });

  it('is read by its receiver, without the money, and its arrival is recorded by them', async () => {
    const { book, get, post, call, otherFirm } = await aFirm();
    const token = await otherFirm();
    await book({ receiverOrgId: 'lain', batches: [{ batchId: 'B-01', unitPriceIdr: 4_000 }] });
    const seen = (await get('/shipments/S-01', { token })).body;
    expect(seen).toMatchObject({ asReceiver: true, ownerOrgId: 'tani', totals: { atRiskIdr: null } });
    expect(seen.lines[0]).toMatchObject({ unitPriceIdr: null, arrival: { arrivesAt: surabaya.arrivesAt } });
    expect((await get('/shipments/received', { token })).body.shipments).toHaveLength(1);
    const change = await call('PATCH', '/api/v1/shipments/S-01', { token, body: { needH: 1 } });
    expect(change.status).toBe(403);
    const arrival = { receivedBy: 'Toko Lain', accepted: 'all' };
    expect((await post('/shipments/S-01/arrive', arrival, { token })).body.state).toBe('arrived');
    expect((await get('/shipments/S-01')).body).toMatchObject({ receivedBy: 'Toko Lain', asReceiver: false });
  });

  it('is no longer read once another receiver is named', async () => {
    const { book, get, patch, otherFirm } = await aFirm();
    const token = await otherFirm();
    await book({ receiverOrgId: 'lain' });
    await patch('/shipments/S-01', { receiverOrgId: null });
    expect((await get('/shipments/S-01', { token })).status).toBe(404);
  });
});

describe('GET /fefo', () => {
  it('sends the crate that just suffices, and sells the one that does not here today', async () => {
    const firm = await aFirm(5);
    await anotherBatch(firm, 2, 28);
    await anotherBatch(firm, 3, 8);
    await firm.book({ temperatureC: 5, keptAtC: 5, needH: 24, batches: ['B-01'] });
    const { status, body } = await firm.get('/fefo');
    expect(status).toBe(200);
    expect(fefoViewSchema.parse(body)).toEqual(body);
    const rows = fefoViewSchema
      .parse(body)
      .rows.map(r => [r.batch.batchId, r.action, r.destination?.shipmentId ?? null]);
    expect(rows[0]).toEqual(['B-02', 'sell-today', null]);
    expect(rows.filter(([, action]) => action === 'send')).toHaveLength(1);
    expect(body.missing).toEqual([]);
    const p05 = body.rows.map((r: { now: { remainingH: { p05: number } } }) => r.now.remainingH.p05);
    expect(p05).toEqual(p05.toSorted((a: number, b: number) => a - b));
  });

  it('leaves out what is on its way, and says what a shipment would lack', async () => {
    const firm = await aFirm(28);
    await firm.book({ needH: 400 });
    const planned = (await firm.get('/fefo')).body;
    expect(planned.missing).toEqual([
      { shipmentId: 'S-01', productId: 'takwa', quantity: { amount: 40, unit: 'potong' } },
    ]);
    firm.clock.set(startAt + hourMs);
    await firm.post('/shipments/S-01/depart', {});
    expect((await firm.get('/fefo')).body.rows).toEqual([]);
  });

  it('looks, of one place, only at what stands there', async () => {
    const firm = await aFirm(5);
    await firm.server.setup.createNode({ orgId: 'tani', nodeId: 'K-01', placeId: 'kulkas' });
    const producedAt = startAt - 10 * hourMs;
    await firm.server.setup.createBatch({ orgId: 'tani', batchId: 'B-07', productId: 'pong', producedAt });
    await firm.server.setup.createPlacement({
      orgId: 'tani',
      batchId: 'B-07',
      nodeId: 'K-01',
      from: producedAt,
    });
    const { body } = await firm.get('/fefo?placeId=kulkas');
    expect(body.rows.map((r: { batch: { batchId: string } }) => r.batch.batchId)).toEqual(['B-07']);
    expect((await firm.get('/fefo?placeId=a b')).status).toBe(422);
  });
});
