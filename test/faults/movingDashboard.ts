import { setTimeout as sleep } from 'node:timers/promises';

/** Without anything new for this long it goes to another server; under load something comes all the time. */
const silentMs = 5_000;
const retryMs = 250;

/** A screen that follows the live stream of one server, and of the next when that ends, fails or falls silent. */
export class MovingDashboard {
  readonly #urls: readonly string[];
  readonly #token: string;
  readonly #stopped = new AbortController();
  #server: number;
  /** When the newest reading came, in monotonic milliseconds. */
  readingAt = 0;
  readings = 0;
  moves = 0;

  constructor(urls: readonly string[], token: string, first: number) {
    this.#urls = urls;
    this.#token = token;
    this.#server = first % urls.length;
    void this.#follow();
  }

  get url(): string {
    return this.#urls[this.#server]!;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #follow(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.#listen().catch(() => undefined);
      if (this.#stopped.signal.aborted) return;
      this.#server = (this.#server + 1) % this.#urls.length;
      this.moves += 1;
      await sleep(retryMs);
    }
  }

  async #listen(): Promise<void> {
    const silent = new AbortController();
    const signal = AbortSignal.any([this.#stopped.signal, silent.signal]);
    let timer = setTimeout(() => silent.abort(), silentMs);
    try {
      const headers = { authorization: `Bearer ${this.#token}` };
      const { ok, body } = await fetch(`${this.url}/api/v1/live`, { headers, signal });
      if (!ok || body === null) return;
      const decoder = new TextDecoder();
      for await (const chunk of body) {
        const found = decoder.decode(chunk, { stream: true }).match(/^event: ?reading$/gm)?.length ?? 0;
        if (found === 0) continue;
        this.readings += found;
        this.readingAt = performance.now();
        clearTimeout(timer);
        timer = setTimeout(() => silent.abort(), silentMs);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
