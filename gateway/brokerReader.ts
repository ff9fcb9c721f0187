import { setTimeout as sleep } from 'node:timers/promises';
import type { IPublishPacket } from 'mqtt';
import { parseNodeTopic } from '../models/contracts/topics.ts';
import type { IncomingPublish } from './incomingPublish.ts';
import type { Presence } from './presence.ts';
import type { PublishIntake, Sender } from './publishIntake.ts';
import type { StoredAcknowledgements } from './storedAcknowledgements.ts';

export interface BrokerReaderOptions {
  readonly intake: PublishIntake;
  readonly presence: Presence;
  readonly knowsNode: (nodeId: string) => Promise<boolean>;
  /** Left out, the journal is enough for an acknowledgement. */
  readonly stored?: StoredAcknowledgements | undefined;
  readonly monotonicNow: () => number;
}

interface KnownSender extends Sender {
  /** When its node was found the last time, in monotonic milliseconds. */
  knownAt: number;
}

const maxSenders = 20_000;
/** A node that was removed is heard for this long at most. */
const knownForMs = 10_000;
/** A database that is slower is not waited for when its last answer was yes. */
const askPatienceMs = 1_000;

/** Gives each publish to the intake in the name of the node that its topic names. */
export class BrokerReader {
  readonly #options: BrokerReaderOptions;
  /** Mapped by node id. Bounded: the one first heard goes first. */
  readonly #senders = new Map<string, KnownSender>();
  /** Mapped by node id: publishes of a node keep their order though the answer takes a while. */
  readonly #asking = new Map<string, Promise<boolean>>();
  /** When the latest publish came, in monotonic milliseconds; at first, when this began. */
  lastAt: number;

  constructor(options: BrokerReaderOptions) {
    this.#options = options;
    this.lastAt = options.monotonicNow();
  }

  /**
   * Whether it is safe: on disk as readings or in quarantine, and in the store when that is waited for.
   *
   * @throws {Error} when nobody can say now whether there is such a node; it must not end in quarantine for that
   */
  async take(packet: IPublishPacket): Promise<boolean> {
    const { intake, stored, monotonicNow } = this.#options;
    this.lastAt = monotonicNow();
    const { topic, qos, retain, dup, messageId = 0 } = packet;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const publish = { topic, payload, qos, retain, dup, messageId };
    const nodeId = parseNodeTopic(topic)?.nodeId;
    const sender = nodeId === undefined ? null : (this.#heardLately(nodeId) ?? (await this.#find(nodeId)));
    const verdict = sender
      ? await intake.take(sender, publish)
      : await this.#refuse(publish, nodeId ?? topic.slice(0, 64));
    if (verdict.next === 'resend') return false;
    if (stored && verdict.next === 'acknowledge' && verdict.position !== undefined)
      await stored.wait(verdict.position);
    return true;
  }

  #refuse(publish: IncomingPublish, nodeId: string) {
    return this.#options.intake.quarantine(publish, nodeId, {
      code: 'publish.unknown_node',
      message: 'the broker let somebody publish for a node that is not known here',
      field: 'topic',
      value: publish.topic.slice(0, 200),
      allowed: 'tahan/<node id>/readings of a node that was added here',
    });
  }

  /** Unless it is being asked for: then who came earlier goes first. */
  #heardLately(nodeId: string): Sender | undefined {
    const known = this.#senders.get(nodeId);
    const isFresh = known !== undefined && this.#options.monotonicNow() - known.knownAt < knownForMs;
    return isFresh && !this.#asking.has(nodeId) ? known : undefined;
  }

  async #find(nodeId: string): Promise<Sender | null> {
    let asking = this.#asking.get(nodeId);
    if (asking === undefined) {
      asking = this.#ask(nodeId);
      this.#asking.set(nodeId, asking);
    }
    // Before `finally` of the asking: who waits for it goes on in the order of arrival.
    return (await asking) ? this.#senderOf(nodeId) : null;
  }

  async #ask(nodeId: string): Promise<boolean> {
    try {
      const asked = this.#options.knowsNode(nodeId);
      const isKnown = this.#senders.has(nodeId) ? await orYes(asked) : await asked;
      if (isKnown) this.#senderOf(nodeId).knownAt = this.#options.monotonicNow();
      else this.#senders.delete(nodeId);
      return isKnown;
    } finally {
      this.#asking.delete(nodeId);
    }
  }

  #senderOf(nodeId: string): KnownSender {
    const known = this.#senders.get(nodeId);
    if (known) return known;
    const sender = { nodeId, bridge: null, edge: null, knownAt: this.#options.monotonicNow() };
    this.#senders.set(nodeId, sender);
    if (this.#senders.size > maxSenders) this.#senders.delete(this.#senders.keys().next().value ?? '');
    this.#options.presence.claim(nodeId, sender);
    return sender;
  }
}

/** What it was before, when there is no answer now. */
async function orYes(asked: Promise<boolean>): Promise<boolean> {
  const overdue = new AbortController();
  const patience = sleep(askPatienceMs, true, { signal: overdue.signal, ref: false });
  try {
    return await Promise.race([asked.catch(() => true), patience]);
  } finally {
    patience.catch(() => undefined);
    overdue.abort();
  }
}
