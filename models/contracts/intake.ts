import type { Reading } from './reading.ts';
import type { QuarantinedPublish } from './rejection.ts';

/** What the gateway committed for one publish; `position` counts up by one per record, over restarts too. */
export interface IntakeRecord {
  readonly position: number;
  readonly readings: readonly Reading[];
  readonly refused: readonly QuarantinedPublish[];
}

/**
 * Whoever takes readings over from a gateway's journal. Records come in order and at least once: after a crash all
 * records past `durablePosition()` come again, so `consume` must be idempotent.
 */
export interface IntakeConsumer {
  /** Last position whose effect survives power loss; the journal may forget everything up to it. 0 when none. */
  durablePosition(): number;
  /** Resolves when the records are applied (visible to queries). A rejection means: keep them, offer them again. */
  consume(records: readonly IntakeRecord[]): Promise<void>;
}

/** Who may connect as a node. Answers from the truth at every call, so that a node added or removed counts at once. */
export interface NodeDirectory {
  verify(nodeId: string, secret: string): boolean | Promise<boolean>;
}

/** A node's MQTT session came up or went down. */
export interface PresenceChange {
  readonly nodeId: string;
  readonly connected: boolean;
  readonly at: number;
}

/** Something a security officer will ask about: a refused login, a node that spoke as another. */
export interface SecurityEvent {
  readonly kind: 'login-refused' | 'spoke-as-another' | 'subscribe-refused' | 'protocol-violation';
  readonly nodeId: string | null;
  readonly remoteAddress: string | null;
  readonly detail: string;
  readonly at: number;
}

/** The one source of time of a process; everything else takes times as arguments. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}
