import { commandTopic, readingTopic, statusTopic } from '../../models/contracts/topics.ts';
import {
  connectPacket,
  packet,
  pingreq,
  puback,
  publishPacket,
  subscribePacket,
} from '../gateway/rawMqtt.ts';
import type { Login } from './faultTarget.ts';

interface Random {
  next(): number;
}

type Pick = <T>(of: readonly T[]) => T;

/** The chunks one fuzzed client writes: mostly a good start, then packets that are wrong in a way drawn at random. */
export function fuzzedSession(login: Login, random: Random): Buffer[] {
  const below = (n: number) => Math.floor(random.next() * n);
  const pick: Pick = of => of[below(of.length)]!;
  const packets: Buffer[] = [];
  const good = connectPacket({ ...login, clientId: login.username });
  const start = random.next();
  if (start < 0.6) packets.push(good);
  else if (start < 0.75) packets.push(mutated(good, random));
  else if (start < 0.9) packets.push(connectPacket(oddConnect(login, pick, below)));
  const count = below(8);
  for (let i = 0; i < count; i++) {
    const whole = anyPacket(login, pick, below, random);
    packets.push(random.next() < 0.6 ? mutated(whole, random) : whole);
  }
  return cutAnew(Buffer.concat(packets), below, random);
}

function oddConnect(login: Login, pick: Pick, below: (n: number) => number) {
  return {
    ...login,
    clientId: pick([
      login.username,
      '',
      'x',
      '\u0000',
      '\ud800',
      '__proto__',
      'constructor',
      'y'.repeat(300),
    ]),
    clean: pick([true, false]),
    keepalive: pick([0, 1, 60, 65_535]),
    level: below(7),
    protocol: pick(['MQTT', 'MQIsdp', 'MQTTMQTT', '']),
    extraFlags: pick([0, 1, 8, 16, 24, 32, 255]),
    ...(below(3) === 0
      ? { will: { topic: pick(['#', statusTopic(login.username), '']), payload: '{}' } }
      : {}),
  };
}

const payloads = [
  '{"temperatureC":4.5}',
  '',
  'null',
  '[]',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
  '{"temperatureC":1e999}',
  '{"temperatureC":"4,5","measuredAt":"yesterday"}',
  '{"__proto__":{"temperatureC":4}}',
  '{"temperatureC":4,"probe":"../../etc"}',
  '{"measuredAt":8640000000000001,"temperatureC":4}',
  '\ufeff{"temperatureC":4}',
  `[${Array(501).fill('{"temperatureC":4}').join()}]`,
  `{"temperatureC":${'9'.repeat(5_000)}}`,
];

function anyPacket(login: Login, pick: Pick, below: (n: number) => number, random: Random): Buffer {
  const own = login.username;
  const topics = [
    readingTopic(own),
    statusTopic(own),
    commandTopic(own),
    'a/b',
    '',
    '$SYS/x',
    `${own}\u0000`,
  ];
  const kind = below(11);
  if (kind < 4)
    return publishPacket({
      topic: pick(topics),
      payload: pick([...payloads, noise(below(300), random)]),
      qos: pick([0, 1, 2, 3] as const),
      packetId: pick([0, 1, 2, 65_535]),
      retain: below(2) === 0,
      dup: below(2) === 0,
    });
  if (kind === 4)
    return subscribePacket([pick([commandTopic(own), '#', 'a+/b', '', '+/#/+'])], below(3), below(4));
  if (kind === 5) return packet(10, 2, Buffer.concat([Buffer.from([0, 1, 0, 1]), noise(1, random)]));
  if (kind === 6) return pingreq;
  if (kind === 7) return puback(below(3));
  if (kind === 8) return packet(below(16), below(16), noise(below(40), random));
  if (kind === 9) return packet(14, 0, Buffer.alloc(0));
  return packet(pick([5, 6, 7]), pick([0, 2]), Buffer.from([0, below(3)]));
}

const noise = (length: number, random: Random) =>
  Buffer.from(Array.from({ length }, () => Math.floor(random.next() * 256)));

/** Bytes flipped, taken out, doubled, cut off, or another length claimed. */
function mutated(whole: Buffer, random: Random): Buffer {
  const at = Math.floor(random.next() * whole.length);
  const how = random.next();
  const bytes = Buffer.from(whole);
  if (how < 0.35) bytes[at]! ^= 1 << Math.floor(random.next() * 8);
  else if (how < 0.5) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  else if (how < 0.65) return Buffer.concat([bytes.subarray(0, at), noise(5, random), bytes.subarray(at)]);
  else if (how < 0.8) return bytes.subarray(0, at);
  else if (bytes.length > 1) bytes[1] = Math.floor(random.next() * 256);
  return bytes;
}

/** The same bytes in other pieces: packets torn apart and stuck together. */
function cutAnew(bytes: Buffer, below: (n: number) => number, random: Random): Buffer[] {
  if (random.next() < 0.4) return [bytes];
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + below(random.next() < 0.2 ? 3 : 200);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
