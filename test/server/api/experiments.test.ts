import { describe, expect, it } from 'vitest';
import type { ExperimentRow } from '../../../models/contracts/experiment.ts';
import { everyTenMinutes, hourMs, startAt, type TestServer, testServer } from '../testServer.ts';

const constant = (temperatureC: number) => ({ kind: 'constant', temperatureC });

function aRow(row: number, timeH: number, log10CfuPerG: number | null, fields: Partial<ExperimentRow> = {}) {
  const nothing = { belowLog10: null, aboveLog10: null, shelfLifeH: null, excluded: null };
  return { row, series: '10 °C', replicate: null, timeH, log10CfuPerG, ...nothing, ...fields };
}

const threeRows = [aRow(2, 0, 2.4), aRow(3, 24, 3.1), aRow(4, 48, null, { aboveLog10: 7.5 })];
const data = {
  kind: 'growth',
  rows: threeRows,
  series: [{ series: '10 °C', temperature: constant(10), pH: 5.6, levers: { vacuum: 1 } }],
  source: { fileName: 'takwa.csv', mapping: { logcfu: 'count log10 CFU/g' } },
};
const takwa = { title: 'Takwa vakum 10 °C', productId: 'takwa', note: 'percobaan pertama', ...data };

const faultsOf = async (server: TestServer, body: unknown) => {
  const answer = await server.post('/experiments', body);
  expect([answer.status, answer.body.code]).toEqual([422, 'request.invalid']);
  return answer.body.errors as { field: string; value: string; allowed: string }[];
};

