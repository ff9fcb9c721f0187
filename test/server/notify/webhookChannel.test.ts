import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSafePost } from '../../../server/notify/safeFetch.ts';
import {
  createWebhookChannel,
  rotatedWebhook,
  type WebhookAddress,
} from '../../../server/notify/webhookChannel.ts';
import { newWebhookSecret, signWebhook } from '../../../server/notify/webhookSignature.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { type FakeAnswer, startFakeHttpServer } from '../../support/fakeHttpServer.ts';
import { aNotification } from './aNotification.ts';

// The library that verifies compares with the machine's own clock.
const clock = fakeClock(Date.now());
const dayMs = 24 * 3_600_000;

async function receiver(answer: FakeAnswer = { status: 204 }) {
  const server = await startFakeHttpServer(() => answer);
  onTestFinished(() => server.close());
  return server;
}
const channel = (allowLoopback = true) => createWebhookChannel(createSafePost({ allowLoopback }), clock);
const addressOf = (url: string, ...secrets: string[]): WebhookAddress => ({
  url,
  secrets: secrets.map(secret => ({ secret, until: null })),
});

describe('signWebhook', () => {
  it('gives the signature of the example in the specification', () => {
    const headers = signWebhook(
      ['whsec_plJ3nmyCDGBKInavdOK15jsl'],
      'msg_loFOjxBNrRLzqYUf',
      1_731_705_121_000,
      '{"event_type":"ping","data":{"success":true}}',
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_loFOjxBNrRLzqYUf',
      'webhook-timestamp': '1731705121',
      'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    });
  });
});

describe('the webhook channel', () => {
  it('posts what the official library verifies, under the delivery id', async () => {
    const server = await receiver();
    const secret = newWebhookSecret();
    expect(await channel().send(addressOf(`${server.url}/hook`, secret), aNotification())).toEqual({
      outcome: 'delivered',
    });
    const [request] = server.sent;
    expect(request!.line).toBe('POST /hook');
    expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'd-0001' });
    expect(new Webhook(secret).verify(request!.body, { ...request!.headers })).toEqual({
      type: 'alert.too_warm',
      timestamp: '2026-11-24T03:00:00.000Z',
      data: {
        ...{ alertId: 'a-1', event: 'opened', deliveryId: 'd-0001', kind: 'too-warm', severity: 'risk' },
        title: 'Terlalu panas: Takwa pagi',
        text: 'Suhu boks Pak Yanto 14 °C (batas 8 °C) sudah 40 menit.',
        url: 'https://tahan.example/alerts/a-1',
        language: 'id',
      },
    });
    expect(() => new Webhook(newWebhookSecret()).verify(request!.body, { ...request!.headers })).toThrow(
      WebhookVerificationError,
    );
    expect(() => new Webhook(secret).verify(`${request!.body} `, { ...request!.headers })).toThrow(
      WebhookVerificationError,
    );
  });

  it('signs with the old and the new secret for a day, then with the new one', async () => {
    const server = await receiver();
    const old = newWebhookSecret();
    const rotated = rotatedWebhook(addressOf(server.url, old), clock.now());
    const [fresh] = rotated.secrets;
    const verifies = (n: number, secret: string) => {
      const { body, headers } = server.sent[n]!;
      try {
        new Webhook(secret).verify(body, { ...headers });
        return true;
      } catch (error) {
        if (error instanceof WebhookVerificationError) return false;
        throw error;
      }
    };
    await channel().send(rotated, aNotification());
    expect([verifies(0, old), verifies(0, fresh!.secret)]).toEqual([true, true]);
    const dayAfter = fakeClock(clock.now() + dayMs);
    await createWebhookChannel(createSafePost({ allowLoopback: true }), dayAfter).send(
      rotated,
      aNotification(),
    );
    expect(server.sent[1]!.headers['webhook-signature']!.split(' ')).toHaveLength(1);
    // Rotated once more, two secrets hold at most.
    expect(rotatedWebhook(rotated, clock.now()).secrets).toHaveLength(2);
  });

  it('keeps the id and renews the time when it tries again', async () => {
    const server = await receiver({ status: 500 });
    const address = addressOf(server.url, newWebhookSecret());
    const later = fakeClock(clock.now());
    const retrying = createWebhookChannel(createSafePost({ allowLoopback: true }), later);
    await retrying.send(address, aNotification());
    later.advance(60_000);
    await retrying.send(address, aNotification());
    const [first, second] = server.sent;
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(Number(second!.headers['webhook-timestamp']) - Number(first!.headers['webhook-timestamp'])).toBe(
      60,
    );
  });

  it.each<[FakeAnswer, object]>([
    [{ status: 500 }, { outcome: 'retry' }],
    [{ status: 404 }, { outcome: 'retry' }],
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { outcome: 'retry', afterS: 7 },
    ],
    [{ status: 410 }, { outcome: 'failed' }],
    [{ status: 301, headers: { location: 'http://127.0.0.1/' } }, { outcome: 'failed' }],
    ['cut', { outcome: 'retry' }],
  ])('judges %o', async (answer, outcome) => {
    const server = await receiver(answer);
    expect(await channel().send(addressOf(server.url, newWebhookSecret()), aNotification())).toMatchObject(
      outcome,
    );
  });

  it('is refused on addresses inside, without telling what is there', async () => {
    const server = await receiver();
    const outcome = await channel(false).send(addressOf(server.url, newWebhookSecret()), aNotification());
    expect(outcome).toEqual({
      outcome: 'failed',
      reason: 'the webhook may not be called: only https:// addresses are called',
    });
    expect(server.sent).toEqual([]);
  });
});
