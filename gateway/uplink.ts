import { connect, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import {
  type EdgeStatus,
  edgeIdentity,
  edgeIntakeTopic,
  edgeLoginsTopic,
  edgeStatusTopic,
  relayedStatusTopic,
} from '../models/contracts/edge.ts';
import type { IntakeConsumer } from '../models/contracts/intake.ts';
import type { Journal } from './journal.ts';
import { decodeIntake, type IntakeContent } from './journalRecord.ts';
import { MqttLink } from './mqttLink.ts';
import { backlogReadRecords, type Shipment, UplinkLanes } from './uplinkLanes.ts';
import { UplinkPace } from './uplinkPace.ts';
import type { UplinkProgress } from './uplinkProgress.ts';

export interface UplinkOptions {
  /** Of the server's gateway: `mqtt://` or `mqtts://`. */
  readonly url: string;
  readonly gatewayId: string;
  readonly secret: string;
  readonly journal: Journal;
  readonly progress: UplinkProgress;
  /** What the server says about who may connect here. */
  readonly onLogins: (payload: Buffer) => void;
  /** How this gateway is, without what only the uplink knows. */
  readonly describe: () => Promise<Omit<EdgeStatus, 'backlogRecords' | 'backlogSince'>>;
  /** 0 to 1; for waits that differ from gateway to gateway. */
  readonly random: () => number;
  readonly monotonicNow: () => number;
  readonly log: Logger;
  readonly timing?: Partial<UplinkTiming>;
}

export interface UplinkTiming {
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** A dead line is noticed after at most twice this. */
  readonly keepaliveS: number;
  readonly connectWithinMs: number;
  readonly statusEveryMs: number;
}

const usualTiming: UplinkTiming = {
  firstRetryMs: 500,
  longestRetryMs: 60_000,
  keepaliveS: 30,
  connectWithinMs: 15_000,
  statusEveryMs: 30_000,
};

/** Publishes on their way at once. */
const windowSize = 100;
const drainMs = 2_000;

export interface UplinkStats {
  readonly connected: boolean;
  readonly connects: number;
  readonly underWay: number;
  /** Records the server has not acknowledged, at most. */
  readonly waiting: number;
  readonly acknowledgedThrough: number;
  readonly shipments: number;
}

interface UnderWay {
  readonly shipment: Shipment;
  readonly sentAt: number;
}

/**
 * Hands on what this gateway has acknowledged to its nodes: publishes journal records to the server's gateway and lets
 * the journal forget them only after the server's PUBACK, which means there what it means here: on disk.
 *
 * Nothing is kept in memory that is not in the journal; MQTT.js is never given a publish that it would have to queue.
 */
export class Uplink implements IntakeConsumer {
  readonly #options: UplinkOptions;
  readonly #timing: UplinkTiming;
  readonly #lanes: UplinkLanes;
  readonly #pace = new UplinkPace();
  readonly #link: MqttLink;
  readonly #underWay = new Set<UnderWay>();
  /** The journal's end when this uplink began: what was there before is read, what comes later is handed over. */
  readonly #startedAfter: number;
  #reading = false;
  #shipments = 0;
  #stopping = false;
  #watch: NodeJS.Timeout | undefined;
  #statusTimer: NodeJS.Timeout | undefined;
  #idleWatchers: (() => void)[] = [];

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#timing = { ...usualTiming, ...options.timing };
    this.#startedAfter = options.journal.lastPosition;
    this.#lanes = new UplinkLanes(options.progress.durable, this.#startedAfter);
    const { firstRetryMs, longestRetryMs } = this.#timing;
    const { random, monotonicNow, log } = options;
    this.#link = new MqttLink({
      ...{ firstRetryMs, longestRetryMs, random, monotonicNow },
      log: log.child({ part: 'uplink' }),
      name: withoutSecrets(options.url),
      connect: () => this.#connect(),
      onUp: client => this.#up(client),
      onDown: () => this.#down(),
    });
  }

  start(): void {
    this.#link.open();
    const every = Math.max(Math.min(this.#timing.keepaliveS * 250, 5_000), 50);
    this.#watch = setInterval(() => this.#noticeSilence(), every);
    this.#statusTimer = setInterval(() => this.sendStatus(), this.#timing.statusEveryMs);
    this.#statusTimer.unref();
  }

  durablePosition(): number {
    return this.#options.progress.durable;
  }

  takenThrough(): number {
    return this.#startedAfter;
  }

  /** Takes note of what was just committed; sending it is nobody's wait. */
  consume(records: Parameters<IntakeConsumer['consume']>[0]): Promise<void> {
    this.#lanes.add(records);
    this.#fill();
    return Promise.resolve();
  }

  /** Tells the server how this gateway is; its answer may be new logins. */
  sendStatus(): void {
    if (this.#link.client === undefined || this.#stopping) return;
    const { gatewayId, describe, log } = this.#options;
    Promise.all([describe(), this.waitingSince()]).then(
      ([status, backlogSince]) =>
        this.#tell(edgeStatusTopic(gatewayId), {
          ...status,
          backlogSince,
          backlogRecords: this.#lanes.waiting,
        }),
      error => log.warn({ err: error }, 'uplink: status could not be told'),
    );
  }

  /** When the oldest record came that the server does not have; null without one, or when it cannot be read. */
  async waitingSince(): Promise<number | null> {
    if (this.#lanes.waiting === 0) return null;
    const [oldest] = await this.#options.journal.read(this.#lanes.acknowledgedThrough + 1, 1);
    return oldest === undefined ? null : arrivalOf(decodeIntake(oldest.payload));
  }

  /** Passes on how a gateway behind this one is. */
  relayStatus(behind: string, status: EdgeStatus): void {
    this.#tell(relayedStatusTopic(this.#options.gatewayId, behind), status);
  }

  stats(): UplinkStats {
    return {
      connected: this.#link.client !== undefined,
      connects: this.#link.connects,
      underWay: this.#underWay.size,
      waiting: this.#lanes.waiting,
      acknowledgedThrough: this.#lanes.acknowledgedThrough,
      shipments: this.#shipments,
    };
  }

  /** Sends nothing new, waits a moment for acknowledgements, says goodbye. What is left stays in the journal. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#statusTimer);
    if (this.#underWay.size > 0)
      await new Promise<void>(resolve => {
        const overdue = setTimeout(resolve, drainMs);
        this.#idleWatchers.push(() => {
          clearTimeout(overdue);
          resolve();
        });
      });
    clearInterval(this.#watch);
    await this.#link.close();
    await this.#options.progress.flush();
  }

  #connect(): MqttClient {
    const { url, gatewayId, secret } = this.#options;
    return connect(url, {
      clientId: edgeIdentity(gatewayId),
      username: gatewayId,
      password: secret,
      clean: true,
      protocolVersion: 4,
      keepalive: this.#timing.keepaliveS,
      connectTimeout: this.#timing.connectWithinMs,
      // Only an answer to a ping puts the next one off: a line that swallows publishes must be noticed while sending.
      reschedulePings: false,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
    });
  }

  #up(client: MqttClient): void {
    const topic = edgeLoginsTopic(this.#options.gatewayId);
    client.on('message', (from, payload) => {
      if (from === topic && this.#link.client === client) this.#options.onLogins(payload);
    });
    // The server answers a status of old logins with new ones, so listening comes first.
    client.subscribe(topic, { qos: 1 }, () => {
      if (this.#link.client === client) this.sendStatus();
    });
    this.#fill();
  }

  #down(): void {
    this.#underWay.clear();
    this.#lanes.lineLost();
    this.#pace.lineLost();
    this.#tellIdle();
  }

  /** Sends until the window is full or nothing is ready. */
  #fill(): void {
    const client = this.#link.client;
    if (client === undefined || this.#stopping) return;
    while (this.#underWay.size < windowSize) {
      const shipment = this.#lanes.next(this.#pace.backlogRoomBytes(), this.#pace.isLiveFree());
      if (shipment === undefined) break;
      this.#send(client, shipment);
    }
    if (this.#underWay.size < windowSize && this.#pace.backlogRoomBytes() > 0) void this.#readBacklog();
  }

  async #readBacklog(): Promise<void> {
    const wanted = this.#reading ? undefined : this.#lanes.wantsBacklog();
    if (wanted === undefined) return;
    this.#reading = true;
    const { client } = this.#link;
    let failed = false;
    try {
      const records = await this.#options.journal.read(wanted.from, backlogReadRecords);
      // A line lost meanwhile has set the lanes back; what was read for them is read again.
      if (this.#link.client === client) this.#lanes.addBacklog(wanted, records);
    } catch (error) {
      failed = true;
      this.#options.log.error({ err: error, from: wanted.from }, 'uplink: the journal could not be read');
    } finally {
      this.#reading = false;
    }
    // Trying again is left to the next acknowledgement, reading or connection.
    if (!failed) this.#fill();
  }

  #send(client: MqttClient, shipment: Shipment): void {
    const sent: UnderWay = { shipment, sentAt: this.#options.monotonicNow() };
    const { lane, payload } = shipment;
    this.#underWay.add(sent);
    this.#pace.sent(lane, payload.length);
    client.publish(edgeIntakeTopic(this.#options.gatewayId), payload, { qos: 1 }, error => {
      // Of a line that was given up: the records go again on the next one.
      if (!this.#underWay.delete(sent)) return;
      if (error) return this.#lostBy(client, error);
      this.#pace.acknowledged(lane, payload.length, this.#options.monotonicNow() - sent.sentAt);
      this.#lanes.acknowledged(shipment);
      this.#shipments++;
      this.#link.proven();
      this.#options.progress.note(this.#lanes.acknowledgedThrough);
      this.#tellIdle();
      this.#fill();
    });
  }

  /** MQTT.js calls back while it empties its list, and does not bear being ended in the middle of that. */
  #lostBy(client: MqttClient, error: Error): void {
    queueMicrotask(() => {
      if (this.#link.client === client)
        this.#link.drop(`the server did not take a publish: ${error.message}`);
    });
  }

  /** The keepalive of MQTT.js notices a dead line by its pings; this one, by acknowledgements that do not come. */
  #noticeSilence(): void {
    const [oldest] = this.#underWay;
    if (oldest === undefined) return;
    const patienceMs = this.#timing.keepaliveS * 1_500;
    if (this.#options.monotonicNow() - oldest.sentAt > patienceMs)
      this.#link.drop(`no PUBACK within ${patienceMs / 1000} s`);
  }

  #tell(topic: string, status: EdgeStatus): void {
    const client = this.#link.client;
    if (client === undefined || this.#stopping) return;
    client.publish(topic, JSON.stringify(status), { qos: 1 }, () => undefined);
  }

  #tellIdle(): void {
    if (this.#underWay.size === 0) for (const resolve of this.#idleWatchers.splice(0)) resolve();
  }
}

function arrivalOf({ readings, refused, foreign }: IntakeContent): number | null {
  return (readings[0] ?? refused[0] ?? foreign?.[0])?.receivedAt ?? null;
}

function withoutSecrets(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
