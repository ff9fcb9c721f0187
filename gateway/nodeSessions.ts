import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { BridgeDirectory } from '../models/contracts/bridge.ts';
import { type EdgeDirectory, parseEdgeIdentity } from '../models/contracts/edge.ts';
import type { Clock, NodeDirectory, SecurityEvent } from '../models/contracts/intake.ts';
import { authenticateNode, type Login, type LoginOutcome, returnCode } from './authenticateNode.ts';
import { mayListenTo } from './authorizeTopic.ts';
import { BridgePresence } from './bridgePresence.ts';
import type { BrokerHooks } from './broker.ts';
import { ByteGuard } from './byteGuard.ts';
import type { Connection } from './connection.ts';
import { EventLimiter } from './eventLimiter.ts';
import type { GatewayLimits } from './gatewayLimits.ts';
import type { GatewayMetrics } from './gatewayMetrics.ts';
import type { Refusal } from './incomingPublish.ts';
import type { CutReason } from './judgeHeader.ts';
import { LoginBackoff } from './loginBackoff.ts';
import { LoginTurns } from './loginTurns.ts';
import { Presence } from './presence.ts';
import type { PublishIntake } from './publishIntake.ts';
import { TokenBucket } from './tokenBucket.ts';

export interface SessionParts {
  readonly directory: NodeDirectory;
  readonly bridges?: BridgeDirectory;
  readonly edges?: EdgeDirectory;
  readonly onSecurity: (event: SecurityEvent) => void;
  readonly clock: Clock;
  readonly monotonicNow: () => number;
  readonly log: Logger;
  readonly limits: GatewayLimits;
  readonly intake: PublishIntake;
  readonly presence: Presence;
  readonly metrics: GatewayMetrics;
}

/** Buckets of nodes that went away are kept until they have refilled, but no more than this many. */
const maxIdleBuckets = 20_000;

