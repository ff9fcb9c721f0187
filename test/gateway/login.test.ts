import { describe, expect, it } from 'vitest';
import { authenticateNode, type Login } from '../../gateway/authenticateNode.ts';
import { LoginBackoff } from '../../gateway/loginBackoff.ts';
import { connackOf, connectPacket, packet, publishPacket, rawClient, rawNode } from './rawMqtt.ts';
import { connectNode, publishJson, startTestGateway } from './startTestGateway.ts';

const login: Login = {
  clientId: 'n1',
  clean: true,
  username: 'n1',
  password: Buffer.from('right'),
  willTopic: undefined,
  remoteAddress: '10.0.0.1',
};
const directory = { verify: (nodeId: string, secret: string) => nodeId === 'n1' && secret === 'right' };
const decide = (changed: Partial<Login>) =>
  authenticateNode({ ...login, ...changed }, directory, new LoginBackoff(), 0);

describe('authenticateNode', () => {
  it('lets a node in with its id and secret', async () => {
    expect(await decide({})).toEqual({ ok: true, nodeId: 'n1', bridge: null, edge: null });
    expect(await decide({ willTopic: 'tahan/n1/status' })).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<Login>, number, RegExp]>([
    ['a wrong secret', { password: Buffer.from('wrong') }, 4, /wrong secret/],
    ['an unknown node', { username: 'n9', clientId: 'n9' }, 4, /unknown node/],
    ['no username', { username: undefined }, 4, /required/],
    ['no password', { password: undefined }, 4, /required/],
    ['an empty client id', { clientId: '' }, 2, /client id is empty; it must be the node id "n1"/],
    ['another client id', { clientId: 'n2' }, 2, /client id is "n2"; it must be the node id "n1"/],
    ['a session that is not clean', { clean: false }, 2, /clean session is off/],
    ['a will on another topic', { willTopic: 'tahan/n2/status' }, 5, /will topic is "tahan\/n2\/status"/],
    ['a will on its readings', { willTopic: 'tahan/n1/readings' }, 5, /it must be "tahan\/n1\/status"/],
  ])('refuses %s and says what to mend', async (_what, changed, returnCode, detail) => {
    expect(await decide(changed)).toMatchObject({
      ok: false,
      returnCode,
      detail: expect.stringMatching(detail),
    });
  });

  it('answers "unavailable" when the secret cannot be checked', async () => {
    const broken = { verify: () => Promise.reject(new Error('database is gone')) };
    expect(await authenticateNode(login, broken, new LoginBackoff(), 0)).toMatchObject({
      ok: false,
      returnCode: 3,
    });
  });

  it('makes guessing wait, twice as long each time, and lets the node in from elsewhere meanwhile', async () => {
    const backoff = new LoginBackoff();
    const guess = (now: number) =>
      authenticateNode({ ...login, password: Buffer.from('guess') }, directory, backoff, now);
    for (let i = 0; i < 5; i++) expect(await guess(0)).toMatchObject({ isGuess: true });
    expect(await guess(0)).toMatchObject({
      isGuess: false,
      returnCode: 5,
      detail: expect.stringContaining('next try in 1 s'),
    });
    expect(await authenticateNode(login, directory, backoff, 999)).toMatchObject({ ok: false });
    expect(await guess(1_000)).toMatchObject({ isGuess: true });
    expect(await guess(2_999)).toMatchObject({ isGuess: false });
    expect(
      await authenticateNode({ ...login, remoteAddress: '10.0.0.2' }, directory, backoff, 1_001),
    ).toMatchObject({ ok: true });
    expect(await authenticateNode(login, directory, backoff, 3_000)).toMatchObject({ ok: true });
    expect(await guess(3_001)).toMatchObject({ isGuess: true });
  });

  it('makes 60 guesses for one node from one address take longer than a minute', async () => {
    const backoff = new LoginBackoff();
    let now = 0;
    for (let guesses = 0; guesses < 60; ) {
      const outcome = await authenticateNode(
        { ...login, password: Buffer.from(`guess ${guesses}`) },
        directory,
        backoff,
        now,
      );
      if (!outcome.ok && outcome.isGuess) guesses++;
      else now += 100;
    }
    expect(now).toBeGreaterThan(60_000);
  });

  it('lets a node in that has logged in from an address where others guess', async () => {
    const backoff = new LoginBackoff();
    const at = (nodeId: string, password: string) =>
      authenticateNode(
        { ...login, username: nodeId, clientId: nodeId, password: Buffer.from(password) },
        { verify: (_nodeId, secret) => secret === 'right' },
        backoff,
        0,
      );
    await at('n1', 'right');
    for (let i = 0; i < 60; i++) await at(`x${i}`, 'guess');
    expect(await at('n2', 'right')).toMatchObject({ ok: false });
    expect(await at('n1', 'right')).toMatchObject({ ok: true });
  });

  it('slows an address that tries many node ids', async () => {
    const backoff = new LoginBackoff();
    for (let i = 0; i < 50; i++)
      await authenticateNode({ ...login, username: `x${i}`, clientId: `x${i}` }, directory, backoff, 0);
    expect(
      await authenticateNode({ ...login, username: 'x99', clientId: 'x99' }, directory, backoff, 0),
    ).toMatchObject({
      isGuess: false,
      returnCode: 5,
    });
  });
});

describe('a login at the gateway', () => {
  it.each<[string, Parameters<typeof connectPacket>[0], number]>([
    ['a wrong secret', { password: 'guess' }, 4],
    ['no credentials', { username: undefined, password: undefined } as never, 4],
    ['an empty client id', { clientId: '' }, 2],
    ['a client id that is not the node id', { clientId: 'other' }, 2],
    ['a session that is not clean', { clean: false }, 2],
    ['a will for another node', { will: { topic: 'tahan/n2/status', payload: '{}' } }, 5],
    ['MQTT 5', { level: 5 }, 1],
  ])('is refused for %s with the return code that says so', async (_what, fields, returnCode) => {
    const { port, presence } = await startTestGateway();
    const client = await rawClient(port);
    const connect = connectPacket(fields);
    // MQTT 5 puts a length of properties (0) before the client id.
    const isFive = fields?.level === 5;
    client.send(
      isFive
        ? packet(1, 0, Buffer.concat([connect.subarray(2, 12), Buffer.from([0]), connect.subarray(12)]))
        : connect,
    );
    await client.closed;
    expect(client.received().equals(connackOf(returnCode))).toBe(true);
    expect(presence).toEqual([]);
  });

  it.each([0, 301])('is refused for a keepalive of %d s', async keepalive => {
    const { port } = await startTestGateway();
    const client = await rawClient(port);
    client.send(connectPacket({ keepalive }));
    await client.closed;
    expect(client.received().equals(connackOf(6))).toBe(true);
  });

  it('is checked one at a time for each node and address, so that guesses side by side gain nothing', async () => {
    const asked: string[] = [];
    let release = () => {};
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    const slow = {
      async verify(nodeId: string, secret: string) {
        asked.push(nodeId);
        if (nodeId === 'n1') await released;
        return secret === `secret-${nodeId}`;
      },
    };
    const { port } = await startTestGateway({ directory: slow });
    const clients = await Promise.all(Array.from({ length: 60 }, () => rawClient(port)));
    for (const client of clients) client.send(connectPacket({ password: 'guess' }));
    // Another node is let in meanwhile, after the guesses have arrived.
    await rawNode(port, 'n2');
    expect(asked).toEqual(['n1', 'n2']);
    release();
    await Promise.all(clients.map(client => client.closed));
    expect(asked.filter(nodeId => nodeId === 'n1')).toHaveLength(5);
    const codes = clients.map(client => client.received()[3]);
    expect(codes.filter(code => code === 4)).toHaveLength(5);
    expect(codes.filter(code => code === 5)).toHaveLength(55);
  });

  it('is told to security with the reason, but not a thousand times', async () => {
    const { port, security } = await startTestGateway();
    for (let i = 0; i < 30; i++) {
      const client = await rawClient(port);
      client.send(connectPacket({ password: 'guess' }));
      await client.closed;
    }
    expect(security[0]).toMatchObject({ kind: 'login-refused', nodeId: 'n1', remoteAddress: '127.0.0.1' });
    expect(security).toHaveLength(20);
  });

  it('works with MQTT 3.1 and an id longer than its 23 characters', async () => {
    const { port } = await startTestGateway();
    const nodeId = 'truck-bandung-jakarta-no-7';
    const node = await connectNode(port, nodeId, { protocolId: 'MQIsdp', protocolVersion: 3 });
    await publishJson(node, `tahan/${nodeId}/readings`, { temperatureC: 4 });
  });

  it('takes publishes sent together with the CONNECT, more than the broker would queue', async () => {
    const { gateway, consumer, port } = await startTestGateway();
    const client = await rawClient(port);
    const publishes = Array.from({ length: 200 }, (_, i) => publishPacket({ packetId: i + 1 }));
    client.send(Buffer.concat([connectPacket(), ...publishes]));
    await client.receives(Buffer.from([0x40, 2, 0, 200]));
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(200);
    expect(new Set(consumer.readings.map(one => one.measuredAt)).size).toBe(200);
  });

  it('lets a node displace its own old connection without being seen to leave', async () => {
    const { port, presence, sees } = await startTestGateway();
    const old = await rawNode(port);
    const fresh = await rawNode(port);
    await old.closed;
    expect(presence.map(one => one.connected)).toEqual([true]);
    fresh.socket.destroy();
    await sees(() => presence.length === 2);
    expect(presence.map(one => one.connected)).toEqual([true, false]);
  });

  it('is turned away above the bound of connections', async () => {
    const { port, metric } = await startTestGateway({ limits: { maxConnections: 2 } });
    const first = await rawNode(port, 'n1');
    await rawNode(port, 'n2');
    const third = await rawClient(port);
    await third.closed;
    expect(await metric('tahan_gateway_connections_cut_total', { reason: 'too-many-connections' })).toBe(1);
    first.socket.destroy();
    await first.closed;
  });
});

describe('a connection at the gateway', () => {
  it.each([
    ['says nothing', Buffer.alloc(0)],
    ['stops in the middle of its CONNECT', connectPacket().subarray(0, 20)],
  ])('ends when its peer %s', async (_what, bytes) => {
    const { port, metric } = await startTestGateway({ limits: { connectTimeoutMs: 50 } });
    const client = await rawClient(port);
    client.send(bytes);
    await client.closed;
    expect(await metric('tahan_gateway_connections_cut_total', { reason: 'connect-timeout' })).toBe(1);
  });

  it('is answered "unavailable" when its secret is not checked in time', async () => {
    const never = { verify: () => new Promise<boolean>(() => undefined) };
    const { port } = await startTestGateway({ directory: never, limits: { connectTimeoutMs: 50 } });
    const client = await rawClient(port);
    client.send(connectPacket());
    await client.closed;
    expect(client.received().equals(connackOf(3))).toBe(true);
  });

  it('that floods is read at its pace and not cut, while another is answered at once', async () => {
    const { gateway, consumer, port, security } = await startTestGateway({
      limits: { packetsPerSecond: 100, packetBurst: 50 },
    });
    const flooder = await rawNode(port, 'n1');
    const flood = Array.from({ length: 150 }, (_, i) => publishPacket({ packetId: i + 1 }));
    const startedAt = performance.now();
    flooder.send(Buffer.concat(flood));
    const victim = await connectNode(port, 'n2');
    for (let i = 0; i < 5; i++) await publishJson(victim, 'tahan/n2/readings', { temperatureC: 4 });
    expect(flooder.received().length).toBeLessThan(4 + 150 * 4);
    await flooder.receives(Buffer.from([0x40, 2, 0, 150]));
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(155);
    expect(security).toEqual([]);
  });
});

describe('presence at the gateway', () => {
  it('follows connections, status messages and wills', async () => {
    const { port, presence, sees } = await startTestGateway();
    const will = { topic: 'tahan/n1/status', payload: '{"state":"offline"}' };
    const node = await rawClient(port);
    node.send(connectPacket({ will }));
    await node.receives(connackOf(0));
    await sees(() => presence.length === 1);
    node.send(publishPacket({ topic: 'tahan/n1/status', payload: '{"state":"offline"}', packetId: 1 }));
    await sees(() => presence.length === 2);
    node.send(publishPacket({ topic: 'tahan/n1/status', payload: '{"state":"online"}', packetId: 2 }));
    await sees(() => presence.length === 3);
    node.socket.destroy();
    await sees(() => presence.length === 4);
    expect(presence.map(one => [one.nodeId, one.connected])).toEqual([
      ['n1', true],
      ['n1', false],
      ['n1', true],
      ['n1', false],
    ]);
  });

  it('says nothing when the gateway stops: it does not know about its nodes any more', async () => {
    const { gateway, port, presence, sees } = await startTestGateway();
    await rawNode(port);
    await sees(() => presence.length === 1);
    await gateway.stop();
    expect(presence).toHaveLength(1);
  });
});
