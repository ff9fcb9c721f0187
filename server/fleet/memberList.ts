import type { Member } from './fleet.ts';

export interface SeenServer extends Member {
  /** Since its last sign of life. */
  readonly ageMs: number;
  /** It has said goodbye. */
  readonly isGone: boolean;
}

/** Who is alive, from what the database says, and who is so no longer. */
export class MemberList {
  readonly #serverId: string;
  readonly #deadAfterMs: number;
  readonly #listeners: ((serverId: string) => void)[] = [];
  /** Keyed by server. */
  #alive: ReadonlyMap<string, Member>;
  /** Keyed by server: the run whose end has been told. */
  readonly #told = new Map<string, string>();
  /** Those to tell of once listeners are there. */
  #early: string[] | null = [];

  constructor(serverId: string, run: string, deadAfterMs: number) {
    this.#serverId = serverId;
    this.#deadAfterMs = deadAfterMs;
    this.#alive = new Map([[serverId, { serverId, run }]]);
  }

  alive(): readonly Member[] {
    return [...this.#alive.values()].sort((a, b) => (a.serverId < b.serverId ? -1 : 1));
  }

  onDeath(listener: (serverId: string) => void): void {
    this.#listeners.push(listener);
  }

  start(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const serverId of early) this.#tell(serverId);
  }

  seen(servers: readonly SeenServer[]): void {
    const alive = new Map<string, Member>();
    const dead: SeenServer[] = [];
    for (const server of servers) {
      const { serverId, run, ageMs, isGone } = server;
      const isAlive = serverId === this.#serverId || (!isGone && ageMs < this.#deadAfterMs);
      if (isAlive) {
        alive.set(serverId, { serverId, run });
        this.#told.delete(serverId);
      } else if (this.#told.get(serverId) !== run) dead.push(server);
    }
    this.#alive = alive;
    for (const { serverId, run } of dead) {
      this.#told.set(serverId, run);
      if (this.#early === null) this.#tell(serverId);
      else this.#early.push(serverId);
    }
  }

  #tell(serverId: string): void {
    for (const listener of this.#listeners) listener(serverId);
  }
}
