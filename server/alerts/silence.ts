/**
 * How long nodes have been silent, whatever happens to the clock and to this server: time in which the server was down
 * is nobody's silence, and a clock that is set makes nobody silent.
 */
export class Silence {
  /** Keyed by node: what was last seen of it, and since when it has been silent by the monotonic clock. */
  readonly #known = new Map<
    string,
    { readonly lastSeenAt: number; readonly measuredAt: number; readonly since: number }
  >();
  readonly #downMs: number;
  readonly #downFrom: number;
  #lastLook: number | null = null;

  /** @param down  when the server was not there before it started; null when that is not known */
  constructor(down: { readonly from: number; readonly to: number } | null) {
    this.#downFrom = down?.from ?? 0;
    this.#downMs = down === null ? 0 : Math.max(0, down.to - down.from);
  }

  /**
   * Call for every node at each look.
   *
   * @param lastSeenAt  when a reading of it last arrived, by the wall clock
   * @param measuredAt  when its last reading was measured: after the clock was set back it goes on while arrivals wait to
   *   be later than those before
   */
  silentMs(
    nodeId: string,
    { lastSeenAt, measuredAt }: { readonly lastSeenAt: number; readonly measuredAt: number },
    now: number,
    monotonic: number,
  ): number {
    const known = this.#known.get(nodeId);
    if (known?.lastSeenAt === lastSeenAt && known.measuredAt === measuredAt) return monotonic - known.since;
    const byClock = Math.max(0, now - lastSeenAt);
    const sinceLook = this.#lastLook === null ? Number.POSITIVE_INFINITY : monotonic - this.#lastLook;
    // One that was heard since the last look has not been silent for longer than that.
    const silent =
      known === undefined ? byClock - this.#downSince(lastSeenAt, byClock) : Math.min(byClock, sinceLook);
    this.#known.set(nodeId, { lastSeenAt, measuredAt, since: monotonic - silent });
    return silent;
  }

  /** This server itself stood still (a machine asleep, a process stopped): nobody could be heard meanwhile. */
  paused(ms: number): void {
    for (const [nodeId, known] of this.#known) this.#known.set(nodeId, { ...known, since: known.since + ms });
    if (this.#lastLook !== null) this.#lastLook += ms;
  }

  /** Ends a look at all nodes. */
  looked(monotonic: number): void {
    this.#lastLook = monotonic;
  }

  #downSince(lastSeenAt: number, byClock: number): number {
    const fromDown = Math.max(0, this.#downFrom + this.#downMs - Math.max(lastSeenAt, this.#downFrom));
    return Math.min(byClock, this.#downMs, fromDown);
  }
}
