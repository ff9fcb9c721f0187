import { z } from 'zod';
import type { ForeignContext, ForeignMessage } from '../gateway/formats/deviceFormat.ts';

const text = z.string();

const messageSchema = z.object({
  topic: text,
  payload: text,
  encoding: z.enum(['utf8', 'base64', 'hex', 'repeat'], { error: 'must be utf8, base64, hex or repeat' }),
  qos: z.number().default(0),
  retain: z.boolean().default(false),
  dup: z.boolean().default(false),
  receivedAt: z.iso.datetime({ offset: true }),
});

const outcomeSchema = z.enum(
  ['accept', 'accept-partial', 'accept-as-last-known', 'ignore', 'quarantine', 'reject'],
  {
    error: 'must be accept, accept-partial, accept-as-last-known, ignore, quarantine or reject',
  },
);

const readingSchema = z.object({
  node: text,
  channel: text.nullish(),
  metric: text,
  value: z.number(),
  unit: text.nullish(),
  timestamp: text,
  timestampSource: text.nullish(),
  quality: z.enum(['good', 'suspect', 'bad'], { error: 'must be good, suspect or bad' }).nullish(),
  late: z.boolean().nullish(),
  historical: z.boolean().nullish(),
});

const eventSchema = z.object({
  node: text.nullish(),
  channel: text.nullish(),
  type: text,
  value: z.union([text, z.number(), z.boolean()]).nullish(),
});

/** One case of a payload corpus, schema version 1. Fields that only describe it are passed over. */
export const payloadCaseSchema = z.object({
  schemaVersion: z.literal(1, { error: 'must be 1' }),
  id: text,
  kind: z.enum(['valid', 'hostile'], { error: 'must be valid or hostile' }),
  family: text,
  context: z.record(text, z.unknown()).nullish(),
  messages: z.array(messageSchema).min(1),
  expect: z.object({
    outcome: outcomeSchema,
    allowedOutcomes: z.array(outcomeSchema).nullish(),
    readings: z.array(readingSchema),
    events: z.array(eventSchema).nullish(),
    reasons: z.array(text).nullish(),
  }),
});
export type PayloadCase = z.infer<typeof payloadCaseSchema>;
export type ExpectedReading = z.infer<typeof readingSchema>;
export type ExpectedEvent = z.infer<typeof eventSchema>;

/** More than any broker takes; larger is a mistake in the case. */
const maxPayloadBytes = 256 * 1024 * 1024;

const repeatSchema = z.object({
  prefix: text,
  unit: text,
  count: z.number().int().min(0),
  suffix: text,
  mirror: text.nullish(),
  tail: text.nullish(),
});

/**
 * The messages of a case with their payloads as bytes.
 *
 * @throws when a payload is not in its encoding
 */
export function messagesOf(one: PayloadCase): ForeignMessage[] {
  return one.messages.map(({ topic, payload, encoding, qos, retain, dup, receivedAt }) => ({
    topic,
    payload: encoding === 'repeat' ? repeated(payload) : Buffer.from(payload, encoding),
    qos,
    retain,
    dup,
    receivedAt: Date.parse(receivedAt),
  }));
}

function repeated(payload: string): Buffer {
  const { prefix, unit, count, suffix, mirror, tail } = repeatSchema.parse(JSON.parse(payload));
  const length = prefix.length + count * (unit.length + (mirror ?? '').length);
  if (length > maxPayloadBytes) throw new Error(`a payload of ${length} characters is not built`);
  return Buffer.from(prefix + unit.repeat(count) + suffix + (mirror ?? '').repeat(count) + (tail ?? ''));
}

const contextSchema = z.object({
  nodeTimezone: text.nullish(),
  nodeTimeZone: text.nullish(),
  objectMap: z.record(text, z.object({ metric: text, unit: text.optional() })).nullish(),
  declaredTempUnit: text.nullish(),
  deliveredOnSubscribe: z.boolean().nullish(),
  liveSubscription: z.boolean().nullish(),
  clientPrefix: z.union([text, z.array(text)]).nullish(),
  topicPrefixes: z.union([text, z.array(text)]).nullish(),
});

/** What a case says the server knows, in the intake's terms. */
export function contextOf(one: PayloadCase): ForeignContext {
  const known = contextSchema.parse(one.context ?? {});
  const prefixes = known.topicPrefixes ?? known.clientPrefix;
  const isLive = known.liveSubscription === true ? false : known.deliveredOnSubscribe;
  return {
    nodeTimeZone: known.nodeTimeZone ?? known.nodeTimezone ?? null,
    ...(known.objectMap ? { objectMap: known.objectMap as NonNullable<ForeignContext['objectMap']> } : {}),
    ...(known.declaredTempUnit ? { declaredTempUnit: known.declaredTempUnit } : {}),
    ...(typeof isLive === 'boolean' ? { deliveredOnSubscribe: isLive } : {}),
    ...(prefixes ? { topicPrefixes: typeof prefixes === 'string' ? [prefixes] : prefixes } : {}),
  };
}
