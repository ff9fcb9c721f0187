import { createECDH, randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NodeCommand } from '../../../models/contracts/nodeCommand.ts';
import { type FakeAnswer, type SentRequest, startFakeHttpServer } from '../../support/fakeHttpServer.ts';
import { hourMs, testServer } from '../testServer.ts';

async function fake(answer: FakeAnswer | ((request: SentRequest) => FakeAnswer) = { status: 200 }) {
  const server = await startFakeHttpServer(typeof answer === 'function' ? answer : () => answer);
  onTestFinished(() => server.close());
  return server;
}

/** A server with an SMS gateway and webhooks on this machine. */
async function contactServer(options: Parameters<typeof testServer>[0] = {}) {
  const sms = await fake();
  const started = await testServer({
    ...options,
    environment: {
      TAHAN_SMS_WEBHOOK_URL: `${sms.url}/sms`,
      TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK: '1',
      ...options.environment,
    },
  });
  const patch = (path: string, body: unknown, token?: string) =>
    started.call('PATCH', `/api/v1${path}`, { body, ...(token && { token }) });
  const lastCode = () => /\d{6}/.exec(JSON.parse(sms.sent.at(-1)!.body).text)![0];
  /** A member, by the cookie of the sign-in. */
  async function member(email: string, role: 'owner' | 'viewer') {
    const password = 'kunyit-besek-pagi-42';
    await started.server.setup.createUser({ orgId: 'tani', email, role, password });
    const answer = await started.post('/auth/sign-in/email', { email, password }, { token: null });
    const cookie = answer.headers
      .getSetCookie()
      .map(one => one.split(';')[0])
      .join('; ');
    return { token: null, headers: { cookie, origin: started.url } };
  }
  return { ...started, sms, patch, lastCode, member };
}

const siti = { name: 'Siti', channel: 'sms', address: { phone: '0812 3456-7890' } };

