import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';

export interface ReceivedReading {
  readonly nodeId: string;
  readonly text: string;
  readonly measuredAt: string | undefined;
}

export interface TestBroker {
  readonly url: string;
  readonly port: number;
  /** Readings in the order of their arrival, repeats included. */
  readonly readings: ReceivedReading[];
  /** Sizes of the publishes with readings: [how many, bytes]. */
  readonly publishes: { readonly count: number; readonly bytes: number }[];
  /** Every status publish: `<nodeId> <state>`, with " (retained)". */
  readonly statuses: string[];
  /** Resolves as soon as the condition holds; looked at after every packet. */
  until(condition: () => boolean): Promise<void>;
  /** Cuts every connection. */
  cut(): void;
  command(nodeId: string, payload: string): void;
  close(): Promise<void>;
}

export interface TestBrokerOptions {
  readonly port?: number;
  /** Who may log in; everybody when left out. */
  readonly passwords?: ReadonlyMap<string, string>;
  /** Called with each publish of readings; `false` cuts the connection before the PUBACK. */
  readonly acknowledges?: (text: string) => boolean;
}

/** A broker of the same make as the gateway's, that writes down what it hears. */
export async function startTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const readings: ReceivedReading[] = [];
  const publishes: { count: number; bytes: number }[] = [];
  const statuses: string[] = [];
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();
  const look = (): void => {
    for (const check of [...waiting]) check();
  };
  const broker = await Aedes.createBroker({
    authenticate: (_client, username, password, done) => {
      const expected = options.passwords?.get(username ?? '');
      done(null, options.passwords === undefined || expected === password?.toString());
    },
    authorizePublish: (client, packet, done) => {
      const text = packet.payload.toString();
      if (packet.topic.endsWith('/readings') && options.acknowledges?.(text) === false) {
        client?.conn.destroy();
        return;
      }
      done(null);
    },
  });
  broker.on('publish', (packet: AedesPublishPacket) => {
    const [, nodeId = '', kind] = packet.topic.split('/');
    const text = packet.payload.toString();
    if (kind === 'readings') {
      const list = JSON.parse(text) as { measuredAt?: string }[];
      publishes.push({ count: list.length, bytes: Buffer.byteLength(text) });
      for (const one of list)
        readings.push({ nodeId, text: JSON.stringify(one), measuredAt: one.measuredAt });
    } else if (kind === 'status')
      statuses.push(
        `${nodeId} ${(JSON.parse(text) as { state: string }).state}${packet.retain ? ' (retained)' : ''}`,
      );
    look();
  });
  broker.on('subscribe', look);
  broker.on('clientDisconnect', look);
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    readings,
    publishes,
    statuses,
    until: condition =>
      new Promise(resolve => {
        const check = (): void => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    command: (nodeId, payload) =>
      broker.publish(
        { cmd: 'publish', topic: `tahan/${nodeId}/command`, payload, qos: 1, retain: false, dup: false },
        () => {},
      ),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(resolve => server.close(() => resolve()));
      await new Promise<void>(resolve => broker.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise(resolve => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
