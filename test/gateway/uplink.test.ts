import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeIntake } from '../../gateway/journalRecord.ts';
import { edgeIdentity, edgeIntakeTopic, edgeLoginsTopic } from '../../models/contracts/edge.ts';
import { readingTopic } from '../../models/contracts/topics.ts';
import { aReading } from '../support/aReading.ts';
import { tempDir } from '../support/tempDir.ts';
import { startLine, startTestEdge, TestEdgeDirectory, until } from './startTestEdge.ts';
import { connectNode, MemoryConsumer, publishJson, startTestGateway } from './startTestGateway.ts';

const at = (n: number) => Date.parse('2026-11-24T03:00:00Z') + n * 1_000;

/** Server side, a line that can misbehave, and an edge gateway that knows its nodes. */
async function startTruck(nodes = ['S-01', 'S-02']) {
  const directory = new TestEdgeDirectory(nodes);
  const server = await startTestGateway({ edges: directory });
  const line = await startLine(server.port);
  const dir = tempDir();
  const edge = await startTestEdge(dir, line.port);
  await until(() => edge.knowsLogins() === true);
  const arrived = () => new Set(server.consumer.readings.map(r => `${r.nodeId} ${r.measuredAt}`));
  return { directory, server, line, dir, edge, arrived };
}

async function publishReadings(client: mqtt.MqttClient, nodeId: string, from: number, to: number) {
  for (let n = from; n < to; n++)
    await publishJson(client, readingTopic(nodeId), { measuredAt: at(n), temperatureC: 4, sequence: n });
}

