import type { MqttClient } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { type Journal, JournalUnavailable, openJournal } from '../../gateway/journal.ts';
import { decodeIntake, encodeIntake } from '../../gateway/journalRecord.ts';
import type { BridgeDirectory, BridgePresence } from '../../models/contracts/bridge.ts';
import type { ForeignReport } from '../../models/contracts/foreign.ts';
import { tempDir } from '../support/tempDir.ts';
import { connectNode, publishJson, silentLog, startTestGateway, systemClock } from './startTestGateway.ts';

function directory() {
  const presence: BridgePresence[] = [];
  const bridges: BridgeDirectory = {
    find: async bridgeId =>
      ['rumah', 'toko'].includes(bridgeId)
        ? { bridgeId, topicPrefixes: ['zigbee2mqtt/', 'tele/'], timeZone: 'Asia/Jakarta' }
        : null,
    verify: (bridgeId, secret) => secret === `secret-${bridgeId}`,
    onPresence: change => presence.push(change),
  };
  return { bridges, presence };
}

async function bridgedGateway(options: Parameters<typeof startTestGateway>[0] = {}) {
  const { bridges, presence } = directory();
  const started = await startTestGateway({ bridges, ...options });
  const reports = (): ForeignReport[] => started.consumer.records.flatMap(record => record.foreign ?? []);
  return { ...started, reports, bridgePresence: presence };
}

const refusalOf = (connecting: Promise<MqttClient>) =>
  connecting.then(
    () => 'accepted',
    error => error.code,
  );

