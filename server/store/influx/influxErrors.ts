/**
 * What went wrong with one request, as far as it decides what to do next:
 *
 * | kind          | means                                                                      | then                      |
 * |---------------|----------------------------------------------------------------------------|---------------------------|
 * | `unreachable` | no answer: refused, torn, or not in time. A write may still have been taken | try the same again        |
 * | `busy`        | 429, 5xx, or a cache that is full for a while                               | try the same again, later |
 * | `full`        | the disk of the server is full                                             | wait for a person         |
 * | `not-allowed` | 401, 403: token, user or password; or a right that is missing              | wait for a person         |
 * | `missing`     | bucket, database or organisation is not there                              | wait, or prepare again    |
 * | `too-large`   | 413: the body, not what is in it                                           | send less at once         |
 * | `refused`     | the server reads it and will never take it (all or some of it)             | split, or report          |
 */
export type InfluxErrorKind =
  | 'unreachable'
  | 'busy'
  | 'full'
  | 'not-allowed'
  | 'refused'
  | 'too-large'
  | 'missing';

/** A line that InfluxDB names as the one it will not take; `lineNumber` counts from 1 in what was sent. */
export interface BadLine {
  readonly lineNumber: number;
  readonly reason: string;
}

/** InfluxDB did not do what it was asked. The message says what it said, in one line, and never a secret. */
export class InfluxError extends Error {
  readonly kind: InfluxErrorKind;
  /** Status of the answer; null = there was none. */
  readonly status: number | null;
  /** How long the server asks us to wait (Retry-After); null = it does not say. */
  readonly retryAfterMs: number | null;
  /**
   * The lines it refused, where it names them (3 Core): every other line of the request was stored.
   * Null = it does not say which; send halves to find out (what was stored already is stored again, unchanged).
   */
  readonly badLines: readonly BadLine[] | null;

  constructor(
    kind: InfluxErrorKind,
    message: string,
    details: {
      status?: number | null;
      retryAfterMs?: number | null;
      badLines?: readonly BadLine[] | null;
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'InfluxError';
    this.kind = kind;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.badLines = details.badLines ?? null;
  }
}
