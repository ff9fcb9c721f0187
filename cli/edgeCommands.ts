import type { Command } from 'commander';
import { gatewayIdSchema } from '../models/contracts/edge.ts';
import { checked, defaultOrgId, runSetup } from './setupCommand.ts';

interface EdgeOptions {
  readonly org: string;
  readonly name?: string;
  readonly json?: boolean;
}

export function addEdgeCommand(program: Command): void {
  const edge = program.command('edge').description('edge gateways');
  edge
    .command('add')
    .description('add an edge gateway; its password (TAHAN_UPLINK_PASSWORD there) is printed once')
    .argument(
      '<gatewayId>',
      'its id, also its user name (TAHAN_UPLINK_USERNAME there)',
      checked(gatewayIdSchema),
    )
    .option('--org <orgId>', 'its organisation', defaultOrgId)
    .option('--name <name>', 'its name as people read it')
    .option('--json', 'print JSON')
    .action((gatewayId: string, { org, name, json }: EdgeOptions) =>
      runSetup(
        { org, json: json ?? false },
        setup => setup.createEdgeGateway({ orgId: org, gatewayId, name }),
        ({ mqtt }) => `added edge gateway ${mqtt.username} with password ${mqtt.password}`,
      ),
    );
}
