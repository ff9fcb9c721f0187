import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOrMakePushKeys } from '../../../server/notify/pushKeys.ts';
import { createSafePost } from '../../../server/notify/safeFetch.ts';
import { createWebPushChannel, subscriptionGone } from '../../../server/notify/webPushChannel.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { tempDir } from '../../support/tempDir.ts';
import { aNotification, sentAt } from './aNotification.ts';

/** What a browser decrypts with, made by others than us. */
const ece = createRequire(createRequire(import.meta.url).resolve('web-push'))('http_ece') as {
  decrypt(body: Buffer, options: object): Buffer;
};

interface Pushed {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A push service that keeps what it gets, byte for byte. */
async function pushService(status = 201) {
  const pushed: Pushed[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    pushed.push({
      line: `${request.method} ${request.url}`,
      headers: request.headers,
      body: Buffer.concat(chunks),
    });
    response.writeHead(status, { location: `http://push.example/m/message-7` }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pushed };
}

/** A browser's side of a subscription. */
function browser(endpoint: string) {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  const auth = randomBytes(16);
  return {
    subscription: {
      endpoint,
      keys: { p256dh: ecdh.getPublicKey().toString('base64url'), auth: auth.toString('base64url') },
    },
    decrypt: (body: Buffer) =>
      JSON.parse(
        ece
          .decrypt(body, { version: 'aes128gcm', privateKey: ecdh, authSecret: auth.toString('base64url') })
          .toString('utf8'),
      ),
  };
}

const open = (path: string) =>
  createWebPushChannel({
    keys: () => readOrMakePushKeys(path),
    subject: 'mailto:tahan@tani.example',
    post: createSafePost({ allowLoopback: true }),
    clock: fakeClock(sentAt),
  });

describe('the web push channel', () => {
  it('sends what only the browser can read, signed with the key it has subscribed to', async () => {
    const path = join(tempDir(), 'push-keys.json');
    const service = await pushService();
    const { subscription, decrypt } = browser(`${service.url}/wpush/abc`);
    expect(await open(path).send(subscription, aNotification())).toEqual({
      outcome: 'delivered',
      providerId: 'message-7',
    });
    const [{ line, headers, body }] = service.pushed as [Pushed];
    expect(line).toBe('POST /wpush/abc');
    expect(headers).toMatchObject({ ttl: '86400', urgency: 'high', 'content-encoding': 'aes128gcm' });
    expect(headers.topic).toMatch(/^[\w-]{32}$/);
    expect(body.includes('Takwa')).toBe(false);
    expect(body.length).toBeLessThanOrEqual(4096);
    expect(decrypt(body)).toMatchObject({
      title: 'Terlalu panas: Takwa pagi',
      text: 'Suhu boks Pak Yanto 14 °C (batas 8 °C) sudah 40 menit.',
      url: 'https://tahan.example/alerts/a-1',
      deliveryId: 'd-0001',
    });
    const { publicKey } = await readOrMakePushKeys(path);
    const [, token, key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization ?? '') ?? [];
    expect(key).toBe(publicKey);
    const [head, claims, signature] = token!.split('.') as [string, string, string];
    const { aud, sub, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect([aud, sub]).toEqual([service.url, 'mailto:tahan@tani.example']);
    // RFC 8292: at most a day ahead.
    expect(exp - Date.now() / 1000).toBeLessThanOrEqual(24 * 3600);
    expect(isSignedBy(publicKey, `${head}.${claims}`, signature)).toBe(true);
  });

  it('replaces in the queue what it said of the same incident before', async () => {
    const service = await pushService();
    const { subscription } = browser(service.url);
    const channel = open(join(tempDir(), 'push-keys.json'));
    await channel.send(subscription, aNotification({ deliveryId: 'd-1' }));
    await channel.send(subscription, aNotification({ deliveryId: 'd-2', severity: 'info' }));
    await channel.send(subscription, aNotification({ data: { alertId: 'a-2' } }));
    const topics = service.pushed.map(({ headers }) => headers.topic);
    expect([topics[0] === topics[1], topics[0] === topics[2]]).toEqual([true, false]);
    expect(service.pushed[1]!.headers.urgency).toBe('low');
  });

  it.each([
    [404, { outcome: 'failed', reason: subscriptionGone }],
    [410, { outcome: 'failed', reason: subscriptionGone }],
    [413, { outcome: 'failed' }],
    [429, { outcome: 'retry' }],
    [503, { outcome: 'retry' }],
  ])('judges an answer of %i', async (status, outcome) => {
    const service = await pushService(status);
    const { subscription } = browser(service.url);
    expect(await open(join(tempDir(), 'k.json')).send(subscription, aNotification())).toMatchObject(outcome);
  });

  it('is refused on addresses inside', async () => {
    const { subscription } = browser('https://10.0.0.1/push');
    expect(await open(join(tempDir(), 'k.json')).send(subscription, aNotification())).toEqual({
      outcome: 'failed',
      reason: 'the push service may not be called: its host is not on the public internet',
    });
  });
});

describe('readOrMakePushKeys', () => {
  it('makes keys once, for this user alone, and gives the same ones ever after', async () => {
    const path = join(tempDir(), 'push-keys.json');
    const [first, second] = await Promise.all([readOrMakePushKeys(path), readOrMakePushKeys(path)]);
    expect(second).toEqual(first);
    expect(await readOrMakePushKeys(path)).toEqual(first);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('says which file is wrong', async () => {
    const path = join(tempDir(), 'push-keys.json');
    writeFileSync(path, '{"publicKey": "x"}');
    await expect(readOrMakePushKeys(path)).rejects.toThrow(`${path} must hold publicKey and privateKey`);
  });
});

function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const point = Buffer.from(publicKey, 'base64url');
  const key = createPublicKey({
    format: 'jwk',
    key: {
      ...{ kty: 'EC', crv: 'P-256' },
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const encoding = { key, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', Buffer.from(text), encoding, Buffer.from(signature, 'base64url'));
}
