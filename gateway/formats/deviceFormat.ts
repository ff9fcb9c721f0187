import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';

/** What a foreign device can say that is worth keeping, and the one unit each is kept in. */
export const metricUnits = {
  temperature: '°C',
  humidity: '%',
  pressure: 'hPa',
  battery: '%',
  voltage: 'V',
  rssi: 'dBm',
  linkquality: 'lqi',
  snr: 'dB',
  dewpoint: '°C',
} as const;
export type Metric = keyof typeof metricUnits;

/** Whose clock a reading's time comes from; `arrival` when nobody's could be used. */
export type ForeignTimeSource = 'device' | 'gateway' | 'network' | 'arrival';

/** `suspect` and `bad` values are kept and shown; neither ages a batch nor pages anyone. */
export type ForeignQuality = 'good' | 'suspect' | 'bad';

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

/** One value of one device at one time. */
export interface ForeignReading {
  /** The source's own stable id: EUI or MAC in lower case without separators, else its part of the topic. */
  readonly node: string;
  /** Which sensor of the device, when it has several. */
  readonly channel?: string;
  readonly metric: Metric;
  readonly value: number;
  readonly unit: (typeof metricUnits)[Metric];
  /** Epoch milliseconds. */
  readonly measuredAt: number;
  readonly timeSource: ForeignTimeSource;
  readonly quality: ForeignQuality;
  /** Buffered on the way: kept at its own time, no "now" alarm. */
  readonly late?: true;
  /** A past sample the device sent beside its present one. */
  readonly historical?: true;
}

export type ForeignEventKind =
  | 'availability'
  | 'gateway-availability'
  | 'battery-state'
  | 'clock-skew'
  | 'joined'
  | 'needs-codec'
  | 'needs-mapping'
  | 'power-source'
  | 'rebirth-needed'
  | 'sensor-fault'
  | 'test-message';

/** Something said that is no measurement. */
export interface ForeignEvent {
  readonly kind: ForeignEventKind;
  readonly node: string;
  readonly channel?: string;
  readonly value?: string;
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
