import type { Logger } from 'pino';
import type { BridgeAccess } from '../models/contracts/bridge.ts';
import { edgeIdentity } from '../models/contracts/edge.ts';
import type { Clock, OfferedAgain, OfferedAgainOutcome } from '../models/contracts/intake.ts';
import type { QuarantinedPublish, Rejection } from '../models/contracts/rejection.ts';
import { authorizeBridgeTopic, authorizeTopic, type TopicVerdict } from './authorizeTopic.ts';
import { BridgeIntake } from './bridgeIntake.ts';
import type { Connection } from './connection.ts';
import { readCutShort } from './cutShortPublish.ts';
import type { EdgeIntake } from './edgeIntake.ts';
import { EventLimiter } from './eventLimiter.ts';
import { decodeNative, lastArrivalStamp } from './formats/native.ts';
import { decodeNodeStatus } from './formats/nodeStatus.ts';
import type { GatewayMetrics } from './gatewayMetrics.ts';
import type { IncomingPublish, IntakeVerdict } from './incomingPublish.ts';
import type { IntakePump } from './intakePump.ts';
import { type Journal, JournalUnavailable } from './journal.ts';
import { encodeIntake, type IntakeContent } from './journalRecord.ts';
import { LatestTime } from './latestTime.ts';
import type { Presence } from './presence.ts';
import { ResentPublishes } from './resentPublishes.ts';

/** Who speaks: a node, a bridge or an edge gateway. */
export type Sender = Pick<Connection, 'nodeId' | 'bridge' | 'edge'>;

export interface IntakeParts {
  readonly journal: Journal;
  readonly pump: IntakePump;
  readonly presence: Presence;
  /** Takes over from edge gateways; without it nobody logs in as one. */
  readonly edgeIntake?: EdgeIntake;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly monotonicNow: () => number;
  readonly log: Logger;
}

const headBytes = 2 * 1024;
const acknowledge: IntakeVerdict = { next: 'acknowledge' };
const nothingRefused: readonly QuarantinedPublish[] = [];

