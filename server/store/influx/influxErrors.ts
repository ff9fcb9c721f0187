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

/** An answer that is no success. */
export interface FailedAnswer {
  readonly status: number;
  readonly body: string;
  header(name: string): string | undefined;
}

/** @param server  what messages call the server */
export function errorOfAnswer(server: string, answer: FailedAnswer): InfluxError {
  const { error, lines } = readBody(answer);
  const said = error.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
  const message = `${server} answered ${answer.status}${said === '' ? '' : `: ${said}`}`;
  return new InfluxError(kindOfAnswer(answer.status, error), message, {
    status: answer.status,
    retryAfterMs: retryAfterMs(answer.header('retry-after')),
    badLines: lines,
  });
}

function kindOfAnswer(status: number, error: string): InfluxErrorKind {
  if (/no space left on device|disk quota exceeded|read-only file system/i.test(error)) return 'full';
  // Limits on series, tag values, tables and columns: what does not fit is good, a person has to make room.
  if (/max-(series-per-database|values-per-tag) limit|would exceed (number|limit)/i.test(error))
    return 'full';
  // 3 Core answers 500 to a body that is too large.
  if (status === 413 || /max request size/i.test(error)) return 'too-large';
  if (status === 401 || status === 403) return 'not-allowed';
  if (status === 404) return 'missing';
  if (status >= 500 || status === 408 || status === 425 || status === 429) return 'busy';
  return 'refused';
}

/** 1.x says {error}, 2.x {code, message}, 3 Core {error, data: lines}; proxies say what they like. */
function readBody({ body, header }: FailedAnswer): { error: string; lines: BadLine[] | null } {
  const fallback = { error: header('x-influxdb-error') ?? body, lines: null };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // No JSON: plain text is shown as it is.
    return fallback;
  }
  if (typeof parsed !== 'object' || parsed === null) return fallback;
  const { error, message, data } = parsed as Record<string, unknown>;
  if (typeof error !== 'string')
    return typeof message === 'string' ? { error: message, lines: null } : fallback;
  const lines = Array.isArray(data) ? data.flatMap(readBadLine) : [];
  const allRead = Array.isArray(data) && lines.length === data.length && lines.length > 0;
  const first = lines[0];
  const shown = first === undefined ? error : `${error}: line ${first.lineNumber}: ${first.reason}`;
  return { error: shown, lines: allRead ? lines : null };
}

function readBadLine(entry: unknown): BadLine[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { line_number: lineNumber, error_message: reason } = entry as Record<string, unknown>;
  return Number.isInteger(lineNumber) && typeof reason === 'string'
    ? [{ lineNumber: Number(lineNumber), reason }]
    : [];
}

/** Seconds; a date (which a server may send too) would need a clock that agrees with the server's. */
const retryAfterMs = (header: string | undefined): number | null =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;

/** No answer came. */
export function unreachable(server: string, cause: unknown): InfluxError {
  return new InfluxError('unreachable', `${server} does not answer: ${reasonOf(cause)}`, { cause });
}

/** fetch and a dual-stack host wrap what happened, and leave their own message empty. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'it took too long';
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause.cause === undefined ? cause.message : reasonOf(cause.cause);
}
