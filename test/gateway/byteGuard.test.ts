import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aliveSignal } from '../../gateway/aliveSignal.ts';
import { ByteGuard } from '../../gateway/byteGuard.ts';
import { defaultByteLimits } from '../../gateway/byteLimits.ts';
import { readCutShort } from '../../gateway/cutShortPublish.ts';
import type { IncomingPublish, TakePublish } from '../../gateway/incomingPublish.ts';
import type { CutReason } from '../../gateway/judgeHeader.ts';
import { isTopicFilter } from '../../gateway/mqttPacket.ts';
import { TokenBucket } from '../../gateway/tokenBucket.ts';
import { connectPacket, packet, pingreq, publishPacket, subscribePacket, text } from './rawMqtt.ts';

interface Guarded {
  readonly peer: Socket;
  readonly guard: ByteGuard;
  readonly cuts: CutReason[];
  /** Resolves when the guard has let through at least this many bytes; gives all of them. */
  passed(bytes: number): Promise<Buffer>;
  readonly ended: Promise<unknown>;
}

const generous = () => new TokenBucket(1e9, 1e9, 0);

/** A guard on a real socket; opened at once unless a test wants to wait. */
async function guarded(
  options: { bucket?: TokenBucket | null; now?: () => number; takePublish?: TakePublish } = {},
): Promise<Guarded> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const peer = connect((server.address() as { port: number }).port, '127.0.0.1');
  peer.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const cuts: CutReason[] = [];
  const guard = new ByteGuard(socket, {
    limits: defaultByteLimits,
    monotonicNow: options.now ?? (() => 0),
    onCut: reason => void cuts.push(reason),
    maySubscribe: filters => filters.every(filter => filter === 'tahan/n1/command'),
    ...(options.takePublish && { takePublish: options.takePublish }),
  });
  guard.on('error', () => undefined);
  let through = Buffer.alloc(0);
  guard.on('readable', () => {
    for (let chunk = guard.read() as Buffer | null; chunk; chunk = guard.read() as Buffer | null) {
      through = Buffer.concat([through, chunk]);
      guard.emit('tested');
      if (options.bucket !== null) guard.open(options.bucket ?? generous());
    }
  });
  onTestFinished(() => {
    peer.destroy();
    guard.destroy();
    server.close();
  });
  return {
    peer,
    guard,
    cuts,
    ended: once(guard, 'close'),
    passed: bytes =>
      new Promise(resolve => {
        const look = () => {
          if (through.length >= bytes) resolve(through);
        };
        guard.on('tested', look);
        look();
      }),
  };
}

async function cutsFor(...packets: Uint8Array[]): Promise<CutReason[]> {
  const { peer, cuts, ended } = await guarded();
  for (const bytes of packets) peer.write(bytes);
  await ended;
  return cuts;
}

