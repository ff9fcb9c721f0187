import type { TokenBucket } from './tokenBucket.ts';

/** Holds up the packets of one connection while its node has none left in its bucket. Times are monotonic milliseconds. */
export class PacketPace {
  readonly #goOn: () => void;
  #bucket: TokenBucket | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param goOn  called when the next packet may pass after one had to wait */
  constructor(goOn: () => void) {
    this.#goOn = goOn;
  }

  begin(bucket: TokenBucket): void {
    this.#bucket = bucket;
  }

  mayGo(now: number): boolean {
    if (this.#timer) return false;
    const waitMs = this.#bucket?.waitMs(now) ?? 0;
    if (waitMs === 0) return true;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#goOn();
    }, waitMs);
    return false;
  }

  /** Large publishes cost more to decode: they take as many tokens as the small ones they could have been. */
  pay(packetBytes: number, now: number): void {
    this.#bucket?.take(1 + packetBytes / 1024, now);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
