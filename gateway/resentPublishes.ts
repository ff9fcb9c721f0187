import { hash } from 'node:crypto';
import { BoundedMap } from './formats/boundedMap.ts';

/** A publish as far as it can be recognised when it comes again. */
export interface Recognisable {
  readonly nodeId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly messageId: number;
}

/** More than a client keeps unacknowledged at a time. */
const maxPerNode = 200;
const maxNodes = 10_000;

/**
 * Remembers what became of the latest publishes of each node, so that one that is sent again because its
 * acknowledgement was lost is acknowledged and not taken twice. MQTT prescribes the same packet id for it
 * [MQTT-4.4.0-1]; without that a value measured twice would be taken for one sent twice.
 *
 * In memory only, and bounded: the oldest go first.
 */
export class ResentPublishes<Outcome> {
  /** Mapped by node id, then by packet id and digest. */
  readonly #ofNode = new BoundedMap<string, BoundedMap<string, Promise<Outcome>>>(maxNodes);

  /** The outcome of the same publish before; it may be under way still. */
  find(publish: Recognisable): Promise<Outcome> | undefined {
    return this.#ofNode.get(publish.nodeId)?.get(keyOf(publish));
  }

  /** @param isTaken  whether an outcome counts: what was not taken must be taken when it comes again */
  remember(publish: Recognisable, outcome: Promise<Outcome>, isTaken: (outcome: Outcome) => boolean): void {
    const known = this.#ofNode.get(publish.nodeId) ?? new BoundedMap<string, Promise<Outcome>>(maxPerNode);
    this.#ofNode.set(publish.nodeId, known);
    const key = keyOf(publish);
    known.set(key, outcome);
    const forget = () => {
      if (known.get(key) === outcome) known.delete(key);
    };
    outcome.then(what => {
      if (!isTaken(what)) forget();
    }, forget);
  }
}

function keyOf({ messageId, topic, payload }: Recognisable): string {
  // 96 bits: enough among a node's own publishes, which nobody gains by confusing.
  return `${messageId} ${topic} ${hash('sha256', payload, 'base64').slice(0, 16)}`;
}
