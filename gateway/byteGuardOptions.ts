import type { ByteLimits } from './byteLimits.ts';
import type { Refusal, TakePublish } from './incomingPublish.ts';
import type { CutReason } from './judgeHeader.ts';

export interface ByteGuardOptions {
  readonly limits: ByteLimits;
  /** Monotonic milliseconds. */
  readonly monotonicNow: () => number;
  readonly onCut: (reason: CutReason, detail: string) => void;
  /** Whether a node may listen to all of these; when not, the guard answers the whole SUBSCRIBE with a refusal. */
  readonly maySubscribe: (filters: readonly string[]) => boolean;
  /**
   * Takes publishes of QoS 0 and 1, which are then acknowledged from here; the broker hears of none of them. Without it
   * they go to the broker like every other packet.
   */
  readonly takePublish?: TakePublish;
  /** One of them was not taken; the connection ends. */
  readonly onRefused?: (refusal: Refusal) => void;
}
