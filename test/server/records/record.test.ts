import { describe, expect, it } from 'vitest';
import { batchRecordSchema } from '../../../models/contracts/record.ts';
import { openAlertWithin } from '../../../server/store/metadata/alerts.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';
import { recordedBatch } from './world.ts';

const iso = (at: number) => new Date(at).toISOString();
const producedAt = startAt - 24 * hourMs;

async function recordOf({ get }: TestServer, query = '', batchId = 'TKV-01') {
  const { status, body } = await get(`/batches/${batchId}/record${query}`);
  expect([status, body.code]).toEqual([200, undefined]);
  return batchRecordSchema.parse(body);
}

describe('GET /batches/:batchId/record', () => {
  it('tells when a batch was too warm and what that cost, as its history does', async () => {
    const server = await recordedBatch();
    const { excursions, summary } = await recordOf(server);
    const history = (await server.get('/batches/TKV-01/history')).body;
    expect(excursions.map(({ durationH: _, ...excursion }) => excursion)).toEqual(history.excursions);
    expect(excursions).toHaveLength(2);
    expect(excursions[1]).toMatchObject({ peakC: expect.closeTo(21.7, 6) });
    const overH = excursions.reduce((sum, { durationH }) => sum + durationH, 0);
    expect(summary.timeOutOfRangeH).toBeCloseTo(overH, 3);
    expect(summary).toMatchObject({ outOfRangeAboveC: 8, activationEnergyKJPerMol: 83.144, maxC: 30 });
  });

  it('gives the estimate of the API for the same instant, counts of a laboratory included', async () => {
    const server = await recordedBatch();
    for (const at of [startAt - 3 * hourMs, startAt + minuteMs]) {
      const { estimate, until } = await recordOf(server, `?asOf=${at}`);
      const asked = (await server.get(`/batches/TKV-01/estimate?at=${at}`)).body;
      expect([until, estimate]).toEqual([iso(at), asked]);
    }
    expect((await recordOf(server)).estimate.flags).toContain('conditioned-on-counts');
  });

  it('tells the silence of its sensor, and what that time was taken to be', async () => {
    const { gaps, summary, hours } = await recordOf(await recordedBatch());
    expect(gaps).toEqual([
      {
        ...{ from: iso(producedAt + 9 * hourMs), to: iso(producedAt + 12 * hourMs), durationH: 3 },
        ...{ assumedFromC: expect.closeTo(4.5, 1), assumedToC: expect.closeTo(5.5, 1), assumedWorstC: 30 },
      },
    ]);
    expect(summary.gapH).toBeCloseTo(3, 6);
    // 24 hours less three, in whole hours on the clocks of the firm.
    expect(hours).toHaveLength(21);
    expect(hours.every(({ measuredMin }) => Math.abs(measuredMin - 60) < 1e-6)).toBe(true);
    expect(hours[0]).toMatchObject({ from: iso(producedAt), maxC: 30, minC: 18, meanC: 24 });
  });

  it('knows an hour that was measured in part, and begins hours where the clocks of the firm do', async () => {
    const server = await testServer();
    await server.call('PATCH', '/api/v1/organisation', { body: { timeZone: 'Asia/Kolkata' } });
    await server.placedBatch();
    await server.consume(everyTenMinutes(startAt - 2 * hourMs, startAt, 20));
    const { hours } = await recordOf(server, '', 'B-01');
    // Half an hour ahead of whole ones.
    expect(hours.map(({ from, measuredMin }) => [from, Math.round(measuredMin)])).toEqual([
      [iso(startAt - 2.5 * hourMs), 30],
      [iso(startAt - 1.5 * hourMs), 60],
      [iso(startAt - 0.5 * hourMs), 30],
    ]);
  });

  it('lists sensors with their place and calibration, and whether that still held', async () => {
    const server = await recordedBatch();
    const [sensor] = (await recordOf(server)).sensors;
    expect(sensor).toMatchObject({
      ...{ nodeId: 'S-14', placeName: 'Kulkas depan', from: iso(producedAt), to: null },
      ...{ maxC: 30, calibrationState: 'valid' },
      calibrations: [{ temperatureOffsetC: -0.3, note: 'air es, dua titik', by: 'token owner' }],
    });
    expect(sensor?.measuredH).toBeCloseTo(21, 6);
    const again = { temperatureOffsetC: -0.1, from: startAt - 5 * hourMs };
    await server.post('/nodes/S-14/offsets', { ...again, calibrationDueAt: startAt - 4 * hourMs });
    const [later] = (await recordOf(server)).sensors;
    expect([later?.calibrationState, later?.calibrations.map(c => c.temperatureOffsetC)]).toEqual([
      ...['overdue', [-0.3, -0.1]],
    ]);
  });

  it('says that nothing is known of the accuracy of a probe that was never calibrated, and of no date', async () => {
    const server = await testServer();
    await server.placedBatch();
    await server.consume(everyTenMinutes(startAt - hourMs, startAt, 5));
    const stateNow = async () => (await recordOf(server, '', 'B-01')).sensors[0]?.calibrationState;
    expect(await stateNow()).toBe('none');
    await server.post('/nodes/S-01/offsets', { temperatureOffsetC: 0.2, from: startAt - 20 * hourMs });
    expect(await stateNow()).toBe('no-date');
  });

  it('lists who was told, what they did, where it went and what was found', async () => {
    const server = await recordedBatch();
    const alertId = await anAlertOf(server);
    await server.post(`/alerts/${alertId}/acknowledge`);
    await server.post(`/alerts/${alertId}/notes`, { note: 'es ditambah' });
    server.clock.advance(minuteMs);
    await server.post('/batches/TKV-01/discard', { reason: 'asam', note: 'dua bungkus kembung' });
    server.clock.advance(minuteMs);
    const record = await recordOf(server);
    // The server may have told of its own meanwhile: it looks at what is there every second.
    expect(record.alerts.filter(alert => alert.alertId === alertId)).toMatchObject([
      { kind: 'too-warm', about: 'Takwa vakum', peakC: 21.7 },
    ]);
    expect(record.actions.map(({ what, note }) => [what, note])).toEqual([
      ['acknowledged', null],
      ['noted', 'es ditambah'],
      ['discarded', 'asam: dua bungkus kembung'],
    ]);
    expect(record.shipments).toMatchObject([
      {
        ...{ shipmentId: 'SJ-01', state: 'under-way', toName: 'Toko Makmur', vehicles: ['L 9214 UK'] },
        custody: [{ kind: 'departed', by: 'Pak Darto' }],
      },
    ]);
    expect(record.observations).toMatchObject([{ log10CfuPerG: 4.2, labName: 'Lab UB' }]);
    // Its temperatures end with it.
    expect(record.until).toBe(record.batch.discardedAt);
  });

  it('is the same for the same instant, whatever is written down later', async () => {
    const server = await recordedBatch();
    const asOf = startAt + minuteMs;
    const before = await recordOf(server, `?asOf=${asOf}`);
    server.clock.advance(hourMs);
    const alertId = await anAlertOf(server);
    await server.post(`/alerts/${alertId}/acknowledge`);
    await server.post('/batches/TKV-01/observations', { kind: 'verdict', verdict: 'slimy' });
    await server.post('/shipments/SJ-01/arrive', { receivedBy: 'Ratna', accepted: 'all' });
    await server.post('/batches/TKV-01/sold-out');
    expect(await recordOf(server, `?asOf=${asOf}`)).toEqual(before);
    server.clock.advance(minuteMs);
    const now = await recordOf(server);
    expect([now.shipments[0]?.receivedBy, now.observations.length]).toEqual(['Ratna', 2]);
  });

  it('has the sensors and the lineage of the batches that it was made from', async () => {
    const server = await recordedBatch();
    await server.post('/batches/TKV-01/split', {
      into: [{ batchId: 'TKV-01-A' }, { batchId: 'TKV-01-B' }],
    });
    server.clock.advance(minuteMs);
    const record = await recordOf(server, '', 'TKV-01-A');
    expect(record.batch.parents.map(({ batchId }) => batchId)).toEqual(['TKV-01']);
    expect(record.sensors.map(({ batchId, nodeId }) => [batchId, nodeId])[0]).toEqual(['TKV-01', 'S-14']);
    expect(record.excursions).toHaveLength(2);
  });

  it('hangs on the warmest of several positions, and lists what each measured', async () => {
    const server = await recordedBatch();
    await server.server.setup.createNode({ orgId: 'tani', nodeId: 'S-15', reportEveryS: 600 });
    await server.post('/batches/TKV-01/placements', { nodeId: 'S-15', position: 'pintu', from: producedAt });
    await server.consume(everyTenMinutes(producedAt, startAt, 11, { nodeId: 'S-15' }));
    const record = await recordOf(server);
    const asked = (await server.get('/batches/TKV-01/estimate')).body;
    expect(record.position).toBe(asked.warmestPosition);
    expect(record.sensors.map(({ position, maxC }) => [position, maxC])).toEqual([
      ['main', 30],
      ['pintu', 11],
    ]);
  });

  it('tells of a batch without a sensor that nothing was measured', async () => {
    const server = await testServer();
    await server.post('/batches', { batchId: 'POLOS', productId: 'putih', producedAt: startAt - 5 * hourMs });
    const { summary, sensors, hours, gaps } = await recordOf(server, '', 'POLOS');
    expect({ sensors, hours, ...summary }).toMatchObject({
      ...{ sensors: [], hours: [], minC: null, meanKineticTemperatureC: null, measuredShare: 0 },
    });
    expect(gaps).toMatchObject([{ durationH: 5, assumedWorstC: 30 }]);
  });

  it('notes each export in the audit trail, and carries its last line before', async () => {
    const server = await recordedBatch();
    const first = await recordOf(server);
    server.clock.advance(minuteMs);
    await server.get('/batches/TKV-01/record.csv');
    server.clock.advance(minuteMs);
    const { audit } = await recordOf(server);
    expect(audit).toMatchObject({ line: first.audit!.line + 2, at: iso(startAt + 2 * minuteMs) });
    const db = await openMetadataOf(server.dataDir);
    const lines = await db
      .selectFrom('audit')
      .selectAll()
      .where('org_id', '=', 'tani')
      .where('action', '=', 'record.exported')
      .orderBy('audit_id')
      .execute();
    expect(lines.map(({ subject, detail, actor }) => [subject, detail.split(' ')[0], actor])).toEqual([
      ...['json', 'csv', 'json'].map(format => ['TKV-01', format, 'token owner']),
    ]);
    expect(lines[1]?.hash).toBe(audit?.hash);
  });

  it('refuses an instant before its making, one ahead, and a language it does not have', async () => {
    const { get } = await recordedBatch();
    for (const [query, field] of [
      [`?asOf=${producedAt - 1}`, 'asOf'],
      [`?asOf=${startAt + hourMs}`, 'asOf'],
      ['?lang=jv', 'lang'],
      ['?separator=tab', 'separator'],
    ]) {
      const { status, body } = await get(`/batches/TKV-01/record.csv${query}`);
      expect([query, status, body.errors?.[0]?.field]).toEqual([query, 422, field]);
    }
  });
});

async function anAlertOf({ dataDir, clock }: TestServer): Promise<string> {
  const db = await openMetadataOf(dataDir);
  const alert = await openAlertWithin(db, {
    ...{ orgId: 'tani', kind: 'too-warm', subject: 'batch/TKV-01', severity: 'warning' },
    ...{ beganAt: startAt - 8 * hourMs, endedAt: null, openedAt: clock.now(), clearedAt: null },
    ...{ knownLate: false, facts: { subjectName: 'Takwa vakum', peakC: 21.7 } },
  });
  clock.advance(minuteMs);
  return alert!.alertId;
}
