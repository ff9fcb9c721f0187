import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';

const hourMs = 3_600_000;
const data = longTempDir();
let tahan: TahanProcess;
let api: ReturnType<typeof apiClient>;
let rumah: Credentials;

interface Credentials {
  readonly username: string;
  readonly password: string;
}

beforeAll(async () => {
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  const added = ['bridge', 'add', 'rumah', '--prefix', 'zigbee2mqtt/'];
  ({ mqtt: rumah } = await runTahanJson<{ mqtt: Credentials }>(data.path, ...added));
  tahan = await startTahanProcess({ dataDir: data.path });
  api = apiClient(tahan.httpUrl, token);
});

afterAll(async () => {
  await tahan.kill('SIGTERM');
  data.remove();
});

async function connect(credentials: Credentials, options: IClientOptions = {}): Promise<MqttClient> {
  const { username, password } = credentials;
  const client = await mqtt.connectAsync(tahan.mqttUrl, {
    ...{ clientId: username, username, password, reconnectPeriod: 0 },
    ...options,
  });
  client.on('error', () => undefined);
  onTestFinished(async () => {
    await client.endAsync(true);
  });
  return client;
}

const say = (bridge: MqttClient, topic: string, body: unknown) =>
  bridge.publishAsync(topic, JSON.stringify(body), { qos: 1, retain: true });

/** Asks until the answer fits: what was acknowledged is on disk, and visible a moment later. */
const sees = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 60_000 });

const foundDevices = async (query = '') => (await api.get(`/found-devices${query}`)).body.foundDevices;

describe('from a Zigbee2MQTT payload to an estimate', () => {
  it('found, claimed, placed: the life of the batch moves with its readings', async () => {
    const bridge = await connect(rumah);
    const now = Math.floor(Date.now() / 60_000) * 60_000;
    const at = (minutesAgo: number) => new Date(now - minutesAgo * 60_000).toISOString();
    for (let minutes = 600; minutes >= 300; minutes -= 20)
      await say(bridge, 'zigbee2mqtt/kulkas depan', {
        ...{ temperature: 4.5, humidity: 81, battery: 77, linkquality: 96 },
        last_seen: at(minutes),
      });
    await sees(() => foundDevices()).toMatchObject([
      {
        bridgeId: 'rumah',
        family: 'zigbee2mqtt',
        deviceId: 'kulkas depan',
        keptReadings: 16,
        batteryPct: 77,
      },
    ]);
    const [{ foundDeviceId }] = await foundDevices();
    const node = await api.post(`/found-devices/${foundDeviceId}/claim`, { name: 'Kulkas depan' });
    expect(node.body).toMatchObject({
      nodeId: 'kulkas-depan',
      batteryPct: 77,
      lastReading: { temperatureC: 4.5, humidityPct: 81, measuredAt: at(300) },
    });
    const producedAt = now - 10 * hourMs;
    const batch = { batchId: 'takwa-1', productId: 'takwa-vakum', producedAt };
    expect((await api.post('/batches', batch)).status).toBe(201);
    const placement = { nodeId: 'kulkas-depan', from: producedAt };
    expect((await api.post('/batches/takwa-1/placements', placement)).status).toBe(201);
    const estimate = async () => (await api.get('/batches/takwa-1/estimate?futureTemperatureC=5')).body;
    const cold = await estimate();
    expect(cold).toMatchObject({ lastTemperatureC: 4.5, lastReadingAt: at(300) });
    for (let minutes = 280; minutes >= 0; minutes -= 20)
      await say(bridge, 'zigbee2mqtt/kulkas depan', { temperature: 19, last_seen: at(minutes) });
    await sees(estimate).toMatchObject({ lastTemperatureC: 19, lastReadingAt: at(0) });
    const warm = await estimate();
    expect(warm.measuredShare).toBeGreaterThan(0.95);
    expect(warm.countLog10CfuPerG.median).toBeGreaterThan(cold.countLog10CfuPerG.median);
    const offset = { temperatureOffsetC: -3, from: producedAt };
    expect((await api.post('/nodes/kulkas-depan/offsets', offset)).status).toBe(201);
    const corrected = await estimate();
    expect(corrected.lastTemperatureC).toBe(16);
    expect(corrected.countLog10CfuPerG.median).toBeLessThan(warm.countLog10CfuPerG.median);
  });

  it('outside its prefixes a bridge is refused, and that is recorded; as a node it is cut', async () => {
    const bridge = await connect(rumah);
    await say(bridge, 'tele/dapur/SENSOR', { AM2301: { Temperature: 29 } });
    const entries = async () => (await api.get('/quarantine?nodeId=rumah')).body.quarantine;
    await sees(entries).toMatchObject([
      { code: 'publish.topic_not_allowed', topic: 'tele/dapur/SENSOR', releasable: true },
    ]);
    const [{ quarantineId }] = await entries();
    const refused = await api.post(`/quarantine/${quarantineId}/release`, {});
    expect([refused.status, refused.body.detail]).toEqual([
      422,
      'It is still refused: this bridge publishes below zigbee2mqtt/',
    ]);
    const cut = new Promise<void>(resolve => bridge.once('close', () => resolve()));
    bridge.publish('tahan/kulkas-depan/readings', '{"temperatureC":1}', { qos: 1 });
    await cut;
    await expect(connect({ ...rumah, password: 'salah' })).rejects.toMatchObject({ code: 4 });
  });

  it('what could not be understood then is released when it can be: the discovery came later', async () => {
    const added = await api.post('/bridges', {
      bridgeId: 'esp',
      topicPrefixes: ['esp-dapur/', 'homeassistant/'],
    });
    const bridge = await connect(added.body.mqtt);
    const stateTopic = 'esp-dapur/sensor/suhu_dapur/state';
    await bridge.publishAsync(stateTopic, '28.5', { qos: 1 });
    const entries = async () => (await api.get('/quarantine?nodeId=esp')).body.quarantine;
    await sees(entries).toMatchObject([{ code: 'publish.not_understood', releasable: true }]);
    const [{ quarantineId, receivedAt }] = await entries();
    expect((await api.post(`/quarantine/${quarantineId}/release`, {})).status).toBe(422);
    await say(bridge, 'homeassistant/sensor/esp-dapur/suhu_dapur/config', {
      ...{ device_class: 'temperature', unit_of_measurement: '°C', state_topic: stateTopic },
      ...{ unique_id: 'esp-dapur-suhu', device: { identifiers: ['esp-dapur'], name: 'esp-dapur' } },
    });
    expect((await api.post(`/quarantine/${quarantineId}/release`, {})).status).toBe(200);
    await sees(async () =>
      (await foundDevices()).map((device: { bridgeId: string; values: unknown[] }) => [
        device.bridgeId,
        device.values,
      ]),
    ).toMatchObject([['esp', [{ metric: 'temperature', value: 28.5, measuredAt: receivedAt }]]]);
    expect(await entries()).toEqual([]);
  });
});

