const windowMs = 60_000;
const maxKeys = 10_000;

/** Lets a few events of each key through a minute, so that one bad peer cannot fill a log or an audit trail. */
export class EventLimiter {
  readonly #perMinute: number;
  /** Mapped by the caller's key. Bounded: the oldest window is forgotten first. */
  readonly #windows = new Map<string, { readonly from: number; count: number }>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Whether this event is told. Times are monotonic milliseconds. */
  allows(key: string, now: number): boolean {
    const window = this.#windows.get(key);
    if (window && now - window.from < windowMs) return ++window.count <= this.#perMinute;
    this.#windows.delete(key);
    this.#windows.set(key, { from: now, count: 1 });
    if (this.#windows.size > maxKeys) this.#windows.delete(this.#windows.keys().next().value ?? '');
    return true;
  }
}
