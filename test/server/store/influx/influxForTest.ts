import { onTestFinished } from 'vitest';
import type { InfluxConfig } from '../../../../server/influxSettings.ts';
import { InfluxError } from '../../../../server/store/influx/influxErrors.ts';
import { connectInflux, type InfluxServer } from '../../../../server/store/influx/influxServer.ts';
import {
  type FakeAnswer,
  type FakeHttpServer,
  type SentRequest,
  startFakeHttpServer,
} from '../../../support/fakeHttpServer.ts';

export const influxConfig = (fields: Partial<InfluxConfig>): InfluxConfig => ({
  url: 'http://127.0.0.1:1',
  token: null,
  org: null,
  bucket: 'tahan',
  username: null,
  password: null,
  ...fields,
});

/** A fake InfluxDB that tells `version` and answers the rest as given; `sent` forgets the question for the version. */
export async function connectFake(
  version: string,
  fields: Partial<InfluxConfig>,
  answerTo: (request: SentRequest) => FakeAnswer,
  options: { timeoutMs?: number } = {},
): Promise<{ fake: FakeHttpServer; influx: InfluxServer }> {
  const fake = await startFakeHttpServer(request =>
    request.line === 'GET /ping'
      ? { status: 204, headers: { 'X-Influxdb-Version': version } }
      : answerTo(request),
  );
  onTestFinished(() => fake.close());
  const influx = await connectInflux(influxConfig({ url: fake.url, ...fields }), options);
  fake.sent.length = 0;
  return { fake, influx };
}

/** The error that an action must end with. */
export async function errorOf(action: Promise<unknown>): Promise<InfluxError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof InfluxError) return error;
  throw new Error(`an InfluxError was expected, not ${error}`);
}

/** The headers that a client sends with each write. */
export const writeHeaders = (fields: Record<string, string>) => ({
  connection: 'keep-alive',
  'content-type': 'text/plain; charset=utf-8',
  'user-agent': 'influxdb-client-js/1.35.0',
  ...fields,
});

/** The headers that fetch sends with each question. */
export const askHeaders = (fields: Record<string, string>) => ({
  accept: 'application/json',
  'accept-encoding': 'gzip, deflate',
  'accept-language': '*',
  connection: 'keep-alive',
  'sec-fetch-mode': 'cors',
  'user-agent': 'node',
  ...fields,
});
