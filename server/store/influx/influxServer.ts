import type { InfluxConfig } from '../../influxSettings.ts';

/** InfluxQL of one statement: a series is a measurement (or a meta query's table) and its GROUP BY tags. */
export interface InfluxSeries {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  /** Times are epoch milliseconds. */
  readonly values: readonly (readonly (string | number | boolean | null)[])[];
}

/**
 * An InfluxDB, whichever it is. Every call is one awaited request; nothing is retried or kept back in here, because
 * whoever holds the queue decides that in one place.
 */
export interface InfluxServer {
  readonly kind: '1.x' | '2.x' | '3-core';
  readonly version: string;
  /**
   * Line protocol, timestamps in milliseconds. Resolves only when the server says that it has stored all of it.
   *
   * @throws {InfluxError}
   */
  write(lines: string): Promise<void>;
  /**
   * The series of the first statement.
   *
   * @throws {InfluxError}
   */
  query(influxql: string): Promise<InfluxSeries[]>;
  /**
   * Bucket or database (and on 2.x the mapping that InfluxQL needs) is there, is made where we may make it, and its
   * retention is set. May be called again at any time.
   *
   * @param retention  days that readings are kept; null = for ever
   * @throws {InfluxError} saying in one sentence what to run where we may not
   */
  prepare(retention: { readonly days: number | null }): Promise<void>;
}

export interface ConnectOptions {
  /** A request without an answer after this long counts as unreachable; 10 s unless told. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/**
 * Asks the server which InfluxDB it is.
 *
 * @throws {InfluxError} `unreachable` when nothing answers, `refused` when what answers is no InfluxDB we know
 */
export async function connectInflux(
  config: InfluxConfig,
  options: ConnectOptions = {},
): Promise<InfluxServer> {
  throw new Error(`not yet: ${config.url} ${options.timeoutMs}`);
}
