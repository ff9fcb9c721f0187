import type { Clock } from '../../models/contracts/intake.ts';
import type { Log } from '../log.ts';
import {
  type BrokerSession,
  claimSession,
  forgetSession,
  isTakenBy,
  listSessions,
  noteSessionAway,
  useSession,
} from '../store/metadata/brokerSessions.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import type { Fleet } from './fleet.ts';

/** What may be done with a session at the broker. */
export interface SessionUse {
  /** Before each connection. @param wasTaken  another has connected to it since it was last up */
  mayConnect(wasTaken: boolean): Promise<boolean>;
  /** At each connection that stands. */
  onUp(): void;
}

export interface TakenOver {
  /** Resolves when the broker keeps nothing more for it. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

export interface SessionTakeoverOptions {
  readonly db: MetadataDb;
  readonly fleet: Pick<Fleet, 'serverId' | 'members' | 'isShared'>;
  /** The own one. */
  readonly sessionId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the own session has a connection to the broker. */
  readonly isConnected: () => boolean;
  /** Reads from the broker what it keeps for another session, and nothing new. */
  readonly takeOver: (sessionId: string, use: SessionUse) => TakenOver;
  readonly lookEveryMs?: number;
  readonly awayAfterMs?: number;
}

/**
 * What a broker gave to a server that died (or has lost the broker) waits in a session of that server, where no other
 * member of the shared subscription gets it. One of the others takes it from there, until the server is back: that
 * connects to its session, which ends the connection of the other, and says so in the database.
 */
export class SessionTakeover {
  readonly #options: SessionTakeoverOptions;
  /** Mapped by session id. */
  readonly #taken = new Map<string, TakenOver>();
  /** Sessions of which nothing is left to take; until their servers have been back. */
  readonly #empty = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #downSince: number | null = null;
  #stopped = false;
  /** Sessions taken over since the start. */
  takeovers = 0;

  constructor(options: SessionTakeoverOptions) {
    this.#options = options;
  }

  /** Of the own session. One that was taken is taken back only once the database says that this server lives. */
  get own(): SessionUse {
    const { db, fleet, sessionId, log } = this.#options;
    const use = () => useSession(db, sessionId, fleet.serverId);
    return {
      async mayConnect(wasTaken) {
        if (wasTaken) await use();
        return true;
      },
      onUp: () => void use().catch(error => log.warn({ err: error }, 'broker: its session is not noted yet')),
    };
  }

  start(): void {
    if (!this.#options.fleet.isShared) return;
    const { lookEveryMs = 1_000 } = this.#options;
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, lookEveryMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all([...this.#taken.values()].map(one => one.stop()));
    this.#taken.clear();
  }

  /** This server leaves the broker for good. */
  leave(): Promise<void> {
    return forgetSession(this.#options.db, this.#options.sessionId);
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    const { db, fleet, log } = this.#options;
    try {
      await this.#noteOwn();
      const alive = new Set(fleet.members().map(({ serverId }) => serverId));
      for (const session of await listSessions(db)) {
        const { sessionId, takenBy } = session;
        if (takenBy === fleet.serverId) this.#goOn(sessionId);
        else await this.#letGo(sessionId);
        if (this.#isLeftAlone(session, alive) && (await claimSession(db, session, fleet.serverId))) {
          log.warn(
            { sessionId, of: session.serverId },
            'broker: taking over what it keeps for another server',
          );
          this.#goOn(sessionId);
        }
      }
    } catch (error) {
      // Who cannot ask the database is no survivor; it is asked again in a second.
      log.debug({ err: error }, 'broker: sessions of other servers could not be looked at');
    }
  }

  #isLeftAlone({ sessionId, serverId, awaySince, takenBy }: BrokerSession, alive: ReadonlySet<string>) {
    const { fleet, isConnected } = this.#options;
    if (serverId === fleet.serverId || sessionId === this.#options.sessionId || !isConnected()) return false;
    const isAbandoned = !alive.has(serverId) || awaySince !== null;
    return isAbandoned && (takenBy === null || !alive.has(takenBy));
  }

  /** Others can only help a server that says that it has lost the broker. */
  async #noteOwn(): Promise<void> {
    const { db, sessionId, clock, isConnected, awayAfterMs = 3_000 } = this.#options;
    const now = performance.now();
    if (isConnected()) {
      this.#downSince = null;
      return;
    }
    this.#downSince ??= now;
    if (now - this.#downSince >= awayAfterMs) await noteSessionAway(db, sessionId, clock.now());
  }

  #goOn(sessionId: string): void {
    if (this.#taken.has(sessionId) || this.#empty.has(sessionId) || this.#stopped) return;
    const { db, fleet, log, takeOver } = this.#options;
    const one = takeOver(sessionId, {
      mayConnect: () => isTakenBy(db, sessionId, fleet.serverId),
      onUp: () => undefined,
    });
    this.#taken.set(sessionId, one);
    this.takeovers += 1;
    void one.drained().then(async () => {
      if (this.#taken.get(sessionId) !== one) return;
      this.#taken.delete(sessionId);
      this.#empty.add(sessionId);
      log.info({ sessionId }, 'broker: it keeps nothing more for the other server');
      await one.stop();
    });
  }

  /** Its server is back, or another looks after it. */
  async #letGo(sessionId: string): Promise<void> {
    this.#empty.delete(sessionId);
    const one = this.#taken.get(sessionId);
    this.#taken.delete(sessionId);
    await one?.stop();
  }
}
