import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

/** What a client sent, down to the byte. */
export interface SentRequest {
  /** `POST /write?db=tahan` as in the first line. */
  readonly line: string;
  /** As sent, in lower case; without `host`, which is where the fake happens to listen. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed when it was compressed. */
  readonly body: string;
}

/**
 * `silence`: the request is read and never answered. `drip`: an answer that never ends. `cut`: the connection is cut
 * instead of an answer; `tear`: in the middle of one.
 */
export type FakeAnswer =
  | 'silence'
  | 'drip'
  | 'cut'
  | 'tear'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | object;
    };

export interface FakeHttpServer {
  readonly url: string;
  /** Every request so far, in order. */
  readonly sent: SentRequest[];
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** An HTTP server that remembers what it is sent and answers as told. */
export async function startFakeHttpServer(
  answerTo: (request: SentRequest) => FakeAnswer,
): Promise<FakeHttpServer> {
  const sent: SentRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const { host: _, ...headers } = request.headers as Record<string, string>;
    const body = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
    const seen = { line: `${request.method} ${request.url}`, headers, body };
    sent.push(seen);
    const answer = answerTo(seen);
    if (answer === 'silence') return;
    if (answer === 'cut') {
      response.destroy();
      return;
    }
    if (answer === 'tear' || answer === 'drip') {
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(answer === 'tear' && { 'content-length': '999' }),
      });
      const more = () =>
        answer === 'drip' &&
        !response.destroyed &&
        response.write(' '.repeat(1024), () => setImmediate(more));
      response.write('{"results":[', () => (answer === 'tear' ? response.destroy() : more()));
      return;
    }
    const json = typeof answer.body === 'object';
    response.writeHead(answer.status, {
      ...(json ? { 'content-type': 'application/json; charset=utf-8' } : {}),
      ...answer.headers,
    });
    response.end(json ? JSON.stringify(answer.body) : answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sent,
    connections: () => promisify(server.getConnections.bind(server))(),
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
