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
      const tahan = await startTahan(readConfig(process.env));
      console.log(`tahan: pages and API on ${tahan.httpUrl}, nodes connect to ${tahan.mqttUrl}`);
      await stopOnSignal(() => tahan.stop());
    });
}
