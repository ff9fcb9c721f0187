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
 * What one publish of a bridge said about foreign devices. Which of them are nodes is not decided here: a person may
 * claim a device at any time, and the same report means the same then.
 */
export interface ForeignReport {
  readonly bridgeId: string;
  readonly family: string;
  readonly topic: string;
  readonly receivedAt: number;
  readonly readings: readonly ForeignReading[];
  readonly events: readonly ForeignEvent[];
}
