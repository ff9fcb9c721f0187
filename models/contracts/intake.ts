import type { ForeignReport } from './foreign.ts';
import type { NodeCommand } from './nodeCommand.ts';
import type { Reading } from './reading.ts';
import type { QuarantinedPublish, Rejection } from './rejection.ts';

/** What the gateway committed for one publish; `position` counts up by one per record, over restarts too. */
export interface IntakeRecord {
  readonly position: number;
  readonly readings: readonly Reading[];
  readonly refused: readonly QuarantinedPublish[];
  /** What a bridge said of foreign devices; left out when the publish was a node's own. */
  readonly foreign?: readonly ForeignReport[];
}

/**
 * Whoever takes readings over from a gateway's journal. Records come in order and at least once: after a crash all
 * records past `durablePosition()` come again, so `consume` must be idempotent.
 */
export interface IntakeConsumer {
  /** Last position whose effect survives power loss; the journal may forget everything up to it. 0 when none. */
  durablePosition(): number;
  /**
   * For a consumer that reads the journal by itself: it is handed only what is committed after this position. Without
   * it, after `durablePosition()`.
   */
  takenThrough?(): number;
  /**
   * Of a consumer whose store several servers share: tells how far that store has everything, each time it moves.
   * Earlier than `durablePosition`, which is remembered over restarts.
   */
  onStored?(listener: (throughPosition: number) => void): void;
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

/** A publish that was refused once, offered to the same intake again. */
export interface OfferedAgain {
  /** Who sent it: a node id or bridge id. */
  readonly sender: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When it came the first time: what it says without a time of its own was true then. */
  readonly receivedAt: number;
  /** Of an array of readings, only this one. */
  readonly index?: number;
}

export type OfferedAgainOutcome =
  | { readonly taken: true; readonly position: number }
  | { readonly taken: false; readonly rejection: Rejection };

/** What a server may ask of the gateway beside it. */
export interface GatewayControl {
  /** Where nodes connect. */
  readonly port: number;
  /** Where they connect by TLS; null without it. */
  readonly tlsPort: number | null;
  /** Takes a publish that was refused before, if it can be taken now; resolves when it is on disk. */
  offerAgain(publish: OfferedAgain): Promise<OfferedAgainOutcome>;
  /** Ends the connections of a node or bridge whose secret has changed. */
  disconnect(username: string): void;
  /** Tells a node something on its command topic; false when it is not connected or does not listen. */
  sendCommand(nodeId: string, command: NodeCommand): Promise<boolean>;
}

/** The one source of time of a process; everything else takes times as arguments. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since some moment, whatever anybody sets the clock to; left out, the clock is never set. */
  monotonic?(): number;
}
