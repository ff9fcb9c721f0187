import { describe, expect, it } from 'vitest';
import type { ForeignReport } from '../../../models/contracts/foreign.ts';
import { foundDeviceViewSchema } from '../../../models/contracts/foundDevice.ts';
import { nodeViewSchema } from '../../../models/contracts/node.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { tempDir } from '../../support/tempDir.ts';
import { aReport } from '../foreignReport.ts';
import { hourMs, minuteMs, startAt, testServer } from '../testServer.ts';

/** The firm's server with a bridge "rumah", and a gateway that hands over what it says. */
async function bridgedServer(options: Parameters<typeof testServer>[0] = {}) {
  const started = await testServer(options);
  const { server } = started;
  await server.setup
    .createBridge({ orgId: 'tani', bridgeId: 'rumah', topicPrefixes: ['zigbee2mqtt/'] })
    .catch(error => expect(error.code).toBe('bridge.exists'));
  let position = server.intake.durablePosition();
  const reports = async (...foreign: ForeignReport[]) => {
    position += 1;
    await server.intake.consume([{ position, readings: [], refused: [], foreign }]);
    return position;
  };
  const found = async (query = '') => (await started.get(`/found-devices${query}`)).body.foundDevices;
  return { ...started, reports, found };
}

describe('a device behind a bridge', () => {
  it('waits as found, with its last values, since when and how many', async () => {
    const { reports, found } = await bridgedServer();
    await reports(aReport(startAt - hourMs, 5));
    await reports(aReport(startAt, 4.25), aReport(startAt, 88, { deviceId: 'lampu', readings: [] }));
    const [device, ...others] = await found();
    expect(others).toEqual([]);
    expect(foundDeviceViewSchema.parse(device)).toEqual(device);
    expect(device).toMatchObject({
      bridgeId: 'rumah',
      family: 'zigbee2mqtt',
      deviceId: 'kulkas',
      state: 'found',
      nodeId: null,
      foundAt: new Date(startAt - hourMs + 300).toISOString(),
      lastSeenAt: new Date(startAt + 300).toISOString(),
      messageCount: 2,
      keptReadings: 2,
      values: [{ metric: 'temperature', value: 4.25, unit: '°C', quality: 'good', channel: null }],
    });
  });

  it('that measures nothing does not wait: lamps and logs are no sensors', async () => {
    const { reports, found } = await bridgedServer();
    const said = aReport(startAt, 1).readings[0]!;
    await reports(aReport(startAt, null, { readings: [{ ...said, metric: 'linkquality', unit: 'lqi' }] }));
    await reports(aReport(startAt, null, { events: [{ kind: 'joined', node: 'kulkas', value: 'x' }] }));
    expect(await found()).toEqual([]);
  });

  it('is counted once when the journal hands a record over again', async () => {
    const { server, reports, found } = await bridgedServer();
    const position = await reports(aReport(startAt, 4));
    const before = await found();
    await server.intake.consume([{ position, readings: [], refused: [], foreign: [aReport(startAt, 4)] }]);
    expect(await found()).toEqual(before);
  });

  it('becomes a node with what it said since it was found, at its own times, and with what it says then', async () => {
    const { reports, found, post, get } = await bridgedServer();
    await reports(
      aReport(startAt - hourMs, 5),
      aReport(startAt - hourMs, 85, { channel: 'x', quality: 'bad' }),
    );
    const [{ foundDeviceId }] = await found();
    const claimed = await post(`/found-devices/${foundDeviceId}/claim`, { name: 'Kulkas', placeId: 'dapur' });
    expect(claimed.status).toBe(201);
    expect(nodeViewSchema.parse(claimed.body)).toEqual(claimed.body);
    expect(claimed.body).toMatchObject({
      nodeId: 'kulkas',
      name: 'Kulkas',
      placeId: 'dapur',
      lastReading: { measuredAt: new Date(startAt - hourMs).toISOString() },
      device: { foundDeviceId, bridgeId: 'rumah', family: 'zigbee2mqtt', deviceId: 'kulkas' },
    });
    await reports(aReport(startAt, 4.5));
    await reports(aReport(startAt, 4.5));
    const { readings } = (await get('/nodes/kulkas/readings')).body;
    expect(readings).toMatchObject([
      { probe: 'main', temperatureC: 5, measuredAt: new Date(startAt - hourMs).toISOString() },
      { probe: 'x', temperatureC: 85, quality: 'suspect' },
      { probe: 'main', temperatureC: 4.5, measuredAt: new Date(startAt).toISOString() },
    ]);
    expect(await found()).toEqual([]);
    expect(await found('?state=claimed')).toMatchObject([{ nodeId: 'kulkas', keptReadings: 0 }]);
    const again = await post(`/found-devices/${foundDeviceId}/claim`, {});
    expect([again.status, again.body.code]).toEqual([409, 'found_device.claimed']);
  });

  it('keeps its latest 1,000 readings while it waits', async () => {
    const { reports, found, post, get } = await bridgedServer();
    const many = Array.from({ length: 1_010 }, (_, i) => aReport(startAt - i * minuteMs, 4).readings[0]!);
    await reports(aReport(startAt, 4, { readings: many }));
    const [device] = await found();
    expect(device.keptReadings).toBe(1_000);
    await post(`/found-devices/${device.foundDeviceId}/claim`);
    const { readings } = (await get('/nodes/kulkas/readings?limit=1000')).body;
    expect([readings.length, readings[0].measuredAt]).toEqual([
      1_000,
      new Date(startAt - 999 * minuteMs).toISOString(),
    ]);
  });

  it('makes room when it has been silent longest among 500', async () => {
    const { reports, found } = await bridgedServer();
    const at = (i: number) => startAt + i * minuteMs;
    await reports(...Array.from({ length: 500 }, (_, i) => aReport(at(i), 4, { deviceId: `tag-${i}` })));
    await reports(aReport(at(500), 4, { deviceId: 'tag-0' }));
    await reports(aReport(at(501), 4, { deviceId: 'tag-500' }));
    const names = (await found('?limit=1000')).map((device: { deviceId: string }) => device.deviceId);
    expect(names).toHaveLength(500);
    expect(names).toContain('tag-0');
    expect(names).not.toContain('tag-1');
  });

  it('is let go when ignored, and may be claimed all the same', async () => {
    const { reports, found, post } = await bridgedServer();
    await reports(aReport(startAt, 4));
    const [{ foundDeviceId }] = await found();
    const ignored = await post(`/found-devices/${foundDeviceId}/ignore`);
    expect([ignored.status, ignored.body.state, ignored.body.keptReadings]).toEqual([200, 'ignored', 0]);
    await reports(aReport(startAt + 1, 4));
    expect(await found()).toEqual([]);
    expect((await post(`/found-devices/${foundDeviceId}/claim`, { nodeId: 'K-1' })).body.nodeId).toBe('K-1');
    await reports(aReport(startAt + 2, 4));
    expect(await found('?state=all')).toMatchObject([{ state: 'claimed', nodeId: 'K-1' }]);
  });

  it('tells of availability, battery and faults: on its node, and in quarantine once an hour', async () => {
    const { reports, found, post, get } = await bridgedServer();
    await reports(aReport(startAt, 4));
    const [{ foundDeviceId }] = await found();
    await post(`/found-devices/${foundDeviceId}/claim`);
    const fault = { kind: 'sensor-fault', node: 'kulkas', value: '-127' } as const;
    const said = aReport(startAt, 1).readings[0]!;
    await reports(
      aReport(startAt + 1, null, {
        readings: [{ ...said, metric: 'battery', unit: '%', value: 9 }],
        events: [
          { kind: 'availability', node: 'kulkas', value: 'online' },
          { kind: 'battery-state', node: 'kulkas', value: 'low' },
          fault,
        ],
      }),
    );
    expect((await get('/nodes/kulkas')).body).toMatchObject({
      connected: true,
      batteryPct: 9,
      device: { batteryLow: true },
    });
    const position = await reports(aReport(startAt + minuteMs, null, { events: [fault] }));
    await reports(aReport(startAt + 61 * minuteMs, null, { events: [fault] }));
    expect(position).toBeGreaterThan(0);
    const { quarantine } = (await get('/quarantine?nodeId=kulkas')).body;
    expect(quarantine).toHaveLength(2);
    expect(quarantine[0]).toMatchObject({ code: 'reading.sensor_fault', value: '-127', releasable: false });
    await reports(
      aReport(startAt + 62 * minuteMs, null, {
        events: [{ kind: 'availability', node: 'kulkas', value: 'offline' }],
      }),
    );
    expect((await get('/nodes/kulkas')).body.connected).toBe(false);
  });

  it('of another firm is unknown, and a name that is taken gets something behind it', async () => {
    const { reports, found, post, get, otherFirm, server } = await bridgedServer();
    const token = await otherFirm();
    await server.setup.createNode({ orgId: 'lain', nodeId: 'kulkas' });
    await reports(aReport(startAt, 4));
    const [{ foundDeviceId }] = await found();
    expect((await get('/found-devices', { token })).body.foundDevices).toEqual([]);
    for (const action of ['claim', 'ignore']) {
      const answer = await post(`/found-devices/${foundDeviceId}/${action}`, {}, { token });
      expect([answer.status, answer.body.code]).toEqual([404, 'found_device.not_found']);
    }
    const taken = await post(`/found-devices/${foundDeviceId}/claim`, { nodeId: 'kulkas' });
    expect([taken.status, taken.body.code]).toEqual([409, 'node.exists']);
    const { body } = await post(`/found-devices/${foundDeviceId}/claim`);
    expect(body.nodeId).toMatch(/^kulkas-[0-9a-z]{6}$/);
  });

  it('claimed just before the process ended has all its readings after the start', async () => {
    const dataDir = tempDir();
    const first = await bridgedServer({ dataDir });
    await first.reports(aReport(startAt, 4));
    const [{ foundDeviceId }] = await first.found();
    await first.stop();
    const { setDeviceState } = await import('../../../server/store/metadata/foundDevices.ts');
    const { addNode } = await import('../../../server/store/metadata/nodes.ts');
    const db = await openMetadataOf(dataDir);
    const node = { orgId: 'tani', nodeId: 'K-1', name: 'K', placeId: null, reportEveryS: null };
    await addNode(db, node, startAt);
    await setDeviceState(db, foundDeviceId, 'claimed', 'K-1');
    const second = await bridgedServer({ dataDir });
    const { readings } = (await second.get('/nodes/K-1/readings', { token: first.token })).body;
    expect(readings).toMatchObject([{ temperatureC: 4 }]);
  });

  it.each([
    [{ nodeId: 'a/b' }, 'nodeId'],
    [{ placeId: '' }, 'placeId'],
    [{ reportEveryS: 0 }, 'reportEveryS'],
    [{ secret: 'x' }, 'secret'],
  ])('cannot be claimed as %j', async (body, field) => {
    const { reports, found, post } = await bridgedServer();
    await reports(aReport(startAt, 4));
    const [{ foundDeviceId }] = await found();
    const answer = await post(`/found-devices/${foundDeviceId}/claim`, body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

describe('GET /found-devices', () => {
  it('pages, found last first', async () => {
    const { reports, found, get } = await bridgedServer();
    for (const i of [0, 1, 2]) await reports(aReport(startAt + i, 4, { deviceId: `tag-${i}` }));
    const first = (await get('/found-devices?limit=2')).body;
    const second = await found(`?limit=2&cursor=${first.nextCursor}`);
    const names = [...first.foundDevices, ...second].map(device => device.deviceId);
    expect(names).toEqual(['tag-2', 'tag-1', 'tag-0']);
    expect((await get('/found-devices?state=lost')).body.errors[0].field).toBe('state');
  });
});

describe('POST /nodes/:nodeId/replace with a found device', () => {
  it('keeps the history of the node and lets go the device before', async () => {
    const { reports, found, post, get } = await bridgedServer();
    await reports(aReport(startAt - hourMs, 4, { deviceId: 'tua' }));
    const [old] = await found();
    await post(`/found-devices/${old.foundDeviceId}/claim`, { nodeId: 'K-1' });
    await reports(aReport(startAt, 5, { deviceId: 'baru' }));
    const [fresh] = await found();
    const replaced = await post('/nodes/K-1/replace', { foundDeviceId: fresh.foundDeviceId });
    expect([replaced.status, replaced.body]).toEqual([
      201,
      { nodeId: 'K-1', foundDeviceId: fresh.foundDeviceId },
    ]);
    await reports(
      aReport(startAt + 1, 99, { deviceId: 'tua' }),
      aReport(startAt + 2, 6, { deviceId: 'baru' }),
    );
    const { readings } = (await get('/nodes/K-1/readings')).body;
    expect(readings.map((r: { temperatureC: number }) => r.temperatureC)).toEqual([4, 5, 6]);
    expect((await get('/nodes/K-1')).body.device.deviceId).toBe('baru');
    expect(await found('?state=ignored')).toMatchObject([{ deviceId: 'tua', nodeId: null }]);
  });
});
