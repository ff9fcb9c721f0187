import { pino } from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import type { Role } from '../../models/contracts/people.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import type { QuarantinedPublish } from '../../models/contracts/rejection.ts';
import { readConfig } from '../../server/config.ts';
import { type ServerOptions, startServer } from '../../server/server.ts';
import { aReading } from '../support/aReading.ts';
import { fakeClock } from '../support/fakeClock.ts';
import { metadataOf } from '../support/metadataForTest.ts';
import { tempDir } from '../support/tempDir.ts';

export const hourMs = 3_600_000;
export const minuteMs = 60_000;
/** 10.00 in Jakarta. */
export const startAt = Date.parse('2026-11-24T03:00:00.000Z');

export interface CallOptions {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on the shape they expect
  readonly body: any;
  readonly headers: Headers;
}

/**
 * The real server on a folder of its own (and a schema, where the run is on PostgreSQL), with a clock that the test moves and a firm `tani` that has an owner's token.
 * It stops when the test ends.
 */
export async function testServer(
  options: Partial<ServerOptions> & { dataDir?: string; environment?: Record<string, string> } = {},
) {
  const clock = fakeClock(startAt);
  const dataDir = options.dataDir ?? tempDir();
  const metadata = await metadataOf(dataDir);
  const server = await startServer({
    config: readConfig({
      TAHAN_DATA_DIR: dataDir,
      TAHAN_HTTP_PORT: '0',
      TAHAN_DATABASE_URL: 'url' in metadata ? metadata.url : undefined,
      ...options.environment,
    }),
    clock,
    log: pino({ level: 'silent' }),
    registry: new Registry(),
    ...options,
  });
  let running = true;
  const stop = async () => {
    if (running) await server.stop();
    running = false;
  };
  onTestFinished(stop);
  await server.setup.ensureOrganisation({ orgId: 'tani', name: 'Tahu Tani' });
  const { token } = await server.setup.createToken({ orgId: 'tani', role: 'owner' });
  const url = `http://127.0.0.1:${server.port}`;
  let position = server.intake.durablePosition();

  async function call(method: string, path: string, call: CallOptions = {}): Promise<Answer> {
    const bearer = call.token === undefined ? token : call.token;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined
        ? {}
        : { body: typeof call.body === 'string' ? call.body : JSON.stringify(call.body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      body: isJson ? JSON.parse(text) : text,
      headers: response.headers,
    };
  }

  return {
    server,
    clock,
    dataDir,
    url,
    token,
    stop,
    call,
    get: (path: string, options?: CallOptions) => call('GET', `/api/v1${path}`, options),
    post: (path: string, body?: unknown, options?: CallOptions) =>
      call('POST', `/api/v1${path}`, { ...options, body }),
    del: (path: string, options?: CallOptions) => call('DELETE', `/api/v1${path}`, options),
    tokenFor: async (role: Role, orgId = 'tani') =>
      (await server.setup.createToken({ orgId, role, name: role })).token,
    /** A second firm with a token of its own. */
    async otherFirm() {
      await server.setup.ensureOrganisation({ orgId: 'lain', name: 'Tahu Lain' });
      return (await server.setup.createToken({ orgId: 'lain', role: 'owner' })).token;
    },
    /** Hands readings over as the gateway would: one journal record per call. */
    async consume(readings: readonly Reading[], refused: readonly QuarantinedPublish[] = []) {
      position += 1;
      await server.intake.consume([{ position, readings, refused }]);
      return position;
    },
    /** A node, a batch made ten hours ago and the placement that joins them since then. */
    async placedBatch(fields: Record<string, unknown> = {}) {
      await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01', reportEveryS: 600 });
      await server.setup.createBatch({
        orgId: 'tani',
        batchId: 'B-01',
        productId: 'takwa',
        producedAt: startAt - 10 * hourMs,
        ...fields,
      });
      await server.setup.createPlacement({
        orgId: 'tani',
        batchId: 'B-01',
        nodeId: 'S-01',
        from: startAt - 10 * hourMs,
      });
    },
  };
}
export type TestServer = Awaited<ReturnType<typeof testServer>>;

/** Readings every ten minutes up to and including `until`. */
export function everyTenMinutes(
  from: number,
  until: number,
  temperatureC: number | ((at: number) => number),
  fields: Partial<Reading> = {},
): Reading[] {
  const readings: Reading[] = [];
  for (let at = from; at <= until; at += 10 * minuteMs) {
    const value = typeof temperatureC === 'number' ? temperatureC : temperatureC(at);
    readings.push(aReading({ measuredAt: at, receivedAt: at + 400, temperatureC: value, ...fields }));
  }
  return readings;
}
