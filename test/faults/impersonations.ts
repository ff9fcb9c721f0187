import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandTopic, readingTopic, statusTopic } from '../../models/contracts/topics.ts';
import {
  type ConnectFields,
  connectPacket,
  type PublishFields,
  packet,
  publishPacket,
  subscribePacket,
} from '../gateway/rawMqtt.ts';
import { packetSplitter } from './faultNode.ts';
import type { FaultTarget, Login } from './faultTarget.ts';

/** A node with a credential of its own that wants to be, or to overhear, the victim. */
export interface Attacker {
  readonly target: FaultTarget;
  readonly victim: Login;
  readonly other: Login;
  /** The reading to be put into the victim's mouth. */
  readonly forged: { readonly measuredAt: number; readonly temperatureC: number };
}

/** How long the attacker stays to listen, when nobody ends the connection. */
const listenMs = 150;

/** One connection: CONNECT, then the packets; resolves with the payloads of what was delivered to it. */
async function session(
  { target, other, victim }: Attacker,
  packets: readonly Buffer[],
  login: ConnectFields = {},
): Promise<Buffer[]> {
  const { hostname: host, port } = new URL(target.mqttUrl);
  const socket = connect({ host, port: Number(port), noDelay: true });
  const heard: Buffer[] = [];
  let acceptedAs = 0;
  const answered = Promise.withResolvers<void>();
  socket.on(
    'data',
    packetSplitter((type, body) => {
      if (type === 3) heard.push(body);
      if (type === 2) acceptedAs = body[1] === 0 ? 1 : -1;
      answered.resolve();
    }),
  );
  socket.on('error', () => undefined);
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  socket.write(connectPacket({ ...other, clientId: other.username, ...login }));
  await Promise.race([answered.promise, closed]);
  // Accepted under the victim's name without its secret: that alone is a success.
  const posed = login.username === victim.username || login.clientId === victim.username;
  if (posed && acceptedAs === 1) heard.push(Buffer.from('accepted as the victim'));
  for (const bytes of packets) if (!socket.destroyed) socket.write(bytes);
  await Promise.race([sleep(listenMs), closed]);
  socket.destroy();
  await closed;
  return heard;
}

type Attempt = (attacker: Attacker) => Promise<Buffer[]>;
type Topic = string | ((victimId: string, ownId: string) => string | Uint8Array);

const text = (attacker: Attacker, body: unknown = attacker.forged) => JSON.stringify(body);

/** Publishes the forged reading there. */
function publishes(topic: Topic, fields: PublishFields = {}): Attempt {
  return attacker => {
    const { victim, other } = attacker;
    const name = typeof topic === 'string' ? topic : topic(victim.username, other.username);
    const bytes = publishPacket({ topic: name, payload: text(attacker), ...fields });
    const release = fields.qos === 2 ? [packet(6, 2, Buffer.from([0, 1]))] : [];
    return session(attacker, [bytes, ...release]);
  };
}

/** Publishes on the attacker's own topic, with the victim named in the payload. */
function names(body: (attacker: Attacker) => unknown): Attempt {
  return attacker =>
    session(attacker, [
      publishPacket({
        topic: readingTopic(attacker.other.username),
        payload: text(attacker, body(attacker)),
      }),
    ]);
}

function subscribes(...filters: Exclude<Topic, string>[]): Attempt {
  return attacker =>
    session(attacker, [
      subscribePacket(filters.map(filter => filter(attacker.victim.username, attacker.other.username))),
    ]);
}

/** Connects like this and then publishes as the victim. */
function connects(fields: (attacker: Attacker) => ConnectFields): Attempt {
  return attacker =>
    session(
      attacker,
      [publishPacket({ topic: readingTopic(attacker.victim.username), payload: text(attacker) })],
      fields(attacker),
    );
}

const will = (topic: Topic): Attempt =>
  connects(({ victim, other, forged }) => ({
    will: {
      topic: typeof topic === 'string' ? topic : String(topic(victim.username, other.username)),
      payload: JSON.stringify(forged),
    },
  }));

/** `/` as two bytes, which no decoder may take for a slash. */
const overlongSlash = (parts: readonly string[]): Buffer =>
  Buffer.concat(
    parts.flatMap((part, i) => [...(i > 0 ? [Buffer.from([0xc0, 0xaf])] : []), Buffer.from(part)]),
  );

/** The same letters to the eye: Cyrillic, full width, and with a mark that has no width. */
const cyrillic = (id: string) => id.replace('i', '\u0456').replace('d', '\u0501');
const fullWidth = (id: string) => id.replace('i', '\uff49');

