import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/freePort.ts';
import { startInfluxd } from '../../test/support/influxd.ts';
import { endWithUs } from '../load/endWithUs.ts';
import type { ListeningChild } from '../load/listeningChild.ts';
import type { PublisherLogin } from '../load/publisher.ts';
import type { Contender } from './contender.ts';
import { nodeRedFlow, type Wiring } from './nodeRedFlow.ts';
import { installNodeRed } from './nodeRedInstall.ts';
import { startPlainMosquitto } from './plainMosquitto.ts';

export interface NodeRedPipeline extends Contender {
  /** Points in InfluxDB. */
  stored(): Promise<number>;
  /** kill -9 to all three, and starts them again; resolves when nothing more arrives. */
  killAndStart(): Promise<void>;
}

/** Without a bound on what waits for Node-RED, Mosquitto would drop acknowledged publishes beyond a thousand. */
const mosquittoLines = (dir: string) => [
  'persistence true',
  `persistence_location ${dir}/`,
  'max_queued_messages 0',
];

/** Mosquitto → Node-RED → InfluxDB, wired as people wire it or as it is fastest. */
export async function startNodeRedPipeline(
  name: string,
  dir: string,
  wiring: Wiring,
  logins: readonly PublisherLogin[],
): Promise<NodeRedPipeline> {
  const folder = (of: string) => {
    mkdirSync(join(dir, of), { recursive: true });
    return join(dir, of);
  };
  const influxd = await startInfluxd({ dir: folder('influx') });
  const ask = async (q: string) => {
    const response = await fetch(`${influxd.url}/query?db=bench`, {
      method: 'POST',
      body: new URLSearchParams({ q }),
    });
    return (await response.json()) as { results: { series?: { values: number[][] }[] }[] };
  };
  await ask('CREATE DATABASE bench');
  const broker = await freePort();
  let mosquitto: ListeningChild | undefined;
  let nodeRed: ChildProcess | undefined;
  const start = async () => {
    await influxd.start();
    mosquitto = await startPlainMosquitto(folder('mosquitto'), mosquittoLines(folder('mosquitto')), broker);
    nodeRed = await startNodeRed(folder('node-red'), nodeRedFlow(wiring, broker, influxd.url));
  };
  const kill = async () => {
    await Promise.all([killNow(nodeRed), mosquitto?.close(), influxd.kill('SIGKILL').catch(() => undefined)]);
  };
  const stored = async () =>
    (await ask('SELECT count(temperature) FROM reading')).results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
  await start();
  return {
    ...{ name, logins, port: broker, stored },
    pids: () => [mosquitto!.pid, nodeRed!.pid!, influxd.pid],
    async queryable(acknowledgedOf) {
      const wanted = acknowledgedOf.reduce((sum, n) => sum + n, 0);
      let before = -1;
      for (let unchanged = 0; unchanged < 200; ) {
        const count = await stored();
        if (count >= wanted) return;
        unchanged = count === before ? unchanged + 1 : 0;
        before = count;
        await sleep(50);
      }
      throw new Error(`${name}: ${wanted} were acknowledged, only ${before} arrived`);
    },
    async killAndStart() {
      await kill();
      await start();
      for (let before = -1, count = 0; before !== count; ) {
        before = count;
        await sleep(2_000);
        count = await stored();
      }
    },
    async close() {
      await killNow(nodeRed);
      await mosquitto?.close();
      await influxd.close().catch(() => undefined);
    },
  };
}

async function killNow(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function startNodeRed(dir: string, flow: unknown): Promise<ChildProcess> {
  const peers = installNodeRed();
  try {
    symlinkSync(join(peers, 'node_modules'), join(dir, 'node_modules'));
  } catch (error) {
    // Started again in the same folder.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  writeFileSync(join(dir, 'flows.json'), JSON.stringify(flow));
  writeFileSync(
    join(dir, 'settings.js'),
    `module.exports = { flowFile: 'flows.json', credentialSecret: false, uiHost: '127.0.0.1', uiPort: ${await freePort()},
      httpAdminRoot: false, logging: { console: { level: 'info', metrics: false, audit: false } },
      telemetry: { enabled: false, updateNotification: false } };\n`,
  );
  const red = join(peers, 'node_modules/node-red/red.js');
  const child = spawn(process.execPath, [red, '-u', dir, '-s', join(dir, 'settings.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(child);
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const onText = (chunk: Buffer) => {
      printed = (printed + chunk).slice(-10_000);
      if (printed.includes('Connected to broker')) resolve();
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
    child.once('exit', code => reject(new Error(`Node-RED ended with ${code}: ${printed}`)));
    setTimeout(() => reject(new Error(`Node-RED is not connected: ${printed}`)), 60_000).unref();
  });
  // Its subscription follows the connection.
  await sleep(500);
  return child;
}