describe('byteGuard', () => {
  it('lets whole packets through unchanged, however they are cut into pieces', async () => {
    const stream = Buffer.concat([
      connectPacket(),
      publishPacket({ packetId: 1 }),
      publishPacket({ qos: 0, payload: Buffer.alloc(3_000, 0x20) }),
      subscribePacket(['tahan/n1/command']),
      pingreq,
    ]);
    for (const piece of [1, 2, 3, 7, 100, stream.length]) {
      const { peer, passed, cuts } = await guarded();
      peer.setNoDelay(true);
      for (let i = 0; i < stream.length; i += piece) peer.write(stream.subarray(i, i + piece));
      expect((await passed(stream.length)).equals(stream)).toBe(true);
      expect(cuts).toEqual([]);
    }
  });

  it('holds what comes behind the CONNECT until the login is accepted', async () => {
    const { peer, passed, guard } = await guarded({ bucket: null });
    const login = connectPacket();
    peer.write(Buffer.concat([login, publishPacket()]));
    expect((await passed(login.length)).equals(login)).toBe(true);
    guard.open(generous());
    expect((await passed(login.length + 1)).length).toBe(login.length + publishPacket().length);
  });

  it('lets a payload of 64 KiB through and cuts one byte more short, keeping the connection', async () => {
    const login = connectPacket();
    const largest = publishPacket({ payload: Buffer.alloc(65_536, 0x41) });
    const { peer, passed, cuts } = await guarded();
    peer.write(
      Buffer.concat([
        login,
        largest,
        publishPacket({ payload: Buffer.alloc(65_537, 0x41), packetId: 2 }),
        pingreq,
      ]),
    );
    const through = (await passed(login.length + largest.length + 2_048)).subarray(login.length);
    expect(through.subarray(0, largest.length).equals(largest)).toBe(true);
    const marker = through.subarray(largest.length);
    const topic = marker.toString('utf8', 5, 5 + marker.readUInt16BE(3));
    expect(readCutShort(topic)).toEqual({ topic: 'tahan/n1/readings', payloadBytes: 65_537 });
    expect(through.subarray(-2).equals(pingreq)).toBe(true);
    expect(cuts).toEqual([]);
  });

  it('takes no topic from outside for its own mark', async () => {
    const forged = publishPacket({ topic: '\u0000cut-short/9/tahan/n1/readings' });
    expect(await cutsFor(connectPacket(), forged)).toEqual(['malformed']);
    expect(readCutShort('tahan/n1/readings')).toBeUndefined();
  });

  it.each<[string, Buffer, CutReason]>([
    ['a PUBLISH first', publishPacket(), 'first-packet-not-connect'],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'first-packet-not-connect'],
    ['a TLS greeting', Buffer.from([0x16, 3, 1, 2, 0, 1]), 'malformed'],
    ['a CONNECT of 200 MB', Buffer.from([0x10, 0x80, 0xd0, 0xac, 0x5f]), 'connect-too-large'],
    ['a CONNECT of more than 1 KiB', connectPacket({ clientId: 'x'.repeat(1_000) }), 'connect-too-large'],
    ['a remaining length of 5 bytes', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 1]), 'malformed'],
    ['an unknown protocol', connectPacket({ protocol: 'AMQP' }), 'malformed'],
    ['the reserved flag', connectPacket({ extraFlags: 1 }), 'malformed'],
    ['a will QoS without a will', connectPacket({ extraFlags: 8 }), 'malformed'],
    ['a client id with U+0000', connectPacket({ clientId: 'n\u00001' }), 'malformed'],
    ['a client id that is not UTF-8', connectPacket({ clientId: Buffer.from([0xc0, 0x80]) }), 'malformed'],
    [
      'bytes behind the end of CONNECT',
      Buffer.concat([
        Buffer.from([0x10, 0x10]),
        connectPacket({ clientId: '', username: undefined, password: undefined } as never).subarray(2),
        Buffer.alloc(4),
      ]),
      'malformed',
    ],
    ['a CONNECT cut short', packet(1, 0, text('MQTT')), 'malformed'],
  ])('cuts a connection that begins with %s', async (_what, bytes, reason) => {
    expect(await cutsFor(bytes)).toEqual([reason]);
  });

  it.each<[string, Buffer, CutReason]>([
    ['a second CONNECT', connectPacket(), 'malformed'],
    ['QoS 3', publishPacket({ qos: 3 }), 'malformed'],
    ['packet id 0', publishPacket({ packetId: 0 }), 'malformed'],
    ['an empty topic', publishPacket({ topic: '' }), 'malformed'],
    ['a wildcard in a topic', publishPacket({ topic: 'tahan/+/readings' }), 'malformed'],
    ['a topic that is not UTF-8', publishPacket({ topic: Buffer.from([0xed, 0xa0, 0x80]) }), 'malformed'],
    ['a topic longer than its packet', packet(3, 0, Buffer.from([0, 50, 0x61])), 'malformed'],
    ['a PUBLISH without room for a topic', packet(3, 0, Buffer.from([0])), 'malformed'],
    ['a PUBLISH of 256 MB', Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), 'publish-too-large'],
    ['a SUBSCRIBE with wrong flags', packet(8, 0, Buffer.from([0, 1, 0, 1, 0x61, 0])), 'malformed'],
    ['a SUBSCRIBE with packet id 0', subscribePacket(['tahan/n1/command'], 0), 'malformed'],
    ['a SUBSCRIBE with QoS 3', subscribePacket(['tahan/n1/command'], 1, 3), 'malformed'],
    ['a SUBSCRIBE without a filter', packet(8, 2, Buffer.from([0, 1])), 'malformed'],
    ['an impossible filter', subscribePacket(['a/#/b']), 'malformed'],
    ['a SUBSCRIBE of 9 KiB', subscribePacket(['x'.repeat(9_000)]), 'packet-too-large'],
    ['a PUBACK of 3 bytes', packet(4, 0, Buffer.from([0, 1, 0])), 'malformed'],
    ['a PINGREQ with a body', packet(12, 0, Buffer.from([1])), 'malformed'],
    ['a packet only servers send', packet(13, 0, Buffer.alloc(0)), 'malformed'],
  ])('cuts a connection for %s', async (_what, bytes, reason) => {
    expect(await cutsFor(connectPacket(), bytes)).toEqual([reason]);
  });

  it('answers a SUBSCRIBE with one foreign filter by refusing all of them, without passing it on', async () => {
    const { peer, passed, cuts } = await guarded();
    const login = connectPacket();
    peer.write(
      Buffer.concat([login, subscribePacket(['tahan/n1/command', 'tahan/n2/readings'], 0x0102), pingreq]),
    );
    const [answer] = (await once(peer, 'data')) as [Buffer];
    expect([...answer]).toEqual([0x90, 4, 1, 2, 0x80, 0x80]);
    expect((await passed(login.length + 2)).subarray(login.length).equals(pingreq)).toBe(true);
    expect(cuts).toEqual([]);
  });

  it('reads a node that has emptied its bucket no faster than it refills, without cutting it', async () => {
    let now = 0;
    const bucket = new TokenBucket(1_000, 10, 0);
    const { peer, passed, cuts } = await guarded({ bucket, now: () => now });
    const login = connectPacket();
    peer.write(Buffer.concat([login, ...Array.from({ length: 20 }, () => pingreq)]));
    const early = await passed(login.length + 11 * 2);
    expect(early.length).toBe(login.length + 11 * 2);
    now = 60_000;
    expect((await passed(login.length + 20 * 2)).length).toBe(login.length + 20 * 2);
    expect(cuts).toEqual([]);
  });

  it('survives any bytes before and after a login, and lets through only whole packets it has checked', async () => {
    const junk = fc.uint8Array({ minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(junk, { minLength: 1, maxLength: 4 }),
        async (loggedIn, chunks) => {
          const { peer, guard, ended } = await guarded();
          if (loggedIn) peer.write(connectPacket());
          for (const chunk of chunks) peer.write(chunk);
          peer.end();
          await ended;
          expect(guard.destroyed).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('knows which topic filters MQTT allows', () => {
    for (const right of ['#', '+', 'a/#', '+/a/#', '/', 'a//b', '+/+'])
      expect(isTopicFilter(right), right).toBe(true);
    for (const wrong of ['', 'a#', '#/a', 'a+/b', '+a', 'a/b+'])
      expect(isTopicFilter(wrong), wrong).toBe(false);
  });
});

describe('tokenBucket', () => {
  it('lets the burst through at once and the rest at the rate', () => {
    const bucket = new TokenBucket(500, 5, 0);
    for (let i = 0; i < 5; i++) bucket.take(1, 0);
    expect(bucket.waitMs(0)).toBe(0);
    bucket.take(2, 0);
    expect(bucket.waitMs(0)).toBe(4);
    expect(bucket.waitMs(3)).toBe(1);
    expect(bucket.waitMs(4)).toBe(0);
    expect(bucket.isFull(13)).toBe(false);
    expect(bucket.isFull(14)).toBe(true);
  });

  describe('with somebody who takes publishes', () => {
    it('hands them over and acknowledges them, however they are cut into pieces; the broker sees none', async () => {
      const connect = connectPacket();
      const large = Buffer.alloc(defaultByteLimits.publishBytes + 1, 0x20);
      const stream = Buffer.concat([
        publishPacket({ packetId: 1 }),
        publishPacket({ qos: 0 }),
        publishPacket({ packetId: 2, topic: 'tahan/é/readings' }),
        publishPacket({ packetId: 3, payload: large }),
        publishPacket({ packetId: 4 }),
        packet(14, 0, Buffer.alloc(0)),
      ]);
      for (const piece of [7, 1_000, stream.length]) {
        const taken: IncomingPublish[] = [];
        const { peer, passed, cuts } = await guarded({
          takePublish(publish, settle) {
            taken.push(publish);
            setImmediate(() => settle({ next: 'acknowledge' }));
          },
        });
        let acknowledged = Buffer.alloc(0);
        peer.on('data', chunk => {
          acknowledged = Buffer.concat([acknowledged, chunk as Buffer]);
        });
        peer.write(connect);
        await passed(connect.length);
        for (let i = 0; i < stream.length; i += piece) peer.write(stream.subarray(i, i + piece));
        const through = await passed(connect.length + 2);
        expect(through.subarray(connect.length).equals(Buffer.from([0xe0, 0]))).toBe(true);
        // A good-bye is passed on when everything before it has been answered.
        expect(taken.map(one => one.messageId)).toEqual([1, 0, 2, 3, 4]);
        expect(readCutShort(taken[3]!.topic)?.payloadBytes).toBe(large.length);
        while (acknowledged.length < 16) await once(peer, 'data');
        expect(acknowledged.toString('hex')).toBe('40020001' + '40020002' + '40020003' + '40020004');
        expect(cuts).toEqual([]);
      }
    });

    it('tells the broker at least every tenth of the keepalive that the client is there', async () => {
      let now = 0;
      const connect = connectPacket();
      const { peer, passed } = await guarded({
        now: () => now,
        takePublish(_publish, settle) {
          now += 1_000;
          settle({ next: 'acknowledge' });
        },
      });
      peer.write(connect);
      await passed(connect.length);
      // A keepalive of 60 s: after 6 of the 13 s, and after 12.
      for (let id = 1; id <= 13; id++) {
        peer.write(publishPacket({ packetId: id }));
        await once(peer, 'data');
      }
      peer.write(pingreq);
      const through = await passed(connect.length + 2 * aliveSignal.length + pingreq.length);
      const expected = Buffer.concat([aliveSignal, aliveSignal, pingreq]);
      expect(through.subarray(connect.length).equals(expected)).toBe(true);
    });
  });
});
