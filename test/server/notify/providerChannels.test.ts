import { describe, expect, it, onTestFinished } from 'vitest';
import type { Channel } from '../../../server/notify/channel.ts';
import { createSmsChannel, gsmText } from '../../../server/notify/smsChannel.ts';
import { createTelegramChannel } from '../../../server/notify/telegramChannel.ts';
import { createWhatsappChannel } from '../../../server/notify/whatsappChannel.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { type FakeAnswer, type SentRequest, startFakeHttpServer } from '../../support/fakeHttpServer.ts';
import { aNotification, sentAt } from './aNotification.ts';

const clock = fakeClock(sentAt);

async function fake(answer: FakeAnswer | ((request: SentRequest) => FakeAnswer)) {
  const server = await startFakeHttpServer(typeof answer === 'function' ? answer : () => answer);
  onTestFinished(() => server.close());
  return server;
}

const ways: readonly (readonly [string, (url: string) => Channel, object])[] = [
  ['Telegram', url => createTelegramChannel({ url, token: 'T0KEN' }, clock), { chatId: '42' }],
  [
    'WhatsApp',
    url => createWhatsappChannel({ url, token: 'T0KEN', phoneId: '1', template: 't' }, clock),
    { phone: '+62811' },
  ],
  ['SMS', url => createSmsChannel({ url, token: 'T0KEN' }, clock), { phone: '+62811' }],
];

describe.each(ways)('the %s channel', (_name, open, address) => {
  const send = async (answer: FakeAnswer) => open((await fake(answer)).url).send(address, aNotification());

  it('tries again later when the provider is down, busy or says when', async () => {
    expect(await send({ status: 503 })).toMatchObject({ outcome: 'retry' });
    expect(await send({ status: 502, body: '<html>Bad gateway</html>' })).toMatchObject({ outcome: 'retry' });
    expect(await send({ status: 503, headers: { 'retry-after': '90' } })).toMatchObject({
      outcome: 'retry',
      afterS: 90,
    });
    const date = new Date(sentAt + 120_000).toUTCString();
    expect(await send({ status: 503, headers: { 'retry-after': date } })).toMatchObject({ afterS: 120 });
    expect(await send('cut')).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('cut off') });
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await fake({ status: 200, body: { ok: true } });
    const answer = await send({ status: 302, headers: { location: elsewhere.url } });
    expect(answer).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('redirects') });
    expect(elsewhere.sent).toEqual([]);
  });

  it('tries again when nobody listens, and tells no address, token or text', async () => {
    const closed = await fake({ status: 200 });
    await closed.close();
    const outcome = await open(closed.url).send(address, aNotification());
    expect(outcome).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('refused') });
    expect(JSON.stringify(outcome)).not.toMatch(/T0KEN|127\.0\.0\.1|Takwa|62811/);
  });
});

it('every channel gives up waiting after five seconds', async () => {
  const { url } = await fake('silence');
  const outcomes = await Promise.all(
    ways.map(([, open, address]) => open(url).send(address, aNotification())),
  );
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('5 seconds') });
});

describe('the Telegram channel', () => {
  const open = (url: string) => createTelegramChannel({ url, token: '123:ABC' }, clock);
  const error = (status: number, description: string, parameters?: object): FakeAnswer => ({
    status,
    body: { ok: false, error_code: status, description, ...(parameters && { parameters }) },
  });

  it('sends sendMessage of the Bot API, as plain text with the link behind it', async () => {
    const server = await fake({ status: 200, body: { ok: true, result: { message_id: 77 } } });
    expect(await open(server.url).send({ chatId: '-100200300' }, aNotification())).toEqual({
      outcome: 'delivered',
      providerId: '77',
    });
    const [request] = server.sent;
    expect(request!.line).toBe('POST /bot123:ABC/sendMessage');
    expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Tahan' });
    expect(JSON.parse(request!.body)).toEqual({
      chat_id: -100200300,
      text: 'Suhu boks Pak Yanto 14 °C (batas 8 °C) sudah 40 menit.\nhttps://tahan.example/alerts/a-1',
      link_preview_options: { is_disabled: true },
      disable_notification: false,
    });
  });

  it('waits as long as it is told when it sends too much', async () => {
    const server = await fake(error(429, 'Too Many Requests: retry after 34', { retry_after: 34 }));
    expect(await open(server.url).send({ chatId: '1' }, aNotification())).toEqual({
      outcome: 'retry',
      reason: 'Telegram: Too Many Requests: retry after 34',
      afterS: 34,
    });
  });

  it('follows a group that has become a supergroup', async () => {
    const server = await fake(({ body }) =>
      JSON.parse(body).chat_id === -5
        ? error(400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -1005 })
        : { status: 200, body: { ok: true, result: { message_id: 1 } } },
    );
    expect(await open(server.url).send({ chatId: '-5' }, aNotification())).toMatchObject({
      outcome: 'delivered',
    });
    expect(server.sent.map(({ body }) => JSON.parse(body).chat_id)).toEqual([-5, -1005]);
  });

  it('gives up where somebody blocks the bot or there is no such chat', async () => {
    const blocked = await fake(error(403, 'Forbidden: bot was blocked by the user'));
    expect(await open(blocked.url).send({ chatId: '1' }, aNotification())).toEqual({
      outcome: 'failed',
      reason: 'Telegram: Forbidden: bot was blocked by the user',
    });
    const unknown = await fake(error(400, 'Bad Request: chat not found'));
    expect(await open(unknown.url).send({ chatId: '@nobody' }, aNotification())).toMatchObject({
      outcome: 'failed',
    });
  });

  it('waits for a token that works, and never repeats the token it has', async () => {
    const refused = await fake(error(401, 'Unauthorized'));
    expect(await open(refused.url).send({ chatId: '1' }, aNotification())).toMatchObject({
      outcome: 'retry',
      afterS: 600,
    });
    const echo = await fake(error(400, 'Bad Request: no method bot123:ABC'));
    const outcome = await open(echo.url).send({ chatId: '1' }, aNotification());
    expect(outcome).toEqual({ outcome: 'failed', reason: 'Telegram: Bad Request: no method bot***' });
  });
});

