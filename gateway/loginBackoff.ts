/** Wrong secrets taken for granted before anybody waits: a person who types, a node with an old setting. */
const freeFailures = 5;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** A failure this old is forgotten. */
const forgetAfterMs = 10 * 60_000;
/** An address that tries many node ids is slowed after this many failures over all of them. */
const freeFailuresPerAddress = 50;
const maxEntries = 20_000;

interface Failures {
  count: number;
  lastAt: number;
}

/**
 * Makes guessing slow: after a few wrong secrets for one node from one address (or many from one address for any node)
 * each further try from there has to wait, twice as long every time. Other addresses are not touched, so that nobody
 * can lock a node out from elsewhere; nor is a node that has logged in from there before, whatever its neighbours at
 * the same address try. Times are monotonic milliseconds.
 */
export class LoginBackoff {
  /** Mapped by address alone, and by address and node id. Bounded: the entry that failed longest ago goes first. */
  readonly #failures = new Map<string, Failures>();
  /** Address and node id of logins that succeeded. Bounded: the one that succeeded longest ago goes first. */
  readonly #succeeded = new Set<string>();

  /** Milliseconds until a login may be tried, 0 when at once. */
  waitMs(address: string, nodeId: string, now: number): number {
    const pair = pairKey(address, nodeId);
    const ofAddressMs = this.#succeeded.has(pair) ? 0 : this.#wait(address, freeFailuresPerAddress, now);
    return Math.max(this.#wait(pair, freeFailures, now), ofAddressMs);
  }

  failed(address: string, nodeId: string, now: number): void {
    this.#count(pairKey(address, nodeId), now);
    this.#count(address, now);
  }

  succeeded(address: string, nodeId: string): void {
    const pair = pairKey(address, nodeId);
    this.#failures.delete(pair);
    this.#succeeded.delete(pair);
    this.#succeeded.add(pair);
    if (this.#succeeded.size > maxEntries) this.#succeeded.delete(this.#succeeded.keys().next().value ?? '');
  }

  #wait(key: string, free: number, now: number): number {
    const failures = this.#failures.get(key);
    if (!failures || failures.count < free) return 0;
    const waitMs = Math.min(firstWaitMs * 2 ** Math.min(failures.count - free, 20), longestWaitMs);
    return Math.max(failures.lastAt + waitMs - now, 0);
  }

  #count(key: string, now: number): void {
    const known = this.#failures.get(key);
    const isFresh = known !== undefined && now - known.lastAt < forgetAfterMs;
    // Deleting first moves the key to the end, which keeps the map in order of the last failure.
    this.#failures.delete(key);
    this.#failures.set(key, { count: (isFresh ? known.count : 0) + 1, lastAt: now });
    if (this.#failures.size > maxEntries) this.#failures.delete(this.#failures.keys().next().value ?? '');
  }
}

const pairKey = (address: string, nodeId: string): string => `${address} ${nodeId}`;
