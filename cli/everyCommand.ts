import type { Command } from 'commander';
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

/** In the order of the help. */
export function addEveryCommand(program: Command): void {
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
}
