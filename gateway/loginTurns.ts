/** Guesses for one node from one address are checked one after the other; honest logins never notice. */
const atOncePerPair = 1;
/** An address may belong to a whole firm that comes back after a power cut. */
const atOncePerAddress = 32;

/**
 * Lets logins be checked in turn, so that guesses sent side by side meet the back-off of those before them.
 * Waiting is bounded by the connections an address may have open.
 */
export class LoginTurns {
  /** Mapped by what is counted: how many are being checked and who waits. */
  readonly #lanes = new Map<string, Lane>();

  /** Runs `check` when it is this pair's and this address's turn. */
  async take<T>(address: string, identity: string, check: () => Promise<T>): Promise<T> {
    return this.#inLane(`${address} ${identity}`, atOncePerPair, () =>
      this.#inLane(address, atOncePerAddress, check),
    );
  }

  async #inLane<T>(key: string, atOnce: number, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { busy: 0, waiting: [] };
    this.#lanes.set(key, lane);
    if (lane.busy < atOnce) lane.busy++;
    else await new Promise<void>(resolve => lane.waiting.push(resolve));
    try {
      return await work();
    } finally {
      // A turn is handed on without becoming free in between.
      const next = lane.waiting.shift();
      if (next) next();
      else if (--lane.busy === 0) this.#lanes.delete(key);
    }
  }
}

interface Lane {
  busy: number;
  readonly waiting: (() => void)[];
}
