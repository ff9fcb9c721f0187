import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiClient } from '../support/apiClient.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { type Mosquitto, nodePassword, startMosquitto } from '../support/mosquitto.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { runTahanWith, startTahanProcess, type TahanProcess, tahanEnv } from '../support/tahanProcess.ts';
import { here, openTestNetwork, type Place, type TestNetwork } from '../support/testNetwork.ts';
import type { LoadAnswer, LoadRequest } from './fleetLoadChild.ts';
import { influxEnv } from './influxTarget.ts';

export const serverNames = ['a', 'b', 'c'] as const;
export type ServerName = (typeof serverNames)[number];
const hosts = ['broker', 'pg', 'influx', 'n1', 'n2', ...serverNames];

export interface FleetServer {
  readonly name: ServerName;
  readonly httpUrl: string;
  api: ReturnType<typeof apiClient>;
  isUp(): boolean;
  stderr(): string;
  /** @param withDisk  its data folder is gone afterwards */
  kill(withDisk: boolean): Promise<void>;
  startAgain(): Promise<void>;
  isReady(): Promise<boolean>;
}

export interface FleetWorld {
  /** Null where no network namespaces are permitted. */
  readonly network: TestNetwork | null;
  readonly whyNoNetwork: string | null;
  readonly servers: readonly FleetServer[];
  readonly mosquitto: Mosquitto;
  readonly influxd: Influxd;
  readonly postgres: Postgres;
  readonly token: string;
  /** Keys of messages that the webhook got, in order. */
  readonly told: { readonly key: string; readonly text: string; readonly at: number }[];
  readonly loads: readonly ((request: LoadRequest) => Promise<LoadAnswer>)[];
  close(): Promise<void>;
}

/** Three servers, a broker, a database and an InfluxDB, each on a host of its own if that can be. */
export async function openFleetWorld(nodeIds: readonly string[]): Promise<FleetWorld> {
  const { network, whyNoNetwork } = networkIfAllowed();
  const place = (name: string): Place => network?.place(name) ?? here;
  const closings: (() => unknown)[] = [() => network?.close()];
  const close = async () => {
    for (const closing of closings.splice(0).reverse()) await closing();
  };
  try {
    const mosquitto = await startMosquitto(nodeIds, place('broker'));
    closings.push(() => mosquitto.close());
    const postgres = await startPostgres(place('pg'));
    closings.push(() => postgres.close());
    const influxd = await startInfluxd({ place: place('influx') });
    closings.push(() => influxd.close());
    const told: FleetWorld['told'] = [];
    const webhookPort = await startReceivers(network, told, closings);
    const env = {
      ...influxEnv(influxd.url),
      TAHAN_DATABASE_URL: postgres.url,
      TAHAN_MQTT_URL: mosquitto.serverUrl,
      TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK: '1',
    };
    const firstDir = mkdtempSync(join(tmpdir(), 'tahan-fleet-'));
    closings.push(() => rmSync(firstDir, { recursive: true, force: true }));
    const token = await ownerToken(firstDir, env);
    const servers: FleetServer[] = [];
    for (const name of serverNames) {
      const server = await startFleetServer({ name, env, token, place: place(name), closings });
      servers.push(server);
    }
    await servers[0]!.api.post('/contacts', {
      ...{ name: 'receiver', channel: 'webhook', userId: null, kinds: ['too-warm'] },
      address: { url: `http://127.0.0.1:${webhookPort}/` },
    });
    const loads = ['n1', 'n2'].map(name => startLoad(place(name), closings));
    return { network, whyNoNetwork, servers, mosquitto, influxd, postgres, token, told, loads, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function networkIfAllowed() {
  try {
    return { network: openTestNetwork(hosts), whyNoNetwork: null };
  } catch (error) {
    return { network: null, whyNoNetwork: (error as Error).message.split('\n')[0]! };
  }
}

async function ownerToken(dataDir: string, env: Readonly<Record<string, string>>): Promise<string> {
  const added = await runTahanWith(
    tahanEnv({ dataDir, env }),
    ...['token', 'add', '--role', 'owner', '--json'],
  );
  if (added.code !== 0) throw new Error(`tahan token add ended with ${added.code}: ${added.stderr}`);
  return (JSON.parse(added.stdout) as { token: string }).token;
}

interface StartServer {
  readonly name: ServerName;
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
  readonly place: Place;
  readonly closings: (() => unknown)[];
}

async function startFleetServer({ name, env, token, place, closings }: StartServer): Promise<FleetServer> {
  let dataDir = mkdtempSync(join(tmpdir(), `tahan-fleet-${name}-`));
  const start = (httpPort: number) => startTahanProcess({ dataDir, httpPort, place, args: ['server'], env });
  let running: TahanProcess = await start(0);
  let isUp = true;
  const { httpUrl } = running;
  closings.push(async () => {
    await running.kill('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });
  const killAtExit = () => void running.kill('SIGKILL');
  process.once('exit', killAtExit);
  closings.push(() => process.off('exit', killAtExit));
  return {
    name,
    httpUrl,
    api: apiClient(httpUrl, token),
    isUp: () => isUp,
    stderr: () => running.stderr(),
    async kill(withDisk) {
      isUp = false;
      await running.kill('SIGKILL');
      if (!withDisk) return;
      rmSync(dataDir, { recursive: true, force: true });
      dataDir = mkdtempSync(join(tmpdir(), `tahan-fleet-${name}-`));
    },
    async startAgain() {
      running = await start(Number(new URL(httpUrl).port));
      isUp = true;
    },
    async isReady() {
      const answer = await fetch(`${httpUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => null,
      );
      await answer?.arrayBuffer();
      return answer?.status === 200;
    },
  };
}

type Told = FleetWorld['told'];

/** On the loopback of each server's host, all on one port: a webhook without TLS may be nowhere else. */
async function startReceivers(network: TestNetwork | null, told: Told, closings: (() => unknown)[]) {
  let port = 0;
  for (const place of network === null ? [here] : serverNames.map(name => network.place(name))) {
    const child = forkThere(place, 'webhookReceiverChild.ts', [String(port)], closings);
    const [first] = (await once(child, 'message')) as [{ port: number }];
    port = first.port;
    child.on('message', message => {
      told.push({ ...(message as { key: string; text: string }), at: performance.now() });
    });
  }
  return port;
}

function startLoad(place: Place, closings: (() => unknown)[]) {
  const child = forkThere(place, 'fleetLoadChild.ts', [], closings);
  let turn: Promise<unknown> = Promise.resolve();
  return (request: LoadRequest): Promise<LoadAnswer> => {
    const asked = turn.then(async () => {
      const answered = once(child, 'message');
      child.send(request);
      const [answer] = (await answered) as [LoadAnswer & { error?: string }];
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    });
    turn = asked.catch(() => undefined);
    return asked;
  };
}

function forkThere(place: Place, script: string, args: string[], closings: (() => unknown)[]): ChildProcess {
  const program = place.command(process.execPath, [join(import.meta.dirname, script), ...args]);
  const child = spawn(...program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  closings.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
  return child;
}

export const loginsOf = (nodeIds: readonly string[]) =>
  nodeIds.map(username => ({ username, password: nodePassword(username) }));
