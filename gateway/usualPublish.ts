import type { ByteLimits } from './byteLimits.ts';
import type { IncomingPublish } from './incomingPublish.ts';
import { packetType } from './mqttPacket.ts';

export interface UsualPublish extends IncomingPublish {
  readonly packetBytes: number;
}

const [plus, hash] = [0x2b, 0x23];

/**
 * The PUBLISH at `start` if it is whole and nothing about it is unusual: QoS 0 or 1, a topic of printable ASCII without
 * wildcards, sizes within bounds. Undefined for everything else, which is then judged the long way (`mqttPacket.ts`): this
 * accepts nothing that is refused there.
 */
export function readUsualPublish(bytes: Buffer, start: number, limits: ByteLimits): UsualPublish | undefined {
  const first = bytes[start]!;
  const qos = (first >> 1) & 3;
  if (first >> 4 !== packetType.publish || qos > 1) return undefined;
  let at = start + 1;
  let remaining = bytes[at++]!;
  if (remaining >= 0x80) {
    const second = bytes[at++]!;
    // A third byte, or none at all (which is no number), is for the other way.
    if (!(second < 0x80)) return undefined;
    remaining = (remaining & 0x7f) + second * 128;
  }
  const end = at + remaining;
  if (!(end <= bytes.length) || remaining < 2) return undefined;
  const topicAt = at + 2;
  const topicEnd = topicAt + ((bytes[at]! << 8) | bytes[at + 1]!);
  const payloadAt = topicEnd + 2 * qos;
  if (payloadAt > end || topicEnd === topicAt || topicEnd - topicAt > limits.topicBytes) return undefined;
  if (end - payloadAt > limits.publishBytes) return undefined;
  for (let i = topicAt; i < topicEnd; i++) {
    const byte = bytes[i]!;
    if (byte < 0x20 || byte > 0x7e || byte === plus || byte === hash) return undefined;
  }
  const messageId = qos === 0 ? 0 : (bytes[topicEnd]! << 8) | bytes[topicEnd + 1]!;
  if (qos === 1 && messageId === 0) return undefined;
  return {
    topic: bytes.toString('latin1', topicAt, topicEnd),
    payload: bytes.subarray(payloadAt, end),
    qos,
    retain: (first & 1) === 1,
    dup: (first & 8) !== 0,
    messageId,
    packetBytes: end - start,
  };
}
