import { mkdirSync } from 'node:fs';
import type { Command } from 'commander';
import { startEdgeGateway } from '../gateway/edgeGateway.ts';
import { limitsFor } from '../gateway/gatewayLimits.ts';
import { startHealthServer } from '../gateway/healthServer.ts';
import { gatewayIdSchema } from '../models/contracts/edge.ts';
import packageJson from '../package.json' with { type: 'json' };
import { systemClock } from '../server/clock.ts';
import { type Config, dataLayout, readConfig } from '../server/config.ts';
import { ConfigError, type ConfigFault } from '../server/errors.ts';
import { createLog } from '../server/log.ts';
import { hostForUrl } from './compose.ts';
import { lockDataFolder } from './lockDataFolder.ts';
import { processRegistry } from './processRegistry.ts';
import { stopOnSignal } from './stopOnSignal.ts';

export function addGatewayCommand(program: Command): void {
  program
    .command('gateway')
    .description(
      'run an edge gateway: nodes connect here, readings wait on disk until the server of TAHAN_UPLINK_URL has them',
    )
    .action(async () => {
      const config = readConfig(process.env);
      const edge = await startEdge(config);
      console.log(`tahan: nodes connect to ${edge.mqttUrls}; health and numbers on ${edge.httpUrl}`);
      await stopOnSignal(() => edge.stop(), config.mqttTls ? edge.reloadCertificates : undefined);
    });
}

/** @throws {ConfigError} when the settings of the uplink are missing */
async function startEdge(config: Config) {
  const uplink = requireUplink(config);
  mkdirSync(config.dataDir, { recursive: true });
  const unlock = lockDataFolder(config.dataDir);
  const log = createLog(config.logLevel);
  const registry = processRegistry();
  const layout = dataLayout(config.dataDir);
  const edge = await startEdgeGateway({
    mqtt: config.mqtt,
    ...(config.mqttTls ? { mqttTls: config.mqttTls } : {}),
    uplink,
    limits: limitsFor(config.maxConnections),
    journalDir: layout.journal,
    progressPath: layout.uplinkProgress,
    loginsPath: layout.edgeLogins,
    version: packageJson.version,
    clock: systemClock,
    log,
    registry,
  }).catch(error => {
    unlock();
    throw error;
  });
  const health = await startHealthServer({
    ...config.http,
    registry,
    checks: () => ({ logins: edge.knowsLogins() }),
    details: () => edge.uplinkStats(),
  }).catch(async error => {
    await edge.stop();
    unlock();
    throw error;
  });
  return {
    httpUrl: `http://${hostForUrl(config.http.host)}:${health.port}`,
    mqttUrls: [
      `mqtt://${hostForUrl(config.mqtt.host)}:${edge.gateway.port}`,
      ...(config.mqttTls ? [`mqtts://${hostForUrl(config.mqttTls.host)}:${edge.gateway.tlsPort}`] : []),
    ].join(' or '),
    reloadCertificates: () => void edge.gateway.reloadCertificates(),
    async stop() {
      await edge.stop();
      await health.stop();
      unlock();
    },
  };
}

function requireUplink({ uplink: { url, username, password } }: Config) {
  const faults: ConfigFault[] = [];
  if (url === null)
    faults.push({
      variable: 'TAHAN_UPLINK_URL',
      value: '',
      allowed: 'the address of the server to hand readings on to, such as mqtts://tahan.example:8883',
    });
  if (username === null || !gatewayIdSchema.safeParse(username).success)
    faults.push({
      variable: 'TAHAN_UPLINK_USERNAME',
      value: username ?? '',
      allowed: 'the gateway id given to "tahan edge add"',
    });
  if (password === null)
    faults.push({
      variable: 'TAHAN_UPLINK_PASSWORD',
      value: '',
      allowed: 'the password that "tahan edge add" printed',
    });
  if (url === null || username === null || password === null || faults.length > 0)
    throw new ConfigError(faults);
  return { url, username, password };
}
