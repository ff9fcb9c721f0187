import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Clock } from '../../models/contracts/intake.ts';
import type { Log } from '../log.ts';
import { connectionConfig } from '../store/metadata/postgresPool.ts';
import { contentOf, framesOf, headOf } from './busFrames.ts';
import type { Fleet, FleetListener, Member } from './fleet.ts';
import { MemberList } from './memberList.ts';

export interface FleetTiming {
  readonly beatEveryMs: number;
  readonly deadAfterMs: number;
  /** A question to the database without an answer after this long counts as a lost connection. */
  readonly answerWithinMs: number;
  readonly retryMs: number;
}

export interface PostgresFleetOptions {
  readonly url: string;
  readonly serverId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing?: Partial<FleetTiming>;
}

const usualTiming: FleetTiming = {
  beatEveryMs: 1_000,
  deadAfterMs: 5_000,
  answerWithinMs: 3_000,
  retryMs: 500,
};
/** Characters that may wait to be published; what comes then is lost, and the others are told so. */
const mostWaiting = 32 * 1024 * 1024;
/** Characters of one statement: signs of life go in between. */
const mostAtOnce = 256 * 1024;
/** Messages that may wait for `start`. */
const mostEarly = 10_000;
/** Rows of servers that are gone stay this long. */
const forgetAfterMs = 24 * 3_600_000;

const databaseNow = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
const monotonicNow = (): number => performance.now();

/** Topic of a message that only says: what was published before may not have come. */
const lostTopic = 'fleet.lost';

/**
 * Joins the servers on a PostgreSQL database: a row with a sign of life every second, and one channel of
 * notifications, over one connection of its own.
 *
 * @throws {Error} when the database cannot be reached now; later it may be away, and is tried again and again
 */
export async function joinPostgresFleet(options: PostgresFleetOptions): Promise<Fleet> {
  const fleet = new PostgresFleet(options);
  await fleet.open();
  return fleet;
}

