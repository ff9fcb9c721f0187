import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Journal, JournalUnavailable, openJournal } from '../../gateway/journal.ts';
import { type JournalFiles, nodeFiles } from '../../gateway/journalFiles.ts';
import type { IntakeRecord } from '../../models/contracts/intake.ts';
import { tempDir } from '../support/tempDir.ts';
import {
  connackOf,
  connectPacket,
  packet,
  pingreq,
  puback,
  publishPacket,
  rawClient,
  rawNode,
} from './rawMqtt.ts';
import {
  connectNode,
  MemoryConsumer,
  publishJson,
  silentLog,
  startTestGateway,
  systemClock,
} from './startTestGateway.ts';

const n1Readings = 'tahan/n1/readings';

/** A file system whose syncs wait until they are let go. */
function heldFiles() {
  const syncs: (() => void)[] = [];
  const watchers: (() => void)[] = [];
  const held = {
    syncs,
    hold: false,
    /** Syncs since the first was held. */
    count: 0,
    nextSync: () =>
      syncs.length > 0 ? Promise.resolve() : new Promise<void>(resolve => watchers.push(resolve)),
    files: {
      ...nodeFiles,
      async open(path: string, flags: 'r' | 'r+' | 'wx') {
        const file = await nodeFiles.open(path, flags);
        return {
          write: file.write.bind(file),
          read: file.read.bind(file),
          truncate: file.truncate.bind(file),
          sync: file.sync.bind(file),
          close: file.close.bind(file),
          async datasync() {
            if (held.hold || held.count > 0) held.count++;
            if (held.hold)
              await new Promise<void>(resolve => {
                syncs.push(resolve);
                for (const watcher of watchers.splice(0)) watcher();
              });
            await file.datasync();
          },
        };
      },
    } satisfies JournalFiles,
  };
  return held;
}

const journalOn = (files: JournalFiles) =>
  openJournal({ dir: join(tempDir(), 'journal'), clock: systemClock, log: silentLog, files });

