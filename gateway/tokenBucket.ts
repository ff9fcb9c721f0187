/**
 * A bucket of `burst` tokens that refills at `perSecond`. Taking may overdraw it; whoever has done so waits until it is
 * back at zero. Times are monotonic milliseconds.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  take(tokens: number, now: number): void {
    this.#refill(now);
    this.#tokens -= tokens;
  }

  /** Milliseconds until the next may be taken, 0 when at once. */
  waitMs(now: number): number {
    if (this.#tokens >= 0) return 0;
    this.#refill(now);
    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs);
  }

  isFull(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= this.#burst;
  }

  #refill(now: number): void {
    const elapsedMs = Math.max(now - this.#at, 0);
    this.#tokens = Math.min(this.#burst, this.#tokens + elapsedMs * this.#perMs);
    this.#at = now;
  }
}
