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
  /** Takes one publish; resolves with whether it is on disk and may be acknowledged. */
  readonly take: (packet: IPublishPacket) => Promise<boolean>;
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

/**
 * One connection to an external broker, in a session that the broker keeps. MQTT.js hands over one publish after the
 * other and sends the PUBACK when it is told to; that is told only when the publish is on disk.
 *
 * A publish whose connection is gone meanwhile is not acknowledged any more: its packet id could be another's by then.
 * The broker sends it again.
 */
export class BrokerLane {
  readonly #options: BrokerLaneOptions;
  readonly #link: MqttLink;
  #version: 4 | 5 = 5;
  #stopping = false;

  constructor(options: BrokerLaneOptions) {
    this.#options = options;
    const { random, monotonicNow, log, timing } = options;
    this.#link = new MqttLink({
      ...{ random, monotonicNow, log },
      firstRetryMs: timing.firstRetryMs,
      longestRetryMs: timing.longestRetryMs,
      name: `${new URL(options.url).protocol}//${new URL(options.url).host}`,
      connect: () => this.#connect(),
      onUp: (client, connack) => this.#up(client, connack),
      onDown: () => undefined,
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
      ...(this.#version === 5 ? { properties: { sessionExpiryInterval: sessionExpiryS } } : {}),
      keepalive: timing.keepaliveS,
      connectTimeout: timing.connectWithinMs,
      reconnectPeriod: 0,
      resubscribe: false,
    });
    client.handleMessage = (packet, done) => void this.#take(client, packet, done);
    return client;
  }

  async #take(client: MqttClient, packet: IPublishPacket, done: () => void): Promise<void> {
    if (this.#stopping) return;
    const isTaken = await this.#options.take(packet).catch(error => {
      this.#options.log.error({ err: error }, 'broker: a publish could not be taken');
      return false;
    });
    if (!this.#link.isCurrent(client)) return;
    if (!isTaken) return this.#link.drop('a publish could not be written to disk; the broker keeps it');
    this.#link.proven();
    done();
  }

  #up(client: MqttClient, { properties }: IConnackPacket): void {
    const { log, filters, dropped } = this.#options;
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
