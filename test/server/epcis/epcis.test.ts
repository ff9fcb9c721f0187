import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { zonedTime } from '../../../server/epcis/zonedTime.ts';
import { everyTenMinutes, hourMs, startAt, type TestServer, testServer } from '../testServer.ts';

const ajv = new Ajv({ strict: false, allErrors: false });
(addFormats as unknown as (instance: Ajv) => void)(ajv);
const isValid = ajv.compile(
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/epcis-2.0.schema.json'), 'utf8')),
);
const faultsOf = (document: unknown) => (isValid(document) ? [] : isValid.errors);

// biome-ignore lint/suspicious/noExplicitAny: tests assert on the shape they expect
type Json = any;

const environment = { TAHAN_PUBLIC_URL: 'https://tahu.example' };
const iso = (at: number) => new Date(at).toISOString();

/** A batch in a fridge for eight hours, then two hours on the road to a shop where it has arrived. */
async function travelled(gs1 = false): Promise<TestServer> {
  const server = await testServer({ environment });
  const { post, call } = server;
  if (gs1) {
    await call('PATCH', '/api/v1/organisation', {
      body: { gs1CompanyPrefix: '9521234', gln: '9521234000013' },
    });
    await call('PATCH', '/api/v1/products/takwa', { body: { gtin: '09521234543213' } });
  }
  await post('/places', { placeId: 'kulkas-depan', name: 'Kulkas depan', kind: 'fridge' });
  await server.server.setup.createNode({
    ...{ orgId: 'tani', nodeId: 'S-01', placeId: 'kulkas-depan', reportEveryS: 600 },
  });
  const producedAt = startAt - 10 * hourMs;
  await post('/batches', {
    ...{ batchId: 'TKW260302A', productId: 'takwa', producedAt, quantity: 400 },
  });
  await post('/batches/TKW260302A/placements', { nodeId: 'S-01', from: producedAt });
  await server.consume(
    everyTenMinutes(producedAt, startAt, at => (at < startAt - 2 * hourMs ? 5 : 12), { nodeId: 'S-01' }),
  );
  await post('/shipments', {
    ...{ shipmentId: 'SJ-2603-014', batches: [{ batchId: 'TKW260302A', quantity: 200 }] },
    ...{ from: 'Dapur', to: 'Toko Makmur', departsAt: startAt - 2 * hourMs, arrivesAt: startAt },
  });
  await post('/shipments/SJ-2603-014/depart', { at: startAt - 2 * hourMs });
  return server;
}

async function documentOf({ get }: TestServer): Promise<Json> {
  const { status, body, headers } = await get('/batches/TKW260302A/epcis');
  expect([status, headers.get('content-type')]).toEqual([200, 'application/ld+json; charset=utf-8']);
  return body;
}

const eventsOf = (document: Json): Json[] => document.epcisBody.eventList;
const steps = (document: Json) => eventsOf(document).map((event: Json) => event.bizStep);
const firstOf = (document: Json, bizStep: string) =>
  eventsOf(document).find((event: Json) => event.bizStep === bizStep);

