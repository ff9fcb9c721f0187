import { connect, type Socket } from 'node:net';
import { readingTopic } from '../../models/contracts/topics.ts';
import { connectPacket, packet, pingreq, publishPacket } from '../gateway/rawMqtt.ts';
import type { Login } from './faultTarget.ts';

export interface FaultNodeOptions {
  readonly keepaliveS?: number;
  readonly localAddress?: string;
  /** Wait between two attempts to connect. */
  readonly reconnectMs?: number;
}

interface Outstanding {
  readonly bytes: Buffer;
  readonly firstSentAt: number;
  readonly resolve: (ms: number) => void;
}

/** Calls back with every whole packet: its type, and its body. */
export function packetSplitter(onPacket: (type: number, body: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return chunk => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      let length = 0;
      let at = 1;
      for (let shift = 0; at < pending.length; shift += 7) {
        const byte = pending[at++]!;
        length |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
        if (at === pending.length) return;
      }
      if (pending.length < 2 || pending.length < at + length) return;
      onPacket(pending[0]! >> 4, pending.subarray(at, at + length));
      pending = pending.subarray(at + length);
    }
  };
}

/**
 * A node as a well-made firmware would be: it keeps every reading until its PUBACK, and sends what is outstanding again
 * over each new connection. Says how long each PUBACK took.
 */
export class FaultNode {
  readonly nodeId: string;
  readonly #url: URL;
  readonly #login: Login;
  readonly #options: FaultNodeOptions;
  /** Mapped by packet id, oldest first. */
  readonly #outstanding = new Map<number, Outstanding>();
  #packetId = 0;
  #socket: Socket | undefined;
  #isUp = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #ping: NodeJS.Timeout | undefined;
  #watchers: (() => void)[] = [];
  connections = 0;
  refusals = 0;

  constructor(mqttUrl: string, login: Login, options: FaultNodeOptions = {}) {
    this.nodeId = login.username;
    this.#url = new URL(mqttUrl);
    this.#login = login;
    this.#options = options;
    this.#connect();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get waiting(): number {
    return this.#outstanding.size;
  }

  /** Resolves when the login is accepted. */
  up(): Promise<void> {
    if (this.#isUp) return Promise.resolve();
    return new Promise(resolve => this.#watchers.push(resolve));
  }

  /** Resolves with the milliseconds until the PUBACK, however many connections that takes. */
  send(body: unknown, topic = readingTopic(this.nodeId)): Promise<number> {
    do this.#packetId = (this.#packetId % 65_535) + 1;
    while (this.#outstanding.has(this.#packetId));
    const packetId = this.#packetId;
    const bytes = publishPacket({ topic, payload: JSON.stringify(body), packetId });
    return new Promise(resolve => {
      this.#outstanding.set(packetId, { bytes, firstSentAt: performance.now(), resolve });
      if (this.#isUp) this.#socket!.write(bytes);
    });
  }

  /** Loses the connection without a word, as in a dead spot; a new one follows. */
  drop(): void {
    this.#socket?.destroy();
  }

  /** Ends the connection for good; what is outstanding is never resolved. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#ping);
    if (this.#isUp) this.#socket?.end(packet(14, 0, Buffer.alloc(0)));
    else this.#socket?.destroy();
  }

  #connect(): void {
    const { keepaliveS = 60, localAddress } = this.#options;
    const { hostname: host, port } = this.#url;
    const socket = connect({
      host,
      port: Number(port),
      noDelay: true,
      ...(localAddress ? { localAddress } : {}),
    });
    this.#socket = socket;
    socket.once('connect', () =>
      socket.write(connectPacket({ ...this.#login, clientId: this.nodeId, keepalive: keepaliveS })),
    );
    socket.on(
      'data',
      packetSplitter((type, body) => this.#received(type, body)),
    );
    socket.on('error', () => undefined);
    socket.once('close', () => this.#closed());
    // A gateway that has stopped answering must be noticed, as a client of MQTT does by its pings.
    socket.setTimeout(keepaliveS * 1_500, () => socket.destroy());
    clearInterval(this.#ping);
    this.#ping = setInterval(() => this.#isUp && socket.write(pingreq), keepaliveS * 500);
    this.#ping.unref();
  }

  #received(type: number, body: Buffer): void {
    if (type === 2 && body[1] === 0) {
      this.#isUp = true;
      this.connections++;
      for (const resolve of this.#watchers.splice(0)) resolve();
      for (const { bytes } of this.#outstanding.values()) this.#socket!.write(asDuplicate(bytes));
    } else if (type === 2) this.refusals++;
    else if (type === 4) {
      const packetId = body.readUInt16BE(0);
      const acknowledged = this.#outstanding.get(packetId);
      this.#outstanding.delete(packetId);
      acknowledged?.resolve(performance.now() - acknowledged.firstSentAt);
    }
  }

  #closed(): void {
    this.#isUp = false;
    if (this.#stopped) return;
    const { reconnectMs = 200 } = this.#options;
    this.#timer = setTimeout(() => this.#connect(), reconnectMs * (0.5 + Math.random()));
  }
}

function asDuplicate(publish: Buffer): Buffer {
  const again = Buffer.from(publish);
  again[0]! |= 8;
  return again;
}
