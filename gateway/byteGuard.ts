import { Duplex } from 'node:stream';
import type { ByteLimits } from './byteLimits.ts';
import { ByteQueue } from './byteQueue.ts';
import { encodeCutShort } from './cutShortPublish.ts';
import { endSocket } from './endSocket.ts';
import { type CutReason, judgeHeader } from './judgeHeader.ts';
import {
  checkConnect,
  checkSmallPacket,
  encodeRefusedSubscribe,
  type FixedHeader,
  packetType,
  readFilters,
  readFixedHeader,
  readPublishStart,
} from './mqttPacket.ts';
import type { TokenBucket } from './tokenBucket.ts';

export interface ByteGuardOptions {
  readonly limits: ByteLimits;
  /** Monotonic milliseconds. */
  readonly monotonicNow: () => number;
  readonly onCut: (reason: CutReason, detail: string) => void;
  /** Whether a node may listen to all of these; when not, the guard answers the whole SUBSCRIBE with a refusal. */
  readonly maySubscribe: (filters: readonly string[]) => boolean;
}

const maxHandOverBytes = 64 * 1024;

/** A publish larger than allowed, of which only the head is kept while the rest runs out. */
interface Draining {
  readonly head: Buffer;
  readonly header: FixedHeader;
  leftBytes: number;
}

/**
 * Stands between a socket and the broker and lets through only whole, well-formed packets of bounded size, so that
 * nothing a stranger sends is buffered, parsed or answered by code that trusts its input.
 *
 * It also paces: packets behind the CONNECT wait until the login is decided, and a node that sends more than its
 * bucket holds is read more slowly, never cut for it.
 */
export class ByteGuard extends Duplex {
  readonly #socket: Duplex;
  readonly #options: ByteGuardOptions;
  readonly #pending = new ByteQueue();
  /** Bytes needed before looking again is worthwhile. */
  #wantedBytes = 2;
  /** Packets that have passed and wait to be handed over together. */
  #passed: Buffer[] = [];
  #passedBytes = 0;
  #draining: Draining | undefined;
  #phase: 'connecting' | 'held' | 'open' | 'over' = 'connecting';
  #bucket: TokenBucket | undefined;
  #paceTimer: NodeJS.Timeout | undefined;
  #readerWants = true;
  #socketEnded = false;

