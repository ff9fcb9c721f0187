import type { Command } from 'commander';
import { readConfig } from '../server/config.ts';
import { ConfigError } from '../server/errors.ts';
import { clockCheck, dataFolderCheck, diskCheck, secretsCheck } from './doctorFiles.ts';
import { brokerChecks, portChecks, runningServerChecks, tlsCheck } from './doctorNetwork.ts';
import { journalCheck, storeChecks } from './doctorStores.ts';
import { dataFolderHolder } from './lockDataFolder.ts';

/** What one look found. `advice` says what to do; it is there whenever something is not well. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'fault';
  readonly found: string;
  readonly advice?: string;
}

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at settings, ports, disk, clock, store, journal and permissions; say what to do for each fault',
    )
    .option('--json', 'print the findings as JSON')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine();
      console.log(options.json ? JSON.stringify({ findings }, null, 2) : findings.map(asText).join('\n'));
      if (findings.some(finding => finding.state === 'fault')) process.exitCode = 1;
    });
}

/** Changes nothing but a probe file that it removes again; works beside a running server and without one. */
async function examine(): Promise<Finding[]> {
  let config: ReturnType<typeof readConfig>;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = 'correct the variable in the environment or in .env; .env.example lists what is allowed';
    return [{ check: 'settings', state: 'fault', found: error.message, advice }];
  }
  const holder = dataFolderHolder(config.dataDir);
  const folder = dataFolderCheck(config.dataDir);
  const findings: Finding[] = [
    { check: 'settings', state: 'ok', found: 'every variable can be used' },
    { check: 'node', state: 'ok', found: `Node ${process.versions.node}` },
    folder,
  ];
  if (folder.state !== 'fault') {
    findings.push(await diskCheck(config.dataDir), secretsCheck(config.dataDir));
    findings.push(...(await storeChecks(config)), await journalCheck(config.dataDir));
    findings.push(clockCheck(config.dataDir, Date.now()));
  }
  if (config.mqttTls) findings.push(await tlsCheck(config.mqttTls.files, Date.now()));
  findings.push(
    ...(holder === null ? await portChecks(config) : await runningServerChecks(config, holder)),
    ...(await brokerChecks(config)),
  );
  return findings;
}

function asText({ check, state, found, advice }: Finding): string {
  const mark = { ok: 'ok     ', warning: 'WARNING', fault: 'FAULT  ' }[state];
  return `${mark} ${check}: ${found}${advice ? `\n        → ${advice}` : ''}`;
}
