import type { Command } from 'commander';
import { type Role, roleSchema } from '../models/contracts/people.ts';
import { checked, defaultOrgId, runSetup } from './setupCommand.ts';

interface TokenOptions {
  readonly org: string;
  readonly role: Role;
  readonly name?: string;
  readonly json?: boolean;
}

export function addTokenCommand(program: Command): void {
  const token = program.command('token').description('bearer tokens for programs');
  token
    .command('add')
    .description('make a token; it is printed once')
    .requiredOption('--role <role>', roleSchema.options.join(', '), checked(roleSchema))
    .option('--org <orgId>', 'its organisation', defaultOrgId)
    .option('--name <name>', 'what it is for')
    .option('--json', 'print JSON')
    .action(({ org, role, name, json }: TokenOptions) =>
      runSetup(
        { org, json: json ?? false },
        setup => setup.createToken({ orgId: org, role, name }),
        added => added.token,
      ),
    );
}
