/**
 * Why something from outside was refused. `code` is API: tests and people who write to us quote it; the wording may
 * change. `field`, `value` and `allowed` say what to mend.
 */
export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
  /** Which reading of an array, counted from 0. */
  readonly index?: number;
  readonly field?: string;
  /** The refused value as text, cut to 200 characters. */
  readonly value?: string;
  readonly allowed?: string;
}

export type RejectionCode =
  | 'publish.empty'
  | 'publish.too_large'
  | 'publish.not_utf8'
  | 'publish.not_json'
  | 'publish.too_deep'
  | 'publish.too_many_readings'
  | 'publish.not_a_reading'
  | 'publish.retained'
  | 'publish.topic_not_allowed'
  | 'publish.as_another_node'
  | 'publish.not_understood'
  | 'publish.partly_understood'
  | 'publish.unknown_node'
  | 'reading.field_invalid'
  | 'reading.value_missing'
  | 'reading.sensor_fault'
  | 'reading.conflict'
  | 'reading.not_stored';

/** One refused publish (or one refused reading of a publish) as kept in quarantine. */
export interface QuarantinedPublish {
  readonly nodeId: string;
  readonly topic: string;
  readonly receivedAt: number;
  readonly rejection: Rejection;
  /** The first 2 KiB of the payload, as latin1 text, so that a person can see what was sent. */
  readonly payloadHead: string;
  readonly payloadBytes: number;
}
