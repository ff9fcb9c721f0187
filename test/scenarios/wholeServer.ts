import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Page, ScenarioWorld } from '../../cli/scenario/scenarioWorld.ts';
import { startGateway } from '../../gateway/gateway.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/server.ts';
import { longTempDir } from '../support/tempDir.ts';

/** Days pass in seconds here, each with thousands of commits: what is on trial is what is decided, not the disk. */
const memoryDisk = '/dev/shm';

export interface WholeServer {
  readonly world: ScenarioWorld;
  /** Of an owner of its firm, for whoever asks it besides. */
  readonly token: string;
  readonly httpUrl: string;
  stop(): Promise<void>;
}

/**
 * A gateway, a server and a telephone that hears of alerts, in one process that lives in the time of a scenario: nodes
 * speak to it over MQTT, everything else asks over HTTP.
 *
 * @param beginsAt  what its clock shows at first
 */
export async function startWholeServer(beginsAt: number): Promise<WholeServer> {
  const clock = steppableClock(beginsAt);
  const dir = longTempDir(existsSync(memoryDisk) ? memoryDisk : undefined);
  const log = pino({ level: process.env.TAHAN_LOG_LEVEL ?? 'silent' });
  const registry = new Registry();
  const server = await startServer({
    config: readConfig({
      TAHAN_DATA_DIR: dir.path,
      TAHAN_HTTP_PORT: '0',
      TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK: '1',
    }),
    ...{ clock, log, registry },
  });
  const gateway = await startGateway({
    mqtt: { host: '127.0.0.1', port: 0 },
    journalDir: `${dir.path}/journal`,
    directory: server.directory,
    consumer: server.intake,
    onPresence: change => server.presence(change),
    onSecurity: event => server.security(event),
    ...{ clock, log, registry },
  });
  const telephone = await startTelephone(() => clock.now());
  await server.setup.ensureOrganisation({ orgId: 'tani', name: 'Tahu Tani' });
  const { token } = await server.setup.createToken({ orgId: 'tani', role: 'owner' });
  const httpUrl = `http://127.0.0.1:${server.port}`;
  const world: ScenarioWorld = {
    brokerUrl: `mqtt://127.0.0.1:${gateway.port}`,
    shiftMs: 0,
    isLive: true,
    patienceMs: 0,
    laterPatienceMs: 0,
    idOf: id => id,
    pages: telephone.pages,
    async call(method, path, body) {
      const response = await fetch(`${httpUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    async goTo(at) {
      // As often as it looks in real life, or it believes that it stood still meanwhile.
      for (let next = clock.monotonic() + tickEveryMs; next < at - beginsAt; next += tickEveryMs) {
        clock.goTo(beginsAt + next);
        await server.alerts.tick();
      }
      clock.goTo(at);
    },
    async settle() {
      await gateway.caughtUp();
      await server.alerts.tick();
      await server.alerts.settled();
    },
    setClock: clock.set,
    async putRules(rules) {
      const { status, body } = await world.call('PUT', '/api/v1/alert-rules', { rules });
      if (status >= 300) throw new Error(`PUT /alert-rules answered ${status}: ${JSON.stringify(body)}`);
    },
  };
  const contact = await world.call('POST', '/api/v1/contacts', {
    ...{ name: 'Bu Siti', channel: 'webhook', address: { url: telephone.url }, userId: null },
  });
  if (contact.status !== 201) throw new Error(`the telephone: ${JSON.stringify(contact.body)}`);
  return {
    ...{ world, token, httpUrl },
    async stop() {
      await gateway.stop();
      await server.stop();
      await telephone.stop();
      dir.remove();
    },
  };
}

/** Between 15 s, which is how often it does, and the 45 s after which it takes itself for stopped. */
const tickEveryMs = 40_000;

/** Stands still between two moments of a scenario; can be set, which its monotonic side does not notice. */
function steppableClock(beginsAt: number) {
  let trueAt = beginsAt;
  let aheadMs = 0;
  const clock: Required<Clock> & { goTo(at: number): void; set(byMs: number): void } = {
    now: () => trueAt + aheadMs,
    monotonic: () => trueAt - beginsAt,
    goTo(at) {
      trueAt = at;
    },
    set(byMs) {
      aheadMs += byMs;
    },
  };
  return clock;
}

/** Takes the messages of a webhook. */
async function startTelephone(now: () => number) {
  const pages: Page[] = [];
  const http = createServer((request, response) => {
    void textOf(request).then(text => {
      const { data } = JSON.parse(text);
      pages.push({ kind: data.kind, event: data.event ?? 'digest', text: data.text, at: now() });
      response.writeHead(204).end();
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    pages: pages as readonly Page[],
    url: `http://127.0.0.1:${port}/pages`,
    async stop() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
