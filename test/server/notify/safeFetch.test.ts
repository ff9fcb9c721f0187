import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPublicAddress } from '../../../server/notify/publicAddress.ts';
import { createSafePost, type Resolved, type SafeFetchOptions } from '../../../server/notify/safeFetch.ts';
import { type FakeAnswer, startFakeHttpServer } from '../../support/fakeHttpServer.ts';

const never = () => Promise.reject(new Error('DNS was asked'));
const answering = (...addresses: string[]) => {
  let asked = 0;
  const resolve = async (): Promise<Resolved[]> => {
    asked += 1;
    return addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { resolve, asked: () => asked };
};
const post = (address: string, options: Partial<SafeFetchOptions> = {}) =>
  createSafePost({ allowLoopback: false, resolve: never, ...options })(address, {}, '{}');

async function fake(answer: FakeAnswer) {
  const server = await startFakeHttpServer(() => answer);
  onTestFinished(() => server.close());
  return server;
}

describe('isPublicAddress', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '168.63.129.16',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'localhost',
    '',
    '8.8.8',
  ])('refuses %s', address => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.0.1',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ])('takes %s', address => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('refuses every IPv4 address as part of an IPv6 one', () => {
    fc.assert(
      fc.property(fc.ipV4(), v4 => {
        expect(isPublicAddress(`::ffff:${v4}`)).toBe(false);
        expect(isPublicAddress(`64:ff9b::${v4}`)).toBe(false);
      }),
    );
  });
});

describe('createSafePost', () => {
  it.each([
    ['http://8.8.8.8/', 'only https:// addresses are called'],
    ['ftp://8.8.8.8/', 'only https:// addresses are called'],
    ['file:///etc/passwd', 'only https:// addresses are called'],
    ['not an address', 'this is no web address'],
    ['https://user:secret@8.8.8.8/', 'no user name or password'],
    ['https://127.0.0.1/', 'not on the public internet'],
    ['https://2130706433/', 'not on the public internet'],
    ['https://0x7f000001/', 'not on the public internet'],
    ['https://0177.0.0.1/', 'not on the public internet'],
    ['https://127.1/', 'not on the public internet'],
    ['https://127。0。0。1/', 'not on the public internet'],
    ['https://①②⑦.0.0.1/', 'not on the public internet'],
    ['https://0/', 'not on the public internet'],
    ['https://[::1]/', 'not on the public internet'],
    ['https://[::ffff:127.0.0.1]/', 'not on the public internet'],
    ['https://[::ffff:7f00:1]/', 'not on the public internet'],
    ['https://[fd00:ec2::254]/latest/meta-data', 'not on the public internet'],
    ['https://169.254.169.254/latest/meta-data', 'not on the public internet'],
    ['https://192.168.0.10:8443/', 'not on the public internet'],
  ])('refuses %s without asking DNS', async (address, reason) => {
    await expect(post(address)).rejects.toMatchObject({
      name: 'UnsafeAddress',
      message: expect.stringContaining(reason),
    });
  });

  it.each([
    ['a name of this machine', ['127.0.0.1']],
    ['a name of this network', ['10.0.0.7']],
    ['a public address with a private one beside it', ['93.184.216.34', '192.168.1.1']],
    ['an IPv4 address inside an IPv6 one', ['::ffff:10.0.0.1']],
    ['no address at all', []],
  ])('refuses a host that has %s', async (_title, addresses) => {
    await expect(post('https://inside.example/', answering(...addresses))).rejects.toMatchObject({
      name: 'UnsafeAddress',
    });
  });

  it('asks DNS once and connects to just that answer, so that a second answer changes nothing', async () => {
    const server = await fake({ status: 204 });
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let asked = 0;
    const resolve = async () => answers[asked++]!.map(address => ({ address, family: 4 }));
    const { port } = new URL(server.url);
    const answer = await post(`http://rebind.example:${port}/x`, { allowLoopback: true, resolve });
    expect([answer.status, asked, server.sent.length]).toEqual([204, 1, 1]);
    await expect(
      post(`http://rebind.example:${port}/x`, { allowLoopback: true, resolve }),
    ).rejects.toMatchObject({
      name: 'UnsafeAddress',
    });
    expect(server.sent).toHaveLength(1);
  });

  it('lets http through to loopback alone, and only where that is allowed', async () => {
    const server = await fake({ status: 200, body: 'ok' });
    expect((await post(server.url, { allowLoopback: true })).body).toBe('ok');
    await expect(post(server.url)).rejects.toThrow('only https:// addresses are called');
    await expect(post('http://8.8.8.8/', { allowLoopback: true })).rejects.toThrow('http:// is for loopback');
    await expect(
      post('http://x.example/', { allowLoopback: true, ...answering('127.0.0.1', '93.184.216.34') }),
    ).rejects.toThrow('http:// is for loopback');
  });

  it('follows no redirect', async () => {
    const elsewhere = await fake({ status: 200 });
    const server = await fake({ status: 307, headers: { location: elsewhere.url } });
    expect((await post(server.url, { allowLoopback: true })).status).toBe(307);
    expect(elsewhere.sent).toEqual([]);
  });

  it('reads 64 KiB and no more, of an answer that never ends too', async () => {
    const large = await fake({ status: 200, body: 'x'.repeat(300_000) });
    expect((await post(large.url, { allowLoopback: true })).body).toHaveLength(64 * 1024);
    const endless = await fake('drip');
    expect((await post(endless.url, { allowLoopback: true })).body).toHaveLength(64 * 1024);
    expect(await endless.connections()).toBeLessThanOrEqual(1);
  });

  it('gives up after five seconds of silence, of a server or of DNS', async () => {
    const silent = await fake('silence');
    const began = performance.now();
    const both = await Promise.allSettled([
      post(silent.url, { allowLoopback: true }),
      post('https://slow.example/', { resolve: () => new Promise(() => undefined) }),
    ]);
    for (const one of both)
      expect(one).toMatchObject({
        status: 'rejected',
        reason: { name: expect.stringMatching(/Timeout|Abort/) },
      });
    // Not before; that it ends at all, where nothing ever comes, is what the limit does.
    expect(performance.now() - began).toBeGreaterThan(4_900);
  });
});
