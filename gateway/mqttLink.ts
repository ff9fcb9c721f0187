import { setTimeout as sleep } from 'node:timers/promises';
import type { IConnackPacket, MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { EventLimiter } from './eventLimiter.ts';

export interface MqttLinkOptions {
  /** Where to, for the log; without a password. */
  readonly name: string;
  /** A new client that connects once and never by itself again (`reconnectPeriod: 0`). */
  readonly connect: () => MqttClient;
  /** Asked before each attempt; at no, or when it cannot be said, it is asked again after the wait. */
  readonly mayConnect?: () => Promise<boolean>;
  readonly onUp: (client: MqttClient, connack: IConnackPacket) => void;
  readonly onDown: () => void;
  /** Before the next attempt, with what went wrong last. */
  readonly onRefused?: (error: Error) => void;
  /** 0 to 1. */
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly monotonicNow: () => number;
  readonly log: Logger;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

/**
 * Keeps one MQTT connection: connects, notices the end, waits and connects again, with a new client each time, so that
 * nothing of an old session (queues, timers, acknowledgements on their way) can reach into the next.
 *
 * Waits double from the first to the longest, each shortened by up to half at random, so that a thousand gateways do not
 * come back in the same second. Only work that went through (`proven`) starts them over: a server that takes
 * connections and then fails is not hammered.
 */
export class MqttLink {
  readonly #options: MqttLinkOptions;
  readonly #told = new EventLimiter(2);
  #client: MqttClient | undefined;
  #wanted = false;
  #up = false;
  #attempts = 0;
  #retry: NodeJS.Timeout | undefined;
  #lastError: Error | undefined;
  #connects = 0;

  constructor(options: MqttLinkOptions) {
    this.#options = options;
  }

  open(): void {
    this.#wanted = true;
    this.#start();
  }

  /** The connected client, if there is one. */
  get client(): MqttClient | undefined {
    return this.#up ? this.#client : undefined;
  }

  /** Whether this is the present client, connected or on its way there. */
  isCurrent(client: MqttClient): boolean {
    return this.#client === client;
  }

  /** Connections that were accepted so far. */
  get connects(): number {
    return this.#connects;
  }

  proven(): void {
    this.#attempts = 0;
  }

  #start(): void {
    const { mayConnect } = this.#options;
    if (mayConnect === undefined) this.#attempt();
    else void this.#attemptIf(mayConnect);
  }

  async #attemptIf(mayConnect: () => Promise<boolean>): Promise<void> {
    const may = await mayConnect().catch(() => false);
    if (!this.#wanted) return;
    if (may) this.#attempt();
    else this.#retryLater('it may not connect now');
  }

  #attempt(): void {
    const current = this.#options.connect();
    this.#client = current;
    current.on('connect', connack => {
      if (this.#client !== current) return;
      this.#up = true;
      this.#connects++;
      this.#options.log.info({ to: this.#options.name }, 'connected');
      this.#options.onUp(current, connack);
    });
    current.on('error', error => {
      if (this.#client === current) this.#lastError = error;
    });
    current.on('close', () => {
      if (this.#client === current) this.drop('the connection was closed');
    });
  }

  /** Gives up the present connection and plans the next. */
  drop(why: string): void {
    const current = this.#client;
    if (current === undefined) return;
    const wasUp = this.#up;
    this.#client = undefined;
    this.#up = false;
    // No goodbye: whoever drops a line does not trust it to carry one.
    current.end(true);
    current.stream?.destroy();
    const error = this.#lastError;
    this.#lastError = undefined;
    if (wasUp) this.#options.onDown();
    if (error) this.#options.onRefused?.(error);
    if (this.#wanted) this.#retryLater(whatWentWrong(error) ?? why);
  }

  #retryLater(why: string): void {
    const { firstRetryMs, longestRetryMs, random, log, name, monotonicNow } = this.#options;
    const longest = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.#attempts++, 20));
    const waitMs = longest * (1 - random() / 2);
    if (this.#told.allows('down', monotonicNow()))
      log.warn({ to: name, waitMs: Math.round(waitMs) }, `not connected: ${why}`);
    this.#retry = setTimeout(() => this.#start(), waitMs);
  }

  /** Says goodbye and stays away. */
  async close(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#retry);
    const current = this.#client;
    if (current === undefined) return;
    const wasUp = this.#up;
    this.#client = undefined;
    this.#up = false;
    if (wasUp) this.#options.onDown();
    const gone = current.endAsync(!wasUp);
    const timeout = new AbortController();
    await Promise.race([
      gone,
      sleep(goodbyeMs, undefined, { signal: timeout.signal }).catch(() => undefined),
    ]);
    timeout.abort();
    current.stream?.destroy();
  }
}

const goodbyeMs = 1_000;

/** Node gathers the failures of all addresses of a name in an error without a message of its own. */
function whatWentWrong(error: Error | undefined): string | undefined {
  if (error === undefined) return undefined;
  return error.message || String((error as { code?: unknown }).code ?? error.name);
}
