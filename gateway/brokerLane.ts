import { connect, type IConnackPacket, type IPublishPacket, type MqttClient, type Packet } from 'mqtt';
import type { Logger } from 'pino';
import { MqttLink } from './mqttLink.ts';

export interface BrokerLaneOptions {
  readonly url: string;
  /** Stays the same over restarts: the broker keeps under it what was not acknowledged. */
  readonly clientId: string;
  readonly filters: readonly string[];
  /** What its session may be subscribed to from an earlier start, and no longer wants; what waits for it still comes. */
  readonly dropped: readonly string[];
  /** Takes one publish; resolves with whether it is safe and may be acknowledged. Called in the order of arrival. */
  readonly take: (packet: IPublishPacket) => Promise<boolean>;
  /**
   * Asked before each connection: whether this server may use the session. A broker ends the connection of whoever
   * used it before.
   *
   * @param wasTaken  somebody else has connected to it since this lane was up
   */
  readonly mayConnect?: (wasTaken: boolean) => Promise<boolean>;
  /** Told of each connection that stands. */
  readonly onUp?: () => void;
  readonly random: () => number;
  readonly monotonicNow: () => number;
  readonly log: Logger;
  readonly timing: LaneTiming;
}

export interface LaneTiming {
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  readonly keepaliveS: number;
  readonly connectWithinMs: number;
}

/** How long a broker keeps what a server has not taken, in seconds. Its own settings may say less. */
const sessionExpiryS = 7 * 24 * 3_600;
/** A reason code of MQTT 5. */
const noMatchingSubscribers = 16;
/** "Unacceptable protocol version", in the words of MQTT 3.1.1 and of MQTT 5. */
const versionRefused: readonly unknown[] = [1, 132];

/** A reason code of MQTT 5 in a DISCONNECT. */
const sessionTakenOver = 142;
/** Publishes under way on one connection. Above that a broker of MQTT 5 waits, and one of MQTT 3.1.1 is not read from. */
const mostUnderWay = 500;
/** What MQTT.js is told so that it hands over the next publish and acknowledges none by itself. */
const noAcknowledgementYet = new Error('acknowledged later');

interface UnderWay {
  readonly packetId: number | undefined;
  isTaken: boolean;
}

/**
 * One connection to an external broker, in a session that the broker keeps. Publishes are taken as they come, many at a
 * time, and each is acknowledged when it is safe, in the order in which they came (MQTT 5, 4.6).
 *
 * A publish whose connection is gone meanwhile is not acknowledged any more: its packet id could be another's by then.
 * The broker sends it again.
 */
export class BrokerLane {
  readonly #options: BrokerLaneOptions;
  readonly #link: MqttLink;
  #version: 4 | 5 = 5;
  #stopping = false;
  #wasTaken = false;
  /** Of the present connection, in the order of arrival. */
  #underWay: UnderWay[] = [];
  #isAcknowledging = false;
  #goOn: (() => void) | undefined;
  #idleWatchers: (() => void)[] = [];

  constructor(options: BrokerLaneOptions) {
    this.#options = options;
    const { random, monotonicNow, log, timing } = options;
    this.#link = new MqttLink({
      ...{ random, monotonicNow, log },
      firstRetryMs: timing.firstRetryMs,
      longestRetryMs: timing.longestRetryMs,
      name: `${new URL(options.url).protocol}//${new URL(options.url).host}`,
      connect: () => this.#connect(),
      mayConnect: async () => (await options.mayConnect?.(this.#wasTaken)) ?? true,
      onUp: (client, connack) => this.#up(client, connack),
      onDown: () => this.#forgetUnderWay(),
      onRefused: error => this.#refused(error),
    });
  }

  start(): void {
    this.#link.open();
  }

  get connected(): boolean {
    return this.#link.client !== undefined;
  }

  /**
   * Publishes with QoS 1. False when the broker did not take it, or says that nobody listens: only MQTT 5 brokers say
   * so, and not all of them.
   */
  async send(topic: string, payload: string): Promise<boolean> {
    const { client } = this.#link;
    if (client === undefined) return false;
    let reasonCode: number | undefined;
    // MQTT.js says when a publish was acknowledged, but not with which words.
    const hear = (packet: Packet) => {
      if (packet.cmd === 'puback' && packet.messageId === messageId) reasonCode = packet.reasonCode;
    };
    client.on('packetreceive', hear);
    const acknowledged = client.publishAsync(topic, payload, { qos: 1 });
    const messageId = client.getLastMessageId();
    try {
      await acknowledged;
      return reasonCode !== noMatchingSubscribers;
    } catch (error) {
      this.#options.log.warn({ err: error, topic }, 'broker: it did not take a command');
      return false;
    } finally {
      client.off('packetreceive', hear);
    }
  }