describe('a bridge', () => {
  it('publishes for its devices below its prefixes, retained or not, acknowledged when on disk', async () => {
    const { port, gateway, reports } = await bridgedGateway();
    const bridge = await connectNode(port, 'rumah');
    await bridge.publishAsync('zigbee2mqtt/kulkas', '{"temperature":4.25,"humidity":81,"battery":77}', {
      qos: 1,
      retain: true,
    });
    await gateway.caughtUp();
    expect(reports()).toMatchObject([
      {
        bridgeId: 'rumah',
        family: 'zigbee2mqtt',
        topic: 'zigbee2mqtt/kulkas',
        readings: [
          { node: 'kulkas', metric: 'temperature', value: 4.25, unit: '°C', quality: 'good' },
          { node: 'kulkas', metric: 'humidity', value: 81 },
          { node: 'kulkas', metric: 'battery', value: 77 },
        ],
        events: [],
      },
    ]);
  });

  it('may have as many connections as the bound says, each under a client id of its own', async () => {
    const { port } = await bridgedGateway({ limits: { maxConnectionsPerBridge: 2 } });
    await connectNode(port, 'rumah');
    const second = { username: 'rumah', password: 'secret-rumah' };
    await connectNode(port, 'rumah/2', second);
    expect(await refusalOf(connectNode(port, 'rumah/3', second))).toBe(3);
    await connectNode(port, 'toko');
  });

  it('reads local times in its own zone', async () => {
    const { port, gateway, reports } = await bridgedGateway();
    const bridge = await connectNode(port, 'rumah');
    const localTime = new Date(Date.now() + 7 * 3_600_000 - 60_000).toISOString().slice(0, 19);
    await publishJson(bridge, 'tele/dapur/SENSOR', {
      Time: localTime,
      AM2301: { Temperature: 29.5 },
      TempUnit: 'C',
    });
    await gateway.caughtUp();
    const reading = reports()[0]?.readings[0];
    expect(reading).toMatchObject({ value: 29.5, timeSource: 'device' });
    expect(reading?.measuredAt).toBe(Date.parse(`${localTime}Z`) - 7 * 3_600_000);
  });

  it('is refused outside its prefixes: acknowledged, kept in quarantine, and still connected', async () => {
    const { port, gateway, consumer, reports } = await bridgedGateway();
    const bridge = await connectNode(port, 'rumah');
    await publishJson(bridge, 'homeassistant/sensor/kulkas/config', { name: 'kulkas' });
    await publishJson(bridge, 'television/kulkas', { temperature: 4 });
    await publishJson(bridge, 'zigbee2mqtt/kulkas', { temperature: 4 });
    await gateway.caughtUp();
    expect(consumer.refused).toMatchObject([
      {
        nodeId: 'rumah',
        topic: 'homeassistant/sensor/kulkas/config',
        rejection: { code: 'publish.topic_not_allowed' },
      },
      { nodeId: 'rumah', topic: 'television/kulkas', payloadHead: '{"temperature":4}' },
    ]);
    expect(reports()).toHaveLength(1);
  });

  it.each(['tahan/kulkas-1/readings', 'tahan/rumah/readings', 'tahan-edge/truk/intake'])(
    'is cut for speaking on %s',
    async topic => {
      const { port, gateway, consumer, security, sees } = await bridgedGateway();
      const bridge = await connectNode(port, 'rumah');
      const ended = new Promise<void>(resolve => bridge.once('close', () => resolve()));
      bridge.publish(topic, '{"temperatureC":4}', { qos: 1 });
      await ended;
      await sees(() => security.some(event => event.kind === 'spoke-as-another' && event.nodeId === 'rumah'));
      await gateway.caughtUp();
      expect(consumer.records).toEqual([]);
    },
  );

  it('may ask for its own topics, is delivered nothing, and is refused all others', async () => {
    const { port } = await bridgedGateway();
    const bridge = await connectNode(port, 'rumah');
    const heard: string[] = [];
    bridge.on('message', topic => heard.push(topic));
    expect(await bridge.subscribeAsync('zigbee2mqtt/#', { qos: 1 })).toMatchObject([{ qos: 1 }]);
    await expect(bridge.subscribeAsync(['#', 'tahan/rumah/command'])).rejects.toThrow();
    await expect(bridge.subscribeAsync('tahan/kulkas-1/readings')).rejects.toThrow();
    const other = await connectNode(port, 'rumah', { clientId: 'rumah/dua' });
    await publishJson(other, 'zigbee2mqtt/kulkas/set', { state: 'ON' });
    await publishJson(bridge, 'zigbee2mqtt/kulkas', { temperature: 4 });
    expect(heard).toEqual([]);
  });

  it('lends its credential to several devices, each with a client id of its own', async () => {
    const { port, bridgePresence } = await bridgedGateway();
    const first = await connectNode(port, 'rumah', { clientId: 'rumah/satu' });
    const second = await connectNode(port, 'rumah', { clientId: 'rumah/dua' });
    await first.endAsync(true);
    await publishJson(second, 'tele/dapur/LWT', 'Online');
    expect(bridgePresence).toMatchObject([{ bridgeId: 'rumah', connected: true }]);
    await second.endAsync(true);
    await expect
      .poll(() => bridgePresence.map(p => [p.bridgeId, p.connected]))
      .toContainEqual(['rumah', false]);
  });

  it.each([
    ['a wrong secret', { password: 'secret-toko' }, 4],
    ['the client id of another', { clientId: 'toko' }, 2],
    ['a client id that only begins alike', { clientId: 'rumah-2' }, 2],
    ['a session that is kept', { clean: false }, 2],
    [
      'a will outside its prefixes',
      { will: { topic: 'tahan/kulkas-1/status', payload: Buffer.from('x'), qos: 0 as const, retain: true } },
      5,
    ],
  ])('is refused with %s', async (_what, options, code) => {
    const { port } = await bridgedGateway();
    expect(await refusalOf(connectNode(port, 'rumah', options))).toBe(code);
  });

  it('leaves its will as data when it is lost', async () => {
    const { port, reports, gateway } = await bridgedGateway();
    const bridge = await connectNode(port, 'rumah', {
      will: { topic: 'tele/dapur/LWT', payload: Buffer.from('Offline'), qos: 1, retain: true },
    });
    bridge.stream.destroy();
    await expect
      .poll(() => reports())
      .toMatchObject([{ events: [{ kind: 'availability', node: 'dapur', value: 'offline' }] }]);
    await gateway.caughtUp();
  });

  it('remembers nothing of another bridge: the same name is another sensor in another house', async () => {
    const { port, reports, gateway } = await bridgedGateway();
    const home = await connectNode(port, 'rumah');
    const shop = await connectNode(port, 'toko');
    await publishJson(home, 'zigbee2mqtt/kulkas', { temperature: 4 });
    await publishJson(shop, 'zigbee2mqtt/kulkas', { temperature: 41 });
    await gateway.caughtUp();
    expect(reports().map(r => [r.bridgeId, r.readings[0]?.quality])).toEqual([
      ['rumah', 'good'],
      ['toko', 'good'],
    ]);
  });

  it('is told apart in quarantine what could not be read, in words', async () => {
    const { port, gateway, consumer } = await bridgedGateway();
    const bridge = await connectNode(port, 'rumah');
    await publishJson(bridge, 'zigbee2mqtt/kulkas', { temperature: 4000 });
    await publishJson(bridge, 'zigbee2mqtt/kulkas', { temperature: 4, humidity: 'lembab' });
    await publishJson(bridge, 'zigbee2mqtt/bridge/logging', { level: 'info', message: 'x' });
    await gateway.caughtUp();
    expect(consumer.refused.map(r => [r.rejection.code, r.rejection.message])).toEqual([
      ['publish.not_understood', 'zigbee2mqtt: a value in it is outside everything a sensor can measure'],
      ['publish.partly_understood', 'zigbee2mqtt: a value in it is not a number'],
    ]);
  });

  it('sends again what could not be kept, and it is no repetition then', async () => {
    const dir = tempDir();
    const real = await openJournal({ dir, clock: systemClock, log: silentLog });
    let failures = 1;
    const journal: Journal = {
      append: payload =>
        failures-- > 0
          ? Promise.reject(new JournalUnavailable('full', 'the journal is full'))
          : real.append(payload),
      read: (from, max) => real.read(from, max),
      forget: through => real.forget(through),
      get lastPosition() {
        return real.lastPosition;
      },
      stats: () => real.stats(),
      close: () => real.close(),
    };
    const { port, reports, gateway } = await bridgedGateway({ journal });
    const bridge = await connectNode(port, 'rumah', { reconnectPeriod: 20 });
    const measured = new Date(Date.now() - 5_000).toISOString();
    await publishJson(bridge, 'zigbee2mqtt/kulkas', { temperature: 4.25, last_seen: measured });
    await gateway.caughtUp();
    expect(reports().flatMap(r => r.readings)).toMatchObject([
      { value: 4.25, measuredAt: Date.parse(measured) },
    ]);
  });

  it('is ended when its secret changes', async () => {
    const { port, gateway } = await bridgedGateway();
    const bridge = await connectNode(port, 'rumah');
    const other = await connectNode(port, 'toko');
    const ended = new Promise<void>(resolve => bridge.once('close', () => resolve()));
    gateway.disconnect('rumah');
    await ended;
    await publishJson(other, 'zigbee2mqtt/kulkas', { temperature: 4 });
  });

  it('does not exist without a directory of bridges', async () => {
    const { port, gateway, consumer } = await startTestGateway();
    const asNode = await connectNode(port, 'rumah');
    await publishJson(asNode, 'zigbee2mqtt/kulkas', { temperature: 4 });
    await gateway.caughtUp();
    expect(consumer.refused).toMatchObject([{ rejection: { code: 'publish.topic_not_allowed' } }]);
  });
});

