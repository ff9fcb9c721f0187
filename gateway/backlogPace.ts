const leastBytes = 8 * 1024;
const mostBytes = 1024 * 1024;
const firstBytes = 32 * 1024;
/** An acknowledgement that takes longer than this says that the line is full. */
const slowMs = 1_000;
const quickMs = 400;

/**
 * How much of a backlog may be on its way at once, so that a live reading never has more than about a second of it in
 * front: grows while acknowledgements come quickly, halves when they are slow.
 */
export class BacklogPace {
  #allowedBytes = firstBytes;
  #underWayBytes = 0;

  /** 0 or less: wait. */
  roomBytes(): number {
    return this.#allowedBytes - this.#underWayBytes;
  }

  sent(bytes: number): void {
    this.#underWayBytes += bytes;
  }

  acknowledged(bytes: number, afterMs: number): void {
    this.#underWayBytes -= bytes;
    if (afterMs > slowMs) this.#allowedBytes = Math.max(this.#allowedBytes / 2, leastBytes);
    else if (afterMs < quickMs) this.#allowedBytes = Math.min(this.#allowedBytes + bytes, mostBytes);
  }

  lineLost(): void {
    this.#underWayBytes = 0;
    this.#allowedBytes = firstBytes;
  }
}
