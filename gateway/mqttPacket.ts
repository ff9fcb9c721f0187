import { isUtf8 } from 'node:buffer';
import type { IncomingPublish } from './incomingPublish.ts';

/** MQTT 3.1.1 control packet types a client may send. */
export const packetType = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

export interface FixedHeader {
  readonly type: number;
  readonly flags: number;
  /** Bytes of the fixed header itself, 2 to 5. */
  readonly headerBytes: number;
  readonly remainingBytes: number;
}

/** The fixed header at the start of `bytes`; 'incomplete' when more bytes are needed, 'malformed' when none help. */
export function readFixedHeader(bytes: Buffer): FixedHeader | 'incomplete' | 'malformed' {
  const first = bytes[0];
  if (first === undefined) return 'incomplete';
  let remainingBytes = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[i];
    if (byte === undefined) return 'incomplete';
    remainingBytes += (byte & 0x7f) * 128 ** (i - 1);
    if ((byte & 0x80) === 0)
      return { type: first >> 4, flags: first & 0x0f, headerBytes: i + 1, remainingBytes };
  }
  return 'malformed';
}

/** A reason to cut a connection, in words for the log; undefined when all is well. */
type Violation = string | undefined;

/** A UTF-8 string with its two length bytes at `offset`. */
interface TextField {
  readonly bytes: Buffer;
  readonly end: number;
}

function textAt(body: Buffer, offset: number): TextField | undefined {
  if (offset + 2 > body.length) return undefined;
  const end = offset + 2 + body.readUInt16BE(offset);
  return end > body.length ? undefined : { bytes: body.subarray(offset + 2, end), end };
}

/** [MQTT-1.5.3-1], [MQTT-1.5.3-2]: valid UTF-8 without surrogates and without U+0000. */
const isCleanText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.includes(0);

const plus = 0x2b;
const hash = 0x23;

export interface PublishStart {
  readonly topic: Buffer;
  /** Offset of the payload in the body. */
  readonly payloadAt: number;
  readonly qos: number;
}

/** Of a PUBLISH. */
export const qosOf = ({ flags }: FixedHeader): number => (flags >> 1) & 3;

/** Topic and packet id of a PUBLISH from the first bytes of its body; 'incomplete' when they are not all there. */
export function readPublishStart(
  header: FixedHeader,
  body: Buffer,
): PublishStart | 'incomplete' | { violation: string } {
  const qos = qosOf(header);
  if (qos === 3) return { violation: 'PUBLISH with QoS 3' };
  if (body.length < 2)
    return header.remainingBytes < 2 ? { violation: 'PUBLISH without a topic' } : 'incomplete';
  const topicEnd = 2 + body.readUInt16BE(0);
  const payloadAt = topicEnd + (qos > 0 ? 2 : 0);
  if (payloadAt > header.remainingBytes) return { violation: 'PUBLISH shorter than its topic' };
  if (payloadAt > body.length) return 'incomplete';
  const topic = body.subarray(2, topicEnd);
  if (topic.length === 0) return { violation: 'PUBLISH with an empty topic' };
  if (!isCleanText(topic)) return { violation: 'PUBLISH topic is not valid UTF-8 or contains U+0000' };
  if (topic.includes(plus) || topic.includes(hash)) return { violation: 'PUBLISH topic contains a wildcard' };
  if (qos > 0 && body.readUInt16BE(topicEnd) === 0) return { violation: 'PUBLISH with packet id 0' };
  return { topic, payloadAt, qos };
}

/** A whole PUBLISH that has been checked. */
export function readPublish(packet: Buffer): IncomingPublish {
  const header = readFixedHeader(packet) as FixedHeader;
  const qos = qosOf(header);
  const body = packet.subarray(header.headerBytes);
  const topicEnd = 2 + body.readUInt16BE(0);
  return {
    topic: body.toString('utf8', 2, topicEnd),
    payload: body.subarray(topicEnd + (qos > 0 ? 2 : 0)),
    qos,
    retain: (header.flags & 1) === 1,
    dup: (header.flags & 8) !== 0,
    messageId: qos > 0 ? body.readUInt16BE(topicEnd) : 0,
  };
}

/** Seconds, of a CONNECT that has been checked. */
export const keepaliveOf = (body: Buffer): number => body.readUInt16BE(2 + body.readUInt16BE(0) + 2);

/** Checks a whole CONNECT body as far as MQTT 3.1 and 3.1.1 (and the head of 5, which is answered politely) say. */
export function checkConnect(body: Buffer): Violation {
  const protocol = textAt(body, 0);
  const name = protocol?.bytes.toString('latin1');
  if (!protocol || (name !== 'MQTT' && name !== 'MQIsdp')) return 'CONNECT with an unknown protocol name';
  const flags = body[protocol.end + 1];
  if (flags === undefined || body.length < protocol.end + 4) return 'CONNECT cut short';
  if ((flags & 0x01) !== 0) return 'CONNECT with the reserved flag set';
  const level = (body[protocol.end] ?? 0) & 0x7f;
  // Higher versions lay the rest out differently. The broker refuses them with a return code they understand.
  if (level > 4) return undefined;
  const hasWill = (flags & 0x04) !== 0;
  const willQos = (flags >> 3) & 3;
  if (willQos === 3 || (!hasWill && (flags & 0x38) !== 0)) return 'CONNECT with impossible will flags';
  const hasUsername = (flags & 0x80) !== 0;
  const hasPassword = (flags & 0x40) !== 0;
  if (hasPassword && !hasUsername) return 'CONNECT with a password but no username';
  return checkConnectPayload(body, protocol.end + 4, { hasWill, hasUsername, hasPassword });
}

