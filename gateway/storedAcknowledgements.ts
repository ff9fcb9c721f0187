import type { Logger } from 'pino';

interface Waiting {
  readonly position: number;
  readonly sinceMs: number;
  readonly resolve: () => void;
}

/**
 * Lets acknowledgements wait until a store that several servers share has what they are for, so that even the disk of
 * this server may be lost afterwards. A store that moves nothing for `patienceMs` is not waited for: until it has caught
 * up, the journal on this disk has to do, because brokers keep less than journals do.
 */
export class StoredAcknowledgements {
  readonly #patienceMs: number;
  readonly #monotonicNow: () => number;
  readonly #log: Logger;
  /** Ascending by position. */
  #waiting: Waiting[] = [];
  #through = 0;
  /** The position that the store must have before it is waited for again; null while it is. */
  #awayUntil: number | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(patienceMs: number, monotonicNow: () => number, log: Logger) {
    this.#patienceMs = patienceMs;
    this.#monotonicNow = monotonicNow;
    this.#log = log;
  }

  /** Whether acknowledgements do not wait for the store at present. */
  get isAway(): boolean {
    return this.#awayUntil !== null;
  }

  /** Resolves when the store has this position, or is not waited for. */
  wait(position: number): Promise<void> {
    if (position <= this.#through) return Promise.resolve();
    if (this.#awayUntil !== null) {
      this.#awayUntil = Math.max(this.#awayUntil, position);
      return Promise.resolve();
    }
    return new Promise(resolve => {
      const waiting = { position, sinceMs: this.#monotonicNow(), resolve };
      const before = this.#waiting.findLastIndex(one => one.position <= position);
      this.#waiting.splice(before + 1, 0, waiting);
      this.#watch();
    });
  }

  /** The store has everything up to this position. */
  stored(through: number): void {
    this.#through = Math.max(this.#through, through);
    if (this.#awayUntil !== null && this.#through >= this.#awayUntil) {
      this.#awayUntil = null;
      this.#log.info('broker: the store has caught up; publishes are acknowledged once it has them');
    }
    this.#letGo(this.#through);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #letGo(through: number): void {
    const open = this.#waiting.findIndex(({ position }) => position > through);
    const done = this.#waiting.splice(0, open < 0 ? this.#waiting.length : open);
    for (const { resolve } of done) resolve();
    if (this.#waiting.length === 0) this.close();
  }

  /** One timer for all: it looks at whoever waits longest. */
  #watch(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#timer !== undefined) return;
    const leftMs = first.sinceMs + this.#patienceMs - this.#monotonicNow();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const [oldest] = this.#waiting;
        if (oldest === undefined) return;
        if (this.#monotonicNow() - oldest.sinceMs < this.#patienceMs) return this.#watch();
        this.#giveUp();
      },
      Math.max(leftMs, 1),
    );
    this.#timer.unref();
  }

  #giveUp(): void {
    const last = this.#waiting.at(-1)!.position;
    this.#awayUntil = last;
    this.#log.warn(
      { waiting: this.#waiting.length, patienceMs: this.#patienceMs },
      'broker: the store does not take readings; publishes are acknowledged once this disk has them',
    );
    this.#letGo(last);
  }
}
