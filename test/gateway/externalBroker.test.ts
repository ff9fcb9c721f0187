import { createServer } from 'node:net';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ExternalBrokerOptions, startExternalBroker } from '../../gateway/externalBroker.ts';
import { type Journal, JournalUnavailable, openJournal } from '../../gateway/journal.ts';
import type { PresenceChange } from '../../models/contracts/intake.ts';
import { commandTopic, readingTopic, statusTopic } from '../../models/contracts/topics.ts';
import { type Mosquitto, nodePassword, startMosquitto } from '../support/mosquitto.ts';
import { tempDir } from '../support/tempDir.ts';
import { until } from './startTestEdge.ts';
import { connectNode, MemoryConsumer, publishJson, silentLog, systemClock } from './startTestGateway.ts';

const nodeIds = ['S-01', 'S-02', 'S-03', 'X-99'];
const at = (n: number) => Date.parse('2026-11-24T03:00:00Z') + n * 1_000;

let mosquitto: Mosquitto;
beforeAll(async () => {
  mosquitto = await startMosquitto(nodeIds);
});
afterAll(() => mosquitto.close());

let sessions = 0;

/** A reader of the broker in this process. X-99 has a login there, but is no node here. */
async function startReader(options: Partial<ExternalBrokerOptions> & { consumer?: MemoryConsumer } = {}) {
  const consumer = options.consumer ?? new MemoryConsumer();
  const presence: PresenceChange[] = [];
  const sessionId = options.sessionId ?? `test-${process.pid}-${sessions++}`;
  const reader = await startExternalBroker({
    url: mosquitto.serverUrl,
    sessionId,
    journalDir: join(tempDir(), 'journal'),
    knowsNode: async nodeId => nodeId.startsWith('S-'),
    consumer,
    onPresence: change => presence.push(change),
    clock: systemClock,
    log: silentLog,
    registry: new Registry(),
    timing: { firstRetryMs: 20, longestRetryMs: 200 },
    ...options,
  });
  onTestFinished(async () => {
    await reader.stop();
    await forgetSessions(sessionId);
  });
  return { reader, consumer, presence, sessionId };
}

/** Says of readings that they are in a store when it is told to. */
class StoringConsumer extends MemoryConsumer {
  #listener: (through: number) => void = () => undefined;
  onStored(listener: (through: number) => void): void {
    this.#listener = listener;
  }
  store(through: number): void {
    this.#listener(through);
  }
}

/** A member of a shared subscription that is left behind would keep its share. */
async function forgetSessions(sessionId: string): Promise<void> {
  for (let n = 0; n < 4; n++) {
    const client = await mqtt.connectAsync(mosquitto.serverUrl, {
      clientId: `tahan-${sessionId}-${n}`,
      clean: true,
    });
    await client.endAsync();
  }
}

const ready = (reader: { readyNow(): true | string }) => until(() => reader.readyNow() === true);

const node = (nodeId: string) => connectNode(mosquitto.port, nodeId, { password: nodePassword(nodeId) });

const allConnected = (reader: { stats(): { lanes: number; connected: number } }) =>
  until(() => reader.stats().connected === reader.stats().lanes);

