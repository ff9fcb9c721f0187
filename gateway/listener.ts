import { createServer, type Server, type Socket } from 'node:net';
import type { ConnectionCaps } from './connectionCaps.ts';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly caps: ConnectionCaps;
  readonly onSocket: (socket: Socket, remoteAddress: string) => void;
  readonly onTooMany: (remoteAddress: string) => void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections; those open stay. */
  stopAccepting(): void;
}

/** Listens on TCP and keeps the number of open connections below its bounds. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const server = createServer({ noDelay: true }, socket => {
    const address = socket.remoteAddress ?? 'unknown';
    const gone = options.caps.admit(address);
    if (!gone) {
      socket.destroy();
      options.onTooMany(address);
      return;
    }
    socket.once('close', gone);
    options.onSocket(socket, address);
  });
  await listen(server, options.host, options.port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the MQTT port has no address');
  return { host: address.address, port: address.port, stopAccepting: () => void server.close() };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error =>
      reject(new Error(`MQTT cannot listen on ${host}:${port}: ${error.message}`, { cause: error })),
    );
    // A burst of nodes coming back after a power cut must not be turned away by the kernel.
    server.listen({ host, port, backlog: 4_096 }, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      resolve();
    });
  });
}
