import { setTimeout as sleep } from 'node:timers/promises';
import type { IPublishPacket } from 'mqtt';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock, GatewayControl, IntakeConsumer, PresenceChange } from '../models/contracts/intake.ts';
import { commandTopic, parseNodeTopic } from '../models/contracts/topics.ts';
import { BrokerLane, type LaneTiming } from './brokerLane.ts';
import { defaultLimits } from './gatewayLimits.ts';
import { createGatewayMetrics } from './gatewayMetrics.ts';
import { IntakePump, type PumpStats } from './intakePump.ts';
import { type Journal, type JournalStats, openJournal } from './journal.ts';
import { Presence } from './presence.ts';
import { PublishIntake, type Sender } from './publishIntake.ts';

export interface ExternalBrokerOptions {
  /** `mqtt://user:password@host`; also `mqtts://`, `ws://`, `wss://`. */
  readonly url: string;
  /** Names this server's sessions at the broker; stays the same over restarts, differs from server to server. */
  readonly sessionId: string;
  readonly journalDir: string;
  readonly journalBytes?: number;
  /** The broker has checked the login and the topic; whether there is such a node, only the server knows. */
  readonly knowsNode: (nodeId: string) => Promise<boolean>;
  readonly consumer: IntakeConsumer;
  readonly onPresence: (change: PresenceChange) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  /**
   * shared   beside other servers, each reading going to one of them
   * alone    the only server on this broker: a plain subscription, which every broker keeps over its own restart
   *          (Mosquitto 2.0 forgets shared ones and drops what nodes send until the servers are back)
   * leaving  takes what the broker keeps for this server, and nothing new
   */
  readonly membership?: Membership;
  readonly timing?: Partial<LaneTiming>;
  /** Instead of the one in `journalDir`. */
  readonly journal?: Journal;
}

export type Membership = 'shared' | 'alone' | 'leaving';

export interface ExternalBroker extends GatewayControl {
  /** true, or why not, for a readiness probe. */
  readyNow(): true | string;
  /** Resolves when every connection is up and the broker has sent nothing for five seconds. */
  drained(): Promise<void>;
  /** Resolves when the consumer has taken everything acknowledged so far. */
  caughtUp(): Promise<void>;
  stats(): {
    readonly lanes: number;
    readonly connected: number;
    readonly journal: JournalStats;
    readonly intake: PumpStats;
  };
  /** Acknowledges what is on disk, takes nothing more, hands everything over if it can. Within 10 s. */
  stop(): Promise<void>;
}

const usualTiming: LaneTiming = {
  firstRetryMs: 500,
  longestRetryMs: 30_000,
  keepaliveS: 30,
  connectWithinMs: 10_000,
};

/** Members of one shared subscription are one server or several; nobody else may use this name. */
const plain = 'tahan/+/readings';
const share = `$share/tahan/${plain}`;
/** Not shared: every server shows which nodes are connected, from the retained messages on. */
const statuses = 'tahan/+/status';

/**
 * Publishes are taken one after the other on each connection, each waiting for the disk. Several connections share a
 * sync (group commit), so that the pace is not that of one sync a publish.
 */
const laneCount = 4;
const maxSenders = 20_000;
const patienceMs = 4_000;
/** A broker that has something sends it at once. */
const silentMs = 5_000;

const monotonicNow = (): number => performance.now();

/**
 * Reads from a broker that is not ours (Mosquitto, EMQX, HiveMQ, VerneMQ …) with the same promise as our own: a publish
 * is acknowledged when it is in the journal. Several servers share the readings of one broker; when one dies, the broker
 * keeps what that one had not acknowledged.
 *
 * @throws {Error} when the journal cannot be opened. A broker that cannot be reached is waited for
 */
