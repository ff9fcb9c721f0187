import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addAuditCommand } from './audit.ts';
import { addBackupCommand } from './backup.ts';
import { addBridgeCommand } from './bridgeCommands.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { addEdgeCommand } from './edgeCommands.ts';
import { addExportCommand } from './exportReadings.ts';
import { addFitCommand } from './fit.ts';
import { addGatewayCommand } from './gateway.ts';
import { addImportCommand } from './importReadings.ts';
import { addMigrateCommand } from './migrate.ts';
import { addMigrateMetadataCommand } from './migrateMetadata.ts';
import { addNodeCommand } from './nodeCommands.ts';
import { addOrgCommand } from './orgCommands.ts';
import { addPredictCommand } from './predict.ts';
import { addRestoreCommand } from './restore.ts';
import { addServeCommand } from './serve.ts';
import { addServerCommand } from './server.ts';
import { addSimulateCommand } from './simulate.ts';
import { addTokenCommand } from './tokenCommands.ts';
import { addUserCommand } from './userCommands.ts';

function buildProgram(): Command {
  const program = new Command('tahan')
    .description(packageJson.description)
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(add --help to see what is allowed)');
  addServeCommand(program);
  addDemoCommand(program);
  addGatewayCommand(program);
  addServerCommand(program);
  addSimulateCommand(program);
  addOrgCommand(program);
  addUserCommand(program);
  addTokenCommand(program);
  addNodeCommand(program);
  addBridgeCommand(program);
  addPredictCommand(program);
  addFitCommand(program);
  addEdgeCommand(program);
  addDoctorCommand(program);
  addAuditCommand(program);
  addBackupCommand(program);
  addRestoreCommand(program);
  addExportCommand(program);
  addImportCommand(program);
  addMigrateCommand(program);
  addMigrateMetadataCommand(program);
  return program;
}

/** Runs one command line. Exit code 0 on success, 2 on bad usage, 1 on failure; errors are one sentence on stderr. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    // Settings of the environment win over those of the file.
    if (existsSync('.env')) process.loadEnvFile('.env');
    await buildProgram().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has already printed its sentence (or the help that was asked for).
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    console.error(`tahan: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = isUsageError(error) ? 2 : 1;
  }
}

/** A setting or an argument that is wrong, as opposed to work that failed. */
function isUsageError(error: unknown): boolean {
  return error instanceof Error && ['ConfigError', 'UsageError', 'TlsFileError'].includes(error.name);
}

if (import.meta.main) await run(process.argv);
