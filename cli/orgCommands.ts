import type { Command } from 'commander';
import { placeIdSchema } from '../models/contracts/ids.ts';
import { type OrganisationKind, organisationKindSchema } from '../models/contracts/people.ts';
import { checked, runSetup } from './setupCommand.ts';

interface OrgOptions {
  readonly name?: string;
  readonly kind: OrganisationKind;
  readonly json?: boolean;
}

export function addOrgCommand(program: Command): void {
  const org = program.command('org').description('organisations (firms)');
  org
    .command('add')
    .description('add an organisation')
    .argument('<orgId>', 'its id', checked(placeIdSchema))
    .option('--name <name>', 'its name as people read it')
    .option(
      '--kind <kind>',
      organisationKindSchema.options.join(', '),
      checked(organisationKindSchema),
      'producer',
    )
    .option('--json', 'print JSON')
    .action((orgId: string, { name, kind, json }: OrgOptions) =>
      runSetup(
        { json: json ?? false },
        async setup => {
          await setup.createOrganisation({ orgId, name, kind });
          return { orgId };
        },
        result => `added organisation ${result.orgId}`,
      ),
    );
}