describe('GET /batches/:batchId/epcis', () => {
  it('is valid by the official schema, without and with numbers of GS1', async () => {
    for (const gs1 of [false, true]) {
      const server = await travelled(gs1);
      await server.post('/shipments/SJ-2603-014/arrive', { receivedBy: 'Budi', accepted: 'all' });
      await server.post('/batches/TKW260302A/discard', { reason: 'asam' });
      const document = await documentOf(server);
      expect(faultsOf(document)).toEqual([]);
      expect(steps(document).toSorted()).toEqual(
        [
          ...['commissioning', 'destroying', 'receiving', 'sensor_reporting', 'sensor_reporting'],
          ...['shipping', 'storing'],
        ].toSorted(),
      );
    }
  });

  it('would be refused with a bare type for MKT, without the offset of its zone, or with an unknown step', async () => {
    const change = async (mend: (event: Json) => void) => {
      const document = structuredClone(await documentOf(server));
      mend(eventsOf(document).at(-1));
      return faultsOf(document);
    };
    const server = await travelled();
    expect(await change(() => undefined)).toEqual([]);
    const bare = (event: Json) => {
      event.sensorElementList[0].sensorReport[0].type = 'MeanKineticTemperature';
    };
    expect(await change(bare)).not.toEqual([]);
    expect(await change(event => delete event.eventTimeZoneOffset)).not.toEqual([]);
    expect(await change(event => (event.bizStep = 'frying'))).not.toEqual([]);
  });

  it('names things by addresses of this server where the firm has no numbers of GS1', async () => {
    const document = await documentOf(await travelled());
    const { quantityList, readPoint, ilmd } = firstOf(document, 'commissioning');
    expect(quantityList).toEqual([
      { epcClass: 'https://tahu.example/epcis/lot/tani/TKW260302A', quantity: 400 },
    ]);
    expect(readPoint.id).toBe('https://tahu.example/epcis/site/tani/tani');
    expect(ilmd['tahan:productionDate']).toBe('2026-11-24');
    expect(firstOf(document, 'storing').bizLocation.id).toBe(
      'https://tahu.example/epcis/place/tani/kulkas-depan',
    );
  });

  it('names them by LGTIN, SGLN and GIAI where it has', async () => {
    const document = await documentOf(await travelled(true));
    const { quantityList, readPoint } = firstOf(document, 'commissioning');
    expect(quantityList[0].epcClass).toBe('urn:epc:class:lgtin:9521234.054321.TKW260302A');
    expect(readPoint.id).toBe('urn:epc:id:sgln:9521234.00001.0');
    const measured = firstOf(document, 'sensor_reporting');
    expect(measured.sensorElementList[0].sensorMetadata.deviceID).toBe('urn:epc:id:giai:9521234.S-01');
  });

  it('carries statistics of each hour with a link to the readings, not the readings', async () => {
    const document = await documentOf(await travelled());
    const { sensorElementList: elements } = firstOf(document, 'sensor_reporting');
    expect(elements).toHaveLength(10);
    expect(elements[0].sensorMetadata).toMatchObject({
      startTime: '2026-11-24T00:00:00.000+07:00',
      endTime: '2026-11-24T01:00:00.000+07:00',
      rawData: `https://tahu.example/api/v1/nodes/S-01/readings?from=${iso(startAt - 10 * hourMs)}&to=${iso(startAt - 9 * hourMs)}`,
    });
    expect(elements[0].sensorReport).toEqual([
      {
        ...{ type: 'Temperature', minValue: 5, maxValue: 5, meanValue: 5, sDev: 0 },
        ...{ percRank: 95, percValue: 5, uom: 'CEL' },
      },
    ]);
    expect(elements.at(-1).sensorReport[0]).toMatchObject({ maxValue: 12 });
  });

  it('says MKT and what is left with its band, method and parameters', async () => {
    const server = await travelled();
    const document = await documentOf(server);
    const { sensorReport } = eventsOf(document).at(-1).sensorElementList[0];
    const { body: estimate } = await server.get('/batches/TKW260302A/estimate');
    const life = sensorReport.find(({ type }: Json) => type === 'tahan:RemainingShelfLife');
    expect(life.value).toBeCloseTo(estimate.remainingH.median, 2);
    expect([life.minValue, life.maxValue]).toEqual([
      expect.closeTo(estimate.remainingH.p05, 2),
      expect.closeTo(estimate.remainingH.p95, 2),
    ]);
    expect(life.dataProcessingMethod).toContain(estimate.parameterSetId);
    const mkt = sensorReport.find(({ type }: Json) => type === 'tahan:MeanKineticTemperature');
    expect(mkt).toMatchObject({ uom: 'CEL', value: expect.closeTo(estimate.meanKineticTemperatureC, 2) });
  });

  it('gives the same events the same ids each time, and different ones different ids', async () => {
    const server = await travelled();
    const idsOf = async () => eventsOf(await documentOf(server)).map((event: Json) => event.eventID);
    const first = await idsOf();
    expect(await idsOf()).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });

  it('tells of a batch that was split off by what it was made from', async () => {
    const server = await travelled();
    await server.post('/batches/TKW260302A/split', { into: [{ batchId: 'TKW-B', quantity: 100 }] });
    const { body } = await server.get('/batches/TKW-B/epcis');
    expect(faultsOf(body)).toEqual([]);
    const [event] = eventsOf(body);
    expect(event).toMatchObject({
      type: 'TransformationEvent',
      inputQuantityList: [{ epcClass: 'https://tahu.example/epcis/lot/tani/TKW260302A' }],
    });
  });

  it('knows no batch of another firm', async () => {
    const server = await travelled();
    const token = await server.otherFirm();
    expect((await server.get('/batches/TKW260302A/epcis', { token })).body.code).toBe('batch.not_found');
  });
});

