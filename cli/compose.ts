import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import { limitsFor } from '../gateway/gatewayLimits.ts';
import { systemClock } from '../server/clock.ts';
import type { Config } from '../server/config.ts';
import { createLog } from '../server/log.ts';
import { startServer, type TahanServer } from '../server/server.ts';
import { lockDataFolder } from './lockDataFolder.ts';
import { processRegistry } from './processRegistry.ts';

export interface RunningTahan {
  readonly server: TahanServer;
  readonly gateway: Gateway;
  readonly httpUrl: string;
  readonly mqttUrl: string;
  /** Of MQTT over TLS; null without it. */
  readonly mqttTlsUrl: string | null;
  /** Stops taking work, finishes what was begun, and resolves when everything acknowledged is on disk. */
  stop(): Promise<void>;
}

const dashboardDir = join(import.meta.dirname, '..', 'dashboard', 'dist');

/**
 * One process: the gateway hands accepted readings to the server by a function call. The only place where the two
 * meet. The server opens first, because the gateway asks it who may connect; it is ready once the gateway is caught up.
 */
export async function startTahan(config: Config): Promise<RunningTahan> {
  mkdirSync(config.dataDir, { recursive: true });
  const unlock = lockDataFolder(config.dataDir);
  const log = createLog(config.logLevel);
  const registry = processRegistry();
  let gateway: Gateway | undefined;
  const server = await startServer({
    config,
    log,
    registry,
    clock: systemClock,
    ...dashboardOption(),
    probes: { broker: () => gateway?.caughtUpNow() ?? 'the broker is starting' },
    gateway: () => gateway,
  });
  try {
    gateway = await startGateway({
      mqtt: config.mqtt,
      ...(config.mqttTls ? { mqttTls: config.mqttTls } : {}),
      journalDir: join(config.dataDir, 'journal'),
      directory: server.directory,
      edges: server.edgeDirectory,
      bridges: server.bridgeDirectory,
      consumer: server.intake,
      onPresence: change => server.presence(change),
      onSecurity: event => server.security(event),
      limits: limitsFor(config.maxConnections),
      clock: systemClock,
      log,
      registry,
    });
  } catch (error) {
    await server.stop();
    unlock();
    throw error;
  }
  const running = gateway;
  server.onUpgrade('/mqtt', running.takeWebSocket);
  return {
    server,
    gateway: running,
    httpUrl: `http://${hostForUrl(config.http.host)}:${server.port}`,
    mqttUrl: `mqtt://${hostForUrl(config.mqtt.host)}:${running.port}`,
    mqttTlsUrl: config.mqttTls && `mqtts://${hostForUrl(config.mqttTls.host)}:${running.tlsPort}`,
    async stop() {
      await running.stop();
      await server.stop();
      unlock();
    },
  };
}

/** The built dashboard, if it is there. */
export function dashboardOption(): { dashboardDir?: string } {
  return existsSync(join(dashboardDir, 'index.html')) ? { dashboardDir } : {};
}

/** What a person can type: an address that listens on all interfaces is reached on this machine as localhost. */
export function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