class PostgresFleet implements Fleet {
  readonly serverId: string;
  readonly isShared = true;
  readonly run = randomBytes(6).toString('hex');
  readonly deadAfterMs: number;
  readonly #options: PostgresFleetOptions;
  readonly #timing: FleetTiming;
  readonly #members: MemberList;
  readonly #listeners = new Map<string, FleetListener<never>[]>();
  readonly #lostListeners: (() => void | Promise<void>)[] = [];
  #client: pg.Client | null = null;
  #channel = '';
  /** Frames that wait, with the number of their message. */
  #outgoing: { readonly number: number; readonly frame: string }[] = [];
  #waiting = 0;
  #numbered = 0;
  #overflowed = false;
  #flushing = false;
  /** Keyed by server: of which run and message the last part came. */
  readonly #heard = new Map<string, { run: string; number: number; parts: string[] }>();
  #early: (() => void)[] | null = [];
  #sentAt = new Map<number, number>();
  #lagMs = 0;
  #published = 0;
  #received = 0;
  #lost = 0;
  /** Of the sign of life that arrived last, when it was sent. */
  #beatAt = Number.NEGATIVE_INFINITY;
  #uninformed: { since: number; reason: string } | null = null;
  #rebuilding: Promise<void> = Promise.resolve();
  #rebuilds = 0;
  #isReplaced = false;
  #isRegistered = false;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(options: PostgresFleetOptions) {
    this.#options = options;
    this.serverId = options.serverId;
    this.#timing = { ...usualTiming, ...options.timing };
    this.deadAfterMs = this.#timing.deadAfterMs;
    this.#members = new MemberList(options.serverId, this.run, this.#timing.deadAfterMs);
    // What it stored right before it ended, it may have told nobody.
    this.#members.onDeath(serverId => this.#missed(`server ${serverId} has ended`));
  }

  async open(): Promise<void> {
    await this.#connect();
    this.#running = this.#keepAlive();
  }

  members(): readonly Member[] {
    return this.#members.alive();
  }

  onDeath(listener: (serverId: string) => void): void {
    this.#members.onDeath(listener);
  }

  onLost(listener: () => void | Promise<void>): void {
    this.#lostListeners.push(listener);
  }

  on<T>(topic: string, listener: FleetListener<T>): void {
    const known = this.#listeners.get(topic) ?? [];
    this.#listeners.set(topic, [...known, listener as FleetListener<never>]);
  }

  publish(topic: string, data: unknown): void {
    if (this.#isStopped) return;
    if (this.#waiting > mostWaiting) {
      this.#overflowed = true;
      return;
    }
    this.#numbered += 1;
    const { serverId } = this;
    for (const frame of framesOf({ serverId, run: this.run, number: this.#numbered, topic, data })) {
      this.#outgoing.push({ number: this.#numbered, frame });
      this.#waiting += frame.length;
    }
    this.#flushSoon();
  }

  start(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const deliver of early) deliver();
    this.#members.start();
  }

  isCertainlyMember(): boolean {
    if (this.#isReplaced || this.#isStopped) return false;
    // A beat early: what is begun now should be over before anybody else begins it.
    return monotonicNow() - this.#beatAt < this.#timing.deadAfterMs - this.#timing.beatEveryMs;
  }

  uninformed() {
    return this.#uninformed;
  }

  stats() {
    return {
      members: this.members().length,
      isListening: this.#client !== null,
      lagMs: this.#lagMs,
      waiting: this.#waiting,
      published: this.#published,
      received: this.#received,
      lost: this.#lost,
    };
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopping.abort();
    await this.#running;
    await this.#rebuilding;
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    await client
      .query(`update servers set stopped_at = ${databaseNow} where server_id = $1 and run = $2`, [
        this.serverId,
        this.run,
      ])
      .catch(() => undefined);
    await endOf(client);
  }

  /** Signs of life, and the way back after the connection was lost. */
  async #keepAlive(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pauseMs = this.#client === null ? this.#timing.retryMs : this.#timing.beatEveryMs;
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || this.#isReplaced) return;
      try {
        if (this.#client !== null) await this.#beat(this.#client);
        else {
          await this.#connect();
          this.#missed('messages of other servers may have been missed');
        }
      } catch (error) {
        if (this.#client !== null) this.#disconnected(this.#client, error);
        else this.#options.log.debug({ err: error }, 'the other servers cannot be reached');
      }
    }
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      ...connectionConfig(this.#options.url),
      application_name: 'tahan fleet',
      connectionTimeoutMillis: this.#timing.answerWithinMs,
      query_timeout: this.#timing.answerWithinMs,
    });
    client.on('error', error => this.#disconnected(client, error));
    client.on('end', () => this.#disconnected(client, new Error('the connection has ended')));
    client.on('notification', ({ payload = '' }) => this.#take(payload));
    try {
      await client.connect();
      const { rows } = await client.query<{ name: string }>(
        "select 'tahan_' || md5(current_schema()) as name",
      );
      this.#channel = rows[0]!.name;
      await client.query(`listen ${this.#channel}`);
      if (!this.#isRegistered) await this.#register(client);
      await this.#beat(client);
    } catch (error) {
      cut(client);
      throw error;
    }
    this.#client = client;
    this.#flushSoon();
  }

  async #register(client: pg.Client): Promise<void> {
    await client.query(
      `insert into servers (server_id, run, started_at, heartbeat_at) values ($1, $2, ${databaseNow}, ${databaseNow})
       on conflict (server_id) do update set run = excluded.run, started_at = excluded.started_at,
         heartbeat_at = excluded.heartbeat_at, stopped_at = null`,
      [this.serverId, this.run],
    );
    await client.query(`delete from servers where heartbeat_at < ${databaseNow} - $1::bigint`, [
      forgetAfterMs,
    ]);
    this.#isRegistered = true;
  }

  async #beat(client: pg.Client): Promise<void> {
    const sentAt = monotonicNow();
    const { rowCount } = await client.query(
      `update servers set heartbeat_at = ${databaseNow} where server_id = $1 and run = $2`,
      [this.serverId, this.run],
    );
    const { rows } = await client.query<{ server_id: string; run: string; age_ms: number; gone: boolean }>(
      `select server_id, run, ${databaseNow} - heartbeat_at as age_ms, stopped_at is not null as gone from servers`,
    );
    if (rowCount === 0) {
      const other = rows.find(row => row.server_id === this.serverId);
      if (other === undefined) await this.#register(client);
      else {
        this.#isReplaced = true;
        const reason = `another server has started with the id ${this.serverId}: a copied data folder needs its server.id removed`;
        this.#uninformed = { since: this.#options.clock.now(), reason };
        this.#options.log.fatal({ serverId: this.serverId }, reason);
        return;
      }
    }
    this.#beatAt = sentAt;
    this.#members.seen(
      rows.map(row => ({ serverId: row.server_id, run: row.run, ageMs: row.age_ms, isGone: row.gone })),
    );
  }

  #disconnected(client: pg.Client, error: unknown): void {
    if (client !== this.#client || this.#isStopped) return;
    this.#client = null;
    cut(client);
    const reason = `the other servers cannot be heard: ${error instanceof Error ? error.message : String(error)}`;
    this.#uninformed ??= { since: this.#options.clock.now(), reason };
    this.#options.log.warn({ reason }, 'the connection to the other servers was lost');
  }

  #flushSoon(): void {
    if (this.#flushing || this.#client === null) return;
    this.#flushing = true;
    queueMicrotask(() => {
      void this.#flush().finally(() => {
        this.#flushing = false;
        if (this.#outgoing.length > 0 && this.#client !== null) this.#flushSoon();
      });
    });
  }

  async #flush(): Promise<void> {
    while (this.#outgoing.length > 0) {
      const client = this.#client;
      if (client === null) return;
      let length = 0;
      let count = 0;
      // Whole messages: their parts then come one after the other.
      while (count < this.#outgoing.length) {
        const { number, frame } = this.#outgoing[count]!;
        if (length > mostAtOnce && number !== this.#outgoing[count - 1]?.number) break;
        length += frame.length;
        count += 1;
      }
      const frames = this.#outgoing.slice(0, count);
      this.#sentAt.set(frames.at(-1)!.number, monotonicNow());
      try {
        await client.query('select pg_notify($1, frame) from unnest($2::text[]) frame', [
          this.#channel,
          frames.map(({ frame }) => frame),
        ]);
      } catch (error) {
        this.#disconnected(client, error);
        return;
      }
      this.#outgoing.splice(0, count);
      this.#waiting -= length;
      this.#published += new Set(frames.map(({ number }) => number)).size;
      if (this.#overflowed && this.#outgoing.length === 0) {
        this.#overflowed = false;
        this.publish(lostTopic, null);
      }
    }
  }

  #take(payload: string): void {
    const head = headOf(payload);
    if (head === null) return;
    if (head.serverId === this.serverId) {
      const sentAt = this.#sentAt.get(head.number);
      if (sentAt === undefined || head.part + 1 !== head.parts) return;
      this.#lagMs = monotonicNow() - sentAt;
      this.#sentAt.clear();
      return;
    }
    const { serverId, run, number } = head;
    const known = this.#heard.get(serverId);
    const isSameRun = known?.run === run;
    // Sent once more after an answer that did not arrive: known already.
    if (isSameRun && number <= known.number) return;
    if (isSameRun && number !== known.number + 1)
      this.#missed(`messages of server ${serverId} have not come`);
    const one = isSameRun && head.part > 0 ? known : { run, number: number - 1, parts: [] };
    one.parts[head.part] = head.content;
    this.#heard.set(serverId, one);
    if (head.part + 1 < head.parts) return;
    this.#heard.set(serverId, { run, number, parts: [] });
    // Cut off before this one came, and back in its middle.
    if (one.parts.filter(part => part !== undefined).length < head.parts) {
      this.#missed(`a part of a message of server ${serverId} has not come`);
      return;
    }
    this.#received += 1;
    const { topic, data } = contentOf(one.parts.join(''));
    this.#deliver(topic, data, serverId);
  }

  #deliver(topic: string, data: unknown, from: string): void {
    if (this.#early !== null) {
      if (this.#early.length < mostEarly) this.#early.push(() => this.#deliver(topic, data, from));
      else this.#missed('more came than could be kept while this server was starting');
      return;
    }
    if (topic === lostTopic) this.#missed(`server ${from} had more to say than it could`);
    for (const listener of this.#listeners.get(topic) ?? []) {
      try {
        listener(data as never, from);
      } catch (error) {
        this.#options.log.error({ err: error, topic }, 'a message of another server could not be taken in');
      }
    }
  }

  /** Everybody asks anew; until that is done nothing is sure to be complete. */
  #missed(reason: string): void {
    if (this.#early !== null && this.#early.length < mostEarly) {
      this.#early.push(() => this.#missed(reason));
      return;
    }
    this.#lost += 1;
    const rebuild = ++this.#rebuilds;
    this.#uninformed ??= { since: this.#options.clock.now(), reason };
    this.#rebuilding = this.#rebuilding.then(async () => {
      // One that was missed meanwhile asks everything once more.
      for (let tries = 0; rebuild === this.#rebuilds && !this.#isStopped; tries++) {
        try {
          await Promise.all(this.#lostListeners.map(async listener => listener()));
          if (rebuild === this.#rebuilds && this.#client !== null && !this.#isReplaced)
            this.#uninformed = null;
          return;
        } catch (error) {
          this.#options.log.warn({ err: error }, 'what other servers did could not be asked; trying again');
          const pauseMs = Math.min(this.#timing.retryMs * 2 ** Math.min(tries, 4), 5_000);
          await wait(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
        }
      }
    });
  }
}

/** Ends a connection without a goodbye that nobody would answer. */
function cut(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

async function endOf(client: pg.Client): Promise<void> {
  const overdue = setTimeout(() => cut(client), 1_000);
  await client.end().catch(() => undefined);
  clearTimeout(overdue);
}