describe('an edge gateway', () => {
  it('hands readings and refusals on as it took them, with nothing restamped', async () => {
    const { server, edge } = await startTruck();
    const node = await connectNode(edge.port, 'S-01');
    const before = Date.now();
    await publishJson(node, readingTopic('S-01'), [
      { measuredAt: at(1), temperatureC: 4.25, humidityPct: 88, batteryPct: 93, sequence: 7 },
      { temperatureC: 5 },
      { measuredAt: at(2), temperatureC: 400 },
    ]);
    const after = Date.now();
    await until(() => server.consumer.records.length > 0);
    const [first, second] = server.consumer.readings;
    expect(first).toMatchObject({
      nodeId: 'S-01',
      measuredAt: at(1),
      timeSource: 'device',
      temperatureC: 4.25,
      humidityPct: 88,
      batteryPct: 93,
      sequence: 7,
    });
    expect(first!.receivedAt).toBeGreaterThanOrEqual(before);
    expect(first!.receivedAt).toBeLessThanOrEqual(after);
    expect(second).toMatchObject({ timeSource: 'arrival', measuredAt: first!.receivedAt });
    expect(server.consumer.refused).toHaveLength(1);
    expect(server.consumer.refused[0]).toMatchObject({
      nodeId: 'S-01',
      topic: 'tahan/S-01/readings',
      receivedAt: first!.receivedAt,
      rejection: { field: 'temperatureC', index: 2 },
    });
    expect(server.consumer.refused[0]!.payloadHead).toContain('400');
  });

  it('acknowledges to nodes while the server is away, and delivers everything once it is back', async () => {
    const { line, edge, arrived } = await startTruck();
    line.mode = 'refuse';
    line.reset();
    const node = await connectNode(edge.port, 'S-01');
    await publishReadings(node, 'S-01', 0, 300);
    expect(arrived().size).toBe(0);
    line.mode = 'pass';
    await until(() => arrived().size === 300);
    await until(() => edge.uplinkStats().waiting === 0);
  });

  it('keeps in its journal what the server has not acknowledged, and sends it again', async () => {
    const { server, line, edge, arrived, dir } = await startTruck();
    const node = await connectNode(edge.port, 'S-01');
    line.mode = 'lose-answers';
    await publishReadings(node, 'S-01', 0, 50);
    await until(() => arrived().size === 50);
    expect(edge.uplinkStats()).toMatchObject({ acknowledgedThrough: 0, waiting: 50 });
    expect(edge.gateway.stats().journal.records).toBe(50);
    line.mode = 'pass';
    line.reset();
    await until(() => edge.uplinkStats().waiting === 0);
    expect(server.consumer.readings.length).toBeGreaterThan(50);
    expect(arrived().size).toBe(50);
    await edge.stop();
    expect(JSON.parse(readFileSync(join(dir, 'uplink.json'), 'utf8'))).toEqual({ acknowledgedThrough: 50 });
  });

  it('loses nothing over resets, hang-ups, black holes, lost answers and refusals while nodes publish', async () => {
    const { line, edge, arrived } = await startTruck();
    const nodes = ['S-01', 'S-02'];
    const clients = await Promise.all(nodes.map(nodeId => connectNode(edge.port, nodeId)));
    const count = 400;
    const publishing = Promise.all(clients.map((client, i) => publishReadings(client, nodes[i]!, 0, count)));
    const faults = async () => {
      for (const fault of ['reset', 'lose', 'hole', 'hang-up', 'refuse', 'lose', 'reset'] as const) {
        const connects = edge.uplinkStats().connects;
        if (fault === 'reset') line.reset();
        else if (fault === 'hang-up') line.hangUp();
        else {
          line.mode = fault === 'lose' ? 'lose-answers' : fault === 'hole' ? 'black-hole' : 'refuse';
          if (fault === 'refuse') line.reset();
          await until(() => !edge.uplinkStats().connected);
          line.mode = 'pass';
        }
        await until(() => edge.uplinkStats().connects > connects);
      }
    };
    await Promise.all([publishing, faults()]);
    await until(() => arrived().size === nodes.length * count);
    await until(() => edge.uplinkStats().waiting === 0);
  });

  it('notices a line that swallows everything, though it ends nothing and says nothing', async () => {
    const { line, edge } = await startTruck();
    const node = await connectNode(edge.port, 'S-01');
    await publishReadings(node, 'S-01', 0, 1);
    await until(() => edge.uplinkStats().waiting === 0);
    line.mode = 'black-hole';
    await publishReadings(node, 'S-01', 1, 2);
    await until(() => !edge.uplinkStats().connected);
  });

  it('sends again after a restart what was not acknowledged, and nothing that was', async () => {
    const { server, line, edge, dir, arrived } = await startTruck();
    const node = await connectNode(edge.port, 'S-01');
    await publishReadings(node, 'S-01', 0, 20);
    await until(() => edge.uplinkStats().waiting === 0);
    line.mode = 'refuse';
    line.reset();
    await publishReadings(node, 'S-01', 20, 30);
    await edge.stop();
    line.mode = 'pass';
    const seen = server.consumer.readings.length;
    const again = await startTestEdge(dir, line.port);
    await until(() => again.uplinkStats().waiting === 0);
    expect(server.consumer.readings.slice(seen).map(reading => reading.sequence)).toEqual(
      Array.from({ length: 10 }, (_, n) => 20 + n),
    );
    expect(arrived().size).toBe(30);
  });

  it('shows what nodes say now while the backlog of a day goes over a slow line', async () => {
    const { server, line, edge } = await startTruck();
    line.mode = 'refuse';
    line.reset();
    const node = await connectNode(edge.port, 'S-01');
    for (let n = 0; n < 40; n++)
      await publishJson(
        node,
        readingTopic('S-01'),
        Array.from({ length: 500 }, (_, i) => ({
          measuredAt: at(n * 500 + i),
          temperatureC: 4.25,
          humidityPct: 88.5,
          sequence: n * 500 + i,
        })),
      );
    // The backlog takes more than half a minute, however slow the machine is; then what is left may go at once.
    line.bytesPerSecond = 50_000;
    line.mode = 'pass';
    await until(() => server.consumer.readings.length > 0);
    const live = await connectNode(edge.port, 'S-02');
    for (let n = 0; n < 3; n++) {
      await publishReadings(live, 'S-02', n, n + 1);
      await until(() => server.consumer.readings.filter(r => r.nodeId === 'S-02').length === n + 1);
    }
    const waiting = edge.uplinkStats().waiting;
    expect(waiting, 'the backlog must still be on its way, or this shows nothing').toBeGreaterThan(0);
    line.bytesPerSecond = 0;
    await until(() => edge.uplinkStats().waiting === 0);
  });

  it('keeps the logins of nodes for a start without the server, as hashes that only its user can read', async () => {
    const { line, edge, dir } = await startTruck();
    await edge.stop();
    line.mode = 'refuse';
    const alone = await startTestEdge(dir, line.port);
    const node = await connectNode(alone.port, 'S-01');
    await publishReadings(node, 'S-01', 0, 3);
    await expect(connectNode(alone.port, 'S-01', { password: 'secret-S-02' })).rejects.toThrow(
      'Connection refused',
    );
    const path = join(dir, 'edge-logins.json');
    expect(readFileSync(path, 'utf8')).not.toContain('secret-S-01');
    expect(readFileSync(path, 'utf8')).toContain(createHash('sha256').update('secret-S-01').digest('hex'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('lets nobody in, and says why, until the server has said once who may', async () => {
    const directory = new TestEdgeDirectory(['S-01']);
    const server = await startTestGateway({ edges: directory });
    const line = await startLine(server.port);
    line.mode = 'refuse';
    const edge = await startTestEdge(tempDir(), line.port);
    expect(edge.knowsLogins()).toContain('has not been reached');
    await expect(connectNode(edge.port, 'S-01')).rejects.toMatchObject({ code: 3 });
    line.mode = 'pass';
    await until(() => edge.knowsLogins() === true);
    await connectNode(edge.port, 'S-01');
  });

  it('learns of a node that was added while it runs, and forgets one that was removed', async () => {
    const { directory, edge } = await startTruck();
    await expect(connectNode(edge.port, 'S-03')).rejects.toMatchObject({ code: 4 });
    directory.nodes.add('S-03');
    directory.nodes.delete('S-02');
    const version = (await directory.logins()).version;
    await directory.sees(() => directory.statuses.at(-1)?.status.loginsVersion === version);
    await connectNode(edge.port, 'S-03');
    await expect(connectNode(edge.port, 'S-02')).rejects.toMatchObject({ code: 4 });
  });

  it('tells how it is: what waits, which nodes are connected', async () => {
    const { directory, line, edge } = await startTruck();
    const node = await connectNode(edge.port, 'S-01');
    await directory.sees(() => directory.statuses.at(-1)?.status.connectedNodes.includes('S-01') ?? false);
    line.mode = 'refuse';
    line.reset();
    await directory.sees(() => directory.presence.at(-1)?.connected === false);
    await publishReadings(node, 'S-01', 0, 5);
    const known = directory.statuses.length;
    line.mode = 'pass';
    await directory.sees(() => directory.presence.at(-1)?.connected === true);
    await directory.sees(() => directory.statuses.length > known);
    const { status } = directory.statuses[known]!;
    expect(status.backlogRecords).toBeLessThanOrEqual(5);
    expect(status.journalMaxBytes).toBe(1024 * 1024 * 1024);
  });

  it('passes on what a gateway behind it took, and how that one is', async () => {
    const directory = new TestEdgeDirectory(['S-01'], ['truck-1', 'crate-1']);
    const server = await startTestGateway({ edges: directory });
    const truck = await startTestEdge(tempDir(), server.port);
    await until(() => truck.knowsLogins() === true);
    const crate = await startTestEdge(tempDir(), truck.port, { gatewayId: 'crate-1' });
    await until(() => crate.knowsLogins() === true);
    const node = await connectNode(crate.port, 'S-01');
    await publishReadings(node, 'S-01', 0, 20);
    await until(() => server.consumer.readings.length >= 20);
    await until(() => crate.uplinkStats().waiting === 0 && truck.uplinkStats().waiting === 0);
    await directory.sees(() =>
      directory.statuses.some(one => one.gatewayId === 'crate-1' && one.via === 'truck-1'),
    );
  });
});

describe('the server side of an uplink', () => {
  async function connectEdge(port: number, gatewayId = 'truck-1', options: mqtt.IClientOptions = {}) {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      clientId: edgeIdentity(gatewayId),
      username: gatewayId,
      password: `secret-${gatewayId}`,
      reconnectPeriod: 0,
      ...options,
    });
    onTestFinished(async () => {
      await client.endAsync(true);
    });
    client.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed before it was connected')));
    });
    return client;
  }

  const closed = (client: mqtt.MqttClient) =>
    new Promise<void>(resolve => client.once('close', () => resolve()));

  it('quarantines readings of nodes that are not of the organisation, and takes the others', async () => {
    const directory = new TestEdgeDirectory(['S-01']);
    const server = await startTestGateway({ edges: directory });
    const edge = await connectEdge(server.port);
    const payload = encodeIntake({
      readings: [aReading(), aReading({ nodeId: 'foreign-1' })],
      refused: [
        {
          nodeId: 'foreign-1',
          topic: 'tahan/foreign-1/readings',
          receivedAt: at(0),
          rejection: { code: 'publish.not_json', message: 'not JSON' },
          payloadHead: 'x',
          payloadBytes: 1,
        },
      ],
    });
    await edge.publishAsync(edgeIntakeTopic('truck-1'), payload, { qos: 1 });
    await server.gateway.caughtUp();
    expect(server.consumer.readings).toEqual([aReading()]);
    expect(server.consumer.refused.map(one => [one.nodeId, one.rejection.code])).toEqual([
      [edgeIdentity('truck-1'), 'publish.not_json'],
      [edgeIdentity('truck-1'), 'publish.unknown_node'],
    ]);
  });

  it('quarantines readings from the future and values out of range, whatever else is in the publish', async () => {
    const server = await startTestGateway({ edges: new TestEdgeDirectory(['S-01']) });
    const edge = await connectEdge(server.port);
    const payload = encodeIntake({
      readings: [
        aReading({ measuredAt: Date.now() + 3_600_000 }),
        aReading({ temperatureC: 400 }),
        aReading({ temperatureC: null }),
        aReading(),
      ],
      refused: [],
    });
    await edge.publishAsync(edgeIntakeTopic('truck-1'), payload, { qos: 1 });
    await server.gateway.caughtUp();
    expect(server.consumer.readings).toHaveLength(1);
    expect(server.consumer.refused.map(one => one.rejection.code).sort()).toEqual([
      'reading.field_invalid',
      'reading.field_invalid',
      'reading.value_missing',
    ]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['another layout', '{"v":99,"r":[]}'],
    ['readings that are none', '{"v":1,"r":[1,null,{},[],"x"]}'],
    ['a list where records are expected', '{"v":1,"r":7,"q":{}}'],
    ['a deep nest', `{"v":1,"r":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['a key that reaches for prototypes', '{"v":1,"r":[],"__proto__":{"a":1},"q":[{"__proto__":{"a":1}}]}'],
  ])('acknowledges and quarantines %s, and goes on', async (_name, payload) => {
    const server = await startTestGateway({ edges: new TestEdgeDirectory(['S-01']) });
    const edge = await connectEdge(server.port);
    await edge.publishAsync(edgeIntakeTopic('truck-1'), payload, { qos: 1 });
    const good = encodeIntake({ readings: [aReading()], refused: [] });
    await edge.publishAsync(edgeIntakeTopic('truck-1'), good, { qos: 1 });
    await server.gateway.caughtUp();
    expect(server.consumer.readings).toEqual([aReading()]);
    expect(server.consumer.refused.length).toBeGreaterThan(0);
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  it('cuts a gateway that speaks on a topic of a node or of another gateway', async () => {
    const server = await startTestGateway({ edges: new TestEdgeDirectory(['S-01'], ['truck-1', 'truck-2']) });
    for (const topic of [readingTopic('S-01'), edgeIntakeTopic('truck-2'), 'tahan-edge/truck-1/other']) {
      const edge = await connectEdge(server.port);
      edge.publish(topic, encodeIntake({ readings: [aReading()], refused: [] }), { qos: 1 });
      await closed(edge);
    }
    expect(server.consumer.readings).toEqual([]);
    expect(server.security.filter(event => event.kind === 'spoke-as-another')).toHaveLength(3);
  });

  it('refuses a wrong secret, a user name of another, a node with the name of a gateway and a bare gateway id', async () => {
    const server = await startTestGateway({ edges: new TestEdgeDirectory(['S-01'], ['truck-1', 'truck-2']) });
    await expect(connectEdge(server.port, 'truck-1', { password: 'guess' })).rejects.toMatchObject({
      code: 4,
    });
    await expect(
      connectEdge(server.port, 'truck-1', { username: 'truck-2', password: 'secret-truck-2' }),
    ).rejects.toMatchObject({ code: 4 });
    await expect(
      connectEdge(server.port, 'truck-1', { username: 'S-01', password: 'secret-S-01' }),
    ).rejects.toMatchObject({ code: 4 });
    await expect(connectEdge(server.port, 'truck-1', { clean: false })).rejects.toMatchObject({ code: 2 });
    await expect(
      connectEdge(server.port, 'truck-1', {
        will: { topic: 'tahan/S-01/status', payload: Buffer.from('{}'), qos: 0, retain: false },
      }),
    ).rejects.toMatchObject({ code: 5 });
  });

  it('tells logins to their gateway and to nobody else', async () => {
    const server = await startTestGateway({ edges: new TestEdgeDirectory(['S-01'], ['truck-1', 'truck-2']) });
    const edge = await connectEdge(server.port);
    for (const filter of [edgeLoginsTopic('truck-2'), 'tahan-edge/+/logins', '#', 'tahan/S-01/command'])
      await expect(edge.subscribeAsync(filter)).rejects.toThrow();
    const node = await connectNode(server.port, 'S-01');
    await expect(node.subscribeAsync(edgeLoginsTopic('truck-1'))).rejects.toThrow();
    await expect(edge.subscribeAsync(edgeLoginsTopic('truck-1'))).resolves.toHaveLength(1);
  });

  it('stops taking from a gateway that was removed', async () => {
    const directory = new TestEdgeDirectory(['S-01']);
    const server = await startTestGateway({ edges: directory });
    const edge = await connectEdge(server.port);
    directory.gateways.delete('truck-1');
    edge.publish(edgeIntakeTopic('truck-1'), encodeIntake({ readings: [aReading()], refused: [] }), {
      qos: 1,
    });
    await closed(edge);
    expect(server.consumer.readings).toEqual([]);
    await expect(connectEdge(server.port)).rejects.toMatchObject({ code: 4 });
  });

  it('acknowledges only what its own journal has on disk', async () => {
    const directory = new TestEdgeDirectory(['S-01']);
    const consumer = new MemoryConsumer();
    let commit: (() => void) | undefined;
    const server = await startTestGateway({
      edges: directory,
      consumer,
      journal: {
        append: () =>
          new Promise(resolve => {
            commit = () => resolve(1);
          }),
        read: async () => [],
        forget: async () => undefined,
        lastPosition: 0,
        stats: () => ({ bytes: 0, maxBytes: 1, records: 0, oldestAt: null, appendedBytes: 0 }),
        close: async () => undefined,
      },
    });
    const edge = await connectEdge(server.port);
    let acknowledged = false;
    const publishing = edge
      .publishAsync(edgeIntakeTopic('truck-1'), encodeIntake({ readings: [aReading()], refused: [] }), {
        qos: 1,
      })
      .then(() => {
        acknowledged = true;
      });
    await until(() => commit !== undefined);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(acknowledged).toBe(false);
    commit!();
    await publishing;
  });
});
