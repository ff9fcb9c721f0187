import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import type { Contact } from '../../../server/notify/channel.ts';
import { type ChannelsOptions, createChannels } from '../../../server/notify/createChannels.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { startFakeHttpServer } from '../../support/fakeHttpServer.ts';
import { tempDir } from '../../support/tempDir.ts';
import { aNotification, sentAt } from './aNotification.ts';

const contact: Contact = {
  ...{
    contactId: 'c-1',
    orgId: 'tani',
    userId: null,
    name: 'Siti',
    channel: 'sms',
    address: { phone: '+62811555' },
  },
  ...{ language: 'id', timeZone: null, quiet: null, kinds: null, minSeverity: 'info' },
  ...{ verifiedAt: sentAt, disabledReason: null },
};

function channelsOf(environment: Record<string, string>, options: Partial<ChannelsOptions> = {}) {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const channels = createChannels({
    config: readConfig({ TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK: '1', ...environment }),
    pushKeysPath: join(tempDir(), 'push-keys.json'),
    clock: fakeClock(sentAt),
    log: pino({ level: 'trace' }, sink),
    gateway: () => undefined,
    ownsNode: async () => true,
    onGone: async () => undefined,
    ...options,
  });
  return { channels, logged: () => lines.join('') };
}

describe('createChannels', () => {
  it('sends nothing to a contact that is not verified or switched off', async () => {
    const server = await startFakeHttpServer(() => ({ status: 200 }));
    onTestFinished(() => server.close());
    const { channels } = channelsOf({ TAHAN_SMS_WEBHOOK_URL: server.url });
    expect(await channels.deliver({ ...contact, verifiedAt: null }, aNotification())).toEqual({
      outcome: 'failed',
      reason: 'the contact has not been verified',
    });
    expect(await channels.deliver({ ...contact, disabledReason: 'gone' }, aNotification())).toMatchObject({
      outcome: 'failed',
    });
    expect(server.sent).toEqual([]);
    expect(await channels.deliver(contact, aNotification())).toEqual({ outcome: 'delivered' });
    expect(server.sent).toHaveLength(1);
  });

  it('keeps a message for a channel that this server is not set up for yet', async () => {
    const { channels } = channelsOf({});
    expect(channels.isOn('sms')).toBe(false);
    expect(await channels.deliver(contact, aNotification())).toEqual({
      outcome: 'retry',
      reason: 'this server is not set up for sms',
      afterS: 600,
    });
  });

  it('waits for nothing longer than its patience', async () => {
    const gateway = () => ({ sendCommand: () => new Promise<boolean>(() => undefined) });
    const { channels } = channelsOf({}, { gateway, patienceMs: 20 });
    const buzzer: Contact = { ...contact, channel: 'buzzer', address: { nodeId: 'S-01' } };
    expect(await channels.deliver(buzzer, aNotification())).toEqual({
      outcome: 'retry',
      reason: 'there was no answer in time',
    });
  });

  it('makes only nodes of the firm beep, whatever stands in the address', async () => {
    const asked: string[][] = [];
    const { channels } = channelsOf(
      {},
      {
        ownsNode: async (orgId, nodeId) => {
          asked.push([orgId, nodeId]);
          return false;
        },
      },
    );
    const address = { nodeId: 'S-01', orgId: 'lain' };
    expect(await channels.deliver({ ...contact, channel: 'buzzer', address }, aNotification())).toMatchObject(
      {
        outcome: 'failed',
      },
    );
    expect(asked).toEqual([['tani', 'S-01']]);
  });

  it('writes one line a message into the log, with no secret, address or word of it', async () => {
    const server = await startFakeHttpServer(({ line }) =>
      line.includes('/bot')
        ? {
            status: 400,
            body: {
              ok: false,
              error_code: 400,
              description: 'Bad Request: T0KEN for chat 4242424 not found',
            },
          }
        : {
            status: 400,
            body: {
              error: { code: 131026, message: 'EAAG cannot reach 62811555', type: 'x', fbtrace_id: '1' },
            },
          },
    );
    onTestFinished(() => server.close());
    const { channels, logged } = channelsOf({
      ...{ TAHAN_TELEGRAM_TOKEN: 'T0KEN', TAHAN_TELEGRAM_URL: server.url },
      ...{ TAHAN_WHATSAPP_TOKEN: 'EAAG', TAHAN_WHATSAPP_PHONE_ID: '1', TAHAN_WHATSAPP_URL: server.url },
      ...{ TAHAN_SMS_WEBHOOK_URL: `${server.url}/?key=S3CRET`, TAHAN_SMS_WEBHOOK_TOKEN: 'B3ARER' },
      ...{ TAHAN_SMTP_URL: 'smtp://user:P4SS@127.0.0.1:9', TAHAN_MAIL_FROM: 'tahan@tani.example' },
    });
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const contacts: Contact[] = [
      { ...contact, channel: 'telegram', address: { chatId: '4242424' } },
      { ...contact, channel: 'whatsapp' },
      contact,
      { ...contact, channel: 'email', address: { email: 'siti@tani.example' } },
      {
        ...contact,
        channel: 'webhook',
        address: { url: `${server.url}/h00k`, secrets: [{ secret, until: null }] },
      },
    ];
    for (const one of contacts) await channels.deliver(one, aNotification());
    const lines = logged().trim().split('\n');
    expect(lines).toHaveLength(contacts.length);
    expect(logged()).not.toMatch(
      /T0KEN|EAAG|S3CRET|B3ARER|P4SS|whsec_|62811555|4242424|siti@|h00k|Takwa|Yanto/,
    );
    expect(lines.every(line => line.includes('d-0001'))).toBe(true);
  });
});
