import type { ForeignEvent, ForeignReading } from '../../models/contracts/foreign.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';

/** One MQTT publish as it arrived. */
export interface ForeignMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** What is known about a message's sender besides the message. */
export interface ForeignContext {
  /** IANA zone (or "+07:00") of devices that publish local times. Without it a local time is not used. */
  readonly nodeTimeZone?: string | null;
  /** For topics that carry a bare number: object id -> what it measures. */
  readonly objectMap?: Readonly<Record<string, { readonly metric: string; readonly unit?: string }>>;
  /** The unit a device was set to when its payload does not say: "C" or "F". */
  readonly declaredTempUnit?: string;
  /**
   * Whether a retained message is an old value handed out on subscribing. `false` when the publish was seen live.
   * Left out, the retain flag decides: a broker clears it on live deliveries.
   */
  readonly deliveredOnSubscribe?: boolean;
  /** The topic prefixes the sending client may speak for. Left out: not limited. */
  readonly topicPrefixes?: readonly string[];
}

/**
 * What became of a message.
 *   accept                 all of it was taken
 *   accept-partial         taken, with values left out or marked
 *   accept-as-last-known   an old value of unknown age: to show, not to store
 *   ignore                 nothing to take and nothing wrong
 *   quarantine             kept for a person to look at
 *   reject                 not what its topic promises
 */
export type ForeignOutcome =
  | 'accept'
  | 'accept-partial'
  | 'accept-as-last-known'
  | 'ignore'
  | 'quarantine'
  | 'reject';

export interface ForeignDecoded {
  /** The family that claimed the message; null when none did. */
  readonly family: string | null;
  readonly outcome: ForeignOutcome;
  readonly readings: readonly ForeignReading[];
  /** Values of unknown age, to be shown as such and never stored as readings. */
  readonly lastKnown: readonly ForeignReading[];
  readonly events: readonly ForeignEvent[];
  /** Machine words for the log: why something was left out or marked. */
  readonly reasons: readonly string[];
  /** Under which keys it is remembered as taken; for `takeBack`. */
  readonly remembered: readonly string[];
}

/** One device family. */
export interface DeviceFormat {
  readonly family: string;
  /** Reads a message into `findings` if it is of this family. False: not of this family, nothing was touched. */
  read(message: OpenedMessage, findings: Findings): boolean;
}
