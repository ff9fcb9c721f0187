import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface HealthServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Liveness, readiness and numbers of a gateway that has no server beside it, for supervisors and for the person with a
 * browser in the truck.
 *
 * @param checks  keyed by what they watch: true when it is well, otherwise a sentence
 */
export async function startHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly checks: () => Readonly<Record<string, true | string>>;
  /** Told beside the checks; nothing here makes the gateway unready. */
  readonly details: () => unknown;
}): Promise<HealthServer> {
  const { registry, checks, details } = options;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    const answer = async () => {
      const path = request.url?.split('?')[0];
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return sendJson(response, 405, { status: 'no' });
      if (path === '/healthz') return sendJson(response, 200, { status: 'ok' });
      if (path === '/readyz') {
        const found = checks();
        const ready = Object.values(found).every(one => one === true);
        const shown = Object.fromEntries(Object.entries(found).map(([k, v]) => [k, v === true ? 'ok' : v]));
        return sendJson(response, ready ? 200 : 503, {
          status: ready ? 'ready' : 'not-ready',
          checks: shown,
          uplink: details(),
        });
      }
      if (path !== '/metrics') return sendJson(response, 404, { status: 'there is nothing here' });
      const metrics = await registry.metrics();
      response
        .writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' })
        .end(metrics);
    };
    answer().catch(() => response.destroy());
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