describe('gateway', () => {
  it('hands acknowledged readings to the consumer, of every QoS', async () => {
    const { gateway, consumer, port } = await startTestGateway();
    const node = await connectNode(port, 'n1');
    await publishJson(node, n1Readings, { temperatureC: 4.5, measuredAt: 1_795_000_000_000 }, 1);
    await publishJson(node, n1Readings, { temperatureC: 5.5, measuredAt: 1_795_000_001_000 }, 2);
    await publishJson(node, n1Readings, { temperatureC: 6.5, measuredAt: 1_795_000_002_000 }, 0);
    await publishJson(node, n1Readings, [{ temperatureC: 7.5, measuredAt: 1_795_000_003_000 }], 1);
    await gateway.caughtUp();
    expect(consumer.readings.map(one => one.temperatureC)).toEqual([4.5, 5.5, 6.5, 7.5]);
    expect(consumer.records.map(one => one.position)).toEqual([1, 2, 3, 4]);
    expect(gateway.caughtUpNow()).toBe(true);
  });

  it('sends no PUBACK before the sync of the reading has returned', async () => {
    const held = heldFiles();
    const { port } = await startTestGateway({ journal: await journalOn(held.files) });
    const node = await rawNode(port);
    held.hold = true;
    node.send(publishPacket({ packetId: 9 }));
    await held.nextSync();
    const other = await rawNode(port, 'n2');
    other.send(pingreq);
    await other.receives(packet(13, 0, Buffer.alloc(0)));
    expect(node.received().equals(connackOf(0))).toBe(true);
    held.hold = false;
    held.syncs.shift()?.();
    await node.receives(puback(9));
  });

  it('acknowledges what gathered during one sync with the next single one', async () => {
    const held = heldFiles();
    const { port } = await startTestGateway({ journal: await journalOn(held.files) });
    const node = await rawNode(port);
    held.hold = true;
    node.send(publishPacket({ packetId: 1 }));
    await held.nextSync();
    const others = await Promise.all(['n2', 'n3', 'n4'].map(id => rawNode(port, id)));
    const pingresp = packet(13, 0, Buffer.alloc(0));
    for (const [i, other] of others.entries()) {
      const publish = publishPacket({ topic: `tahan/n${i + 2}/readings`, packetId: 5 });
      other.send(Buffer.concat([publish, pingreq]));
      await other.receives(pingresp);
    }
    held.syncs.shift()?.();
    await node.receives(puback(1));
    await held.nextSync();
    held.hold = false;
    held.syncs.shift()?.();
    await Promise.all(others.map(other => other.receives(puback(5))));
    expect(held.count).toBe(2);
  });

  it('acknowledges at once while the consumer is slow', async () => {
    const consumer = new MemoryConsumer();
    let letGo: (() => void) | undefined;
    const slow = {
      durablePosition: () => 0,
      consume: (records: readonly IntakeRecord[]) =>
        new Promise<void>(resolve => {
          letGo = () => {
            void consumer.consume(records);
            resolve();
          };
        }),
    };
    let now = Date.now();
    const { gateway, port } = await startTestGateway({ consumer: slow, clock: { now: () => now } });
    const node = await connectNode(port, 'n1');
    for (let i = 0; i < 20; i++) await publishJson(node, n1Readings, { temperatureC: i });
    expect(consumer.records).toHaveLength(0);
    // Ready all the same for a moment: a probe must not find a gateway at work not ready.
    expect(gateway.caughtUpNow()).toBe(true);
    now += 2_000;
    expect(gateway.caughtUpNow()).toMatch(/still being taken over/);
    const done = gateway.caughtUp();
    for (let all = false; !all; ) {
      letGo?.();
      letGo = undefined;
      all = await Promise.race([
        done.then(() => true),
        new Promise<boolean>(resolve => setImmediate(resolve, false)),
      ]);
    }
    expect(consumer.readings.map(one => one.temperatureC)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('does not acknowledge what is not on disk, ends the connection, and takes it when the disk is back', async () => {
    const journal = await journalOn(nodeFiles);
    let full = true;
    const failing: Journal = {
      append: payload =>
        full ? Promise.reject(new JournalUnavailable('io', 'ENOSPC')) : journal.append(payload),
      read: (from, max) => journal.read(from, max),
      forget: through => journal.forget(through),
      get lastPosition() {
        return journal.lastPosition;
      },
      stats: () => journal.stats(),
      close: () => journal.close(),
    };
    const { gateway, consumer, port, metric } = await startTestGateway({ journal: failing });
    const node = await rawNode(port);
    node.send(publishPacket({ packetId: 3 }));
    await node.closed;
    expect(node.received().equals(connackOf(0))).toBe(true);
    expect(await metric('tahan_gateway_commit_failures_total', { reason: 'io' })).toBe(1);
    full = false;
    const again = await rawNode(port);
    again.send(publishPacket({ packetId: 3, dup: true }));
    await again.receives(puback(3));
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(1);
  });

  it('acknowledges refused publishes, keeps the connection, and hands them on with their reason', async () => {
    const { gateway, consumer, port, metric } = await startTestGateway();
    const node = await connectNode(port, 'n1');
    let closed = false;
    node.once('close', () => {
      closed = true;
    });
    await node.publishAsync(n1Readings, 'suhu 4', { qos: 1 });
    await node.publishAsync(n1Readings, '', { qos: 1 });
    await node.publishAsync(n1Readings, Buffer.alloc(200 * 1024, 0x41), { qos: 1 });
    await node.publishAsync('tahan/n1/suhu', '4', { qos: 1 });
    await node.publishAsync('tahan/n1/command', '{}', { qos: 1 });
    await node.publishAsync('zigbee2mqtt/x', '{}', { qos: 1 });
    await node.publishAsync('tahan/n1/status', 'hello', { qos: 1 });
    await node.publishAsync(`tahan/n1/${'x'.repeat(3_000)}`, '4', { qos: 1 });
    await publishJson(node, n1Readings, [{ temperatureC: 4 }, { temperatureC: 400 }]);
    await gateway.caughtUp();
    expect(consumer.refused.map(one => one.rejection.code)).toEqual([
      'publish.not_json',
      'publish.empty',
      'publish.too_large',
      'publish.topic_not_allowed',
      'publish.topic_not_allowed',
      'publish.topic_not_allowed',
      'publish.not_json',
      'publish.too_large',
      'reading.field_invalid',
    ]);
    expect(consumer.refused[0]).toMatchObject({
      nodeId: 'n1',
      topic: n1Readings,
      payloadHead: 'suhu 4',
      payloadBytes: 6,
    });
    expect(consumer.refused[2]?.payloadHead).toBe('A'.repeat(2_048));
    expect(consumer.refused[2]).toMatchObject({ topic: n1Readings, payloadBytes: 200 * 1024 });
    expect(consumer.readings).toHaveLength(1);
    expect(closed).toBe(false);
    expect(await metric('tahan_gateway_refusals_total', { code: 'publish.topic_not_allowed' })).toBe(3);
    expect(await metric('tahan_gateway_readings_accepted_total')).toBe(1);
  });

  it('takes a retained reading as a reading', async () => {
    const { gateway, consumer, port } = await startTestGateway();
    const node = await connectNode(port, 'n1');
    await node.publishAsync(n1Readings, '{"temperatureC":4}', { qos: 1, retain: true });
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(1);
  });

  it.each(['tahan/n2/readings', 'tahan/n2/status', 'tahan/N1/readings', 'tahan/n2', 'tahan/n2/anything'])(
    'cuts a node that publishes on %s, records it and stores nothing',
    async topic => {
      const { gateway, consumer, port, security, metric } = await startTestGateway();
      const node = await rawNode(port);
      node.send(publishPacket({ topic }));
      await node.closed;
      expect(node.received().equals(connackOf(0))).toBe(true);
      await gateway.caughtUp();
      expect(consumer.records).toEqual([]);
      expect(security).toMatchObject([
        { kind: 'spoke-as-another', nodeId: 'n1', remoteAddress: '127.0.0.1' },
      ]);
      expect(security[0]?.detail).toContain(topic);
      expect(await metric('tahan_gateway_connections_cut_total', { reason: 'spoke-as-another' })).toBe(1);
    },
  );

  it('lets a node listen to its own commands only', async () => {
    const { gateway, port, security } = await startTestGateway();
    const node = await connectNode(port, 'n1');
    for (const filter of ['#', '+/n1/command', 'tahan/n2/command', '$SYS/#', 'tahan/n1/readings'])
      await expect(node.subscribeAsync(filter), filter).rejects.toThrow();
    await expect(node.subscribeAsync(['tahan/n1/command', 'tahan/n2/command'])).rejects.toThrow();
    expect(security.map(one => one.kind)).toEqual(new Array(6).fill('subscribe-refused'));
    expect(await gateway.sendCommand('n1', { reportEveryS: 60 })).toBe(false);
    await node.subscribeAsync('tahan/n1/command', { qos: 1 });
    const heard = new Promise(resolve =>
      node.once('message', (topic, payload) => resolve([topic, String(payload)])),
    );
    expect(await gateway.sendCommand('n1', { reportEveryS: 60 })).toBe(true);
    expect(await heard).toEqual(['tahan/n1/command', '{"reportEveryS":60}']);
    await publishJson(node, n1Readings, { temperatureC: 4 });
    expect(await gateway.sendCommand('n2', {})).toBe(false);
  });

  it('delivers nothing one node publishes to another', async () => {
    const { port } = await startTestGateway();
    const [n1, n2] = await Promise.all([connectNode(port, 'n1'), connectNode(port, 'n2')]);
    const heard: string[] = [];
    n2.on('message', topic => heard.push(topic));
    await n2.subscribeAsync('tahan/n2/command');
    await n1.publishAsync(n1Readings, '{"temperatureC":4}', { qos: 1, retain: true });
    await n1.publishAsync('tahan/n1/command', '{}', { qos: 1, retain: true });
    await n2.subscribeAsync('tahan/n1/#').catch(() => undefined);
    await publishJson(n2, 'tahan/n2/readings', { temperatureC: 4 });
    expect(heard).toEqual([]);
  });

  it('stops without losing what was acknowledged, and a new gateway on the same folder hands on the rest', async () => {
    const journalDir = join(tempDir(), 'journal');
    const refusing = { durablePosition: () => 0, consume: () => Promise.reject(new Error('not now')) };
    const first = await startTestGateway({ journalDir, consumer: refusing });
    const node = await connectNode(first.port, 'n1');
    for (let i = 0; i < 5; i++) await publishJson(node, n1Readings, { temperatureC: i });
    await first.gateway.stop();
    const second = await startTestGateway({ journalDir });
    await second.gateway.caughtUp();
    expect(second.consumer.readings.map(one => one.temperatureC)).toEqual([0, 1, 2, 3, 4]);
  });

  it('says which port it cannot have', async () => {
    const { port } = await startTestGateway();
    await expect(startTestGateway({ mqtt: { host: '127.0.0.1', port } })).rejects.toThrow(
      `MQTT cannot listen on 127.0.0.1:${port}`,
    );
  });

  it('shows its numbers', async () => {
    const { gateway, port, registry } = await startTestGateway();
    const node = await connectNode(port, 'n1');
    await publishJson(node, n1Readings, { temperatureC: 4 });
    await gateway.caughtUp();
    const shown = await registry.metrics();
    for (const line of [
      'tahan_gateway_connections 1',
      'tahan_gateway_publishes_received_total{kind="readings"} 1',
      'tahan_gateway_puback_seconds_count 1',
      'tahan_gateway_intake_waiting_records 0',
      'tahan_gateway_journal_records 1',
    ])
      expect(shown).toContain(line);
    expect(gateway.stats()).toMatchObject({
      connections: 1,
      journal: { records: 1 },
      intake: { waiting: 0 },
    });
  });

  it('keeps serving honest nodes while others send rubbish', async () => {
    const { gateway, consumer, port } = await startTestGateway();
    const honest = await connectNode(port, 'honest');
    for (let i = 0; i < 20; i++) {
      const bad = await rawClient(port);
      bad.send(
        i % 2 === 0
          ? Buffer.from(Array.from({ length: 300 }, (_, n) => (n * 31 + i) % 256))
          : Buffer.concat([connectPacket(), publishPacket({ topic: '' })]),
      );
      await publishJson(honest, 'tahan/honest/readings', { temperatureC: i });
      bad.socket.destroy();
    }
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(20);
  });
});
