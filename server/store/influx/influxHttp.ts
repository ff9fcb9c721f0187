import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import type { InfluxConfig } from '../../influxSettings.ts';
import { errorOfAnswer, type InfluxError, unreachable } from './influxErrors.ts';

/** Bodies larger than this are sent compressed. */
const gzipFromBytes = 1024;

/** `Token` is understood by 1.8, 2.x and 3; `Bearer` is what 3 documents. */
export type TokenScheme = 'Token' | 'Bearer';

/** How an InfluxDB is talked to over HTTP, whichever it is: one request a call, nothing is repeated. */
export interface InfluxHttp {
  /** What messages call the server: "InfluxDB at http://…". */
  readonly server: string;
  /**
   * @returns the body of a 2xx answer
   * @throws {InfluxError} when there is none
   */
  ask(request: InfluxRequest): Promise<string>;
  /** As `ask`, with headers, and also for an answer that is no success. @throws {InfluxError} `unreachable` */
  look(request: InfluxRequest): Promise<{ status: number; headers: Headers; body: string }>;
  /** Line protocol. @throws {InfluxError} unless the answer is 204 */
  write(pathAndQuery: string, scheme: TokenScheme, lines: string): Promise<void>;
}

export interface InfluxRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  /** Begins with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly scheme: TokenScheme;
}

export function influxHttp(config: InfluxConfig, timeoutMs: number, fetchOf: typeof fetch): InfluxHttp {
  const server = `InfluxDB at ${config.url}`;
  const look: InfluxHttp['look'] = async request => {
    const { method = 'GET', path, query = {}, form, json, scheme } = request;
    const search = new URLSearchParams(query).toString();
    const body = form !== undefined ? new URLSearchParams(form) : json && JSON.stringify(json);
    try {
      const response = await fetchOf(`${config.url}${path}${search === '' ? '' : `?${search}`}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...authorization(config, scheme),
        },
        ...(body === undefined ? {} : { body: body as string | URLSearchParams }),
        // A server that sends us elsewhere would be sent the token as well.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, headers: response.headers, body: await response.text() };
    } catch (cause) {
      throw unreachable(server, cause);
    }
  };
  return {
    server,
    look,
    async ask(request) {
      const { status, headers, body } = await look(request);
      if (status >= 200 && status < 300) return body;
      throw errorOfAnswer(server, { status, body, header: name => headers.get(name) ?? undefined });
    },
    write: (pathAndQuery, scheme, lines) =>
      writeLines({ config, server, timeoutMs, pathAndQuery, headers: authorization(config, scheme) }, lines),
  };
}

function authorization(config: InfluxConfig, scheme: TokenScheme): Record<string, string> {
  if (config.token !== null) return { authorization: `${scheme} ${config.token}` };
  if (config.username === null) return {};
  const login = Buffer.from(`${config.username}:${config.password ?? ''}`, 'utf8');
  return { authorization: `Basic ${login.toString('base64')}` };
}

interface Write {
  readonly config: InfluxConfig;
  readonly server: string;
  readonly timeoutMs: number;
  readonly pathAndQuery: string;
  readonly headers: Record<string, string>;
}

/**
 * Sends lines with the client's WriteApi, made for one awaited request:
 * - `writeFailed` hands every failure straight to `flush()`: no retry buffer, no console output, and no "hinted handoff"
 *   that counts as written;
 * - one record holds all lines and no size is too large for it, because a batch that the buffer sends by itself would
 *   fail unseen;
 * - its own time-out only watches for silence and leaves the socket open: a signal ends the request;
 * - it takes 201 for success, which some servers send when they stored only a part: the status is read on the way.
 */
async function writeLines(write: Write, lines: string): Promise<void> {
  const { config, server, timeoutMs } = write;
  const client = new InfluxDB({
    url: config.url,
    timeout: timeoutMs + 1000,
    transportOptions: { signal: AbortSignal.timeout(timeoutMs) },
  });
  const statusOf = watchStatus(client);
  const api = client.getWriteApi('', '', 'ms', {
    headers: write.headers,
    gzipThreshold: gzipFromBytes,
    maxRetries: 0,
    flushInterval: 0,
    batchSize: 2,
    maxBatchBytes: Number.POSITIVE_INFINITY,
    writeFailed: error => Promise.reject(error),
  });
  api.path = write.pathAndQuery;
  api.writeRecord(lines);
  try {
    await api.flush();
  } catch (cause) {
    throw ofWriteError(server, cause);
  }
  if (statusOf() !== 204)
    throw errorOfAnswer(server, { status: statusOf() ?? 0, body: '', header: () => undefined });
}

function watchStatus(client: InfluxDB): () => number | undefined {
  let seen: number | undefined;
  const { transport } = client;
  const send = transport.send.bind(transport);
  transport.send = (path, body, options, callbacks) =>
    send(path, body, options, {
      ...callbacks,
      responseStarted(headers, status) {
        seen = status;
        callbacks?.responseStarted?.(headers, status);
      },
    });
  return () => seen;
}

function ofWriteError(server: string, cause: unknown): InfluxError {
  if (!(cause instanceof HttpError)) return unreachable(server, cause);
  const header = (name: string) => {
    const value = cause.headers?.[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return errorOfAnswer(server, { status: cause.statusCode, body: cause.body ?? '', header });
}
