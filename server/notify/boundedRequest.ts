import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface BoundedRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Instead of asking DNS. */
  readonly lookup?: LookupFunction;
}

export interface BoundedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most 64 KiB of it. */
  readonly body: string;
}

/** For everything from the first question to DNS to the last byte. */
export const deadlineMs = 5_000;
const longestBody = 64 * 1024;

/**
 * Posts, on a connection of its own: within five seconds, reading 64 KiB at most, following no redirect.
 *
 * @throws {Error} with a `code` when there is no answer; `ABORT_ERR` or `TimeoutError` when there was none in time
 */
export function boundedPost(request: BoundedRequest, signal: AbortSignal): Promise<BoundedAnswer> {
  const { url, headers, body, lookup } = request;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const options = {
    ...({ method: 'POST', agent: false, signal } as const),
    headers: { 'user-agent': 'Tahan', ...headers, 'content-length': String(Buffer.byteLength(body)) },
    ...(lookup && { lookup }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = send(url, options, incoming => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const done = () => {
        const text = Buffer.concat(chunks).subarray(0, longestBody).toString('utf8');
        // Before the end of what is read no more: destroying it is told as an abort.
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text });
        incoming.destroy();
      };
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= longestBody) done();
      });
      incoming.on('end', done);
      incoming.on('error', reject);
      incoming.on('aborted', () => reject(Object.assign(new Error('cut off'), { code: 'ECONNRESET' })));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
