import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock, GatewayControl, IntakeConsumer, PresenceChange } from '../models/contracts/intake.ts';
import { commandTopic } from '../models/contracts/topics.ts';
import { BrokerLane, type BrokerLaneOptions, type LaneTiming } from './brokerLane.ts';
import { BrokerReader } from './brokerReader.ts';
import { defaultLimits } from './gatewayLimits.ts';
import { createGatewayMetrics } from './gatewayMetrics.ts';
import { IntakePump, type PumpStats } from './intakePump.ts';
import { type Journal, type JournalStats, openJournal } from './journal.ts';
import { Presence } from './presence.ts';
import { PublishIntake } from './publishIntake.ts';
import { StoredAcknowledgements } from './storedAcknowledgements.ts';

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
  /**
   * Acknowledges once the consumer's store has a publish, and on the journal alone when that moves nothing for so long;
   * left out, always on the journal alone. Needs a consumer with `onStored`.
   */
  readonly storePatienceMs?: number | undefined;
  /** About the own session; see `BrokerLaneOptions`. */
  readonly session?: SessionRule;
}

export type SessionRule = Pick<BrokerLaneOptions, 'mayConnect' | 'onUp'>;

/** The session of another server, taken over. */
export interface TakenSession {
  /** Resolves when the broker has sent nothing more of it for five seconds. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

export type Membership = 'shared' | 'alone' | 'leaving';

export interface ExternalBroker extends GatewayControl {
  /** true, or why not, for a readiness probe. */
  readyNow(): true | string;
  /** Resolves when every connection is up and the broker has sent nothing for five seconds. */
  drained(): Promise<void>;
  /** Takes what the broker keeps for another server, and nothing new for it. `stop` ends it too. */
  takeOver(sessionId: string, rule: SessionRule): TakenSession;
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
  // A line that swallows everything is noticed before others wait long for what it holds.
  keepaliveS: 5,
  connectWithinMs: 10_000,
};

/** Members of one shared subscription are one server or several; nobody else may use this name. */
const plain = 'tahan/+/readings';
const share = `$share/tahan/${plain}`;
/** Not shared: every server shows which nodes are connected, from the retained messages on. */
const statuses = 'tahan/+/status';

/** A broker gives a connection only so many publishes at a time; with several the pace is not that of one window. */
const laneCount = 4;
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
  const stored = acknowledgementsOf(options, log);
  const readers = { intake, presence, knowsNode: options.knowsNode, stored, monotonicNow };
  const reader = new BrokerReader(readers);
  const lanesOf = (session: string, membership: Membership, from: BrokerReader, rule: SessionRule = {}) =>
    Array.from(
      { length: laneCount },
      (_, n) =>
        new BrokerLane({
          ...{ url, log, monotonicNow, random: Math.random },
          clientId: `tahan-${session}-${n}`,
          ...subscriptionsOf(membership, n),
          take: packet => from.take(packet),
          timing: { ...usualTiming, ...options.timing },
          ...rule,
        }),
    );
  lanes.push(...lanesOf(sessionId, options.membership ?? 'shared', reader, options.session));
  const taken = new Set<TakenSession>();
  pump.start();
  for (const lane of lanes) lane.start();
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    presence.silence();
    await Promise.all([stopLanes(lanes), ...[...taken].map(session => session.stop())]);
    stored?.close();
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
      await silence(lanes, reader);
      await pump.caughtUp();
    },
    takeOver(session, rule) {
      const from = new BrokerReader(readers);
      const theirs = lanesOf(session, 'leaving', from, rule);
      for (const lane of theirs) lane.start();
      const one: TakenSession = {
        drained: () => silence(theirs, from),
        async stop() {
          taken.delete(one);
          await stopLanes(theirs);
        },
      };
      taken.add(one);
      return one;
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

function acknowledgementsOf({ consumer, storePatienceMs }: ExternalBrokerOptions, log: Logger) {
  if (storePatienceMs === undefined || consumer.onStored === undefined) return undefined;
  const stored = new StoredAcknowledgements(storePatienceMs, monotonicNow, log);
  consumer.onStored(through => stored.stored(through));
  return stored;
}

/** Resolves when all are connected and the broker has been silent for a while. */
async function silence(lanes: readonly BrokerLane[], reader: BrokerReader): Promise<void> {
  while (!lanes.every(lane => lane.connected) || monotonicNow() - reader.lastAt < silentMs) await sleep(100);
}

/** What has come is acknowledged if that can be done soon; all else stays at the broker. */
async function stopLanes(lanes: readonly BrokerLane[]): Promise<void> {
  for (const lane of lanes) lane.stopTaking();
  await within(patienceMs, Promise.all(lanes.map(lane => lane.idle())));
  await Promise.all(lanes.map(lane => lane.close()));
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

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: timeout.signal }).catch(() => undefined)]);
  timeout.abort();
}