describe('contacts', () => {
  it('are verified by the code that was sent to them, and told nothing before', async () => {
    const { post, get, sms, lastCode } = await contactServer();
    const added = await post('/contacts', siti);
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      ...{ name: 'Siti', channel: 'sms', address: { phone: '+6281234567890' }, language: 'id' },
      ...{
        verifiedAt: null,
        disabledReason: null,
        userId: null,
        codeDelivery: { outcome: 'delivered', reason: null },
      },
    });
    expect(JSON.parse(sms.sent[0]!.body)).toMatchObject({ to: '+6281234567890' });
    const { contactId } = added.body;
    expect((await post(`/contacts/${contactId}/test`)).body.code).toBe('contact.not_verified');
    const verified = await post(`/contacts/${contactId}/verify`, { code: lastCode() });
    expect(verified.body.verifiedAt).toBe('2026-11-24T03:00:00.000Z');
    expect((await post(`/contacts/${contactId}/test`)).body).toEqual({ outcome: 'delivered', reason: null });
    expect((await get('/contacts')).body.contacts).toEqual([verified.body]);
    expect((await post(`/contacts/${contactId}/code`)).body.code).toBe('contact.verified');
  });

  it('are not verified by guessing: five tries, a day, and a new code forgets the old one', async () => {
    const { post, lastCode, clock } = await contactServer();
    const { contactId } = (await post('/contacts', siti)).body;
    const first = lastCode();
    const wrong = first === '000000' ? '000001' : '000000';
    const verify = (code: string) => post(`/contacts/${contactId}/verify`, { code });
    for (let n = 0; n < 5; n++) expect((await verify(wrong)).body.code).toBe('contact.code_wrong');
    expect((await verify(first)).body.code).toBe('contact.too_many_tries');
    await post(`/contacts/${contactId}/code`);
    const second = lastCode();
    if (second !== first) expect((await verify(first)).body.code).toBe('contact.code_wrong');
    clock.advance(24 * hourMs);
    expect((await verify(second)).body.code).toBe('contact.code_expired');
    await post(`/contacts/${contactId}/code`);
    expect((await verify(lastCode())).status).toBe(200);
  });

  it('get three codes an hour and no more', async () => {
    const { post, sms } = await contactServer();
    const { contactId } = (await post('/contacts', siti)).body;
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push((await post(`/contacts/${contactId}/code`)).status);
    expect(answers).toEqual([200, 200, 429]);
    expect(sms.sent).toHaveLength(3);
  });

  it('may be tested five times in ten minutes', async () => {
    const { post } = await contactServer();
    const hook = await fake({ status: 204 });
    const { contactId } = (
      await post('/contacts', { name: 'ERP', channel: 'webhook', address: { url: hook.url } })
    ).body;
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push((await post(`/contacts/${contactId}/test`)).status);
    expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
    expect(hook.sent).toHaveLength(5);
  });

  it('keep language, quiet hours and choice of alerts, and change what is given', async () => {
    const { post, patch, del, get } = await contactServer();
    const { contactId } = (await post('/contacts', siti)).body;
    const change = {
      ...{ language: 'ja', timeZone: 'Asia/Tokyo', minSeverity: 'risk', kinds: ['too-warm', 'no-data'] },
      quiet: { from: '21:30', to: '05:00' },
    };
    expect((await patch(`/contacts/${contactId}`, change)).body).toMatchObject({
      ...change,
      name: 'Siti',
      quiet: { from: '21:30', to: '05:00', riskBreaksThrough: true },
    });
    expect((await patch(`/contacts/${contactId}`, { quiet: null, kinds: null })).body).toMatchObject({
      ...{ quiet: null, kinds: null, language: 'ja', timeZone: 'Asia/Tokyo' },
    });
    expect((await patch(`/contacts/${contactId}`, {})).status).toBe(200);
    expect((await del(`/contacts/${contactId}`)).status).toBe(204);
    expect((await get('/contacts')).body).toEqual({ contacts: [], nextCursor: null });
    expect((await del(`/contacts/${contactId}`)).body.code).toBe('contact.not_found');
  });

  it.each([
    [{ ...siti, address: { phone: '12' } }, 'address.phone'],
    [{ ...siti, address: { phone: '+6281', extra: 1 } }, 'address.extra'],
    [{ ...siti, channel: 'fax' }, 'channel'],
    [{ ...siti, language: 'jv' }, 'language'],
    [{ ...siti, timeZone: 'Asia/Bandung' }, 'timeZone'],
    [{ ...siti, quiet: { from: '25:00', to: '05:00' } }, 'quiet.from'],
    [{ ...siti, kinds: [] }, 'kinds'],
    [{ ...siti, name: ' ' }, 'name'],
    [{ ...siti, verifiedAt: 1 }, 'verifiedAt'],
    [{ ...siti, userId: 'nobody' }, 'userId'],
    [{ name: 'A', channel: 'email', address: { email: 'not an address' } }, 'address.email'],
    [{ name: 'A', channel: 'webhook', address: { url: 'https://10.0.0.1/' } }, 'address.url'],
    [{ name: 'A', channel: 'webhook', address: { url: 'http://8.8.8.8/' } }, 'address.url'],
    [{ name: 'A', channel: 'webhook', address: { url: 'javascript:alert(1)' } }, 'address.url'],
  ])('are refused when they cannot be used: %j', async (body, field) => {
    const { post } = await contactServer();
    const answer = await post('/contacts', body);
    const fields = answer.body.errors?.map((error: { field: string }) => error.field);
    expect([answer.status, answer.status === 422 ? fields : answer.body.code]).toEqual([
      422,
      expect.arrayContaining([field]),
    ]);
  });

  it('are refused on channels that this server is not set up for, and twice', async () => {
    const { post, get } = await contactServer();
    const mail = { name: 'A', channel: 'email', address: { email: 'a@tani.example' } };
    expect((await post('/contacts', mail)).body.code).toBe('contact.channel_off');
    const { channels } = (await get('/contacts/channels')).body;
    expect(
      channels.filter((one: { isOn: boolean }) => one.isOn).map((one: { channel: string }) => one.channel),
    ).toEqual(['sms', 'webhook', 'web-push', 'buzzer']);
    await post('/contacts', siti);
    expect((await post('/contacts', { ...siti, name: 'Again' })).body.code).toBe('contact.exists');
  });

  it('of others are seen and changed by an owner alone, and never by another firm', async () => {
    const { post, get, del, patch, otherFirm, member } = await contactServer();
    const owner = await member('owner@tani.example', 'owner');
    const viewer = await member('viewer@tani.example', 'viewer');
    const own = (await post('/contacts', siti, viewer)).body;
    const others = (await post('/contacts', { ...siti, address: { phone: '0811111111' } }, owner)).body;
    const idsOf = async (as: object) =>
      (await get('/contacts', as)).body.contacts
        .map((contact: { contactId: string }) => contact.contactId)
        .sort();
    expect(await idsOf(viewer)).toEqual([own.contactId]);
    expect(await idsOf(owner)).toEqual([own.contactId, others.contactId].sort());
    expect((await del(`/contacts/${others.contactId}`, viewer)).body.code).toBe('contact.not_found');
    expect((await post('/contacts', { ...siti, userId: null }, viewer)).body.code).toBe('contact.not_yours');
    const foreign = await otherFirm();
    expect(await idsOf({ token: foreign })).toEqual([]);
    expect((await patch(`/contacts/${own.contactId}`, { name: 'X' }, foreign)).body.code).toBe(
      'contact.not_found',
    );
    for (const path of ['code', 'test'])
      expect((await post(`/contacts/${own.contactId}/${path}`, undefined, { token: foreign })).status).toBe(
        404,
      );
  });
});

