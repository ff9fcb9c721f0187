import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

export interface WriteAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Something that speaks like a 1.x and holds nothing; `onWrite` says how a write ends, null = never. */
export async function startFakeInfluxd(onWrite: (lines: string[]) => WriteAnswer | null) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.url?.startsWith('/ping'))
      return response.writeHead(204, { 'X-Influxdb-Version': '1.6.7', 'X-Influxdb-Build': 'OSS' }).end();
    if (request.url?.startsWith('/query')) {
      const series = body.includes('SHOW+DATABASES')
        ? [{ name: 'databases', columns: ['name'], values: [['tahan']] }]
        : body.includes('SHOW+RETENTION')
          ? [{ columns: ['name', 'duration', 'default'], values: [['autogen', '0s', true]] }]
          : undefined;
      return response
        .writeHead(200, { 'Content-Type': 'application/json', 'X-Influxdb-Version': '1.6.7' })
        .end(JSON.stringify({ results: [{ statement_id: 0, series }] }));
    }
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const answer = onWrite(plain.toString().split('\n').filter(Boolean));
    if (answer === null) return undefined;
    return response
      .writeHead(answer.status, { 'X-Influxdb-Version': '1.6.7', ...answer.headers })
      .end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