describe('zonedTime', () => {
  it('writes an instant with the offset of the zone then, daylight saving included', () => {
    const at = (text: string, zone: string) => zonedTime(Date.parse(text), zone);
    expect(at('2026-03-01T22:10:00Z', 'Asia/Jakarta')).toEqual({
      eventTime: '2026-03-02T05:10:00.000+07:00',
      eventTimeZoneOffset: '+07:00',
    });
    expect(at('2026-07-01T12:00:00Z', 'America/St_Johns').eventTime).toBe('2026-07-01T09:30:00.000-02:30');
    expect(at('2026-01-01T12:00:00Z', 'Europe/London').eventTimeZoneOffset).toBe('+00:00');
    expect(at('2026-01-01T12:00:00Z', 'Asia/Kathmandu').eventTimeZoneOffset).toBe('+05:45');
  });
});

const lot = 'https://tahu.example/epcis/lot/tani/TKW260302A';
const received = (fields: Json = {}, epcClass = lot) => ({
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
  ...{ type: 'EPCISDocument', schemaVersion: '2.0', creationDate: iso(startAt) },
  epcisBody: {
    eventList: [
      {
        ...{ type: 'ObjectEvent', eventID: 'urn:uuid:0f3c7f2e-8e0a-4c8b-9d63-5b1f2a7c1003' },
        ...{ action: 'OBSERVE', bizStep: 'receiving', disposition: 'in_progress' },
        ...{ eventTime: '2026-11-24T09:30:00+07:00', eventTimeZoneOffset: '+07:00' },
        bizLocation: { id: 'urn:epc:id:sgln:9521235.00002.0' },
        quantityList: [{ epcClass, quantity: 200 }],
        ...fields,
      },
    ],
  },
});

