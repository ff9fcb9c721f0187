import type { Logger } from 'pino';
import {
  type EdgeDirectory,
  type EdgeLogins,
  type EdgeStatus,
  edgeIdentity,
  edgeIntakeTopic,
  edgeReadingSchema,
  edgeRefusalSchema,
  edgeStatusSchema,
  edgeStatusTopic,
  gatewayIdSchema,
} from '../models/contracts/edge.ts';
import type { Clock } from '../models/contracts/intake.ts';
import { maxPublishBytes, type Reading } from '../models/contracts/reading.ts';
import type { QuarantinedPublish, Rejection } from '../models/contracts/rejection.ts';
import { readCutShort } from './cutShortPublish.ts';
import { isDeeperThan, maxJsonDepth } from './formats/jsonDepth.ts';
import type { IntakeVerdict } from './incomingPublish.ts';
import { decodeIntake, type IntakeContent } from './journalRecord.ts';

export type EdgeTopic =
  | { readonly kind: 'intake' }
  | { readonly kind: 'status'; readonly behind: string | null }
  | { readonly kind: 'not-allowed' };

/** What an edge gateway may say: its intake, its status, and that of gateways behind it. */
export function authorizeEdgeTopic(gatewayId: string, topic: string): EdgeTopic {
  if (topic === edgeIntakeTopic(gatewayId)) return { kind: 'intake' };
  const status = edgeStatusTopic(gatewayId);
  if (topic === status) return { kind: 'status', behind: null };
  const behind = topic.startsWith(`${status}/`) ? topic.slice(status.length + 1) : '';
  return gatewayIdSchema.safeParse(behind).success ? { kind: 'status', behind } : { kind: 'not-allowed' };
}

export interface EdgeIntakeParts {
  readonly directory: EdgeDirectory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sendLogins: (gatewayId: string, logins: EdgeLogins) => Promise<void>;
}

/** Takes what edge gateways publish: records to be committed here, and how they are. */
export class EdgeIntake {
  readonly #parts: EdgeIntakeParts;

  constructor(parts: EdgeIntakeParts) {
    this.#parts = parts;
  }

  /**
   * What is to be committed of a publish, or what the broker does with it.
   *
   * @throws {Error} when nobody can say now for whom the gateway may speak
   */
  async read(
    gatewayId: string,
    publish: { readonly topic: string; readonly payload: Buffer },
  ): Promise<IntakeContent | IntakeVerdict> {
    const cutShort = readCutShort(publish.topic);
    const topic = cutShort?.topic ?? publish.topic;
    const verdict = authorizeEdgeTopic(gatewayId, topic);
    if (verdict.kind === 'not-allowed') return { next: 'cut', detail: `published on ${topic.slice(0, 200)}` };
    if (verdict.kind === 'status') {
      const status = decodeEdgeStatus(publish.payload);
      if (status) await this.#takeStatus(gatewayId, verdict.behind, status);
      else this.#parts.log.warn({ gatewayId }, 'edge gateway: a status that cannot be read');
      return { next: 'acknowledge' };
    }
    const receivedAt = this.#parts.clock.now();
    const content = await decodeEdgeIntake(
      { gatewayId, topic, payload: publish.payload, receivedAt },
      this.#parts.directory,
    );
    return content ?? { next: 'cut', detail: 'the edge gateway is no longer known' };
  }

  async #takeStatus(gatewayId: string, behind: string | null, status: EdgeStatus): Promise<void> {
    const { directory, sendLogins, log } = this.#parts;
    directory.onStatus(behind ?? gatewayId, status, behind === null ? null : gatewayId);
    if (behind !== null) return;
    const logins = await directory.logins(gatewayId);
    if (logins === null || logins.version === status.loginsVersion) return;
    await sendLogins(gatewayId, logins).catch(error =>
      log.warn(
        { err: error, gatewayId },
        'edge gateway: logins could not be sent; its next status asks again',
      ),
    );
  }
}

export interface EdgePublish {
  readonly gatewayId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly receivedAt: number;
}

/** As for a node: a device time this far ahead of now is a wrong clock. */
const maxAheadMs = 5 * 60_000;
const headBytes = 2 * 1024;
/** Refusals written down for one publish; more of them say nothing new. */
const maxRefusals = 100;

/**
 * Reads what an edge gateway hands on: journal records of its own, with readings it has decoded and publishes it has
 * refused. Everything is checked again, because a gateway in a truck is a computer that somebody can take home: each
 * reading must be of a node of the gateway's organisation, in the bounds of a node's own, and not from the future.
 * Times are left as they are; only `receivedAt` cannot be later than now.
 *
 * @returns null when the gateway itself is no longer known
 */
