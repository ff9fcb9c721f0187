import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createUpgrades } from '../../server/upgrades.ts';

/** Sends one request with an Upgrade header and gives the first line of the answer, and who was let in. */
async function ask(path: string, headers: Record<string, string> = {}, publicUrl: string | null = null) {
  const upgrades = createUpgrades({ publicUrl, log: pino({ level: 'silent' }) });
  const taken: string[] = [];
  upgrades.on('/mqtt', (_request, socket, _head, remoteAddress) => {
    taken.push(remoteAddress);
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  const http = createServer({ shouldUpgradeCallback: upgrades.shouldUpgrade }, (_request, response) =>
    response.writeHead(404).end(),
  );
  upgrades.listenTo(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const lines = { host: `127.0.0.1:${port}`, connection: 'Upgrade', upgrade: 'websocket', ...headers };
  const head = Object.entries(lines).map(
    ([name, value]) => `${name}: ${value.replace('PORT', String(port))}`,
  );
  socket.write(`GET ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`);
  setImmediate(() => socket.end());
  return { status: (await text(socket)).split('\r\n')[0]?.split(' ')[1], taken };
}

describe('createUpgrades', () => {
  it('lets programs in, which send no Origin, and tells their address', async () => {
    expect(await ask('/mqtt')).toEqual({ status: '101', taken: ['127.0.0.1'] });
    expect(await ask('/mqtt?x=1')).toMatchObject({ status: '101' });
  });

  it('lets our own pages in, by the address asked and by the public one', async () => {
    expect(await ask('/mqtt', { origin: 'http://127.0.0.1:PORT' })).toMatchObject({ status: '101' });
    const publicUrl = 'https://tahan.example';
    expect(await ask('/mqtt', { origin: publicUrl }, publicUrl)).toMatchObject({ status: '101' });
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])('refuses pages of %s', async origin => {
    expect(await ask('/mqtt', { origin })).toEqual({ status: '403', taken: [] });
  });

  it('answers other paths and other upgrades as ordinary requests', async () => {
    expect(await ask('/api/v1/live')).toEqual({ status: '404', taken: [] });
    expect(await ask('/mqtt', { upgrade: 'h2c' })).toEqual({ status: '404', taken: [] });
  });

  it('believes a proxy on this machine about the address, the one it added last', async () => {
    expect(await ask('/mqtt', { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' })).toMatchObject({
      taken: ['203.0.113.9'],
    });
    expect(await ask('/mqtt', { 'x-forwarded-for': 'nonsense' })).toMatchObject({ taken: ['127.0.0.1'] });
  });
});
