import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import mqtt, { type IClientOptions } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { GatewayOptions } from '../../gateway/gateway.ts';
import { connackOf, connectPacket, publishPacket, subscribePacket } from './rawMqtt.ts';
import { publishJson, startTestGateway } from './startTestGateway.ts';

/** A gateway behind an HTTP server that hands every upgrade on to it. */
async function startWebGateway(options: Partial<GatewayOptions> = {}) {
  const started = await startTestGateway(options);
  const http = createServer();
  http.on('upgrade', (request, socket, head) =>
    started.gateway.takeWebSocket(request, socket, head, request.socket.remoteAddress ?? ''),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  return { ...started, http, httpPort: port, url: `ws://127.0.0.1:${port}/mqtt` };
}

async function connectNode(url: string, nodeId: string, options: IClientOptions = {}) {
  const client = mqtt.connect(url, {
    clientId: nodeId,
    username: nodeId,
    password: `secret-${nodeId}`,
    reconnectPeriod: 0,
    ...options,
  });
  onTestFinished(() => client.endAsync(true));
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  client.on('error', () => undefined);
  return client;
}

/** A WebSocket without an MQTT client behind it; what comes back is gathered. */
async function rawSocket(url: string, subprotocol: string | string[] = 'mqtt') {
  const socket = new WebSocket(url, subprotocol);
  onTestFinished(() => socket.terminate());
  let received = Buffer.alloc(0);
  socket.on('message', (data: Buffer) => {
    received = Buffer.concat([received, data]);
    socket.emit('tested');
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return {
    socket,
    closed,
    received: () => received,
    async receives(bytes: Buffer) {
      while (!received.includes(bytes)) await once(socket, 'tested');
    },
  };
}

describe('MQTT over WebSocket', () => {
  it('takes readings and delivers commands like MQTT over TCP', async () => {
    const { gateway, consumer, url, presence, sees } = await startWebGateway();
    const node = await connectNode(url, 'n1');
    await publishJson(node, 'tahan/n1/readings', { temperatureC: 4 });
    await gateway.caughtUp();
    expect(consumer.readings).toMatchObject([{ nodeId: 'n1', temperatureC: 4 }]);
    await node.subscribeAsync('tahan/n1/command');
    const heard = new Promise<string>(resolve =>
      node.once('message', (_topic, bytes) => resolve(String(bytes))),
    );
    expect(await gateway.sendCommand('n1', { reportEveryS: 60 })).toBe(true);
    expect(await heard).toBe('{"reportEveryS":60}');
    await node.endAsync();
    await sees(() => presence.length === 2);
    expect(presence.map(one => one.connected)).toEqual([true, false]);
  });

  it('takes packets cut anywhere, and several in one message', async () => {
    const { gateway, consumer, url } = await startWebGateway();
    const { socket, receives } = await rawSocket(url);
    for (const byte of connectPacket()) socket.send(Buffer.from([byte]));
    await receives(connackOf(0));
    const two = Buffer.concat([publishPacket({ packetId: 1 }), publishPacket({ packetId: 2 })]);
    socket.send(two.subarray(0, 30), { binary: true, fin: false });
    socket.send(two.subarray(30), { binary: true, fin: true });
    await receives(Buffer.from([0x40, 2, 0, 2]));
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(2);
  });

  it('takes what is sent together with the CONNECT', async () => {
    const { gateway, consumer, url } = await startWebGateway();
    const { socket, receives } = await rawSocket(url);
    socket.send(connectPacket());
    for (let i = 1; i <= 1_000; i++) socket.send(publishPacket({ packetId: i }));
    await receives(Buffer.from([0x40, 2, 1_000 >> 8, 1_000 & 0xff]));
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(1_000);
  });

  it('answers with the subprotocol "mqtt", and refuses a client that does not offer it', async () => {
    const { url } = await startWebGateway();
    const { socket } = await rawSocket(url, ['other', 'mqtt']);
    expect(socket.protocol).toBe('mqtt');
    const wrong = new WebSocket(url, 'chat');
    const [error] = (await once(wrong, 'error')) as [Error];
    expect(error.message).toContain('400');
  });

  it('refuses a wrong secret, and another topic to listen to', async () => {
    const { url } = await startWebGateway();
    await expect(connectNode(url, 'n1', { password: 'guess' })).rejects.toMatchObject({ code: 4 });
    const { socket, receives } = await rawSocket(url);
    socket.send(connectPacket());
    await receives(connackOf(0));
    socket.send(subscribePacket(['#']));
    await receives(Buffer.from([0x90, 3, 0, 7, 0x80]));
  });

  it('cuts who is no MQTT client, sends text, or says nothing', async () => {
    const { url, security, sees, metric } = await startWebGateway({ limits: { connectTimeoutMs: 200 } });
    const noMqtt = await rawSocket(url);
    noMqtt.socket.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await noMqtt.closed;
    const text = await rawSocket(url);
    text.socket.send(connectPacket().toString('latin1'));
    await text.closed;
    expect(text.received()).toHaveLength(0);
    await sees(() => security.some(event => event.detail === 'a text message over WebSocket'));
    const silent = await rawSocket(url);
    await silent.closed;
    expect(await metric('tahan_gateway_connections_cut_total', { reason: 'connect-timeout' })).toBe(1);
  });

  it('cuts a stranger who sends more than a login needs, in one message or in many', async () => {
    const { url, security, sees } = await startWebGateway();
    const one = await rawSocket(url);
    one.socket.send(randomBytes(400 * 1024));
    await one.closed;
    const many = await rawSocket(url);
    const never = { fin: false, binary: true };
    for (let i = 0; i < 40; i++) many.socket.send(randomBytes(10 * 1024), never);
    await many.closed;
    await sees(() => security.length === 2);
    expect(security.map(event => event.detail)).toEqual([
      expect.stringContaining('before the login was accepted'),
      expect.stringContaining('before the login was accepted'),
    ]);
  });

  it('acknowledges and quarantines a publish that is too large, as over TCP', async () => {
    const { gateway, consumer, url } = await startWebGateway();
    const node = await connectNode(url, 'n1');
    await node.publishAsync('tahan/n1/readings', 'x'.repeat(300 * 1024), { qos: 1 });
    await gateway.caughtUp();
    expect(consumer.refused).toMatchObject([
      { rejection: { code: 'publish.too_large' }, payloadBytes: 307_200 },
    ]);
  });

  it('counts connections together with those over TCP', async () => {
    const { url, port } = await startWebGateway({ limits: { maxConnections: 1 } });
    const first = connectTcp(port, '127.0.0.1');
    await once(first, 'connect');
    const second = new WebSocket(url, 'mqtt');
    const [error] = (await once(second, 'error')) as [Error];
    expect(error.message).toContain('503');
    first.destroy();
  });

  it('frees the place of a connection that has ended, even in the middle of its request', async () => {
    const { gateway, url, httpPort } = await startWebGateway();
    const node = await connectNode(url, 'n1');
    await node.endAsync();
    const bad = connectTcp(httpPort, '127.0.0.1');
    bad.write(
      'GET /mqtt HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-protocol: mqtt\r\n\r\n',
    );
    bad.resume();
    await once(bad, 'close');
    while (gateway.stats().connections > 0) await new Promise(resolve => setImmediate(resolve));
  });

  it('ends with the gateway, which turns new ones away', async () => {
    const { gateway, http, url } = await startWebGateway();
    const connected = await connectNode(url, 'n1');
    const stranger = await rawSocket(url);
    const left = new Promise<void>(resolve => connected.once('close', () => resolve()));
    const ended = Promise.all([left, stranger.closed]);
    await gateway.stop();
    await ended;
    const late = new WebSocket(url, 'mqtt');
    const [error] = (await once(late, 'error')) as [Error];
    expect(error.message).toContain('503');
    http.close();
    await once(http, 'close');
  });
});
