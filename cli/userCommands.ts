import type { Command } from 'commander';
import { type Identity, identitySchema } from '../models/contracts/identity.ts';
import { newPasswordSchema, type Role, roleSchema } from '../models/contracts/people.ts';
import { checked, defaultOrgId, runSetup } from './setupCommand.ts';

interface UserOptions {
  readonly org: string;
  readonly role: Role;
  readonly name?: string;
  readonly password?: string;
  readonly json?: boolean;
}

const identityArgument = [
  '<identity>',
  'their e-mail address or telephone number',
  checked(identitySchema),
] as const;
const passwordOption = [
  '--password <password>',
  'at least 12 characters',
  checked(newPasswordSchema),
] as const;

export function addUserCommand(program: Command): void {
  const user = program.command('user').description('people who sign in');
  user
    .command('add')
    .description('add a person; without --password one is made and printed once')
    .argument(...identityArgument)
    .requiredOption('--role <role>', roleSchema.options.join(', '), checked(roleSchema))
    .option('--org <orgId>', 'their organisation', defaultOrgId)
    .option('--name <name>', 'their name as others read it')
    .option(...passwordOption)
    .option('--json', 'print JSON')
    .action((identity: Identity, { org, role, name, password, json }: UserOptions) =>
      runSetup(
        { org, json: json ?? false },
        setup => setup.createUser({ orgId: org, ...identity, role, name, password }),
        added =>
          added.password === null
            ? `added ${added.email ?? added.phone}, who keeps the password they have`
            : `added ${added.email ?? added.phone} with password ${added.password}`,
      ),
    );
  user
    .command('reset-password')
    .description('give a person a new password, printed once; they are signed out everywhere')
    .argument(...identityArgument)
    .option(...passwordOption)
    .option('--json', 'print JSON')
    .action((identity: Identity, { password, json }: Pick<UserOptions, 'password' | 'json'>) =>
      runSetup(
        { json: json ?? false },
        setup => setup.resetPassword(identity, password),
        reset => `the password is now ${reset.password}`,
      ),
    );
}
