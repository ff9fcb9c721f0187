/** A server that takes part, as far as this one knows. */
export interface Member {
  /** Of its data folder, and so of its journal and its sessions at the broker: the same after a restart. */
  readonly serverId: string;
  /** Of its process: another after every start. */
  readonly run: string;
}

/** Of a message, by its topic; JSON, no larger than some megabytes. */
export type FleetListener<T> = (data: T, from: string) => void;

/**
 * The servers on one PostgreSQL: who is there, and a way to tell the others something. On SQLite there is one server, and
 * all of this costs nothing.
 *
 * Messages of one server arrive in the order in which they were published, each once, or not at all: then `onLost` says
 * so. What a server publishes does not come back to itself.
 */
export interface Fleet {
  readonly serverId: string;
  /** Of this process: see `Member`. */
  readonly run: string;
  /** Without a sign of life for so long, a server counts as dead. */
  readonly deadAfterMs: number;
  /** False where no other server can be. */
  readonly isShared: boolean;
  /** Those that have shown a sign of life within `deadAfterMs`, this one among them; ascending by id. */
  members(): readonly Member[];
  /**
   * Told once of each server that is there no longer: it was stopped, has ended, or has not been heard of for
   * `deadAfterMs` (by the clock of the database). Also of those that were gone already when this one began. It may be
   * alive, cut off from the database, and may come back; a server that has started again meanwhile is not told of.
   */
  onDeath(listener: (serverId: string) => void): void;
  /**
   * Told when messages may have been missed, once they come again: what is known of others' doing has to be asked anew.
   * The fleet is `uninformed` until the promise has resolved.
   */
  onLost(listener: () => void | Promise<void>): void;
  publish(topic: string, data: unknown): void;
  on<T>(topic: string, listener: FleetListener<T>): void;
  /** Lets messages in; those that came since it was opened first. Call when every listener is there. */
  start(): void;
  /**
   * Whether the others still take this server to be alive, for certain: until then nobody takes over what it does. False
   * as soon as its last sign of life may have become too old, as when the database cannot be reached.
   */
  isCertainlyMember(): boolean;
  /** Null while everything that others publish arrives; else since when (epoch ms) not, and why. */
  uninformed(): { readonly since: number; readonly reason: string } | null;
  stats(): FleetStats;
  /** Says goodbye: the others take over at once. */
  stop(): Promise<void>;
}

export interface FleetStats {
  readonly members: number;
  /** Whether messages come in. */
  readonly isListening: boolean;
  /** How long a message of this server last took to come back to it. */
  readonly lagMs: number;
  /** Characters that wait to be published. */
  readonly waiting: number;
  readonly published: number;
  readonly received: number;
  /** How often messages may have been missed. */
  readonly lost: number;
}

/** The fleet of a server that has its database to itself. */
export function fleetOfOne(serverId: string): Fleet {
  const members = [{ serverId, run: '' }];
  return {
    serverId,
    run: '',
    deadAfterMs: 0,
    isShared: false,
    members: () => members,
    onDeath: () => undefined,
    onLost: () => undefined,
    publish: () => undefined,
    on: () => undefined,
    start: () => undefined,
    isCertainlyMember: () => true,
    uninformed: () => null,
    stats: () => ({
      ...{ members: 1, isListening: true, lagMs: 0, waiting: 0, published: 0, received: 0, lost: 0 },
    }),
    stop: async () => undefined,
  };
}