describe('a server on an external broker', () => {
  it('takes readings, refuses what is wrong, and keeps both', async () => {
    const { reader, consumer } = await startReader();
    await allConnected(reader);
    const client = await node('S-01');
    await publishJson(client, readingTopic('S-01'), { measuredAt: at(1), temperatureC: 4.25 });
    await publishJson(client, readingTopic('S-01'), { measuredAt: at(2), temperatureC: 'warm' });
    await client.publishAsync(readingTopic('S-01'), 'no JSON', { qos: 1 });
    await until(() => consumer.readings.length === 1 && consumer.refused.length === 2);
    expect(consumer.readings[0]).toMatchObject({ nodeId: 'S-01', measuredAt: at(1), temperatureC: 4.25 });
  });

  it('quarantines what the broker let through for a node that is not known here', async () => {
    const { reader, consumer } = await startReader();
    await allConnected(reader);
    await publishJson(await node('X-99'), readingTopic('X-99'), { measuredAt: at(1), temperatureC: 4 });
    await until(() => consumer.refused.length === 1);
    expect(consumer.refused[0]).toMatchObject({
      nodeId: 'X-99',
      rejection: { code: 'publish.unknown_node' },
    });
    expect(consumer.readings).toEqual([]);
  });

  it('shares the readings with another server, each reading once in total', async () => {
    const one = await startReader();
    const other = await startReader();
    await Promise.all([allConnected(one.reader), allConnected(other.reader)]);
    const clients = await Promise.all(
      ['S-01', 'S-02', 'S-03'].map(async id => ({ id, client: await node(id) })),
    );
    await Promise.all(
      clients.map(async ({ id, client }) => {
        for (let n = 0; n < 100; n++)
          await publishJson(client, readingTopic(id), { measuredAt: at(n), temperatureC: 4 });
      }),
    );
    const all = () => [...one.consumer.readings, ...other.consumer.readings];
    await until(() => all().length >= 300);
    await Promise.all([one.reader.caughtUp(), other.reader.caughtUp()]);
    expect(all()).toHaveLength(300);
    expect(new Set(all().map(r => `${r.nodeId} ${r.measuredAt}`)).size).toBe(300);
    expect(one.consumer.readings.length).toBeGreaterThan(30);
    expect(other.consumer.readings.length).toBeGreaterThan(30);
  });

  it('does not acknowledge what its journal has not got: the broker gives it to the next start', async () => {
    const journalDir = join(tempDir(), 'journal');
    let asked = 0;
    const stuck = {
      ...(await fakeJournal()),
      append: () => {
        asked++;
        return new Promise<number>(() => undefined);
      },
    };
    const first = await startReader({ journal: stuck });
    await allConnected(first.reader);
    const client = await node('S-01');
    for (let n = 0; n < 10; n++)
      await publishJson(client, readingTopic('S-01'), { measuredAt: at(n), temperatureC: 4 });
    await until(() => asked > 0);
    await first.reader.stop();
    const again = await startReader({ sessionId: first.sessionId, journalDir });
    await until(() => again.consumer.readings.length >= 10);
    expect(again.consumer.readings.map(r => r.measuredAt).sort()).toEqual(
      Array.from({ length: 10 }, (_, n) => at(n)),
    );
  });

  it('takes again what it could not write to disk, and loses nothing', async () => {
    const dir = join(tempDir(), 'journal');
    const real = await openJournal({ dir, clock: systemClock, log: silentLog });
    let failures = 6;
    const failing: Journal = {
      append: payload =>
        failures-- > 0 ? Promise.reject(new JournalUnavailable('io', 'no space')) : real.append(payload),
      read: (from, max) => real.read(from, max),
      forget: through => real.forget(through),
      get lastPosition() {
        return real.lastPosition;
      },
      stats: () => real.stats(),
      close: () => real.close(),
    };
    const { reader, consumer } = await startReader({ journal: failing });
    await allConnected(reader);
    const client = await node('S-01');
    for (let n = 0; n < 20; n++)
      await publishJson(client, readingTopic('S-01'), { measuredAt: at(n), temperatureC: 4 });
    await until(() => new Set(consumer.readings.map(r => r.measuredAt)).size === 20);
    expect(failures).toBeLessThan(0);
  });

  it('waits for a broker that is away, and comes back to its session with nothing lost', async () => {
    const { reader, consumer } = await startReader();
    await allConnected(reader);
    await mosquitto.kill('SIGTERM');
    await until(() => reader.stats().connected === 0);
    expect(reader.readyNow()).toContain('cannot be reached');
    await mosquitto.startAgain();
    await ready(reader);
    await publishJson(await node('S-02'), readingTopic('S-02'), { measuredAt: at(1), temperatureC: 4 });
    await until(() => consumer.readings.length === 1);
  });

  it('loses nothing over a restart of the broker when it is alone there', async () => {
    const { reader, consumer, sessionId } = await startReader();
    await allConnected(reader);
    await reader.stop();
    const alone = await startReader({ sessionId, membership: 'alone', consumer });
    await allConnected(alone.reader);
    await publishJson(await node('S-01'), readingTopic('S-01'), { measuredAt: at(1), temperatureC: 4 });
    await until(() => consumer.readings.length === 1);
    await alone.reader.stop();
    await mosquitto.kill('SIGTERM');
    await mosquitto.startAgain();
    await publishJson(await node('S-01'), readingTopic('S-01'), { measuredAt: at(2), temperatureC: 4 });
    const again = await startReader({ sessionId, membership: 'alone', consumer });
    await until(() => consumer.readings.length === 2);
    await again.reader.caughtUp();
    expect(consumer.readings.map(r => r.measuredAt)).toEqual([at(1), at(2)]);
  });

  it('leaves its share to the others once it has taken what waits for it', async () => {
    const leaver = await startReader();
    await allConnected(leaver.reader);
    await leaver.reader.stop();
    const stays = await startReader();
    await allConnected(stays.reader);
    const client = await node('S-01');
    const publish = async (from: number, to: number) => {
      for (let n = from; n < to; n++)
        await publishJson(client, readingTopic('S-01'), { measuredAt: at(n), temperatureC: 4 });
    };
    await publish(0, 40);
    const leaving = await startReader({ sessionId: leaver.sessionId, membership: 'leaving' });
    await leaving.reader.drained();
    await leaving.reader.stop();
    expect(leaving.consumer.readings.length).toBeGreaterThan(0);
    expect(leaving.consumer.readings.length + stays.consumer.readings.length).toBe(40);
    await publish(40, 80);
    await until(() => leaving.consumer.readings.length + stays.consumer.readings.length === 80);
  });

  it('keeps with the broker what the shared store has not got', async () => {
    const stored = new StoringConsumer();
    const first = await startReader({ consumer: stored, storePatienceMs: 60_000 });
    await allConnected(first.reader);
    const client = await node('S-01');
    for (let n = 0; n < 20; n++)
      await publishJson(client, readingTopic('S-01'), { measuredAt: at(n), temperatureC: 4 });
    await until(() => stored.readings.length === 20);
    stored.store(5);
    await first.reader.stop();
    const again = await startReader({ sessionId: first.sessionId });
    await until(() => again.consumer.readings.length >= 15);
    await again.reader.drained();
    const all = new Set([...stored.readings.slice(0, 5), ...again.consumer.readings].map(r => r.measuredAt));
    expect(all.size).toBe(20);
    expect(again.consumer.readings.length).toBeGreaterThanOrEqual(15);
  });

  it('takes over the session of another server until that is back', async () => {
    const stuck = {
      ...(await fakeJournal()),
      append: () => new Promise<number>(() => undefined),
    };
    const dead = await startReader({ journal: stuck });
    await allConnected(dead.reader);
    const client = await node('S-01');
    for (let n = 0; n < 12; n++)
      await publishJson(client, readingTopic('S-01'), { measuredAt: at(n), temperatureC: 4 });
    await dead.reader.stop();
    const survivor = await startReader();
    await allConnected(survivor.reader);
    let mayGoOn = true;
    const taken = survivor.reader.takeOver(dead.sessionId, {
      mayConnect: async () => mayGoOn,
      onUp: () => undefined,
    });
    await until(() => survivor.consumer.readings.length === 12);
    await taken.drained();
    mayGoOn = false;
    const back = await startReader({ sessionId: dead.sessionId });
    await allConnected(back.reader);
    for (let n = 50; n < 60; n++)
      await publishJson(client, readingTopic('S-01'), { measuredAt: at(n), temperatureC: 4 });
    await until(() => back.consumer.readings.length + survivor.consumer.readings.length === 22);
    expect(back.consumer.readings.length).toBeGreaterThan(0);
  });

  it('knows from retained statuses which nodes are connected, and hears when one goes', async () => {
    const client = await node('S-03');
    await client.publishAsync(statusTopic('S-03'), '{"state":"online"}', { qos: 1, retain: true });
    const { reader, presence } = await startReader();
    await ready(reader);
    await until(() => presence.some(one => one.nodeId === 'S-03' && one.connected));
    await client.publishAsync(statusTopic('S-03'), '{"state":"offline"}', { qos: 1, retain: true });
    await until(() => presence.at(-1)?.connected === false);
    await client.publishAsync(statusTopic('S-03'), '', { qos: 1, retain: true });
  });

  it('tells a node through the broker, and knows when nobody listens', async () => {
    const { reader } = await startReader();
    await ready(reader);
    const client = await node('S-01');
    const command = { buzzer: { id: 'd-1', severity: 'risk', seconds: 15 } } as const;
    expect(await reader.sendCommand('S-01', command)).toBe(false);
    await client.subscribeAsync(commandTopic('S-01'), { qos: 1 });
    const heard = new Promise(resolve =>
      client.once('message', (_topic, payload) => resolve(String(payload))),
    );
    expect(await reader.sendCommand('S-01', command)).toBe(true);
    expect(JSON.parse(String(await heard))).toEqual(command);
  });

  it('goes on with MQTT 3.1.1 where there is no MQTT 5', async () => {
    const broker = await Aedes.createBroker();
    const server = createServer(broker.handle).listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    onTestFinished(async () => {
      await new Promise<void>(resolve => broker.close(resolve));
      server.close();
    });
    const { port } = server.address() as { port: number };
    const reader = await startExternalBroker({
      ...{ url: `mqtt://127.0.0.1:${port}`, sessionId: 'old', journalDir: join(tempDir(), 'journal') },
      knowsNode: async () => true,
      consumer: new MemoryConsumer(),
      onPresence: () => undefined,
      ...{ clock: systemClock, log: silentLog, registry: new Registry() },
      timing: { firstRetryMs: 20, longestRetryMs: 200 },
    });
    onTestFinished(() => reader.stop());
    await until(() => reader.stats().connected === 4);
  });
});