describe('a webhook contact', () => {
  it('gets its secret once and a second one when asked, and shows neither afterwards', async () => {
    const { post, get, patch } = await contactServer();
    const hook = await fake({ status: 204 });
    const added = (
      await post('/contacts', { name: 'ERP', channel: 'webhook', address: { url: `${hook.url}/in` } })
    ).body;
    expect(added).toMatchObject({
      address: { url: `${hook.url}/in` },
      secret: expect.stringMatching(/^whsec_/),
    });
    const rotated = (await patch(`/contacts/${added.contactId}`, { rotateSecret: true })).body;
    expect(rotated.secret).not.toBe(added.secret);
    expect(JSON.stringify((await get('/contacts')).body)).not.toContain('whsec_');
    await post(`/contacts/${added.contactId}/test`);
    expect(hook.sent[0]!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
  });

  it('that says it is gone is switched off until somebody switches it on again', async () => {
    const { post, get, patch } = await contactServer();
    const hook = await fake({ status: 410 });
    const { contactId } = (
      await post('/contacts', { name: 'ERP', channel: 'webhook', address: { url: hook.url } })
    ).body;
    expect((await post(`/contacts/${contactId}/test`)).body).toMatchObject({ outcome: 'failed' });
    expect((await get('/contacts')).body.contacts[0].disabledReason).toContain('gone');
    expect((await patch(`/contacts/${contactId}`, { enabled: true })).body.disabledReason).toBeNull();
  });
});

describe('a browser', () => {
  const subscription = (endpoint: string) => {
    const ecdh = createECDH('prime256v1');
    ecdh.generateKeys();
    return {
      endpoint,
      expirationTime: null,
      keys: { p256dh: ecdh.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') },
    };
  };

  it('subscribes with the key of the server, and again without becoming two', async () => {
    const { post, get } = await contactServer();
    const push = await fake({ status: 201 });
    const { publicKey } = (await get('/push/key')).body;
    expect(Buffer.from(publicKey, 'base64url')).toHaveLength(65);
    const first = await post('/push/subscriptions', subscription(`${push.url}/one`));
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ channel: 'web-push', address: { service: new URL(push.url).host } });
    const again = await post('/push/subscriptions', subscription(`${push.url}/one`));
    expect(again.body.contactId).toBe(first.body.contactId);
    expect((await post(`/contacts/${first.body.contactId}/test`)).body.outcome).toBe('delivered');
    expect(push.sent[0]!.line).toBe('POST /one');
  });

  it('that has ended its subscription is no contact any more', async () => {
    const { post, get } = await contactServer();
    const push = await fake({ status: 410 });
    const { contactId } = (await post('/push/subscriptions', subscription(push.url))).body;
    expect((await post(`/contacts/${contactId}/test`)).body.outcome).toBe('failed');
    expect((await get('/contacts')).body.contacts).toEqual([]);
  });

  it('belongs to whoever subscribed last: alerts of the one before are not for these eyes', async () => {
    const { post, get, member } = await contactServer();
    const [one, two] = [
      await member('satu@tani.example', 'viewer'),
      await member('dua@tani.example', 'viewer'),
    ];
    const push = await fake({ status: 201 });
    await post('/push/subscriptions', subscription(push.url), one);
    await post('/push/subscriptions', subscription(push.url), two);
    expect((await get('/contacts', one)).body.contacts).toEqual([]);
    expect((await get('/contacts', two)).body.contacts).toHaveLength(1);
  });

  it('cannot make the server call addresses inside, nor give keys that are none', async () => {
    const { post } = await testServer();
    const inside = await post('/push/subscriptions', subscription('https://192.168.1.1/push'));
    expect(inside.body.errors[0]).toMatchObject({ field: 'endpoint' });
    const keys = { p256dh: 'AAAA', auth: 'BBBB' };
    const wrong = await post('/push/subscriptions', { endpoint: 'https://push.example/1', keys });
    expect(wrong.body.errors.map((error: { field: string }) => error.field)).toEqual([
      'keys.p256dh',
      'keys.auth',
    ]);
  });
});

describe('a buzzer', () => {
  it('beeps on the node of its firm, and waits for one that is away', async () => {
    const commands: [string, NodeCommand][] = [];
    let isConnected = true;
    const gateway = () => ({
      ...{ port: 1, tlsPort: null, disconnect: () => undefined },
      offerAgain: () => Promise.reject(new Error('not asked for')),
      async sendCommand(nodeId: string, command: NodeCommand) {
        commands.push([nodeId, command]);
        return isConnected;
      },
    });
    const { post, server, otherFirm } = await contactServer({ gateway });
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const buzzer = { name: 'Kulkas depan', channel: 'buzzer', address: { nodeId: 'S-01' } };
    const { contactId } = (await post('/contacts', buzzer)).body;
    expect((await post(`/contacts/${contactId}/test`)).body).toEqual({ outcome: 'delivered', reason: null });
    expect(commands).toEqual([
      ['S-01', { buzzer: { id: expect.stringMatching(/^[\w-]{36}$/), severity: 'info', seconds: 1 } }],
    ]);
    isConnected = false;
    expect((await post(`/contacts/${contactId}/test`)).body).toEqual({
      outcome: 'retry',
      reason: 'the node is not connected',
    });
    const foreign = await otherFirm();
    expect((await post('/contacts', buzzer, { token: foreign })).body.code).toBe('node.not_found');
  });
});
