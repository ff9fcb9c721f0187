import { Duplex } from 'node:stream';
import { AliveSignals, aliveSignal } from './aliveSignal.ts';
import type { ByteGuardOptions } from './byteGuardOptions.ts';
import { ByteQueue } from './byteQueue.ts';
import { endSocket } from './endSocket.ts';
import type { IncomingPublish } from './incomingPublish.ts';
import { type CutReason, judgeHeader } from './judgeHeader.ts';
import { LargePublish } from './largePublish.ts';
import {
  checkConnect,
  checkSmallPacket,
  encodeRefusedSubscribe,
  type FixedHeader,
  keepaliveOf,
  packetType,
  readFilters,
  readFixedHeader,
  readPublish,
  readPublishStart,
} from './mqttPacket.ts';
import { PacketPace } from './packetPace.ts';
import { PassedPackets } from './passedPackets.ts';
import { PublishLane } from './publishLane.ts';
import type { TokenBucket } from './tokenBucket.ts';
import { readUsualPublish } from './usualPublish.ts';

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
  readonly #passed = new PassedPackets();
  #draining: LargePublish | undefined;
  #phase: 'connecting' | 'held' | 'open' | 'over' = 'connecting';
  readonly #pace = new PacketPace(() => this.#advance());
  #readerWants = true;
  #peerReads = true;
  #socketEnded = false;
  /** Without one, publishes go to the broker. */
  readonly #lane: PublishLane | undefined;
  readonly #aliveSignals = new AliveSignals();
  /** Monotonic milliseconds of this look at what has come. */
  #now = 0;

  constructor(socket: Duplex, options: ByteGuardOptions) {
    super({ readableHighWaterMark: 16 * 1024, allowHalfOpen: false });
    this.#socket = socket;
    this.#options = options;
    const { takePublish: take, onRefused = () => this.destroy() } = options;
    const write = (bytes: Buffer) => {
      this.#peerReads = socket.write(bytes);
    };
    this.#lane = take && new PublishLane({ take, write, refused: onRefused, onRoom: () => this.#advance() });
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
    this.#pace.begin(bucket);
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
    this.#now = this.#options.monotonicNow();
    while (this.#mayPass() && this.#step());
    this.#handOver();
    if (this.#phase === 'over') return;
    // What is under way is acknowledged first; then it goes on from here.
    if (this.#socketEnded && this.#isLaneBusy) return;
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
    if (!this.#readerWants || !this.#peerReads || this.#lane?.hasRoom === false) return false;
    return this.#pace.mayGo(this.#now);
  }

  /** Handles one packet, or one stretch of one that is running out. False when more bytes are needed. */
  #step(): boolean {
    if (this.#draining) return this.#drain(this.#draining);
    if (this.#pending.length < this.#wantedBytes) return false;
    if (this.#lane && this.#phase === 'open') {
      const front = this.#pending.front();
      const usual = readUsualPublish(front.bytes, front.start, this.#options.limits);
      if (usual) return this.#offer(usual, usual.packetBytes);
    }
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
    if (!isTooLarge && this.#lane && start.qos < 2)
      return this.#offer(readPublish(bytes.subarray(0, total)), total);
    this.#pace.pay(total, this.#now);
    if (!isTooLarge) return this.#pass(bytes.subarray(0, total));
    this.#draining = new LargePublish(header, bytes.subarray(0, kept), total);
    this.#consume(kept);
    return true;
  }

  /** To whoever takes publishes, past the broker. */
  #offer(publish: IncomingPublish, packetBytes: number): boolean {
    this.#pace.pay(packetBytes, this.#now);
    this.#consume(packetBytes);
    this.#take(publish);
    return true;
  }

  #take(publish: IncomingPublish): void {
    if (this.#aliveSignals.isDue(this.#now)) this.#hand(aliveSignal);
    this.#lane!.take(publish);
  }

  get #isLaneBusy(): boolean {
    return this.#lane?.isIdle === false;
  }

  #drain(draining: LargePublish): boolean {
    if (draining.leftBytes > 0) {
      if (this.#pending.length === 0) return this.#want(1);
      this.#consume(draining.runOut(this.#pending.length));
      return true;
    }
    this.#draining = undefined;
    this.#wantedBytes = 2;
    const standIn = draining.standIn(this.#options.limits.topicBytes);
    if (this.#lane && draining.qos < 2) this.#take(readPublish(standIn));
    else this.#hand(standIn);
    return true;
  }

  #control(packet: Buffer, header: FixedHeader): boolean {
    const body = packet.subarray(header.headerBytes);
    if (header.type === packetType.connect) {
      const violation = checkConnect(body);
      if (violation) return this.#violated(violation);
      this.#phase = 'held';
      this.#aliveSignals.begin(keepaliveOf(body));
      return this.#pass(packet);
    }
    // Whoever says good-bye still gets its acknowledgements.
    if (header.type === packetType.disconnect && this.#isLaneBusy) return false;
    this.#pace.pay(0, this.#now);
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
    this.#passed.add(packet);
    if (this.#passed.areMany) this.#handOver();
  }

  #handOver(): void {
    const bytes = this.destroyed ? undefined : this.#passed.take();
    if (bytes) this.#readerWants = this.push(bytes);
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
    if (!this.#peerReads) {
      this.#peerReads = true;
      this.#advance();
    }
    const done = this.#waitingForDrain;
    this.#waitingForDrain = undefined;
    done?.();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#phase = 'over';
    this.#lane?.close();
    this.#pace.end();
    this.#pending.clear();
    this.#flushed();
    endSocket(this.#socket, error !== null);
    done(error);
  }
}