describe('the documented configuration of Mosquitto', () => {
  it('lets a node speak for itself only, and nobody in without a login', async () => {
    const { reader, consumer } = await startReader();
    await allConnected(reader);
    const client = await node('S-01');
    client.publish(readingTopic('S-02'), JSON.stringify({ measuredAt: at(1), temperatureC: 4 }), { qos: 1 });
    const again = await node('S-01');
    await publishJson(again, readingTopic('S-01'), { measuredAt: at(2), temperatureC: 4 });
    await until(() => consumer.readings.length > 0);
    expect(consumer.readings.map(r => r.nodeId)).toEqual(['S-01']);
    const listener = await node('S-01');
    const heard: string[] = [];
    listener.on('message', topic => heard.push(topic));
    // It grants the subscription and delivers nothing.
    await listener.subscribeAsync(['tahan/+/readings', '#'], { qos: 1 });
    await publishJson(await node('S-02'), readingTopic('S-02'), { measuredAt: at(3), temperatureC: 4 });
    await until(() => consumer.readings.length === 2);
    expect(heard.filter(topic => !topic.startsWith('tahan/S-01/'))).toEqual([]);
    await expect(connectNode(mosquitto.port, 'nobody', { username: '', password: '' })).rejects.toThrow();
  });
});

async function fakeJournal() {
  return {
    read: async () => [],
    forget: async () => undefined,
    lastPosition: 0,
    stats: () => ({ bytes: 0, maxBytes: 1, records: 0, oldestAt: null, appendedBytes: 0 }),
    close: async () => undefined,
  };
}
