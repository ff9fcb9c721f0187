import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock, NodeDirectory, SecurityEvent } from '../models/contracts/intake.ts';
import { authenticateNode, type Login, type LoginOutcome, returnCode } from './authenticateNode.ts';
import { maySubscribe } from './authorizeTopic.ts';
import type { BrokerHooks } from './broker.ts';
import { ByteGuard } from './byteGuard.ts';
import type { Connection } from './connection.ts';
import { EventLimiter } from './eventLimiter.ts';
import type { GatewayLimits } from './gatewayLimits.ts';
import type { GatewayMetrics } from './gatewayMetrics.ts';
import type { CutReason } from './judgeHeader.ts';
import { LoginBackoff } from './loginBackoff.ts';
import type { Presence } from './presence.ts';
import type { PublishIntake } from './publishIntake.ts';
import { TokenBucket } from './tokenBucket.ts';

export interface SessionParts {
  readonly directory: NodeDirectory;
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
  readonly #open = new Set<Connection>();
  /** Mapped by node id: the connection whose login was accepted last. */
  readonly #byNode = new Map<string, Connection>();
  /** Mapped by node id, not by connection: connecting anew does not fill a bucket. */
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #backoff = new LoginBackoff();
  readonly #tellSecurity = new EventLimiter(20);

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  open(socket: Socket, remoteAddress: string): Connection {
    const guard = new ByteGuard(socket, {
      limits: this.#parts.limits.bytes,
      monotonicNow: this.#parts.monotonicNow,
      onCut: (reason, detail) => this.#cut(connection, reason, detail),
      maySubscribe: filters => this.#maySubscribe(connection, filters),
    });
    const connection: Connection = { guard, remoteAddress, nodeId: null, listens: false };
    this.#open.add(connection);
    guard.once('close', () => this.#closed(connection));
    return connection;
  }

  turnedAway(remoteAddress: string): void {
    this.#parts.metrics.cut.inc({ reason: 'too-many-connections' });
    this.#tell('protocol-violation', null, remoteAddress, 'too many connections');
  }

  brokerHooks(): BrokerHooks {
    return {
      login: (connection, login) => this.#login(connection, login),
      ready: connection => this.#ready(connection),
      publish: (connection, publish) => this.#parts.intake.take(connection, publish),
      spokeAsAnother: (connection, detail) => {
        this.#parts.metrics.cut.inc({ reason: 'spoke-as-another' });
        this.#tell('spoke-as-another', connection.nodeId, connection.remoteAddress, detail);
      },
      subscribeRefused: (connection, filters) => void this.#maySubscribe(connection, filters),
      ended: (connection, error) => this.#ended(connection, error),
    };
  }

  listens(nodeId: string): boolean {
    return this.#byNode.get(nodeId)?.listens ?? false;
  }

  stopReading(): void {
    for (const { guard } of this.#open) guard.stopReading();
  }

  async #login(connection: Connection, login: Login): Promise<LoginOutcome> {
    const { directory, monotonicNow, log, presence } = this.#parts;
    const decided = authenticateNode(login, directory, this.#backoff, monotonicNow());
    const outcome = await orUnavailable(decided, this.#parts.limits.connectTimeoutMs);
    if (outcome.ok) {
      // Gone while its secret was checked: it must not displace a connection that is there.
      if (connection.guard.destroyed) return outcome;
      connection.nodeId = outcome.nodeId;
      this.#byNode.set(outcome.nodeId, connection);
      presence.claim(outcome.nodeId, connection);
      return outcome;
    }
    const nodeId = login.username?.slice(0, 64) ?? null;
    const about = { nodeId, remoteAddress: login.remoteAddress, returnCode: outcome.returnCode };
    if (outcome.error) log.error({ ...about, err: outcome.error }, `login refused: ${outcome.detail}`);
    else this.#tell('login-refused', nodeId, login.remoteAddress, outcome.detail);
    this.#parts.metrics.cut.inc({ reason: 'login-refused' });
    return outcome;
  }

  #ready(connection: Connection): void {
    const nodeId = connection.nodeId!;
    connection.guard.open(this.#bucketOf(nodeId));
    this.#parts.presence.ready(nodeId, connection);
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
    this.#parts.presence.closed(nodeId, connection);
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
    if (connection.nodeId !== null && maySubscribe(connection.nodeId, filters)) return true;
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
    if (!this.#tellSecurity.allows(`${kind} ${remoteAddress}`, this.#parts.monotonicNow())) return;
    this.#parts.log.warn({ kind, nodeId, remoteAddress }, `${kind}: ${detail}`);
    this.#parts.onSecurity({ kind, nodeId, remoteAddress, detail, at: this.#parts.clock.now() });
  }
}

/** A directory that does not answer must not hold connections open for ever. */
async function orUnavailable(outcome: Promise<LoginOutcome>, patienceMs: number): Promise<LoginOutcome> {
  const answered = new AbortController();
  const tooLate = sleep(patienceMs, undefined, { signal: answered.signal }).then(
    (): LoginOutcome => ({
      ok: false,
      isGuess: false,
      returnCode: returnCode.serverUnavailable,
      detail: `the secret could not be checked within ${patienceMs} ms`,
    }),
  );
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([outcome, tooLate]);
  } finally {
    answered.abort();
  }
}