describe('experiments', () => {
  it('keep what was sent and give it back to the last field, with a list that says what is in it', async () => {
    const { get, post } = await testServer();
    const made = await post('/experiments', takwa);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ title: takwa.title, productId: 'takwa', latest: 1, archivedAt: null });
    const { experimentId } = made.body;
    const { body } = await get(`/experiments/${experimentId}/versions/1`);
    expect(body.rows).toEqual(threeRows.map(row => ({ ...row, shelfLifeAboveH: null })));
    expect(body.series).toMatchObject([{ series: '10 °C', pH: 5.6, aw: null, levers: { vacuum: 1 } }]);
    expect(body.source).toMatchObject({ fileName: 'takwa.csv', decisions: [], leftOut: [] });
    const { experiments } = (await get('/experiments')).body;
    expect(experiments).toEqual([made.body]);
    expect(experiments[0].versions).toEqual([
      {
        ...{ version: 1, madeAt: new Date(startAt).toISOString(), madeBy: made.body.createdBy, note: '' },
        ...{ kind: 'growth', rowCount: 3, excludedCount: 0, seriesCount: 1, temperatureRangeC: [10, 10] },
      },
    ]);
  });

  it('never change a version: an exclusion is a new one, and the old one is there as it was', async () => {
    const { get, post } = await testServer();
    const { experimentId } = (await post('/experiments', takwa)).body;
    const path = `/experiments/${experimentId}/versions`;
    const rows = [threeRows[0], aRow(3, 24, 3.1, { excluded: 'cawan kering' }), threeRows[2]];
    const second = await post(path, { ...data, rows, basedOn: 1, note: 'tanpa baris 3' });
    expect(second.status).toBe(201);
    expect(second.body).toMatchObject({ version: 2, note: 'tanpa baris 3' });
    expect(second.body.rows[1].excluded).toBe('cawan kering');
    expect((await get(`${path}/1`)).body.rows[1].excluded).toBe(null);
    const late = await post(path, { ...data, basedOn: 1 });
    expect([late.status, late.body.code]).toEqual([409, 'experiment.changed']);
    expect((await get(`/experiments/${experimentId}`)).body).toMatchObject({ latest: 2 });
    expect((await get(`${path}/3`)).status).toBe(404);
  });

  it('name row, column, value and what is allowed of everything that cannot be kept, and keep nothing', async () => {
    const server = await testServer();
    const rows = [
      aRow(2, -1, 2.4),
      aRow(3, 24, 31),
      aRow(4, 48, 2.4, { belowLog10: 1 }),
      aRow(5, 50, 2.5, { series: '11 °C' }),
      aRow(6, 60, 4),
      aRow(7, 60, 4),
      aRow(8, 72, null, { shelfLifeH: 20 }),
    ];
    const faults = await faultsOf(server, { ...takwa, rows });
    expect(faults).toMatchObject([
      { field: 'rows.0.timeH', value: '-1', allowed: 'must be from 0 to 87600 hours, in row 2' },
      { field: 'rows.1.log10CfuPerG', value: '31', allowed: 'must be from -2 to 13 log10 CFU/g, in row 3' },
      {
        field: 'rows.2.log10CfuPerG',
        value: '2.4, 1',
        allowed: 'must be the only one of log10CfuPerG, belowLog10, aboveLog10, in row 4',
      },
      { field: 'rows.3.series', value: '11 °C', allowed: 'must be one of 10 °C, in row 5' },
      {
        field: 'rows.5',
        value: '10 °C ·  · 60 · 4 ·  ·  ·  · ',
        allowed: expect.stringContaining('must not repeat row 6'),
      },
      { field: 'rows.6.shelfLifeH', value: '20', allowed: expect.stringContaining('in row 8') },
    ]);
    expect((await server.get('/experiments')).body.experiments).toEqual([]);
  });

  it('take a repeated row that a person called another measurement', async () => {
    const { post } = await testServer();
    const rows = [aRow(2, 60, 4), aRow(3, 60, 4)];
    const decisions = [{ row: 3, column: 'logcfu', found: '4', became: 'another measurement' }];
    const answer = await post('/experiments', { ...takwa, rows, source: { ...data.source, decisions } });
    expect(answer.status).toBe(201);
  });

  it.each([
    ['formalin', 1, 'never offered'],
    ['unobtainium', 1, 'one of'],
    ['vacuum', 0.5, 'must be 1'],
    ['turmeric', -1, '% in the soak'],
  ])('refuse the lever %s with dose %s', async (lever, dose, reason) => {
    const series = [{ series: '10 °C', temperature: constant(10), levers: { [lever]: dose } }];
    const faults = await faultsOf(await testServer(), { ...takwa, series });
    expect(faults).toMatchObject([{ field: `series.0.levers.${lever}`, value: String(dose) }]);
    expect(faults[0]!.allowed).toContain(reason);
  });

  it('copy the readings of a live sensor, so that later readings and offsets change nothing', async () => {
    const server = await testServer();
    await server.placedBatch();
    await server.consume(everyTenMinutes(startAt - 6 * hourMs, startAt, 10));
    const temperature = { kind: 'node', nodeId: 'S-01', from: startAt - 4 * hourMs, to: startAt };
    const body = {
      ...takwa,
      rows: [aRow(2, 0, 2.4), aRow(3, 4, 2.6)],
      series: [{ series: '10 °C', temperature }],
    };
    const { experimentId } = (await server.post('/experiments', body)).body;
    const before = (await server.get(`/experiments/${experimentId}/versions/1`)).body;
    const { points } = before.series[0].temperature;
    expect(points).toHaveLength(24);
    expect(points[0]).toEqual({ timeH: expect.closeTo(0, 2), temperatureC: 10 });
    expect(points.at(-1)).toEqual({ timeH: expect.closeTo(23 / 6, 2), temperatureC: 10 });
    const offset = { temperatureOffsetC: 2, from: startAt - 10 * hourMs };
    expect((await server.post('/nodes/S-01/offsets', offset)).status).toBe(201);
    expect((await server.get(`/experiments/${experimentId}/versions/1`)).body).toEqual(before);
    const empty = { ...temperature, from: startAt - 90 * hourMs, to: startAt - 80 * hourMs };
    const faults = await faultsOf(server, { ...body, series: [{ series: '10 °C', temperature: empty }] });
    expect(faults).toMatchObject([{ field: 'series.0.temperature.nodeId', value: 'S-01' }]);
  });

  it('are written by researchers and owners, and every change stands in the audit trail', async () => {
    const { get, post, call, tokenFor } = await testServer();
    const token = await tokenFor('researcher');
    const { experimentId } = (await post('/experiments', takwa, { token })).body;
    await post(`/experiments/${experimentId}/versions`, { ...data, note: 'lagi' }, { token });
    const change = { body: { title: 'Takwa', archived: true }, token };
    const changed = await call('PATCH', `/api/v1/experiments/${experimentId}`, change);
    expect(changed.body).toMatchObject({ title: 'Takwa', archivedAt: new Date(startAt).toISOString() });
    expect((await get('/experiments')).body.experiments).toEqual([]);
    expect((await get('/experiments?archived=true')).body.experiments).toEqual([changed.body]);
    const { lines } = (await get('/audit?action=experiment')).body;
    expect(lines.map((line: { action: string }) => line.action)).toEqual([
      ...['experiment.changed', 'experiment.version-added', 'experiment.added'],
    ]);
    expect(lines[0].before).toEqual({ title: takwa.title, archived: false });
    expect(lines[0].subject.name).toBe('Takwa');
    const producer = await tokenFor('producer');
    expect((await post('/experiments', takwa, { token: producer })).status).toBe(403);
  });

  it('take 20,000 rows and no more', async () => {
    const server = await testServer();
    const rows = Array.from({ length: 20_000 }, (_, i) => aRow(i + 2, i / 100, 3 + i / 10_000));
    const { status, body } = await server.post('/experiments', { ...takwa, rows });
    expect([status, body.versions?.[0].rowCount]).toEqual([201, 20_000]);
    const faults = await faultsOf(server, { ...takwa, rows: [...rows, aRow(20_002, 300, 5)] });
    expect(faults).toMatchObject([{ field: 'rows', value: '20001 entries' }]);
  });

  it('are a firm’s own', async () => {
    const { get, post, call, otherFirm } = await testServer();
    const { experimentId } = (await post('/experiments', takwa)).body;
    const token = await otherFirm();
    for (const path of ['', '/versions/1'])
      expect((await get(`/experiments/${experimentId}${path}`, { token })).status).toBe(404);
    const patched = await call('PATCH', `/api/v1/experiments/${experimentId}`, {
      body: { note: 'x' },
      token,
    });
    expect(patched.status).toBe(404);
    expect((await post(`/experiments/${experimentId}/versions`, data, { token })).status).toBe(404);
    expect((await get('/experiments', { token })).body.experiments).toEqual([]);
    // The same id in another firm is another experiment.
    expect((await post('/experiments', { ...takwa, experimentId }, { token })).status).toBe(201);
    expect((await post('/experiments', { ...takwa, experimentId })).status).toBe(409);
  });
});
