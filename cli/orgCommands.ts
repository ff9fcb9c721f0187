import type { Command } from 'commander';
import { placeIdSchema } from '../models/contracts/ids.ts';
import { checked, runSetup } from './setupCommand.ts';

export function addOrgCommand(program: Command): void {
  const org = program.command('org').description('organisations (firms)');
  org
    .command('add')
    .description('add an organisation')
    .argument('<orgId>', 'its id', checked(placeIdSchema))
    .option('--name <name>', 'its name as people read it')
    .option('--json', 'print JSON')
    .action((orgId: string, { name, json }: { name?: string; json?: boolean }) =>
      runSetup(
        { json: json ?? false },
        async setup => {
          await setup.createOrganisation({ orgId, name });
          return { orgId };
        },
        result => `added organisation ${result.orgId}`,
      ),
    );
}
