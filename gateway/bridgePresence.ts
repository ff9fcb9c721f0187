import type { BridgePresence as Change } from '../models/contracts/bridge.ts';
import type { Clock } from '../models/contracts/intake.ts';

/** Which bridges are connected, told as changes. Several devices may share one credential: the last to leave counts. */
export class BridgePresence {
  readonly #clock: Clock;
  readonly #onChange: (change: Change) => void;
  /** Mapped by bridge id; a bridge that nobody speaks for is not in it. */
  readonly #open = new Map<string, Set<object>>();
  #silenced = false;

  constructor(clock: Clock, onChange: (change: Change) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  opened(bridgeId: string, connection: object): void {
    const open = this.#open.get(bridgeId) ?? new Set();
    this.#open.set(bridgeId, open.add(connection));
    if (open.size === 1) this.#tell(bridgeId, true);
  }

  closed(bridgeId: string, connection: object): void {
    const open = this.#open.get(bridgeId);
    if (!open?.delete(connection) || open.size > 0) return;
    this.#open.delete(bridgeId);
    this.#tell(bridgeId, false);
  }

  /** A gateway that stops must not report them all as gone. */
  silence(): void {
    this.#silenced = true;
  }

  #tell(bridgeId: string, connected: boolean): void {
    if (!this.#silenced) this.#onChange({ bridgeId, connected, at: this.#clock.now() });
  }
}
