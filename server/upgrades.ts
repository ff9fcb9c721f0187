import type { IncomingMessage, Server } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from './log.ts';

/** Takes over a connection that stops speaking HTTP. */
export type TakeUpgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  remoteAddress: string,
) => void;

export interface UpgradeOptions {
  /** Whose pages may connect besides those of the address that is asked; null for none. */
  readonly publicUrl: string | null;
  readonly log: Log;
}

export interface Upgrades {
  /** For the HTTP server: other requests with an Upgrade header are answered as if they had none. */
  readonly shouldUpgrade: (request: IncomingMessage) => boolean;
  on(path: string, take: TakeUpgrade): void;
  listenTo(http: Server): void;
}

/** Hands WebSocket requests on by path. Who takes them knows the protocol inside; who may ask is decided here. */
export function createUpgrades({ publicUrl, log }: UpgradeOptions): Upgrades {
  const takers = new Map<string, TakeUpgrade>();
  const takerOf = (request: IncomingMessage) => takers.get(request.url?.split('?', 1)[0] ?? '');
  return {
    shouldUpgrade: request =>
      request.headers.upgrade?.toLowerCase() === 'websocket' && takerOf(request) !== undefined,
    on(path, take) {
      takers.set(path, take);
    },
    listenTo(http) {
      http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const remoteAddress = clientAddress(request);
        const take = takerOf(request);
        if (take && isOwnOrigin(request, publicUrl)) return take(request, socket, head, remoteAddress);
        const { origin } = request.headers;
        log.warn({ remoteAddress, origin }, 'websocket refused: it comes from a page of another site');
        socket.on('error', () => undefined);
        socket.once('finish', () => socket.destroy());
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      });
    },
  };
}

/** Programs send no Origin; every browser does, and only our own pages may connect. */
function isOwnOrigin(request: IncomingMessage, publicUrl: string | null): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  const forwarded = isLoopback(request.socket.remoteAddress)
    ? request.headers['x-forwarded-host']
    : undefined;
  const hosts = [host, forwarded, publicUrl === null ? undefined : new URL(publicUrl).host];
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}

/** The address of the client; a proxy on this machine is believed about whom it speaks for. */
function clientAddress(request: IncomingMessage): string {
  const peer = request.socket.remoteAddress ?? 'unknown';
  if (!isLoopback(peer)) return peer;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const believed = forwarded.map(one => one.trim()).findLast(one => isIP(one) !== 0 && !isLoopback(one));
  return believed ?? peer;
}

const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && (address === '::1' || /^(::ffff:)?127\./.test(address));