describe('offerAgain', () => {
  it('takes one element of a refused array, dated by its first arrival, or says why it is still refused', async () => {
    const { gateway, consumer } = await bridgedGateway();
    const receivedAt = Date.now() - 60_000;
    const payload = Buffer.from('[{"temperatureC":1},{"temperatureC":2}]');
    const offered = { sender: 'kulkas-1', topic: 'tahan/kulkas-1/readings', payload, receivedAt };
    expect(await gateway.offerAgain({ ...offered, index: 1 })).toEqual({ taken: true, position: 1 });
    await gateway.caughtUp();
    expect(consumer.readings).toMatchObject([{ temperatureC: 2, receivedAt, measuredAt: receivedAt }]);
    const wrong = { ...offered, payload: Buffer.from('{"temperatureC":900}') };
    expect(await gateway.offerAgain(wrong)).toMatchObject({
      taken: false,
      rejection: { code: 'reading.field_invalid', field: 'temperatureC' },
    });
    expect(await gateway.offerAgain({ ...offered, topic: 'tahan/kulkas-2/readings' })).toMatchObject({
      taken: false,
    });
  });

  it('reads a publish of a bridge with what the bridge may say now', async () => {
    const { gateway, reports } = await bridgedGateway();
    const offered = { sender: 'rumah', payload: Buffer.from('{"temperature":4}'), receivedAt: Date.now() };
    expect(await gateway.offerAgain({ ...offered, topic: 'other/kulkas' })).toMatchObject({
      taken: false,
      rejection: { code: 'publish.topic_not_allowed' },
    });
    expect(await gateway.offerAgain({ ...offered, topic: 'zigbee2mqtt/kulkas' })).toMatchObject({
      taken: true,
    });
    await gateway.caughtUp();
    expect(reports()).toMatchObject([{ bridgeId: 'rumah', readings: [{ value: 4 }] }]);
  });
});

describe('a journal record', () => {
  it('keeps reports of foreign devices, in a layout that older releases refuse', () => {
    const foreign = [
      { bridgeId: 'rumah', family: 'zigbee2mqtt', topic: 't', receivedAt: 1, readings: [], events: [] },
    ];
    const bytes = encodeIntake({ readings: [], refused: [], foreign });
    expect(decodeIntake(bytes)).toEqual({ readings: [], refused: [], foreign });
    expect(JSON.parse(bytes.toString()).v).toBe(2);
    expect(JSON.parse(encodeIntake({ readings: [], refused: [] }).toString()).v).toBe(1);
  });
});