describe('from a claim code to a first value', () => {
  it('a device claims, connects to where it was told and is seen; a new one takes its place', async () => {
    const { code, claimUrl } = (await api.post('/nodes/claim-codes', { nodeId: 'K-1', placeId: 'dapur' }))
      .body;
    expect(claimUrl).toBe(`${tahan.httpUrl}/claim#${code}`);
    const claim = (body: unknown) =>
      fetch(`${tahan.httpUrl}/api/v1/claim`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const { mqtt: given } = (await (await claim({ code, hardwareId: 'SN-1' })).json()) as {
      mqtt: Credentials & { host: string; port: number };
    };
    expect(`mqtt://${given.host}:${given.port}`).toBe(tahan.mqttUrl);
    const first = await connect(given);
    await first.publishAsync('tahan/K-1/readings', '{"temperatureC":4.5}', { qos: 1 });
    await sees(async () => (await api.get('/nodes/K-1')).body).toMatchObject({
      placeId: 'dapur',
      state: 'online',
      connected: true,
      lastReading: { temperatureC: 4.5 },
    });
    expect((await claim({ code })).status).toBe(410);

    const cut = new Promise<void>(resolve => first.once('close', () => resolve()));
    const replaced = await api.post('/nodes/K-1/replace', {});
    await cut;
    await expect(connect(given)).rejects.toMatchObject({ code: 4 });
    const second = await connect(replaced.body.mqtt);
    await second.publishAsync('tahan/K-1/readings', '{"temperatureC":5.5}', { qos: 1 });
    const values = async () =>
      (await api.get('/nodes/K-1/readings')).body.readings.map(
        (r: { temperatureC: number }) => r.temperatureC,
      );
    await sees(values).toEqual([4.5, 5.5]);
  });
});
