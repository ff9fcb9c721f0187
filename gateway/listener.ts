import { createServer, type Server, type Socket } from 'node:net';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly onSocket: (socket: Socket, remoteAddress: string) => void;
  readonly onTooMany: (remoteAddress: string) => void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  connections(): number;
  /** Takes no more connections; those open stay. */
  stopAccepting(): void;
}

/** Listens on TCP and keeps the number of open connections below its bounds. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  /** Mapped by remote address. */
  const perAddress = new Map<string, number>();
  let open = 0;
  const server = createServer({ noDelay: true }, socket => {
    const address = socket.remoteAddress ?? 'unknown';
    const ofAddress = perAddress.get(address) ?? 0;
    if (open >= options.maxConnections || ofAddress >= options.maxConnectionsPerAddress) {
      socket.destroy();
      options.onTooMany(address);
      return;
    }
    open++;
    perAddress.set(address, ofAddress + 1);
    socket.once('close', () => {
      open--;
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    options.onSocket(socket, address);
  });
  await listen(server, options.host, options.port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the MQTT port has no address');
  return {
    host: address.address,
    port: address.port,
    connections: () => open,
    stopAccepting: () => void server.close(),
  };
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