describe('POST /epcis/capture', () => {
  it('keeps a receipt, shows it with the batch, and the shipment has arrived by it', async () => {
    const server = await travelled();
    const { status, body } = await server.post('/epcis/capture', received());
    expect([status, body]).toEqual([
      200,
      {
        ...{ captured: ['urn:uuid:0f3c7f2e-8e0a-4c8b-9d63-5b1f2a7c1003'], known: [], errors: [] },
        arrivedShipmentIds: ['SJ-2603-014'],
      },
    ]);
    const { body: shipment } = await server.get('/shipments/SJ-2603-014');
    expect(shipment).toMatchObject({ state: 'arrived', arrivedAt: '2026-11-24T02:30:00.000Z' });
    const document = await documentOf(server);
    expect(faultsOf(document)).toEqual([]);
    expect(eventsOf(document).map((event: Json) => event.eventID)).toContain(body.captured[0]);
  });

  it('takes it as linked data, and once: said again it changes nothing', async () => {
    const server = await travelled();
    const headers = { 'content-type': 'application/ld+json' };
    const document = received({ eventID: undefined });
    const first = await server.post('/epcis/capture', JSON.stringify(document), { headers });
    expect(first.body.captured).toHaveLength(1);
    const again = await server.post('/epcis/capture', document);
    expect(again.body).toMatchObject({ captured: [], known: first.body.captured });
    const count = (all: Json[]) =>
      all.filter((event: Json) => event.eventID === first.body.captured[0]).length;
    expect(count(eventsOf(await documentOf(server)))).toBe(1);
  });

  it('knows a lot by LGTIN, by Digital Link of any domain and by the address on its label', async () => {
    const server = await travelled(true);
    const { body: label } = await server.get('/batches/TKW260302A/label');
    const names = [
      'urn:epc:class:lgtin:9521234.054321.TKW260302A',
      'https://id.gs1.org/01/09521234543213/10/TKW260302A',
      label.url,
      label.digitalLink,
    ];
    for (const [i, name] of names.entries()) {
      const { body } = await server.post('/epcis/capture', received({ eventID: `urn:test:${i}` }, name));
      expect([name, body.captured]).toEqual([name, [`urn:test:${i}`]]);
    }
    const otherItem = 'urn:epc:class:lgtin:9521234.054322.TKW260302A';
    expect((await server.post('/epcis/capture', received({}, otherItem))).status).toBe(422);
  });

  it('lists lots it does not know and takes nothing, or with proceed what it can', async () => {
    const server = await travelled();
    const document = received();
    const stranger = received({ eventID: 'urn:test:2' }, 'https://elsewhere.example/b/1').epcisBody
      .eventList[0]!;
    document.epcisBody.eventList.push(stranger);
    const refused = await server.post('/epcis/capture', document);
    expect([refused.status, refused.body.errors]).toMatchObject([
      422,
      [{ field: 'epcisBody.eventList.1.quantityList.0.epcClass', value: 'https://elsewhere.example/b/1' }],
    ]);
    const headers = { 'gs1-capture-error-behaviour': 'proceed' };
    const taken = await server.post('/epcis/capture', document, { headers });
    expect(taken.body).toMatchObject({
      captured: [expect.any(String)],
      errors: [{ allowed: expect.any(String) }],
    });
  });

  it('knows no lots of another firm', async () => {
    const server = await travelled();
    const token = await server.otherFirm();
    expect((await server.post('/epcis/capture', received(), { token })).status).toBe(422);
  });

  it('waits until every batch of a shipment was received', async () => {
    const server = await travelled();
    await server.post('/batches', { batchId: 'B-2', productId: 'takwa', producedAt: startAt - 5 * hourMs });
    await server.post('/shipments', {
      ...{ shipmentId: 'SJ-2', batches: ['TKW260302A', 'B-2'], from: 'Dapur', to: 'Toko' },
      ...{ departsAt: startAt - hourMs, arrivesAt: startAt },
    });
    await server.post('/shipments/SJ-2/depart', { at: startAt - hourMs });
    const desadv = [{ type: 'desadv', bizTransaction: 'https://tahu.example/epcis/shipment/tani/SJ-2' }];
    const first = await server.post('/epcis/capture', received({ bizTransactionList: desadv }));
    expect(first.body.arrivedShipmentIds).toEqual([]);
    const rest = received(
      { eventID: 'urn:test:2', bizTransactionList: desadv },
      'https://tahu.example/epcis/lot/tani/B-2',
    );
    expect((await server.post('/epcis/capture', rest)).body.arrivedShipmentIds).toEqual(['SJ-2']);
  });

  it('refuses other steps, times without offset or before the lot was made, and words it does not know', async () => {
    const server = await travelled();
    for (const [fields, field] of [
      [{ bizStep: 'shipping' }, 'bizStep'],
      [{ eventTimeZoneOffset: undefined }, 'eventTimeZoneOffset'],
      [{ eventTime: '2026-11-24T09:30:00' }, 'eventTime'],
      [{ eventTime: '2026-11-20T09:30:00+07:00' }, 'eventTime'],
      [{ eventTime: '2026-12-20T09:30:00+07:00' }, 'eventTime'],
      [{ quantityList: [] }, 'quantityList'],
      [{ colour: 'yellow' }, 'colour'],
      [{ type: 'TransactionEvent' }, 'type'],
    ] as const) {
      const { status, body } = await server.post('/epcis/capture', received(fields));
      expect([field, status, body.errors?.[0]?.field]).toEqual([
        field,
        422,
        expect.stringMatching(new RegExp(`^epcisBody\\.eventList\\.0\\.${field}`)),
      ]);
    }
    const extended = received({ 'toko:rack': 'A3', bizStep: 'https://ref.gs1.org/cbv/BizStep-receiving' });
    expect((await server.post('/epcis/capture', extended)).status).toBe(200);
  });

  it('is no business of those who only read', async () => {
    const server = await travelled();
    const token = await server.tokenFor('viewer');
    expect((await server.post('/epcis/capture', received(), { token })).status).toBe(403);
  });
});