/** Knows every open connection and the node behind it, and answers for the broker who may do what. */
export class NodeSessions {
  readonly #parts: SessionParts;
  readonly #bridgePresence: BridgePresence;
  readonly #edgePresence: Presence;
  readonly #open = new Set<Connection>();
  /** Mapped by node id: the connection whose login was accepted last. */
  readonly #byNode = new Map<string, Connection>();
  /** Mapped by node id, not by connection: connecting anew does not fill a bucket. */
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #backoff = new LoginBackoff();
  readonly #turns = new LoginTurns();
  /** Of one kind from one address, and from all: each is written down with a sync, for which everybody waits. */
  readonly #tellSecurity = new EventLimiter(20);
  readonly #tellOfAll = new EventLimiter(120);

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#bridgePresence = new BridgePresence(parts.clock, change => parts.bridges?.onPresence(change));
    this.#edgePresence = new Presence(parts.clock, ({ nodeId, connected, at }) =>
      parts.edges?.onPresence({ gatewayId: parseEdgeIdentity(nodeId)!, connected, at }),
    );
  }

  /** @param certificateNames  whom its client certificate speaks for; null where none is asked for */
  open(stream: Duplex, remoteAddress: string, certificateNames: readonly string[] | null = null): Connection {
    const guard = new ByteGuard(stream, {
      limits: this.#parts.limits.bytes,
      monotonicNow: this.#parts.monotonicNow,
      onCut: (reason, detail) => this.#cut(connection, reason, detail),
      maySubscribe: filters => this.#maySubscribe(connection, filters),
      takePublish: (publish, settle) => this.#parts.intake.offer(connection, publish, settle),
      onRefused: refusal => this.#refused(connection, refusal),
    });
    const connection: Connection = {
      ...{ guard, remoteAddress, certificateNames },
      ...{ nodeId: null, bridge: null, edge: null, listens: false },
    };
    this.#open.add(connection);
    guard.once('close', () => this.#closed(connection));
    return connection;
  }

  turnedAway(remoteAddress: string): void {
    this.#parts.metrics.cut.inc({ reason: 'too-many-connections' });
    this.#tell('protocol-violation', null, remoteAddress, 'too many connections');
  }

  /** TLS did not come about. A peer that merely goes away (a port scan, a health check) is counted, not told. */
  handshakeFailed(remoteAddress: string, reason: string): void {
    this.#parts.metrics.cut.inc({ reason: 'tls-handshake' });
    if (reason === 'ECONNRESET' || reason === 'EPIPE') return;
    this.#tell('protocol-violation', null, remoteAddress, `TLS handshake failed: ${reason}`);
  }

  violated(remoteAddress: string, detail: string): void {
    this.#parts.metrics.cut.inc({ reason: 'malformed' });
    this.#tell('protocol-violation', null, remoteAddress, detail);
  }

  brokerHooks(): BrokerHooks {
    return {
      login: (connection, login) => this.#login(connection, login),
      ready: connection => this.#ready(connection),
      publish: (connection, publish) => this.#parts.intake.take(connection, publish),
      spokeAsAnother: (connection, detail) => this.#spokeAsAnother(connection, detail),
      subscribeRefused: (connection, filters) => void this.#maySubscribe(connection, filters),
      ended: (connection, error) => this.#ended(connection, error),
    };
  }

  #spokeAsAnother({ nodeId, remoteAddress }: Connection, detail: string): void {
    this.#parts.metrics.cut.inc({ reason: 'spoke-as-another' });
    this.#tell('spoke-as-another', nodeId, remoteAddress, detail);
  }

  #refused(connection: Connection, refusal: Refusal): void {
    if (refusal.next === 'cut') this.#spokeAsAnother(connection, refusal.detail);
    connection.guard.destroy(
      refusal.next === 'resend' ? refusal.error : new Error(`spoke as another node: ${refusal.detail}`),
    );
  }

  listens(nodeId: string): boolean {
    return this.#byNode.get(nodeId)?.listens ?? false;
  }

  /** Ends every connection with this user name: what it proved when it logged in holds no longer. */
  disconnect(username: string): void {
    for (const { nodeId, guard } of [...this.#open]) if (nodeId === username) guard.destroy();
  }

  stopReading(): void {
    this.#bridgePresence.silence();
    this.#edgePresence.silence();
    for (const { guard } of this.#open) guard.stopReading();
  }

  /** Ends every connection, also those that have not logged in. */
  close(): void {
    for (const { guard } of [...this.#open]) guard.destroy();
  }

  async #login(connection: Connection, login: Login): Promise<LoginOutcome> {
    const { log } = this.#parts;
    const outcome = this.#withRoom(await this.#decide(connection, login));
    if (outcome.ok) {
      // Gone while its secret was checked: it must not displace a connection that is there.
      if (connection.guard.destroyed) return outcome;
      connection.nodeId = outcome.nodeId;
      connection.bridge = outcome.bridge;
      connection.edge = outcome.edge;
      this.#byNode.set(outcome.nodeId, connection);
      if (outcome.bridge === null) this.#presenceOf(connection).claim(outcome.nodeId, connection);
      return outcome;
    }
    const nodeId = login.username?.slice(0, 64) ?? null;
    const about = { nodeId, remoteAddress: login.remoteAddress, returnCode: outcome.returnCode };
    if (outcome.error) log.error({ ...about, err: outcome.error }, `login refused: ${outcome.detail}`);
    else this.#tell('login-refused', nodeId, login.remoteAddress, outcome.detail);
    this.#parts.metrics.cut.inc({ reason: 'login-refused' });
    return outcome;
  }

  #withRoom(outcome: LoginOutcome): LoginOutcome {
    if (!outcome.ok || outcome.bridge === null) return outcome;
    const { maxConnectionsPerBridge } = this.#parts.limits;
    const open = this.#open.values().reduce((sum, { nodeId }) => sum + Number(nodeId === outcome.nodeId), 0);
    if (open < maxConnectionsPerBridge) return outcome;
    return unavailable(`the bridge has ${open} connections open, and may have ${maxConnectionsPerBridge}`);
  }

  /** In its turn, and answered in time even if that does not come. */
  #decide(connection: Connection, login: Login): Promise<LoginOutcome> {
    const { directory, bridges, edges, monotonicNow, limits } = this.#parts;
    const patienceMs = limits.connectTimeoutMs;
    const check = () =>
      connection.guard.destroyed
        ? Promise.resolve(unavailable('the connection is gone'))
        : orUnavailable(
            authenticateNode(login, directory, this.#backoff, monotonicNow(), bridges, edges),
            patienceMs,
          );
    return orUnavailable(this.#turns.take(login.remoteAddress, login.username ?? '', check), patienceMs);
  }

  #ready(connection: Connection): void {
    const nodeId = connection.nodeId!;
    connection.guard.open(this.#bucketOf(nodeId));
    if (connection.bridge !== null) this.#bridgePresence.opened(nodeId, connection);
    else this.#presenceOf(connection).ready(nodeId, connection);
  }

  #presenceOf(connection: Connection): Presence {
    return connection.edge === null ? this.#parts.presence : this.#edgePresence;
  }

  #bucketOf(nodeId: string): TokenBucket {
    const known = this.#buckets.get(nodeId);
    if (known) return known;
    const { limits, monotonicNow } = this.#parts;
    const bucket = new TokenBucket(limits.packetsPerSecond, limits.packetBurst, monotonicNow());
    this.#buckets.set(nodeId, bucket);
    return bucket;
  }

  #closed(connection: Connection): void {
    this.#open.delete(connection);
    const { nodeId } = connection;
    if (nodeId === null) return;
    if (connection.bridge !== null) this.#bridgePresence.closed(nodeId, connection);
    else this.#presenceOf(connection).closed(nodeId, connection);
    if (this.#byNode.get(nodeId) !== connection) return;
    this.#byNode.delete(nodeId);
    const isFull = this.#buckets.get(nodeId)?.isFull(this.#parts.monotonicNow()) ?? false;
    if (isFull || this.#buckets.size > maxIdleBuckets) this.#buckets.delete(nodeId);
  }

  #cut(connection: Connection, reason: CutReason, detail: string): void {
    this.#parts.metrics.cut.inc({ reason });
    this.#tell('protocol-violation', connection.nodeId, connection.remoteAddress, detail);
  }

  #maySubscribe(connection: Connection, filters: readonly string[]): boolean {
    if (mayListenTo(connection, filters)) return true;
    const shown = filters.slice(0, 5).join(', ').slice(0, 200);
    this.#tell('subscribe-refused', connection.nodeId, connection.remoteAddress, `asked for ${shown}`);
    return false;
  }

  /** Aedes ended a connection; what it says is matched by its words, for want of codes. */
  #ended(connection: Connection, error: Error): void {
    const { metrics, log } = this.#parts;
    const reasons = {
      'connect did not arrive in time': 'connect-timeout',
      'keep alive timeout': 'keepalive-timeout',
      'keep alive limit exceeded': 'keepalive-not-allowed',
      'unacceptable protocol version': 'protocol-version',
      'drain timeout': 'slow-reader',
    } as const;
    const reason = Object.entries(reasons).find(([words]) => error.message === words)?.[1];
    if (reason) metrics.cut.inc({ reason });
    const level = reason === 'keepalive-not-allowed' || reason === 'protocol-version' ? 'warn' : 'debug';
    const { nodeId, remoteAddress } = connection;
    if (level === 'debug' || this.#tellSecurity.allows(`ended ${remoteAddress}`, this.#parts.monotonicNow()))
      log[level]({ nodeId, remoteAddress, reason }, `connection ended: ${error.message}`);
  }

  #tell(kind: SecurityEvent['kind'], nodeId: string | null, remoteAddress: string, detail: string): void {
    const now = this.#parts.monotonicNow();
    if (!this.#tellSecurity.allows(`${kind} ${remoteAddress}`, now)) return;
    if (!this.#tellOfAll.allows(kind, now)) return;
    this.#parts.log.warn({ kind, nodeId, remoteAddress }, `${kind}: ${detail}`);
    this.#parts.onSecurity({ kind, nodeId, remoteAddress, detail, at: this.#parts.clock.now() });
  }
}

function unavailable(detail: string): LoginOutcome {
  return { ok: false, isGuess: false, returnCode: returnCode.serverUnavailable, detail };
}

/** A directory that does not answer must not hold connections open for ever. */
async function orUnavailable(outcome: Promise<LoginOutcome>, patienceMs: number): Promise<LoginOutcome> {
  const answered = new AbortController();
  const tooLate = sleep(patienceMs, undefined, { signal: answered.signal }).then(() =>
    unavailable(`the secret could not be checked within ${patienceMs} ms`),
  );
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([outcome, tooLate]);
  } finally {
    answered.abort();
  }
}
