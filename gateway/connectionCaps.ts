export interface ConnectionBounds {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

/** Counts open connections over every way in, in all and by address, from their first byte on. */
export class ConnectionCaps {
  readonly #bounds: ConnectionBounds;
  /** Mapped by remote address. */
  readonly #perAddress = new Map<string, number>();
  #open = 0;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  get open(): number {
    return this.#open;
  }

  /** Lets one more in and gives what to call, once, when it is gone; undefined when there are too many already. */
  admit(address: string): (() => void) | undefined {
    const ofAddress = this.#perAddress.get(address) ?? 0;
    if (this.#open >= this.#bounds.maxConnections || ofAddress >= this.#bounds.maxConnectionsPerAddress)
      return undefined;
    this.#open++;
    this.#perAddress.set(address, ofAddress + 1);
    return () => {
      this.#open--;
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    };
  }
}
