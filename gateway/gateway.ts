import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { BridgeDirectory } from '../models/contracts/bridge.ts';
import { type EdgeDirectory, edgeLoginsTopic } from '../models/contracts/edge.ts';
import type {
  Clock,
  GatewayControl,
  IntakeConsumer,
  NodeDirectory,
  PresenceChange,
  SecurityEvent,
} from '../models/contracts/intake.ts';
import { commandTopic } from '../models/contracts/topics.ts';
import { startBroker } from './broker.ts';
import { type Doors, type ListenAt, openDoors } from './doors.ts';
import { EdgeIntake } from './edgeIntake.ts';
import { defaultLimits, type GatewayLimits } from './gatewayLimits.ts';
import { createGatewayMetrics, type GatewayMetrics } from './gatewayMetrics.ts';
import { IntakePump, type PumpStats } from './intakePump.ts';
import { type Journal, type JournalStats, openJournal } from './journal.ts';
import { NodeSessions } from './nodeSessions.ts';
import { Presence } from './presence.ts';
import { PublishIntake } from './publishIntake.ts';
import type { TlsPaths } from './tlsFiles.ts';

export interface GatewayOptions {
  readonly mqtt: ListenAt;
  /** MQTT over TLS beside it; without it there is none. */
  readonly mqttTls?: ListenAt & { readonly files: TlsPaths };
  readonly journalDir: string;
  readonly directory: NodeDirectory;
  /** Who may speak for foreign devices; without it nobody may. */
  readonly bridges?: BridgeDirectory;
  /** Which edge gateways may hand on what they took; without it none may. */
  readonly edges?: EdgeDirectory;
  readonly consumer: IntakeConsumer;
  readonly onPresence: (change: PresenceChange) => void;
  readonly onSecurity: (event: SecurityEvent) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  readonly limits?: Partial<GatewayLimits>;
  /** Instead of the one in `journalDir`; closed by `stop` like that one. */
  readonly journal?: Journal;
}

export interface GatewayStats {
  readonly connections: number;
  readonly journal: JournalStats;
  readonly intake: PumpStats;
}

export interface Gateway extends GatewayControl {
  readonly port: number;
  readonly address: string;
  /** Of MQTT over TLS; null without it. */
  readonly tlsPort: number | null;
  /** MQTT over WebSocket: takes over an HTTP upgrade whose path and origin have been checked. */
  takeWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, remoteAddress: string): void;
  /** Takes a new certificate into use at once; false when the files hold none that can be used. */
  reloadCertificates(): Promise<boolean>;
  /** Resolves when the consumer has taken everything acknowledged so far. */
  caughtUp(): Promise<void>;
  /**
   * true, or why not, for a readiness probe. Records under way at this moment are no reason: under load there are always
   * some.
   */
  caughtUpNow(): true | string;
  stats(): GatewayStats;
  /** Stops accepting, finishes what was begun, hands everything over if it can, closes. Within 10 s. */
  stop(): Promise<void>;
}

/** A record that waits longer for the consumer than this is behind; less is its way. */
const longestBriefWaitMs = 2_000;

/** Seconds ticking evenly, whatever is done to the clock: for waiting, never for dating. */
const monotonicNow = (): number => performance.now();

const commitPatienceMs = 4_000;
const handOverPatienceMs = 4_000;

/**
 * Starts the MQTT side of the house: nodes connect here, and a PUBACK from here means that the reading is on disk.
 *
 * socket → byte guard → Aedes → topic rules → format → journal (fdatasync) → PUBACK, and from the journal in order,
 * at least once, to the consumer.
 *
 * @throws {Error} when a port is taken, the certificate cannot be used or the journal cannot be opened
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, consumer, registry } = options;
  const log = options.log.child({ part: 'gateway' });
  const limits: GatewayLimits = { ...defaultLimits, ...options.limits };
  const journal =
    options.journal ??
    (await openJournal({
      dir: options.journalDir,
      clock,
      log,
      startAfter: consumer.durablePosition(),
      maxBytes: limits.journalBytes,
    }));
  const pump = new IntakePump(journal, consumer, log);
  const presence = new Presence(clock, options.onPresence);
  let doors: Doors | undefined;
  const metrics: GatewayMetrics = createGatewayMetrics(registry, {
    connections: () => doors?.connections() ?? 0,
    ...(options.mqttTls ? { certificateValidUntil: () => doors?.tls?.validUntil() ?? Number.NaN } : {}),
    journal: () => journal.stats(),
    pump: () => pump.stats(),
    now: () => clock.now(),
  });
  const edgeIntake =
    options.edges &&
    new EdgeIntake({
      directory: options.edges,
      clock,
      log,
      sendLogins: (gatewayId, logins) => broker.send(edgeLoginsTopic(gatewayId), JSON.stringify(logins)),
    });
  const intake = new PublishIntake({
    ...{ journal, pump, presence, metrics, clock, monotonicNow, log },
    ...(edgeIntake ? { edgeIntake } : {}),
  });
  const sessions = new NodeSessions({ ...options, log, limits, intake, presence, metrics, monotonicNow });
  const broker = await startBroker(sessions.brokerHooks(), limits.connectTimeoutMs, log);
  pump.start();
  try {
    doors = await openDoors({ ...options, limits, sessions, broker, log });
  } catch (error) {
    await broker.close();
    await pump.stop();
    await journal.close();
    throw error;
  }
  const running = doors;
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    running.stopAccepting();
    presence.silence();
    sessions.stopReading();
    await within(commitPatienceMs, intake.idle());
    // The last acknowledgements are written in the next turns of the event loop.
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
    await broker.close();
    sessions.close();
    await within(handOverPatienceMs, pump.caughtUp());
    await pump.stop();
    await journal.close();
  }

  return {
    port: running.tcp.port,
    address: running.tcp.host,
    tlsPort: running.tls?.port ?? null,
    takeWebSocket: running.takeWebSocket,
    reloadCertificates: async () => (await running.tls?.reload()) ?? false,
    caughtUp: () => pump.caughtUp(),
    caughtUpNow() {
      const { waiting, waitingSince } = pump.stats();
      const isBrief = waitingSince !== null && clock.now() - waitingSince < longestBriefWaitMs;
      if (waiting === 0 || isBrief) return true;
      return `${waiting} acknowledged publishes are still being taken over from the journal`;
    },
    async sendCommand(nodeId, command) {
      if (!sessions.listens(nodeId)) return false;
      await broker.send(commandTopic(nodeId), JSON.stringify(command));
      return true;
    },
    async offerAgain(offered) {
      const bridge = (await options.bridges?.find(offered.sender)) ?? null;
      return intake.offerAgain(offered, bridge);
    },
    disconnect: username => sessions.disconnect(username),
    stats: () => ({ connections: running.connections(), journal: journal.stats(), intake: pump.stats() }),
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: timeout.signal }).catch(() => undefined)]);
  timeout.abort();
}