  /** Takes nothing more; what arrives from now on stays at the broker. */
  stopTaking(): void {
    this.#stopping = true;
  }

  /** Resolves when everything that came is acknowledged, or its connection has gone. */
  idle(): Promise<void> {
    if (this.#underWay.length === 0) return Promise.resolve();
    return new Promise(resolve => this.#idleWatchers.push(resolve));
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #connect(): MqttClient {
    const { url, clientId, timing } = this.#options;
    const { username, password } = new URL(url);
    const client = connect(withoutLogin(url), {
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      clientId,
      clean: false,
      protocolVersion: this.#version,
      ...(this.#version === 5
        ? { properties: { sessionExpiryInterval: sessionExpiryS, receiveMaximum: mostUnderWay } }
        : {}),
      keepalive: timing.keepaliveS,
      connectTimeout: timing.connectWithinMs,
      reconnectPeriod: 0,
      resubscribe: false,
    });
    client.on('disconnect', ({ reasonCode }) => {
      this.#wasTaken ||= reasonCode === sessionTakenOver;
    });
    client.handleMessage = (packet, done) => {
      if (this.#stopping || !this.#link.isCurrent(client)) return;
      void this.#take(client, packet);
      const next = () => done(noAcknowledgementYet);
      if (this.#underWay.length < mostUnderWay) next();
      else this.#goOn = next;
    };
    return client;
  }

  async #take(client: MqttClient, packet: IPublishPacket): Promise<void> {
    const publish: UnderWay = { packetId: packet.qos === 1 ? packet.messageId : undefined, isTaken: false };
    this.#underWay.push(publish);
    const isTaken = await this.#options.take(packet).catch(error => {
      this.#options.log.error({ err: error }, 'broker: a publish could not be taken');
      return false;
    });
    if (!this.#link.isCurrent(client)) return;
    if (!isTaken) return this.#link.drop('a publish could not be kept; the broker keeps it');
    publish.isTaken = true;
    if (this.#underWay[0] === publish) this.#acknowledgeSoon();
  }

  /** What became safe together is acknowledged together. */
  #acknowledgeSoon(): void {
    if (this.#isAcknowledging) return;
    this.#isAcknowledging = true;
    setImmediate(() => {
      this.#isAcknowledging = false;
      const current = this.#link.client;
      if (current !== undefined) this.#acknowledge(current);
    });
  }

  /** Everything at the head that is safe, in one write. */
  #acknowledge(client: MqttClient): void {
    const open = this.#underWay.findIndex(publish => !publish.isTaken);
    const done = this.#underWay.splice(0, open < 0 ? this.#underWay.length : open);
    const pubacks = done.flatMap(({ packetId: id }) =>
      id === undefined ? [] : [0x40, 2, id >> 8, id & 0xff],
    );
    // MQTT.js has no way to acknowledge later than the next publish is handed over; a PUBACK is these four bytes.
    if (pubacks.length > 0) client.stream.write(Buffer.from(pubacks));
    this.#link.proven();
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn?.();
    if (this.#underWay.length === 0) this.#tellIdle();
  }

  #forgetUnderWay(): void {
    this.#underWay = [];
    this.#goOn = undefined;
    this.#tellIdle();
  }

  #tellIdle(): void {
    for (const resolve of this.#idleWatchers.splice(0)) resolve();
  }

  #up(client: MqttClient, { properties }: IConnackPacket): void {
    const { log, filters, dropped } = this.#options;
    this.#wasTaken = false;
    this.#options.onUp?.();
    if (properties?.sharedSubscriptionAvailable === false)
      log.error('broker: it has no shared subscriptions; readings will not arrive');
    if (dropped.length > 0) client.unsubscribe([...dropped], () => undefined);
    if (filters.length === 0) return;
    client.subscribe([...filters], { qos: 1 }, (error, granted = []) => {
      if (!this.#link.isCurrent(client)) return;
      const refused = error
        ? 'the broker refused'
        : granted.find(({ qos }) => qos !== 1) && 'the broker lowered';
      if (!refused) return;
      log.error(
        { err: error, granted },
        `broker: ${refused} a subscription; allow QoS 1 on ${filters.join(', ')}`,
      );
      this.#link.drop(`${refused} a subscription`);
    });
  }

  #refused(error: Error): void {
    if (this.#version === 4 || !versionRefused.includes((error as { code?: unknown }).code)) return;
    this.#options.log.info('broker: no MQTT 5 there; going on with MQTT 3.1.1');
    this.#version = 4;
  }
}

function withoutLogin(url: string): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}
