import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ExternalBroker, type Membership, startExternalBroker } from '../gateway/externalBroker.ts';
import { systemClock } from '../server/clock.ts';
import { type Config, dataLayout, readConfig } from '../server/config.ts';
import { ConfigError } from '../server/errors.ts';
import { createLog } from '../server/log.ts';
import { startServer } from '../server/server.ts';
import { dashboardOption, hostForUrl } from './compose.ts';
import { lockDataFolder } from './lockDataFolder.ts';
import { processRegistry } from './processRegistry.ts';
import { stopOnSignal } from './stopOnSignal.ts';

interface ServerFlags {
  readonly alone?: boolean;
  readonly leave?: boolean;
}

export function addServerCommand(program: Command): void {
  program
    .command('server')
    .description('run a server that reads from the MQTT broker of TAHAN_MQTT_URL, beside others if you like')
    .option(
      '--alone',
      'the only server on this broker: no shared subscription, which Mosquitto forgets when it restarts',
    )
    .option('--leave', 'before this server goes for good: take what the broker keeps for it, then end')
    .action(async ({ alone, leave }: ServerFlags) => {
      const membership = leave ? 'leaving' : alone ? 'alone' : 'shared';
      const tahan = await startServerOnly(readConfig(process.env), membership);
      console.log(`tahan: pages and API on ${tahan.httpUrl}, readings from ${tahan.mqttUrl}`);
      if (!leave) return stopOnSignal(() => tahan.stop());
      await tahan.drained();
      await tahan.stop();
      console.log('tahan: the broker keeps nothing for this server any more');
    });
}

/** @throws {ConfigError} when no broker is named */
async function startServerOnly(config: Config, membership: Membership) {
  const { mqttUrl } = config;
  if (mqttUrl === null)
    throw new ConfigError([
      {
        variable: 'TAHAN_MQTT_URL',
        value: '',
        allowed: 'the address of a broker, such as mqtt://tahan:password@broker.example',
      },
    ]);
  mkdirSync(config.dataDir, { recursive: true });
  const unlock = lockDataFolder(config.dataDir);
  const log = createLog(config.logLevel);
  const registry = processRegistry();
  const layout = dataLayout(config.dataDir);
  let broker: ExternalBroker | undefined;
  const server = await startServer({
    ...{ config, log, registry, clock: systemClock },
    ...dashboardOption(),
    gateway: () => broker,
    probes: { broker: () => broker?.readyNow() ?? 'the broker has not been asked yet' },
  });
  const sessionId = sessionIdIn(layout.brokerSession);
  const takeover = server.sessionTakeover({
    sessionId,
    isConnected: () => (broker?.stats().connected ?? 0) > 0,
    takeOver: (session, use) => broker!.takeOver(session, use),
  });
  try {
    broker = await startExternalBroker({
      url: mqttUrl,
      membership,
      sessionId,
      session: takeover.own,
      journalDir: layout.journal,
      storePatienceMs: config.storePatienceMs ?? undefined,
      knowsNode: server.knowsNode,
      consumer: server.intake,
      onPresence: change => server.presence(change),
      clock: systemClock,
      log,
      registry,
    });
  } catch (error) {
    await server.stop();
    unlock();
    throw error;
  }
  const running = broker;
  if (membership === 'shared') takeover.start();
  const { protocol, host } = new URL(mqttUrl);
  return {
    httpUrl: `http://${hostForUrl(config.http.host)}:${server.port}`,
    mqttUrl: `${protocol}//${host}`,
    async drained() {
      await running.drained();
      await takeover.leave();
    },
    async stop() {
      await takeover.stop();
      await running.stop();
      await server.stop();
      unlock();
    },
  };
}

/** Made once: under it the broker keeps what this server has not acknowledged, over restarts too. */
function sessionIdIn(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const id = randomBytes(6).toString('hex');
  writeFileSync(path, `${id}\n`, { mode: 0o600 });
  return id;
}