/** Takes one publish after the other: topic, format, journal. The way of every reading into the house. */
export class PublishIntake {
  readonly #parts: IntakeParts;
  readonly #bridges = new BridgeIntake();
  readonly #resent = new ResentPublishes<IntakeVerdict>();
  readonly #refusalLog = new EventLimiter(1);
  readonly #failureLog = new EventLimiter(1);
  /** Mapped by node id: the latest time given to one of its readings for want of its own. */
  readonly #arrivalStamps = new Map<string, number>();
  readonly #latestTime: LatestTime;
  #underWay = 0;
  #idleWatchers: (() => void)[] = [];

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#latestTime = new LatestTime(parts.clock, parts.monotonicNow);
  }

  take(sender: Sender, publish: IncomingPublish): Promise<IntakeVerdict> {
    return new Promise(resolve => this.offer(sender, publish, resolve));
  }

  /** As `take`, without a promise for each: there are tens of thousands a second. */
  offer(sender: Sender, publish: IncomingPublish, settle: (verdict: IntakeVerdict) => void): void {
    this.#tracked(() => this.#take(sender, publish), publish.qos, settle);
  }

  /** Keeps a publish that somebody else has judged already. */
  quarantine(publish: IncomingPublish, nodeId: string, rejection: Rejection): Promise<IntakeVerdict> {
    const work = () => {
      const receivedAt = this.#parts.clock.now();
      const from = { ...publish, nodeId, receivedAt, payloadBytes: publish.payload.length };
      this.#parts.metrics.received('not-allowed');
      return this.#before(from) ?? this.#commit(quarantined(from, [rejection]), from);
    };
    return new Promise(resolve => this.#tracked(work, publish.qos, resolve));
  }

  /** Whatever fails in between was not taken. */
  #tracked(
    work: () => Promise<IntakeVerdict> | IntakeVerdict,
    qos: number,
    settle: (verdict: IntakeVerdict) => void,
  ): void {
    const startedAt = this.#parts.monotonicNow();
    this.#underWay++;
    const settled = (verdict: IntakeVerdict) => {
      this.#parts.metrics.pubackS.observe((this.#parts.monotonicNow() - startedAt) / 1000);
      settle(verdict);
      if (--this.#underWay === 0) for (const resolve of this.#idleWatchers.splice(0)) resolve();
    };
    let verdict: Promise<IntakeVerdict> | IntakeVerdict;
    try {
      verdict = work();
    } catch (error) {
      verdict = this.#notCommitted(error as Error, qos);
    }
    if (verdict instanceof Promise) verdict.then(settled, error => settled(this.#notCommitted(error, qos)));
    else settled(verdict);
  }

  #take(connection: Sender, publish: IncomingPublish): Promise<IntakeVerdict> | IntakeVerdict {
    if (connection.edge !== null) {
      const sent = { ...publish, nodeId: edgeIdentity(connection.edge) };
      return this.#before(sent) ?? this.#takeFromEdge(connection.edge, sent);
    }
    const nodeId = connection.nodeId!;
    const cutShort = readCutShort(publish.topic);
    const topic = cutShort?.topic ?? publish.topic;
    const { bridge } = connection;
    const verdict = bridge ? authorizeBridgeTopic(bridge, topic) : authorizeTopic(nodeId, topic);
    this.#parts.metrics.received(verdict.kind);
    if (verdict.kind === 'another-node')
      return { next: 'cut', detail: `published on ${topic.slice(0, 200)}` };
    const receivedAt = this.#parts.clock.now();
    const payloadBytes = cutShort?.payloadBytes ?? publish.payload.length;
    const { payload, qos, retain, dup, messageId } = publish;
    const from = { nodeId, topic, payload, qos, retain, dup, messageId, receivedAt, payloadBytes };
    const before = this.#before(from);
    if (before) return before;
    if (cutShort) return this.#commit(quarantined(from, [tooLarge(payloadBytes)]), from);
    if (verdict.kind === 'not-allowed') {
      const rejection = { code: 'publish.topic_not_allowed', message: verdict.detail } as const;
      return this.#commit(quarantined(from, [{ ...rejection, value: topic.slice(0, 200) }]), from);
    }
    if (bridge && verdict.kind === 'foreign') return this.#takeForeign(bridge, from);
    if (verdict.kind === 'readings') return this.#commit(this.#decode(from), from);
    const status = decodeNodeStatus(publish.payload);
    if (typeof status !== 'string') return this.#commit(quarantined(from, [status]), from);
    this.#parts.presence.said(nodeId, connection, status);
    return acknowledge;
  }

  /** What became of the same publish when it was sent the first time. */
  #before(sent: Sent): Promise<IntakeVerdict> | undefined {
    const before = sent.dup && sent.qos > 0 ? this.#resent.find(sent) : undefined;
    if (before) this.#parts.metrics.received('resent');
    return before;
  }

  #decode(from: Received): IntakeContent {
    const { nodeId, payload, receivedAt } = from;
    const publish = { nodeId, payload, receivedAt, latestAt: this.#latestTime.now() };
    const lastArrivalStampAt = this.#arrivalStamps.get(nodeId);
    const decoded = decodeNative(
      lastArrivalStampAt === undefined ? publish : { ...publish, lastArrivalStampAt },
    );
    const { readings, refused } = decoded;
    const stampAt = lastArrivalStamp(readings);
    if (stampAt !== undefined) this.#arrivalStamps.set(nodeId, stampAt);
    return { readings, refused: refused.length === 0 ? nothingRefused : quarantined(from, refused).refused };
  }

  async #takeFromEdge(gatewayId: string, sent: Sent): Promise<IntakeVerdict> {
    try {
      const taken = await this.#parts.edgeIntake!.read(gatewayId, sent);
      return 'next' in taken ? taken : await this.#commit(taken, sent);
    } catch (error) {
      return this.#notCommitted(error as Error, sent.qos);
    }
  }

  async #takeForeign(bridge: BridgeAccess, from: Arrived): Promise<IntakeVerdict> {
    const { report, rejection, takeBack } = this.#bridges.read(bridge, from);
    if (report === null && rejection === null) return acknowledge;
    const { refused } = quarantined(from, rejection ? [rejection] : []);
    return this.#commit({ readings: [], refused, ...(report ? { foreign: [report] } : {}) }, from, takeBack);
  }

  /**
   * Takes a publish from quarantine if it can be taken now. What is still refused of it is not put aside once more: it
   * is there already.
   *
   * @param bridge  of its sender, when that is one
   * @throws {Error} when the journal cannot write
   */
  async offerAgain(offered: OfferedAgain, bridge: BridgeAccess | null): Promise<OfferedAgainOutcome> {
    const { sender: nodeId, topic, receivedAt, index } = offered;
    const whole = Buffer.from(offered.payload);
    const payload = index === undefined ? whole : elementOf(whole, index);
    const from = { nodeId, topic, receivedAt, payload, payloadBytes: payload.length };
    const verdict = bridge ? authorizeBridgeTopic(bridge, topic) : authorizeTopic(nodeId, topic);
    let content: IntakeContent = { readings: [], refused: [] };
    let takeBack = () => {};
    if (bridge && verdict.kind === 'foreign') {
      const read = this.#bridges.read(bridge, { ...from, qos: 1, retain: false, dup: false });
      takeBack = read.takeBack;
      const refused = quarantined(from, read.rejection ? [read.rejection] : []).refused;
      // That it cannot be understood may be an event too; taking that for success would lose the reading.
      const isUsable = read.report !== null && (read.report.readings.length > 0 || refused.length === 0);
      content = { readings: [], refused, ...(isUsable && read.report ? { foreign: [read.report] } : {}) };
    } else if (verdict.kind === 'readings') content = this.#decode(from);
    if (content.readings.length === 0 && content.foreign === undefined) {
      takeBack();
      return { taken: false, rejection: content.refused[0]?.rejection ?? stillNothing(verdict) };
    }
    const taken = { ...content, refused: [] };
    try {
      const position = await this.#parts.journal.append(encodeIntake(taken));
      this.#parts.pump.committed(position, taken);
      return { taken: true, position };
    } catch (error) {
      takeBack();
      throw error;
    }
  }

  #commit(content: IntakeContent, from: Sent, takeBack?: () => void): Promise<IntakeVerdict> {
    this.#countRefused(content.refused);
    const verdict = this.#append(content, from.qos, takeBack);
    if (from.qos > 0 && !isIdempotent(content))
      this.#resent.remember(from, verdict, ({ next }) => next === 'acknowledge');
    return verdict;
  }

  #append(content: IntakeContent, qos: number, takeBack?: () => void): Promise<IntakeVerdict> {
    const { journal, pump, metrics } = this.#parts;
    return journal.append(encodeIntake(content)).then(
      position => {
        pump.committed(position, content);
        metrics.accepted.inc(measuredIn(content));
        return { next: 'acknowledge', position };
      },
      error => {
        takeBack?.();
        return this.#notCommitted(error as Error, qos);
      },
    );
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