  constructor(socket: Duplex, options: ByteGuardOptions) {
    super({ readableHighWaterMark: 16 * 1024, allowHalfOpen: false });
    this.#socket = socket;
    this.#options = options;
    socket.on('data', chunk => this.#onData(chunk as Buffer));
    socket.on('end', () => {
      this.#socketEnded = true;
      this.#advance();
    });
    socket.on('error', error => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.on('drain', () => this.#flushed());
  }

  /** The login was accepted: lets the packets behind the CONNECT through, at the pace of this node's bucket. */
  open(bucket: TokenBucket): void {
    if (this.#phase !== 'held') return;
    this.#phase = 'open';
    this.#bucket = bucket;
    this.#advance();
  }

  /** Whether the login was accepted and packets pass. */
  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** Lets nothing more in; what is under way may still be answered. */
  stopReading(): void {
    this.#phase = 'over';
    this.#socket.pause();
  }

  /** Ends the connection for something its peer did. */
  cut(reason: CutReason, detail: string): void {
    if (this.destroyed) return;
    this.#phase = 'over';
    this.#options.onCut(reason, detail);
    this.#socket.destroy();
    this.destroy();
  }

  #onData(chunk: Buffer): void {
    if (this.#phase === 'over') return;
    this.#pending.add(chunk);
    if (this.#pending.length >= this.#wantedBytes) this.#advance();
  }

  /** Moves on as far as bytes, login, pace and the reader allow, then decides whether to take more from the socket. */
  #advance(): void {
    while (this.#mayPass() && this.#step());
    this.#handOver();
    if (this.#phase === 'over') return;
    if (this.#socketEnded && (this.#pending.length < this.#wantedBytes || this.#phase === 'held')) {
      if (this.#phase !== 'held') this.push(null);
      return;
    }
    const starving = this.#pending.length < this.#wantedBytes;
    if (this.#mayPass() && starving) this.#socket.resume();
    else this.#socket.pause();
  }

  #mayPass(): boolean {
    if (this.#phase === 'over' || this.#phase === 'held') return false;
    if (!this.#readerWants || this.#paceTimer) return false;
    const waitMs = this.#bucket?.waitMs(this.#options.monotonicNow()) ?? 0;
    if (waitMs === 0) return true;
    this.#paceTimer = setTimeout(() => {
      this.#paceTimer = undefined;
      this.#advance();
    }, waitMs);
    return false;
  }

  /** Handles one packet, or one stretch of one that is running out. False when more bytes are needed. */
  #step(): boolean {
    if (this.#draining) return this.#drain(this.#draining);
    if (this.#pending.length < this.#wantedBytes) return false;
    const bytes = this.#pending.peek();
    const header = readFixedHeader(bytes);
    if (header === 'malformed') return this.#violated('a remaining length of more than 4 bytes');
    if (header === 'incomplete') return this.#want(bytes.length + 1);
    if (!this.#isAllowed(header)) return false;
    const total = header.headerBytes + header.remainingBytes;
    if (header.type === packetType.publish) return this.#publish(bytes, header, total);
    if (bytes.length < total) return this.#want(total);
    return this.#control(bytes.subarray(0, total), header);
  }

  #isAllowed(header: FixedHeader): boolean {
    const refusal = judgeHeader(header, this.#phase === 'connecting', this.#options.limits);
    if (refusal) this.cut(refusal.reason, refusal.detail);
    return refusal === undefined;
  }

  #publish(bytes: Buffer, header: FixedHeader, total: number): boolean {
    const { limits } = this.#options;
    const start = readPublishStart(header, bytes.subarray(header.headerBytes));
    if (start === 'incomplete') {
      // The topic's own length is known after two bytes; a first look is enough for it to be read whole.
      const topicBytes = bytes.length >= header.headerBytes + 2 ? bytes.readUInt16BE(header.headerBytes) : 0;
      return this.#want(Math.min(total, header.headerBytes + 4 + topicBytes));
    }
    if ('violation' in start) return this.#violated(start.violation);
    const isTooLarge =
      header.remainingBytes - start.payloadAt > limits.publishBytes || start.topic.length > limits.topicBytes;
    const kept = isTooLarge
      ? Math.min(total, header.headerBytes + start.payloadAt + limits.headBytes)
      : total;
    if (bytes.length < kept) return this.#want(kept);
    // Large publishes cost more to decode: they take as many tokens as the small ones they could have been.
    this.#bucket?.take(1 + header.remainingBytes / 1024, this.#options.monotonicNow());
    if (!isTooLarge) return this.#pass(bytes.subarray(0, total));
    this.#draining = { head: Buffer.from(bytes.subarray(0, kept)), header, leftBytes: total - kept };
    this.#consume(kept);
    return true;
  }

  #drain(draining: Draining): boolean {
    if (draining.leftBytes > 0) {
      if (this.#pending.length === 0) return this.#want(1);
      const taken = Math.min(this.#pending.length, draining.leftBytes);
      this.#consume(taken);
      draining.leftBytes -= taken;
      return true;
    }
    this.#draining = undefined;
    this.#wantedBytes = 2;
    this.#hand(encodeCutShort(draining.header, draining.head, this.#options.limits.topicBytes));
    return true;
  }

  #control(packet: Buffer, header: FixedHeader): boolean {
    const body = packet.subarray(header.headerBytes);
    if (header.type === packetType.connect) {
      const violation = checkConnect(body);
      if (violation) return this.#violated(violation);
      this.#phase = 'held';
      return this.#pass(packet);
    }
    this.#bucket?.take(1, this.#options.monotonicNow());
    if (header.type === packetType.subscribe || header.type === packetType.unsubscribe)
      return this.#filters(packet, header, body);
    const violation = checkSmallPacket(header, body);
    return violation ? this.#violated(violation) : this.#pass(packet);
  }

  #filters(packet: Buffer, header: FixedHeader, body: Buffer): boolean {
    const subscriptions = readFilters(header.type, body);
    if ('violation' in subscriptions) return this.#violated(subscriptions.violation);
    const { packetId, filters } = subscriptions;
    if (header.type === packetType.unsubscribe || this.#options.maySubscribe(filters))
      return this.#pass(packet);
    this.#socket.write(encodeRefusedSubscribe(packetId, filters.length));
    this.#consume(packet.length);
    return true;
  }

  #violated(violation: string): false {
    this.cut('malformed', violation);
    return false;
  }

  #pass(packet: Buffer): boolean {
    this.#consume(packet.length);
    this.#hand(packet);
    return true;
  }

  #hand(packet: Buffer): void {
    this.#passed.push(packet);
    this.#passedBytes += packet.length;
    if (this.#passedBytes > maxHandOverBytes) this.#handOver();
  }

  /** Small packets go to the reader together: one step of the stream for hundreds of readings. */
  #handOver(): void {
    if (this.#passed.length === 0 || this.destroyed) return;
    const bytes = this.#passed.length === 1 ? this.#passed[0] : Buffer.concat(this.#passed);
    this.#passed = [];
    this.#passedBytes = 0;
    this.#readerWants = this.push(bytes);
  }

  #want(bytes: number): boolean {
    this.#wantedBytes = bytes;
    return false;
  }

  #consume(bytes: number): void {
    this.#pending.drop(bytes);
    this.#wantedBytes = 2;
  }

  override _read(): void {
    this.#readerWants = true;
    this.#advance();
  }

  #waitingForDrain: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.write(chunk)) done();
    else this.#waitingForDrain = done;
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(one => one.chunk)), 'utf8', done);
  }

  #flushed(): void {
    const done = this.#waitingForDrain;
    this.#waitingForDrain = undefined;
    done?.();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#phase = 'over';
    clearTimeout(this.#paceTimer);
    this.#paceTimer = undefined;
    this.#pending.clear();
    this.#flushed();
    endSocket(this.#socket, error !== null);
    done(error);
  }
}
