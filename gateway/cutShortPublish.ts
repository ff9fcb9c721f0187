import { encodePublish, type FixedHeader, readPublishStart } from './mqttPacket.ts';

/**
 * A publish that was too large reaches the broker cut short, on a topic no client can send: names with U+0000 never
 * pass the guard from outside.
 */
const cutShortPrefix = '\u0000cut-short/';

/** What was published, when the topic says that the guard has cut it short; undefined for every other topic. */
export function readCutShort(
  topic: string,
): { readonly topic: string; readonly payloadBytes: number } | undefined {
  if (!topic.startsWith(cutShortPrefix)) return undefined;
  const slash = topic.indexOf('/', cutShortPrefix.length);
  return { topic: topic.slice(slash + 1), payloadBytes: Number(topic.slice(cutShortPrefix.length, slash)) };
}

/**
 * The stand-in for a publish that was too large: same packet id and flags, so that it is acknowledged in its turn, but
 * only the head of its payload.
 *
 * @param head  the beginning of the packet, at least up to its payload, already checked
 */
export function encodeCutShort(header: FixedHeader, head: Buffer, maxTopicLength: number): Buffer {
  const body = head.subarray(header.headerBytes);
  const start = readPublishStart(header, body);
  if (typeof start === 'string' || 'violation' in start)
    throw new Error('a checked PUBLISH became unreadable');
  const payloadBytes = header.remainingBytes - start.payloadAt;
  const topic = start.topic.toString('utf8').slice(0, maxTopicLength).toWellFormed();
  const packetId = body.subarray(2 + start.topic.length, start.payloadAt);
  const marked = Buffer.from(`${cutShortPrefix}${payloadBytes}/${topic}`);
  return encodePublish(marked, packetId, header.flags, body.subarray(start.payloadAt));
}