type Sent = IncomingPublish & { readonly nodeId: string };
type Arrived = Received & Sent;

const measuredIn = ({ readings, foreign }: IntakeContent): number =>
  readings.length + (foreign?.reduce((sum, report) => sum + report.readings.length, 0) ?? 0);

/** Readings with a time of their own change nothing when they come again; all else would be there twice. */
function isIdempotent({ readings, refused, foreign }: IntakeContent): boolean {
  return refused.length === 0 && foreign === undefined && readings.every(one => one.timeSource === 'device');
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

/** One reading of an array; what is no array or has no such element is left whole, and refused as it was. */
function elementOf(payload: Buffer, index: number): Buffer {
  try {
    const parsed: unknown = JSON.parse(payload.toString('utf8'));
    if (Array.isArray(parsed) && index < parsed.length) return Buffer.from(JSON.stringify(parsed[index]));
  } catch {
    // No JSON: the reader says so in its own words.
  }
  return payload;
}

function stillNothing(verdict: TopicVerdict): Rejection {
  return verdict.kind === 'not-allowed'
    ? { code: 'publish.topic_not_allowed', message: verdict.detail }
    : { code: 'publish.not_understood', message: 'there is nothing in it that could be used' };
}

function tooLarge(payloadBytes: number): Rejection {
  return {
    code: 'publish.too_large',
    message: `the payload has ${payloadBytes} bytes, or the topic is too long`,
    value: String(payloadBytes),
    allowed: 'a payload of at most 65536 bytes on a topic of at most 1024',
  };
}
