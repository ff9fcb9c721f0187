import type { Command } from 'commander';
import { readConfig } from '../server/config.ts';
import { startTahan } from './compose.ts';
import { stopOnSignal } from './stopOnSignal.ts';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description(
      'run gateway, server and dashboard in one process, for real nodes (settings: see .env.example)',
    )
    .action(async () => {
      const config = readConfig(process.env);
      const tahan = await startTahan(config);
      const addresses = [tahan.mqttUrl, tahan.mqttTlsUrl].filter(url => url !== null).join(' or ');
      console.log(`tahan: pages and API on ${tahan.httpUrl}, nodes connect to ${addresses}`);
      const { mqttTls } = config;
      await stopOnSignal(
        () => tahan.stop(),
        mqttTls ? () => void tahan.gateway.reloadCertificates() : undefined,
      );
    });
}