export async function decodeEdgeIntake(
  publish: EdgePublish,
  directory: EdgeDirectory,
): Promise<IntakeContent | null> {
  const content = open(publish.payload);
  const nodeIds = new Set(
    content === undefined
      ? []
      : [...content.readings, ...content.refused].map(item => String(item?.nodeId ?? '')),
  );
  const own = await directory.ownNodes(publish.gatewayId, nodeIds);
  if (own === null) return null;
  const refuse = (rejection: Rejection): QuarantinedPublish => ({
    nodeId: edgeIdentity(publish.gatewayId),
    topic: publish.topic,
    receivedAt: publish.receivedAt,
    rejection,
    payloadHead: '',
    payloadBytes: publish.payload.length,
  });
  if (content === undefined) {
    const rejection = {
      code: 'publish.not_a_reading',
      message: 'this is no record of an edge gateway',
    } as const;
    const payloadHead = publish.payload.toString('latin1', 0, headBytes);
    return { readings: [], refused: [{ ...refuse(rejection), payloadHead }] };
  }
  const readings: Reading[] = [];
  const refused: QuarantinedPublish[] = [];
  const wrong: QuarantinedPublish[] = [];
  for (const [index, item] of content.readings.entries()) {
    const reading = checkReading(item, own, publish.receivedAt);
    if ('code' in reading) wrong.push(refuse({ ...reading, index }));
    else readings.push(reading);
  }
  for (const item of content.refused) {
    const refusal = edgeRefusalSchema.safeParse(item).data;
    const receivedAt = Math.min(refusal?.receivedAt ?? 0, publish.receivedAt);
    if (refusal === undefined)
      wrong.push(refuse({ code: 'publish.not_a_reading', message: 'a refusal that cannot be read' }));
    // Whose it is, the gateway only believes to know: what is not of its nodes is kept as the gateway's own.
    else if (own.has(refusal.nodeId)) refused.push({ ...refusal, receivedAt });
    else refused.push({ ...refusal, receivedAt, nodeId: edgeIdentity(publish.gatewayId) });
  }
  return { readings, refused: [...refused, ...wrong.slice(0, maxRefusals)] };
}

/** Only the frame; what is in it may be anything. */
function open(payload: Buffer): IntakeContent | undefined {
  if (payload.length > maxPublishBytes || isDeeperThan(maxJsonDepth, payload)) return undefined;
  try {
    const content = decodeIntake(payload);
    return Array.isArray(content.readings) && Array.isArray(content.refused) ? content : undefined;
  } catch {
    // Not JSON, or not a record: the caller keeps it as such.
    return undefined;
  }
}

function checkReading(item: unknown, own: ReadonlySet<string>, now: number): Reading | Rejection {
  const parsed = edgeReadingSchema.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') ?? '';
    const value = (item as Record<string, unknown> | null)?.[field];
    return {
      code: 'reading.field_invalid',
      message: `${field}: ${issue?.message ?? 'is not valid'}`,
      field,
      value: String(value).slice(0, 200),
      allowed: 'what a node may report',
    };
  }
  const reading = parsed.data;
  if (!own.has(reading.nodeId))
    return {
      code: 'publish.unknown_node',
      message: `this gateway's organisation has no node ${reading.nodeId}`,
      field: 'nodeId',
      value: reading.nodeId,
      allowed: 'a node of the organisation the edge gateway belongs to',
    };
  if (reading.temperatureC === null && reading.humidityPct === null)
    return { code: 'reading.value_missing', message: 'neither temperatureC nor humidityPct' };
  if (reading.measuredAt > now + maxAheadMs)
    return {
      code: 'reading.field_invalid',
      message: `measured ${Math.round((reading.measuredAt - now) / 1000)} s in the future: the clock of the edge gateway is ahead`,
      field: 'measuredAt',
      value: new Date(reading.measuredAt).toISOString(),
      allowed: `at most ${maxAheadMs / 60_000} min ahead of the server`,
    };
  return { ...reading, receivedAt: Math.min(reading.receivedAt, now) };
}

/** How a gateway says it is; undefined when it cannot be read. */
export function decodeEdgeStatus(payload: Buffer): EdgeStatus | undefined {
  if (payload.length > maxPublishBytes || isDeeperThan(maxJsonDepth, payload)) return undefined;
  try {
    return edgeStatusSchema.safeParse(JSON.parse(payload.toString('utf8'))).data;
  } catch {
    // Not JSON.
    return undefined;
  }
}
