import type { Logger } from 'pino';
import type { Clock } from '../models/contracts/intake.ts';
import type { QuarantinedPublish, Rejection } from '../models/contracts/rejection.ts';
import { authorizeTopic } from './authorizeTopic.ts';
import type { Connection } from './connection.ts';
import { readCutShort } from './cutShortPublish.ts';
import { EventLimiter } from './eventLimiter.ts';
import { decodeNative, lastArrivalStamp } from './formats/native.ts';
import { decodeNodeStatus } from './formats/nodeStatus.ts';
import type { GatewayMetrics } from './gatewayMetrics.ts';
import type { IntakePump } from './intakePump.ts';
import { type Journal, JournalUnavailable } from './journal.ts';
import { encodeIntake, type IntakeContent } from './journalRecord.ts';
import type { Presence } from './presence.ts';

export interface IncomingPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
}

/**
 * What the broker does next.
 *   acknowledge  everything that counts is on disk
 *   resend       it is not; no acknowledgement, the connection ends and the node sends again
 *   cut          the node spoke as another
 */
export type IntakeVerdict =
  | { readonly next: 'acknowledge' }
  | { readonly next: 'resend'; readonly error: Error }
  | { readonly next: 'cut'; readonly detail: string };

export interface IntakeParts {
  readonly journal: Journal;
  readonly pump: IntakePump;
  readonly presence: Presence;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly monotonicNow: () => number;
  readonly log: Logger;
}

const headBytes = 2 * 1024;
const acknowledge: IntakeVerdict = { next: 'acknowledge' };

/** Takes one publish after the other: topic, format, journal. The way of every reading into the house. */
export class PublishIntake {
  readonly #parts: IntakeParts;
  readonly #refusalLog = new EventLimiter(1);
  readonly #failureLog = new EventLimiter(1);
  /** Mapped by node id: the latest time given to one of its readings for want of its own. */
  readonly #arrivalStamps = new Map<string, number>();
  #underWay = 0;
  #idleWatchers: (() => void)[] = [];

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  async take(connection: Connection, publish: IncomingPublish): Promise<IntakeVerdict> {
    const startedAt = this.#parts.monotonicNow();
    this.#underWay++;
    try {
      return await this.#take(connection, publish);
    } finally {
      this.#parts.metrics.pubackS.observe((this.#parts.monotonicNow() - startedAt) / 1000);
      if (--this.#underWay === 0) for (const resolve of this.#idleWatchers.splice(0)) resolve();
    }
  }

  #take(connection: Connection, publish: IncomingPublish): Promise<IntakeVerdict> | IntakeVerdict {
    const nodeId = connection.nodeId!;
    const cutShort = readCutShort(publish.topic);
    const topic = cutShort?.topic ?? publish.topic;
    const verdict = authorizeTopic(nodeId, topic);
    this.#parts.metrics.received.inc({ kind: verdict.kind });
    if (verdict.kind === 'another-node')
      return { next: 'cut', detail: `published on ${topic.slice(0, 200)}` };
    const receivedAt = this.#parts.clock.now();
    const from = {
      nodeId,
      topic,
      receivedAt,
      payload: publish.payload,
      payloadBytes: publish.payload.length,
    };
    if (cutShort) {
      const { payloadBytes } = cutShort;
      return this.#commit(quarantined({ ...from, payloadBytes }, [tooLarge(payloadBytes)]), publish.qos);
    }
    if (verdict.kind === 'not-allowed') {
      const rejection = { code: 'publish.topic_not_allowed', message: verdict.detail } as const;
      return this.#commit(quarantined(from, [{ ...rejection, value: topic.slice(0, 200) }]), publish.qos);
    }
    if (verdict.kind === 'readings') return this.#commit(this.#decode(from), publish.qos);
    const status = decodeNodeStatus(publish.payload);
    if (typeof status !== 'string') return this.#commit(quarantined(from, [status]), publish.qos);
    this.#parts.presence.said(nodeId, connection, status);
    return acknowledge;
  }

  #decode(from: Received): IntakeContent {
    const lastArrivalStampAt = this.#arrivalStamps.get(from.nodeId);
    const { readings, refused } = decodeNative({
      nodeId: from.nodeId,
      payload: from.payload,
      receivedAt: from.receivedAt,
      ...(lastArrivalStampAt === undefined ? {} : { lastArrivalStampAt }),
    });
    const stampAt = lastArrivalStamp(readings);
    if (stampAt !== undefined) this.#arrivalStamps.set(from.nodeId, stampAt);
    return { readings, refused: quarantined(from, refused).refused };
  }

  async #commit(content: IntakeContent, qos: number): Promise<IntakeVerdict> {
    const { journal, pump, metrics } = this.#parts;
    this.#countRefused(content.refused);
    try {
      const position = await journal.append(encodeIntake(content));
      pump.committed(position, content);
      metrics.accepted.inc(content.readings.length);
      return acknowledge;
    } catch (error) {
      return this.#notCommitted(error as Error, qos);
    }
  }

  #notCommitted(error: Error, qos: number): IntakeVerdict {
    const { metrics, log, monotonicNow } = this.#parts;
    const reason = error instanceof JournalUnavailable ? error.reason : 'unexpected';
    metrics.commitFailures.inc({ reason });
    if (this.#failureLog.allows(reason, monotonicNow()))
      log.error(
        { err: error, reason },
        'journal: readings not on disk, not acknowledged; nodes keep them and send again',
      );
    // A QoS 0 publish is sent once, whatever becomes of the connection: ending it would only cost the next ones.
    return qos === 0 ? acknowledge : { next: 'resend', error };
  }

  #countRefused(refused: readonly QuarantinedPublish[]): void {
    const { metrics, log, monotonicNow } = this.#parts;
    for (const { nodeId, topic, rejection } of refused) {
      metrics.refused.inc({ code: rejection.code });
      if (this.#refusalLog.allows(`${nodeId} ${rejection.code}`, monotonicNow()))
        log.warn({ nodeId, topic, rejection }, `intake: refused, kept in quarantine: ${rejection.message}`);
    }
  }

  /** Resolves when no publish is being taken. */
  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise(resolve => this.#idleWatchers.push(resolve));
  }
}

interface Received {
  readonly nodeId: string;
  readonly topic: string;
  readonly receivedAt: number;
  readonly payload: Buffer;
  readonly payloadBytes: number;
}

/** The head of the payload goes with the first refusal of a publish only: the others came in the same bytes. */
function quarantined(from: Received, rejections: readonly Rejection[]): IntakeContent {
  const { nodeId, topic, receivedAt, payload, payloadBytes } = from;
  const refused = rejections.map((rejection, i) => ({
    nodeId,
    topic,
    receivedAt,
    rejection,
    payloadHead: i === 0 ? payload.toString('latin1', 0, headBytes) : '',
    payloadBytes,
  }));
  return { readings: [], refused };
}

function tooLarge(payloadBytes: number): Rejection {
  return {
    code: 'publish.too_large',
    message: `the payload has ${payloadBytes} bytes, or the topic is too long`,
    value: String(payloadBytes),
    allowed: 'a payload of at most 65536 bytes on a topic of at most 1024',
  };
}