export async function startExternalBroker(options: ExternalBrokerOptions): Promise<ExternalBroker> {
  const { clock, consumer, registry, url, sessionId } = options;
  const log = options.log.child({ part: 'broker' });
  const journal =
    options.journal ??
    (await openJournal({
      ...{ dir: options.journalDir, clock, log, startAfter: consumer.durablePosition() },
      maxBytes: options.journalBytes ?? defaultLimits.journalBytes,
    }));
  const pump = new IntakePump(journal, consumer, log);
  const presence = new Presence(clock, options.onPresence);
  const lanes: BrokerLane[] = [];
  const connected = () => lanes.filter(lane => lane.connected).length;
  const metrics = createGatewayMetrics(registry, {
    connections: connected,
    journal: () => journal.stats(),
    pump: () => pump.stats(),
    now: () => clock.now(),
  });
  const intake = new PublishIntake({ journal, pump, presence, metrics, clock, monotonicNow, log });
  const reader = new BrokerReader(intake, presence, options.knowsNode);
  for (let n = 0; n < laneCount; n++)
    lanes.push(
      new BrokerLane({
        ...{ url, log, monotonicNow, random: Math.random },
        clientId: `tahan-${sessionId}-${n}`,
        ...subscriptionsOf(options.membership ?? 'shared', n),
        take: packet => reader.take(packet),
        timing: { ...usualTiming, ...options.timing },
      }),
    );
  pump.start();
  for (const lane of lanes) lane.start();
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    presence.silence();
    for (const lane of lanes) lane.stopTaking();
    await within(patienceMs, intake.idle());
    // The last acknowledgements are written in the next turns of the event loop.
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
    await Promise.all(lanes.map(lane => lane.close()));
    await within(patienceMs, pump.caughtUp());
    await pump.stop();
    await journal.close();
  }

  return {
    readyNow() {
      if (connected() === 0) return 'the broker cannot be reached';
      if (pump.caughtUpNow()) return true;
      return `${pump.stats().waiting} acknowledged publishes are still being taken over from the journal`;
    },
    ...portsOf(url),
    caughtUp: () => pump.caughtUp(),
    offerAgain: offered => intake.offerAgain(offered, null),
    // The connections of nodes are the broker's.
    disconnect: () => undefined,
    async sendCommand(nodeId, command) {
      const lane = lanes.find(one => one.connected);
      return (await lane?.send(commandTopic(nodeId), JSON.stringify(command))) ?? false;
    },
    async drained() {
      while (connected() < laneCount || monotonicNow() - reader.lastAt < silentMs) await sleep(100);
      await pump.caughtUp();
    },
    stats: () => ({
      ...{ lanes: laneCount, connected: connected() },
      ...{ journal: journal.stats(), intake: pump.stats() },
    }),
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Where nodes connect: to the broker, as the server does. */
function portsOf(url: string) {
  const { protocol, port } = new URL(url);
  const isTls = protocol === 'mqtts:' || protocol === 'wss:';
  const number = port === '' ? (isTls ? 8883 : 1883) : Number(port);
  return { port: number, tlsPort: isTls ? number : null };
}

/** A plain subscription on more than one connection would bring every reading to each of them. */
function subscriptionsOf(membership: Membership, lane: number) {
  const always = lane === 0 ? [statuses] : [];
  if (membership === 'shared') return { filters: [share, ...always], dropped: [plain] };
  if (membership === 'alone') return { filters: lane === 0 ? [plain, ...always] : [], dropped: [share] };
  return { filters: [], dropped: [share, plain, ...always] };
}

/** Gives each publish to the intake in the name of the node that its topic names. */
class BrokerReader {
  readonly #intake: PublishIntake;
  readonly #presence: Presence;
  readonly #knowsNode: (nodeId: string) => Promise<boolean>;
  /** Mapped by node id. Bounded: the one first heard goes first. */
  readonly #senders = new Map<string, Sender>();
  /** When the latest publish came, in monotonic milliseconds; at first, when this began. */
  lastAt = monotonicNow();

  constructor(intake: PublishIntake, presence: Presence, knowsNode: (nodeId: string) => Promise<boolean>) {
    this.#intake = intake;
    this.#presence = presence;
    this.#knowsNode = knowsNode;
  }

  /**
   * Whether it is on disk, as readings or in quarantine.
   *
   * @throws {Error} when nobody can say now whether there is such a node; it must not end in quarantine for that
   */
  async take(packet: IPublishPacket): Promise<boolean> {
    this.lastAt = monotonicNow();
    const { topic, qos, retain, dup, messageId = 0 } = packet;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const publish = { topic, payload, qos, retain, dup, messageId };
    const nodeId = parseNodeTopic(topic)?.nodeId;
    const verdict =
      nodeId !== undefined && (await this.#knowsNode(nodeId))
        ? await this.#intake.take(this.#senderOf(nodeId), publish)
        : await this.#intake.quarantine(publish, nodeId ?? topic.slice(0, 64), {
            code: 'publish.unknown_node',
            message: 'the broker let somebody publish for a node that is not known here',
            field: 'topic',
            value: topic.slice(0, 200),
            allowed: 'tahan/<node id>/readings of a node that was added here',
          });
    return verdict.next !== 'resend';
  }

  #senderOf(nodeId: string): Sender {
    const known = this.#senders.get(nodeId);
    if (known) return known;
    const sender: Sender = { nodeId, bridge: null, edge: null };
    this.#senders.set(nodeId, sender);
    if (this.#senders.size > maxSenders) this.#senders.delete(this.#senders.keys().next().value ?? '');
    this.#presence.claim(nodeId, sender);
    return sender;
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: timeout.signal }).catch(() => undefined)]);
  timeout.abort();
}
