const leastBytes = 8 * 1024;
const mostBytes = 1024 * 1024;
const firstBytes = 32 * 1024;
/** What is live may have this much on its way; more than the line carries waits where the newest goes first. */
const liveBytes = 64 * 1024;
/** An acknowledgement that takes longer than this says that the line is full. */
const slowMs = 1_000;
const quickMs = 400;

export type Lane = 'live' | 'backlog';

/**
 * How much may be on its way at once, so that a live reading never has more than a second or two in front of it. The
 * share of the backlog grows while acknowledgements come quickly, and halves when they are slow.
 */
export class UplinkPace {
  #backlogBytes = firstBytes;
  readonly #underWay = { live: 0, backlog: 0 };

  /** For the backlog; 0 or less: wait. */
  backlogRoomBytes(): number {
    return this.#backlogBytes - this.#underWay.backlog;
  }

  isLiveFree(): boolean {
    return this.#underWay.live < liveBytes;
  }

  sent(lane: Lane, bytes: number): void {
    this.#underWay[lane] += bytes;
  }

  acknowledged(lane: Lane, bytes: number, afterMs: number): void {
    this.#underWay[lane] -= bytes;
    if (lane === 'live') return;
    if (afterMs > slowMs) this.#backlogBytes = Math.max(this.#backlogBytes / 2, leastBytes);
    else if (afterMs < quickMs) this.#backlogBytes = Math.min(this.#backlogBytes + bytes, mostBytes);
  }

  lineLost(): void {
    this.#underWay.live = 0;
    this.#underWay.backlog = 0;
    this.#backlogBytes = firstBytes;
  }
}
