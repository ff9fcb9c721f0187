import { connect, type Socket } from 'node:net';
import type { Durations } from './durations.ts';
import { PublishFrames } from './publishFrames.ts';

/** Who publishes, and where to. */
export interface PublisherLogin {
  readonly clientId: string;
  readonly topic: string;
  readonly username?: string;
  readonly password?: string;
}

export interface PublisherSettings {
  readonly host: string;
  readonly port: number;
  readonly window: number;
  readonly firstAt: number;
  readonly stepMs: number;
}

const type = { connack: 0x20, puback: 0x40, pingresp: 0xd0 } as const;
const keepaliveS = 300;

/**
 * One MQTT connection that keeps up to `window` publishes of QoS 1 on their way. Speaks just as much of the protocol as
 * that takes: what it costs is taken from the broker under test, on the same cores.
 */
export class Publisher {
  readonly #login: PublisherLogin;
  readonly #settings: PublisherSettings;
  readonly #frames: PublishFrames;
  readonly #sentAt: Float64Array;
  #socket: Socket | undefined;
  #rest: Buffer | undefined;
  #connected: ((code: number) => void) | undefined;
  #sent = 0;
  #until = 0;
  #stopAt = 0;
  #durations: Durations | undefined;
  #done: (() => void) | undefined;
  /** Publishes acknowledged so far: those of numbers 0 up to this one. */
  acknowledged = 0;
  isCut = false;
  lastAckAt = 0;

  constructor(login: PublisherLogin, settings: PublisherSettings) {
    this.#login = login;
    this.#settings = settings;
    this.#frames = new PublishFrames({ ...settings, topic: login.topic });
    this.#sentAt = new Float64Array(settings.window);
  }

  /** @throws {Error} when the broker does not take the login */
  async connect(): Promise<void> {
    const socket = connect({ host: this.#settings.host, port: this.#settings.port, noDelay: true });
    this.#socket = socket;
    socket.on('connect', () => socket.write(connectFrame(this.#login)));
    socket.on('data', chunk => this.#received(chunk as Buffer));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed());
    const code = await new Promise<number>(resolve => {
      this.#connected = resolve;
    });
    if (code !== 0) throw new Error(`the broker answered ${code} to the login of ${this.#login.clientId}`);
  }

  /** Publishes until `stopAt` (performance.now()) or `count` more; resolves when all are acknowledged, or it is cut. */
  run(durations: Durations, stopAt: number, count: number): Promise<void> {
    if (this.isCut) return Promise.resolve();
    this.#durations = durations;
    this.#stopAt = stopAt;
    this.#until = this.#sent + count;
    return new Promise(resolve => {
      this.#done = resolve;
      this.#sendMore(performance.now());
      this.#finishIfDone();
    });
  }

  /** Publishes one reading measured now; false when the window is full. */
  publishNow(at: number, durations: Durations): boolean {
    if (this.isCut || this.#sent - this.acknowledged >= this.#settings.window) return false;
    this.#durations = durations;
    this.#stopAt = 0;
    this.#frames.make(this.#sent, at);
    this.#sentAt[this.#sent % this.#settings.window] = performance.now();
    this.#sent++;
    this.#write(this.#sent - 1, this.#sent);
    return true;
  }

  #sendMore(now: number): void {
    if (now >= this.#stopAt) this.#until = this.#sent;
    const { window } = this.#settings;
    const to = Math.min(this.acknowledged + window, this.#until);
    const from = this.#sent;
    if (to <= from) return;
    for (let n = from; n < to; n++) {
      this.#frames.make(n);
      this.#sentAt[n % window] = now;
    }
    this.#sent = to;
    this.#write(from, to);
  }

  #write(from: number, to: number): void {
    const socket = this.#socket!;
    socket.cork();
    for (const piece of this.#frames.pieces(from, to)) socket.write(piece);
    socket.uncork();
  }

  #received(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const now = performance.now();
    let at = 0;
    for (;;) {
      const length = bytes[at] === type.pingresp ? 2 : 4;
      if (at + length > bytes.length) break;
      if (bytes[at] === type.puback) this.#acknowledge((bytes[at + 2]! << 8) | bytes[at + 3]!, now);
      else if (bytes[at] === type.connack) this.#connected?.(bytes[at + 3]!);
      else if (bytes[at] !== type.pingresp)
        throw new Error(`a packet of type ${bytes[at]} was not asked for`);
      at += length;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
    this.#sendMore(now);
    this.#finishIfDone();
  }

  /** Brokers acknowledge in order (MQTT 3.1.1, 4.6); one that does not would make every figure here wrong. */
  #acknowledge(packetId: number, now: number): void {
    if (packetId !== PublishFrames.packetIdOf(this.acknowledged) || this.acknowledged >= this.#sent)
      throw new Error(`packet ${packetId} was acknowledged out of turn`);
    this.#durations!.add(now - this.#sentAt[this.acknowledged % this.#settings.window]!);
    this.acknowledged++;
    this.lastAckAt = now;
  }

  #finishIfDone(): void {
    if (!this.#done || this.#sent < this.#until || this.acknowledged < this.#sent) return;
    this.#done();
    this.#done = undefined;
  }

  #closed(): void {
    this.isCut = true;
    this.#connected?.(-1);
    this.#done?.();
    this.#done = undefined;
  }
}

function connectFrame({ clientId, username, password }: PublisherLogin): Buffer {
  const flags = 2 | (username === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40);
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  };
  const body = Buffer.concat([
    text('MQTT'),
    Buffer.from([4, flags, keepaliveS >> 8, keepaliveS & 0xff]),
    text(clientId),
    ...(username === undefined ? [] : [text(username)]),
    ...(password === undefined ? [] : [text(password)]),
  ]);
  if (body.length > 127) throw new Error(`a login must fit into 127 bytes, got ${body.length}`);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}
