import type { Clock } from '../../../models/contracts/intake.ts';
import { StoreUnavailable } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { InfluxError } from './influxErrors.ts';
import type { InfluxServer } from './influxServer.ts';

export interface Fault {
  readonly since: number;
  readonly reason: string;
}

export interface LinkOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Reaches the server and makes it ready to be asked and written to. */
  readonly open: () => Promise<InfluxServer>;
  /** Told each time the server has been reached. */
  readonly onUp: () => void;
}

const firstRetryMs = 100;
const lastRetryMs = 5_000;

/**
 * The way to the server. While it does not answer, nobody is made to wait for it: questions fail at once, and it is tried
 * again and again here.
 */
export class InfluxLink {
  readonly #options: LinkOptions;
  #server: InfluxServer | null = null;
  #fault: Fault | null;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #trying: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#fault = { since: options.clock.now(), reason: 'InfluxDB has not answered yet' };
  }

  /** Null while it does not answer. */
  get server(): InfluxServer | null {
    return this.#server;
  }

  get fault(): Fault | null {
    return this.#fault;
  }

  /** One try to reach it; never rejects. More follow by themselves until it answers. */
  tryNow(): Promise<void> {
    this.#trying ??= this.#try().finally(() => {
      this.#trying = undefined;
    });
    return this.#trying;
  }

  /**
   * Asks the server.
   *
   * @throws {StoreUnavailable} at once while it does not answer; also when it refuses the question
   */
  async ask<T>(question: (server: InfluxServer) => Promise<T>): Promise<T> {
    const server = this.#server;
    if (server === null) throw new StoreUnavailable(`InfluxDB does not answer: ${this.#fault?.reason}`);
    try {
      const answer = await question(server);
      this.worked();
      return answer;
    } catch (error) {
      if (error instanceof InfluxError && error.kind !== 'refused') this.lost(error, server);
      throw new StoreUnavailable(`InfluxDB did not answer: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** It does what it is asked: the next failure is the first again. Merely to be there is not enough. */
  worked(): void {
    this.#failures = 0;
  }

  /** The server has failed somebody; it is tried anew from here. */
  lost(error: unknown, server: InfluxServer): void {
    // Whoever was still waiting for a server that has been replaced meanwhile says nothing new.
    if (server !== this.#server) return;
    this.#server = null;
    this.#note(error);
    this.#later();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#server = null;
  }

  async #try(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#server !== null) return;
    try {
      const server = await this.#options.open();
      if (this.#isClosed) return;
      if (this.#fault !== null) this.#options.log.info({ version: server.version }, 'InfluxDB answers again');
      this.#server = server;
      this.#fault = null;
      this.#options.onUp();
    } catch (error) {
      this.#note(error);
      this.#later();
    }
  }

  #note(error: unknown): void {
    const reason = reasonOf(error);
    if (reason !== this.#fault?.reason)
      this.#options.log.error({ reason }, 'InfluxDB cannot be used; readings wait in the journal');
    this.#fault = { since: this.#fault?.since ?? this.#options.clock.now(), reason };
  }

  #later(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.tryNow(),
      retryDelayMs(this.#failures++, firstRetryMs, lastRetryMs),
    );
    this.#timer.unref();
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Twice as long each time, and never two servers of a fleet in step. */
export function retryDelayMs(failures: number, firstMs: number, lastMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(failures, 20), lastMs) * (0.5 + Math.random() / 2);
}