describe('the WhatsApp channel', () => {
  const open = (url: string) =>
    createWhatsappChannel(
      { url: `${url}/v23.0`, token: 'EAAG', phoneId: '10203', template: 'tahan_alert' },
      clock,
    );
  const error = (status: number, code: number, details?: string): FakeAnswer => ({
    status,
    body: {
      error: {
        message: `(#${code}) refused`,
        type: 'OAuthException',
        code,
        ...(details && { error_data: { messaging_product: 'whatsapp', details } }),
        fbtrace_id: 'A1',
      },
    },
  });
  const outcomeOf = async (answer: FakeAnswer) =>
    open((await fake(answer)).url).send({ phone: '+6281234567890' }, aNotification());

  it('sends an approved template in the language of the contact', async () => {
    const server = await fake({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: '6281234567890', wa_id: '6281234567890' }],
        messages: [{ id: 'wamid.X', message_status: 'accepted' }],
      },
    });
    expect(await open(server.url).send({ phone: '+6281234567890' }, aNotification())).toEqual({
      outcome: 'delivered',
      providerId: 'wamid.X',
    });
    const [request] = server.sent;
    expect(request!.line).toBe('POST /v23.0/10203/messages');
    expect(request!.headers).toMatchObject({
      authorization: 'Bearer EAAG',
      'content-type': 'application/json',
    });
    expect(JSON.parse(request!.body)).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '6281234567890',
      type: 'template',
      template: {
        name: 'tahan_alert',
        language: { code: 'id' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Terlalu panas: Takwa pagi' },
              { type: 'text', text: 'Suhu boks Pak Yanto 14 °C (batas 8 °C) sudah 40 menit.' },
            ],
          },
        ],
      },
      biz_opaque_callback_data: 'd-0001',
    });
  });

  it.each([
    [429, 130429, 60],
    [400, 131056, 60],
    [429, 131048, 3600],
    [500, 131016, 60],
    [503, 2, 60],
  ])('tries again after %i with code %i', async (status, code, afterS) => {
    expect(await outcomeOf(error(status, code))).toMatchObject({ outcome: 'retry', afterS });
  });

  it.each([
    [401, 190, 'the token is refused'],
    [403, 10, 'the token lacks a permission'],
    [403, 200, 'the token lacks a permission'],
    [404, 132001, 'there is no such template in this language'],
    [400, 132000, 'the template does not have two variables'],
    [400, 131042, 'payment of the account has a problem'],
  ])('waits for what can be mended here: %i with code %i', async (status, code, words) => {
    expect(await outcomeOf(error(status, code))).toEqual({
      outcome: 'retry',
      reason: `WhatsApp: ${words} (${code})`,
      afterS: 600,
    });
  });

  it.each([
    [400, 131026],
    [400, 131030],
    [400, 131047],
    [400, 100],
  ])('gives up after %i with code %i', async (status, code) => {
    expect(await outcomeOf(error(status, code, 'Message undeliverable'))).toEqual({
      outcome: 'failed',
      reason: `WhatsApp: Message undeliverable (${code})`,
    });
  });
});

describe('the SMS channel', () => {
  it('posts number, text and id, with the id as idempotency key', async () => {
    const server = await fake({ status: 202 });
    const channel = createSmsChannel({ url: `${server.url}/send?a=1`, token: 'S3' }, clock);
    expect(await channel.send({ phone: '+62811' }, aNotification())).toEqual({ outcome: 'delivered' });
    const [request] = server.sent;
    expect(request!.line).toBe('POST /send?a=1');
    expect(request!.headers).toMatchObject({ authorization: 'Bearer S3', 'idempotency-key': 'd-0001' });
    expect(JSON.parse(request!.body)).toEqual({
      to: '+62811',
      text: 'Suhu boks Pak Yanto 14 C (batas 8 C) sudah 40 menit.',
      id: 'd-0001',
    });
  });

  it('spells what the alphabet of SMS lacks, and leaves Japanese alone', async () => {
    expect(gsmText('−2 °C … “Takwa” – 5')).toBe('-2 C .. "Takwa" - 5');
    const server = await fake({ status: 200 });
    const channel = createSmsChannel({ url: server.url, token: null }, clock);
    await channel.send({ phone: '+81' }, aNotification({ language: 'ja', text: '14 °Cです。' }));
    expect(JSON.parse(server.sent[0]!.body).text).toBe('14 °Cです。');
    expect(server.sent[0]!.headers.authorization).toBeUndefined();
  });

  it('gives up on what the gateway calls wrong', async () => {
    const server = await fake({ status: 422 });
    const channel = createSmsChannel({ url: server.url, token: null }, clock);
    expect(await channel.send({ phone: '+62' }, aNotification())).toEqual({
      outcome: 'failed',
      reason: 'the SMS gateway answered 422',
    });
  });
});