function checkConnectPayload(
  body: Buffer,
  start: number,
  has: { readonly hasWill: boolean; readonly hasUsername: boolean; readonly hasPassword: boolean },
): Violation {
  const fields = [
    { name: 'client id', present: true, isText: true },
    { name: 'will topic', present: has.hasWill, isText: true },
    { name: 'will message', present: has.hasWill, isText: false },
    { name: 'username', present: has.hasUsername, isText: true },
    { name: 'password', present: has.hasPassword, isText: false },
  ];
  let offset = start;
  for (const field of fields) {
    if (!field.present) continue;
    const value = textAt(body, offset);
    if (!value) return `CONNECT ends inside its ${field.name}`;
    if (field.isText && !isCleanText(value.bytes))
      return `CONNECT ${field.name} is not valid UTF-8 or contains U+0000`;
    offset = value.end;
  }
  return offset === body.length ? undefined : 'CONNECT with bytes behind its end';
}

export interface Subscriptions {
  readonly packetId: number;
  readonly filters: readonly string[];
}

/** Checks a whole SUBSCRIBE or UNSUBSCRIBE body and gives its filters. */
export function readFilters(type: number, body: Buffer): Subscriptions | { violation: string } {
  const withQos = type === packetType.subscribe;
  const name = withQos ? 'SUBSCRIBE' : 'UNSUBSCRIBE';
  if (body.length < 2 || body.readUInt16BE(0) === 0) return { violation: `${name} with packet id 0` };
  const filters: string[] = [];
  let offset = 2;
  while (offset < body.length) {
    const filter = textAt(body, offset);
    if (!filter) return { violation: `${name} ends inside a topic filter` };
    if (!isCleanText(filter.bytes))
      return { violation: `${name} filter is not valid UTF-8 or contains U+0000` };
    const text = filter.bytes.toString('utf8');
    if (!isTopicFilter(text)) return { violation: `${name} with an impossible topic filter` };
    filters.push(text);
    offset = filter.end;
    if (!withQos) continue;
    const qos = body[offset++];
    if (qos === undefined || qos > 2) return { violation: 'SUBSCRIBE with an impossible QoS' };
  }
  return filters.length === 0
    ? { violation: `${name} without a topic filter` }
    : { packetId: body.readUInt16BE(0), filters };
}

/** [MQTT-4.7.1-2], [MQTT-4.7.1-3]: "#" alone in the last level, "+" alone in any level. */
export function isTopicFilter(filter: string): boolean {
  const levels = filter.split('/');
  return (
    filter.length > 0 &&
    levels.every((level, i) => {
      if (level.includes('#')) return level === '#' && i === levels.length - 1;
      return !level.includes('+') || level === '+';
    })
  );
}

const ofTwoBytes: readonly number[] = [
  packetType.puback,
  packetType.pubrec,
  packetType.pubrel,
  packetType.pubcomp,
];

/** Checks PUBACK, PUBREC, PUBREL, PUBCOMP, PINGREQ and DISCONNECT; a client sends no other but those checked above. */
export function checkSmallPacket(header: FixedHeader, body: Buffer): Violation {
  if (header.type === packetType.pingreq || header.type === packetType.disconnect)
    return body.length === 0 ? undefined : `packet type ${header.type} must have no body`;
  if (!ofTwoBytes.includes(header.type)) return `packet type ${header.type} from a client`;
  if (body.length !== 2) return `packet type ${header.type} must have a body of 2 bytes`;
  return body.readUInt16BE(0) === 0 ? `packet type ${header.type} with packet id 0` : undefined;
}

/** Flags MQTT prescribes: 2 for PUBREL, SUBSCRIBE and UNSUBSCRIBE, free for PUBLISH, 0 for the rest. */
export function hasPrescribedFlags({ type, flags }: FixedHeader): boolean {
  if (type === packetType.publish) return true;
  const two: readonly number[] = [packetType.pubrel, packetType.subscribe, packetType.unsubscribe];
  return flags === (two.includes(type) ? 2 : 0);
}

export function encodePublish(topic: Buffer, packetId: Buffer, flags: number, payload: Buffer): Buffer {
  const topicLength = Buffer.alloc(2);
  topicLength.writeUInt16BE(topic.length);
  const remaining = 2 + topic.length + packetId.length + payload.length;
  const header = Buffer.from([(packetType.publish << 4) | flags, ...encodeRemaining(remaining)]);
  return Buffer.concat([header, topicLength, topic, packetId, payload]);
}

/** The answer to a SUBSCRIBE of which no filter is granted. */
export function encodeRefusedSubscribe(packetId: number, filters: number): Buffer {
  const id = [packetId >> 8, packetId & 0xff];
  const granted = new Array<number>(filters).fill(0x80);
  return Buffer.from([packetType.suback << 4, ...encodeRemaining(2 + filters), ...id, ...granted]);
}

function encodeRemaining(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}
