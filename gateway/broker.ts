import type { Duplex } from 'node:stream';
import {
  Aedes,
  type AedesOptions,
  type AuthenticateError,
  type Client,
  type ConnectPacket,
  type PublishPacket,
} from 'aedes';
import type { Logger } from 'pino';
import { edgeLoginsTopic, longestEdgeIdentity } from '../models/contracts/edge.ts';
import { commandTopic } from '../models/contracts/topics.ts';
import { aliveTopic } from './aliveSignal.ts';
import type { Login, LoginOutcome } from './authenticateNode.ts';
import { mayListenTo } from './authorizeTopic.ts';
import type { Connection } from './connection.ts';
import type { IncomingPublish, IntakeVerdict } from './incomingPublish.ts';

export interface BrokerHooks {
  /** Decides a CONNECT; sets `connection.nodeId` when it is a node's. */
  login(connection: Connection, login: Login): Promise<LoginOutcome>;
  /** The session is up: packets of the node are answered from now on. */
  ready(connection: Connection): void;
  publish(connection: Connection, publish: IncomingPublish): Promise<IntakeVerdict>;
  spokeAsAnother(connection: Connection, detail: string): void;
  subscribeRefused(connection: Connection, filters: readonly string[]): void;
  /** The broker ended a connection by itself: silence, a slow reader, a keepalive it does not allow. */
  ended(connection: Connection, error: Error): void;
}

export interface Broker {
  /** Takes over a guarded socket. */
  handle(connection: Connection): void;
  send(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

const drainTimeoutMs = 5_000;
/** Seconds. A node that wants a longer silence, or none to be noticed (0), is refused with return code 6. */
const longestKeepaliveS = 300;

type Done = (error?: Error | null) => void;
type Published = (error?: Error) => void;

/**
 * Aedes without delivery of what nodes publish: no node may listen to another. Publishes of QoS 0 and 1 never come here
 * (`publishLane.ts`); those of QoS 2 and wills are taken in `authorizePublish`, before they are acknowledged.
 */
class NodeBroker extends Aedes {
  override publish(packet: PublishPacket, clientOrDone: Client | Published | null, done?: Published): void {
    // At run time Aedes passes the client in the middle; its types only know the short form.
    if (typeof clientOrDone === 'function') super.publish(packet, clientOrDone);
    else if (clientOrDone) done?.();
    else super.publish(packet, done ?? (() => undefined));
  }
}

/** Starts Aedes with every hook set; it knows nothing about journals, and the rest knows nothing about Aedes. */
export async function startBroker(
  hooks: BrokerHooks,
  connectTimeoutMs: number,
  log: Logger,
): Promise<Broker> {
  /** Mapped by the guard, which is what Aedes hands back as `client.conn`. */
  const connections = new WeakMap<Duplex, Connection>();
  const logins = new WeakMap<Client, ConnectPacket>();
  const of = (client: Client | null): Connection | undefined =>
    client ? connections.get(client.conn) : undefined;
  const broker = new NodeBroker({
    connectTimeout: connectTimeoutMs,
    drainTimeout: drainTimeoutMs,
    keepaliveLimit: longestKeepaliveS,
    maxClientsIdLength: longestEdgeIdentity,
    preConnect(client, packet, done) {
      logins.set(client, packet);
      done(null, true);
    },
    authenticate(client, username, password, done) {
      void authenticate(hooks, of(client), logins.get(client), username, password, done);
    },
    authorizePublish(client, packet, done) {
      if (packet.topic === aliveTopic) return done();
      void takePublish(hooks, of(client), packet, done);
    },
    ...subscriptionHooks(hooks, of),
  });
  broker.on('clientReady', client => withConnection(client, hooks.ready));
  broker.on('clientError', (client, error) => withConnection(client, c => hooks.ended(c, error)));
  broker.on('connectionError', (client, error) => withConnection(client, c => hooks.ended(c, error)));
  broker.on('unsubscribe', (_filters, client) =>
    withConnection(client, c => {
      c.listens = false;
    }),
  );
  // Typed as a plain emitter for this one: without a listener an error inside Aedes would end the process.
  (broker as NodeJS.EventEmitter).on('error', error =>
    log.error({ err: error }, 'broker: error inside the broker'),
  );
  await broker.listen();

  function withConnection(client: Client, use: (connection: Connection) => void): void {
    const connection = of(client);
    if (connection) use(connection);
  }

  return {
    handle(connection) {
      connections.set(connection.guard, connection);
      broker.handle(connection.guard);
    },
    send: (topic, payload) =>
      new Promise((resolve, reject) =>
        broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, error =>
          error ? reject(error) : resolve(),
        ),
      ),
    close: () => new Promise(resolve => broker.close(resolve)),
  };
}

async function authenticate(
  hooks: BrokerHooks,
  connection: Connection | undefined,
  packet: ConnectPacket | undefined,
  username: string | undefined,
  password: Buffer | undefined,
  done: (error: AuthenticateError | null, success: boolean | null) => void,
): Promise<void> {
  if (!connection || !packet) return done(null, false);
  const outcome = await hooks.login(connection, {
    clientId: packet.clientId,
    clean: packet.clean !== false,
    username,
    password,
    willTopic: packet.will?.topic,
    remoteAddress: connection.remoteAddress,
    ...(connection.certificateNames ? { certificateNames: connection.certificateNames } : {}),
  });
  if (outcome.ok) done(null, true);
  else
    done(
      Object.assign(new Error(outcome.detail), { returnCode: outcome.returnCode }) as AuthenticateError,
      null,
    );
}

async function takePublish(
  hooks: BrokerHooks,
  connection: Connection | undefined,
  packet: PublishPacket,
  done: Done,
): Promise<void> {
  // Without a client it is a will some other broker left behind: nothing of ours.
  if (!connection?.nodeId) return done();
  const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
  const { topic, qos, retain, dup, messageId = 0 } = packet;
  const verdict = await hooks.publish(connection, { topic, payload, qos, retain, dup, messageId });
  if (verdict.next === 'acknowledge') return done();
  if (verdict.next === 'resend') return done(verdict.error);
  hooks.spokeAsAnother(connection, verdict.detail);
  done(new Error(`spoke as another node: ${verdict.detail}`));
}

/** The guard has refused foreign filters before; these hold even if it had not. */
function subscriptionHooks(
  hooks: BrokerHooks,
  of: (client: Client) => Connection | undefined,
): Pick<AedesOptions, 'authorizeSubscribe' | 'authorizeForward'> {
  return {
    authorizeSubscribe(client, subscription, done) {
      const connection = of(client);
      const mayListen = connection !== undefined && mayListenTo(connection, [subscription.topic]);
      if (connection && mayListen) connection.listens ||= connection.bridge === null;
      else if (connection) hooks.subscribeRefused(connection, [subscription.topic]);
      done(null, mayListen ? subscription : null);
    },
    authorizeForward(client, packet) {
      const connection = of(client);
      if (connection?.nodeId == null) return null;
      const { nodeId, edge } = connection;
      return packet.topic === (edge === null ? commandTopic(nodeId) : edgeLoginsTopic(edge)) ? packet : null;
    },
  };
}
