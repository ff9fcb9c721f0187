import type { IncomingPublish, IntakeVerdict, Refusal, TakePublish } from './incomingPublish.ts';
import { packetType } from './mqttPacket.ts';

export interface PublishLaneOptions {
  readonly take: TakePublish;
  /** Acknowledgements to be sent, as bytes. */
  readonly write: (acknowledgements: Buffer) => void;
  /** A publish was not taken: the connection has to end. Nothing is acknowledged any more. */
  readonly refused: (refusal: Refusal) => void;
  /** Some that were under way are decided. */
  readonly onRoom: () => void;
}

interface Turn {
  /** 0: nobody waits for an acknowledgement. */
  readonly messageId: number;
  readonly bytes: number;
  isDone: boolean;
}

/** Of one connection; what one commit of the journal takes is far more. */
const mostBytesUnderWay = 64 * 1024;
const mostUnderWay = 500;

/**
 * The publishes of one connection that are under way. They are acknowledged in the order in which they came
 * [MQTT-4.6.0-2], those that one commit made durable with one write.
 */
export class PublishLane {
  readonly #options: PublishLaneOptions;
  #turns: Turn[] = [];
  #bytes = 0;
  #isFlushing = false;
  #isOver = false;

  constructor(options: PublishLaneOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#turns.length === 0;
  }

  get hasRoom(): boolean {
    return this.#turns.length < mostUnderWay && this.#bytes < mostBytesUnderWay;
  }

  take(publish: IncomingPublish): void {
    const bytes = publish.payload.length;
    const turn = { messageId: publish.qos === 1 ? publish.messageId : 0, bytes, isDone: false };
    this.#turns.push(turn);
    this.#bytes += bytes;
    this.#options.take(publish, verdict => this.#settled(turn, verdict));
  }

  /** The connection has ended. */
  close(): void {
    this.#isOver = true;
  }

  #settled(turn: Turn, verdict: IntakeVerdict): void {
    if (this.#isOver) return;
    if (verdict.next !== 'acknowledge') {
      this.#acknowledge();
      this.#isOver = true;
      this.#options.refused(verdict);
      return;
    }
    turn.isDone = true;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    // When all that were committed together have called back.
    process.nextTick(() => {
      this.#isFlushing = false;
      if (this.#isOver) return;
      this.#acknowledge();
      this.#options.onRoom();
    });
  }

  /** Sends the acknowledgements of all that are done up to the first that is not. */
  #acknowledge(): void {
    const turns = this.#turns;
    const open = turns.findIndex(turn => !turn.isDone);
    const done = open < 0 ? turns.length : open;
    if (done === 0) return;
    const bytes = Buffer.allocUnsafe(4 * done);
    let used = 0;
    for (let i = 0; i < done; i++) {
      const turn = turns[i]!;
      this.#bytes -= turn.bytes;
      if (turn.messageId === 0) continue;
      bytes[used++] = packetType.puback << 4;
      bytes[used++] = 2;
      bytes[used++] = turn.messageId >> 8;
      bytes[used++] = turn.messageId & 0xff;
    }
    this.#turns = turns.slice(done);
    if (used > 0) this.#options.write(bytes.subarray(0, used));
  }
}