/** Every way, mapped by what it tries. */
export const impersonations: Readonly<Record<string, Attempt>> = {
  'publishes on its topic, QoS 0': publishes(readingTopic, { qos: 0 }),
  'publishes on its topic, QoS 1': publishes(readingTopic),
  'publishes on its topic, QoS 2': publishes(readingTopic, { qos: 2 }),
  'publishes on its topic as a duplicate': publishes(readingTopic, { dup: true }),
  'publishes on its topic, retained': publishes(readingTopic, { retain: true }),
  'says that it is offline': publishes(statusTopic, { payload: '{"state":"offline"}' }),
  'says so retained': publishes(statusTopic, { payload: '{"state":"offline"}', retain: true }),
  'clears its retained status': publishes(statusTopic, { payload: '', retain: true }),
  'commands it': publishes(commandTopic),
  'publishes below its topic': publishes(id => `tahan/${id}/readings/main`),
  'publishes with an empty level': publishes(id => `tahan//${id}/readings`),
  'publishes with a slash before': publishes(id => `/tahan/${id}/readings`),
  'publishes with a slash behind': publishes(id => `tahan/${id}/readings/`),
  'publishes in capitals': publishes(id => `TAHAN/${id.toUpperCase()}/READINGS`),
  'publishes to the id in capitals': publishes(id => `tahan/${id.toUpperCase()}/readings`),
  'publishes through a parent path': publishes((id, own) => `tahan/${own}/../${id}/readings`),
  'publishes through an escaped slash': publishes((id, own) => `tahan/${own}%2f..%2f${id}/readings`),
  'publishes through an overlong slash': publishes(id => overlongSlash(['tahan', id, 'readings'])),
  'publishes to a Cyrillic look-alike': publishes(id => `tahan/${cyrillic(id)}/readings`),
  'publishes to a full-width look-alike': publishes(id => `tahan/${fullWidth(id)}/readings`),
  'publishes to an id with a zero-width space': publishes(id => `tahan/${id}\u200b/readings`),
  'publishes to an id with U+0000': publishes(id => `tahan/${id}\u0000/readings`),
  'publishes to an id with a space behind': publishes(id => `tahan/${id} /readings`),
  'publishes to every node at once': publishes('tahan/+/readings'),
  'publishes to a multi-level wildcard': publishes('tahan/#'),
  'publishes to a shared topic': publishes(id => `$share/all/tahan/${id}/readings`),
  'publishes to the system': publishes(id => `$SYS/broker/clients/${id}`),
  'publishes to a prototype': publishes('tahan/__proto__/readings'),
  'publishes to its place before, QoS 1 with packet id of its own': publishes(readingTopic, {
    packetId: 65_535,
  }),
  'names it in the payload': names(({ forged, victim }) => ({ ...forged, nodeId: victim.username })),
  'names it in one reading of many': names(({ forged, victim }) => [
    { temperatureC: 4 },
    { ...forged, nodeId: victim.username },
  ]),
  'names it as prototype': names(({ forged, victim }) =>
    JSON.parse(`{"__proto__":{"nodeId":"${victim.username}"},"temperatureC":${forged.temperatureC}}`),
  ),
  'takes its client id': connects(({ victim }) => ({ clientId: victim.username })),
  'takes its client id with a space': connects(({ victim }) => ({ clientId: `${victim.username} ` })),
  'takes its user name with another secret': connects(({ victim, other }) => ({
    clientId: victim.username,
    username: victim.username,
    password: other.password,
  })),
  'takes its user name and an empty secret': connects(({ victim }) => ({
    clientId: victim.username,
    username: victim.username,
    password: '',
  })),
  'has no client id': connects(() => ({ clientId: '' })),
  'asks for a lasting session': connects(() => ({ clean: false })),
  'leaves a will on its readings': will(readingTopic),
  'leaves a will on its status': will(statusTopic),
  'leaves a will on a wildcard': will('tahan/+/status'),
  'connects a second time as it': attacker =>
    session(attacker, [
      connectPacket({
        ...attacker.victim,
        clientId: attacker.victim.username,
        password: attacker.other.password,
      }),
      publishPacket({ topic: readingTopic(attacker.victim.username), payload: text(attacker) }),
    ]),
  'listens to its readings': subscribes(readingTopic),
  'listens to its commands': subscribes(commandTopic),
  'listens to its status': subscribes(statusTopic),
  'listens below it': subscribes(id => `tahan/${id}/#`),
  'listens to everything': subscribes(() => '#'),
  'listens to everything of three levels': subscribes(() => '+/+/+'),
  'listens to all commands': subscribes(() => 'tahan/+/command'),
  'listens to the system': subscribes(() => '$SYS/#'),
  'listens by a shared subscription': subscribes(id => `$share/group/${readingTopic(id)}`),
  'listens to its own and to the other': subscribes((_id, own) => commandTopic(own), commandTopic),
  'listens to an impossible filter': subscribes(id => `tahan/${id}+/readings`),
};
