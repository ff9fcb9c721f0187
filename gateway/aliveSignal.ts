import { encodePublish } from './mqttPacket.ts';

/** A topic that no client can send: names with U+0000 never pass the guard from outside. */
export const aliveTopic = '\u0000alive';

/**
 * A publish of QoS 0 from the guard itself, which the broker takes for its client's and lets fall: it tells the broker,
 * which does not see the client's publishes, that the client has not fallen silent.
 */
export const aliveSignal = encodePublish(Buffer.from(aliveTopic), Buffer.alloc(0), 0, Buffer.alloc(0));

/** When the broker has to be told that a client is there, so that it misses none that publishes. */
export class AliveSignals {
  #everyMs = Number.POSITIVE_INFINITY;
  #lastAt = 0;

  /** A tenth of its keepalive: the broker then waits for 1.4 to 1.5 of it, as after a packet it sees. */
  begin(keepaliveS: number): void {
    this.#everyMs = keepaliveS * 100;
  }

  /** @param now  monotonic milliseconds */
  isDue(now: number): boolean {
    if (now - this.#lastAt < this.#everyMs) return false;
    this.#lastAt = now;
    return true;
  }
}
