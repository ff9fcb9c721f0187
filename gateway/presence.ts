import type { Clock, PresenceChange } from '../models/contracts/intake.ts';

/**
 * Which nodes are connected, told as changes. A node that connects anew while its old connection is still open is
 * not gone in between; a connection that ends after it was displaced says nothing.
 *
 * `Connection` is any object that stands for one connection; it is only compared.
 */
export class Presence {
  readonly #clock: Clock;
  readonly #onChange: (change: PresenceChange) => void;
  /** Mapped by node id: the connection that speaks for it. */
  readonly #current = new Map<string, object>();
  /** Node ids last told to be connected. */
  readonly #told = new Set<string>();
  #silenced = false;

  constructor(clock: Clock, onChange: (change: PresenceChange) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** The login was accepted: from now on only this connection speaks for the node. */
  claim(nodeId: string, connection: object): void {
    this.#current.set(nodeId, connection);
  }

  ready(nodeId: string, connection: object): void {
    if (this.#current.get(nodeId) === connection) this.#tell(nodeId, true);
  }

  /** What the node itself (or its will) says on its status topic. */
  said(nodeId: string, connection: object, state: 'online' | 'offline'): void {
    if (this.#current.get(nodeId) === connection) this.#tell(nodeId, state === 'online');
  }

  closed(nodeId: string, connection: object): void {
    if (this.#current.get(nodeId) !== connection) return;
    this.#current.delete(nodeId);
    this.#tell(nodeId, false);
  }

  isConnected(nodeId: string): boolean {
    return this.#current.has(nodeId);
  }

  /** A gateway that stops knows nothing about its nodes any more; it must not report them all as gone. */
  silence(): void {
    this.#silenced = true;
  }

  #tell(nodeId: string, connected: boolean): void {
    if (this.#silenced || this.#told.has(nodeId) === connected) return;
    if (connected) this.#told.add(nodeId);
    else this.#told.delete(nodeId);
    this.#onChange({ nodeId, connected, at: this.#clock.now() });
  }
}
