import type { InfluxConfig } from '../../influxSettings.ts';
import { detectInflux, type InfluxKind } from './detectInflux.ts';
import { influx1 } from './influx1.ts';
import { influx2 } from './influx2.ts';
import { influx3 } from './influx3.ts';
import { InfluxError } from './influxErrors.ts';
import { influxHttp } from './influxHttp.ts';

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
  readonly kind: InfluxKind;
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
  /** For everything but writes, which the InfluxDB client sends. */
  readonly fetch?: typeof fetch;
}

/**
 * Asks the server which InfluxDB it is. Nothing is made or changed there before `prepare`.
 *
 * @throws {InfluxError} `unreachable` when nothing answers, `not-allowed` when it wants a token that is not set,
 *   `refused` when what answers is no InfluxDB we know
 */
export async function connectInflux(
  config: InfluxConfig,
  { timeoutMs = 10_000, fetch: fetchOf = fetch }: ConnectOptions = {},
): Promise<InfluxServer> {
  const { username, password } = new URL(config.url);
  if (username !== '' || password !== '') {
    const message =
      'INFLUX_URL holds a login: set INFLUX_USERNAME and INFLUX_PASSWORD, or INFLUX_TOKEN, instead';
    throw new InfluxError('refused', message);
  }
  const http = influxHttp(config, timeoutMs, fetchOf);
  const { kind, version } = await detectInflux(http);
  if (kind === '1.x') return influx1(http, config, version);
  if (kind === '3-core') return influx3(http, config, version);
  const missing = config.token === null ? 'INFLUX_TOKEN' : config.org === null ? 'INFLUX_ORG' : null;
  if (missing === null) return influx2(http, config, version);
  throw new InfluxError(
    'not-allowed',
    `${http.server} is version ${version} and wants ${missing}, which is not set`,
  );
}
