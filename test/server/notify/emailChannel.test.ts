import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmailChannel } from '../../../server/notify/emailChannel.ts';
import { makeCertificate } from '../../support/makeCertificate.ts';
import { aNotification } from './aNotification.ts';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: unknown;
  readonly text: string;
}

const errorOf = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode });

/** A mail server that speaks SMTP as it is, keeps what it takes, and refuses as told. */
async function mailServer(
  options: SMTPServerOptions & { refuse?: (to: string, attempt: number) => Error | null } = {},
) {
  const mails: Mail[] = [];
  let attempt = 0;
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: options.key ? [] : ['STARTTLS'], hideSTARTTLS: !options.key },
    onRcptTo({ address }, _session, done) {
      attempt += 1;
      done(options.refuse?.(address, attempt) ?? null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', chunk => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          text: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  const port = await new Promise<number>(resolve => {
    const listening = server.listen(0, '127.0.0.1', () => {
      resolve((listening.address() as { port: number }).port);
    });
  });
  onTestFinished(() => new Promise<void>(resolve => server.close(() => resolve())));
  return { port, mails };
}

const open = (url: string) => createEmailChannel({ url, from: 'tahan@tani.example' });
const siti = { email: 'siti@tani.example' };

describe('the e-mail channel', () => {
  it('sends a plain mail whose Message-ID stays the same when it is sent again', async () => {
    const { port, mails } = await mailServer();
    const channel = open(`smtp://127.0.0.1:${port}`);
    const first = await channel.send(siti, aNotification({ title: 'Terlalu panas: 豆腐' }));
    const second = await channel.send(siti, aNotification({ title: 'Terlalu panas: 豆腐' }));
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      outcome: 'delivered',
      providerId: expect.stringMatching(/^<\w{32}@tani\.example>$/),
    });
    expect(mails).toHaveLength(2);
    expect(mails[0]).toMatchObject({ from: 'tahan@tani.example', to: ['siti@tani.example'] });
    const [head, body] = mails[0]!.text.split('\r\n\r\n', 2) as [string, string];
    expect(head).toMatch(/^From: Tahan <tahan@tani\.example>$/m);
    expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(head).toMatch(/^Content-Language: id$/m);
    expect(head).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(head).toContain(`Message-ID: ${first.outcome === 'delivered' && first.providerId}`);
    expect(body).toContain('Suhu boks Pak Yanto 14');
    expect(mails[0]!.text).toContain('https://tahan.example/alerts/a-1');
  });

  it('cannot be made to write headers of its own', async () => {
    const { port, mails } = await mailServer();
    await open(`smtp://127.0.0.1:${port}`).send(
      siti,
      aNotification({ title: 'a\r\nBcc: eve@evil.example', deliveryId: 'x\r\nBcc: eve@evil.example' }),
    );
    expect(mails[0]!.to).toEqual(['siti@tani.example']);
    expect(mails[0]!.text).not.toMatch(/^Bcc:/im);
  });

  it('signs in over TLS, with the password from the address', async () => {
    const certificate = makeCertificate({ commonName: 'localhost', addresses: ['127.0.0.1'] });
    const logins: unknown[] = [];
    const { port, mails } = await mailServer({
      ...{ secure: true, key: certificate.key, cert: certificate.cert, authOptional: false },
      onAuth({ username, password }, _session, done) {
        logins.push([username, password]);
        done(password === 'p@ss' ? null : errorOf(535, 'no'), { user: username });
      },
    });
    // A certificate that nobody vouches for is not trusted, and no password is told to it.
    const outcome = await open(`smtps://u:p%40ss@127.0.0.1:${port}`).send(siti, aNotification());
    expect(outcome).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('certificate') });
    expect([logins, mails]).toEqual([[], []]);
  });

  it('upgrades a plain connection by STARTTLS before it signs in', async () => {
    const certificate = makeCertificate({
      commonName: 'localhost',
      dnsNames: ['localhost'],
      addresses: ['127.0.0.1'],
    });
    const usual = getCACertificates('default');
    setDefaultCACertificates([...usual, certificate.cert]);
    onTestFinished(() => setDefaultCACertificates(usual));
    const { port, mails } = await mailServer({
      ...{ key: certificate.key, cert: certificate.cert, authOptional: false },
      onAuth: ({ username }, session, done) =>
        done(session.secure ? null : errorOf(538, 'not without TLS'), { user: username }),
    });
    expect(await open(`smtp://u:p%40ss@127.0.0.1:${port}`).send(siti, aNotification())).toMatchObject({
      outcome: 'delivered',
    });
    expect(mails[0]).toMatchObject({ secure: true, user: 'u' });
  });

  it('signs in where that is asked for, and waits for a login that works', async () => {
    const { port, mails } = await mailServer({
      ...{ authOptional: false, allowInsecureAuth: true },
      onAuth: ({ username, password }, _session, done) =>
        done(password === 'p@ss' ? null : errorOf(535, 'no such S3CRET'), { user: username }),
    });
    expect(await open(`smtp://u:p%40ss@127.0.0.1:${port}`).send(siti, aNotification())).toMatchObject({
      outcome: 'delivered',
    });
    expect(mails[0]).toMatchObject({ user: 'u' });
    const refused = await open(`smtp://u:S3CRET@127.0.0.1:${port}`).send(siti, aNotification());
    expect(refused).toMatchObject({ outcome: 'retry', afterS: 600 });
    expect(JSON.stringify(refused)).not.toContain('S3CRET');
  });

  it('never tells a password over a line that anybody may read', async () => {
    const seen: string[] = [];
    const server = createServer(socket => {
      socket.write('220 mail ESMTP\r\n');
      socket.on('data', chunk => {
        seen.push(String(chunk));
        socket.write(/^STARTTLS/i.test(String(chunk)) ? '502 no\r\n' : '250 mail\r\n');
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>(resolve => server.listen(0, '0.0.0.0', resolve));
    onTestFinished(() => new Promise<void>(resolve => server.close(() => resolve())));
    const { port } = server.address() as { port: number };
    // 0.0.0.0 reaches this machine and is not among its loopback addresses.
    const outcome = await open(`smtp://u:S3CRET@0.0.0.0:${port}`).send(siti, aNotification());
    expect(outcome).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('TLS') });
    expect(seen.join('')).not.toMatch(/AUTH|S3CRET/);
  });

  it('comes back to a server that greylists, and gives up on an address that does not exist', async () => {
    const grey = await mailServer({
      refuse: (_to, attempt) => (attempt === 1 ? errorOf(451, '4.7.1 Greylisted siti@tani.example') : null),
    });
    const channel = open(`smtp://127.0.0.1:${grey.port}`);
    expect(await channel.send(siti, aNotification())).toEqual({
      outcome: 'retry',
      reason: 'the mail server answered 451 to RCPT TO',
      afterS: 120,
    });
    expect(await channel.send(siti, aNotification())).toMatchObject({ outcome: 'delivered' });
    const strict = await mailServer({ refuse: to => errorOf(550, `5.1.1 ${to} unknown`) });
    expect(await open(`smtp://127.0.0.1:${strict.port}`).send(siti, aNotification())).toEqual({
      outcome: 'failed',
      reason: 'the mail server answered 550 to RCPT TO',
    });
  });

  it('tries again when there is no server, or one that says nothing', async () => {
    const silent = createServer(socket => socket.on('error', () => undefined));
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    expect(await open(`smtp://127.0.0.1:${port}`).send(siti, aNotification())).toMatchObject({
      outcome: 'retry',
    });
    await new Promise<void>(resolve => silent.close(() => resolve()));
    expect(await open(`smtp://127.0.0.1:${port}`).send(siti, aNotification())).toMatchObject({
      outcome: 'retry',
      reason: expect.stringContaining('refused'),
    });
  });
});
