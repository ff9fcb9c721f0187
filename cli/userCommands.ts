import type { Command } from 'commander';
import { z } from 'zod';
import { type Role, roleSchema } from '../models/contracts/people.ts';
import { checked, defaultOrgId, runSetup } from './setupCommand.ts';

const emailSchema = z.email({ error: 'must be an e-mail address' });
const passwordSchema = z
  .string()
  .min(12, { error: 'must have 12 to 256 characters' })
  .max(256, { error: 'must have 12 to 256 characters' });

interface UserOptions {
  readonly org: string;
  readonly role: Role;
  readonly name?: string;
  readonly password?: string;
  readonly json?: boolean;
}

export function addUserCommand(program: Command): void {
  const user = program.command('user').description('people who sign in');
  user
    .command('add')
    .description('add a person; without --password one is made and printed once')
    .argument('<email>', 'what they sign in with', checked(emailSchema))
    .requiredOption('--role <role>', roleSchema.options.join(', '), checked(roleSchema))
    .option('--org <orgId>', 'their organisation', defaultOrgId)
    .option('--name <name>', 'their name as others read it')
    .option('--password <password>', 'at least 12 characters', checked(passwordSchema))
    .option('--json', 'print JSON')
    .action((email: string, { org, role, name, password, json }: UserOptions) =>
      runSetup(
        { org, json: json ?? false },
        setup => setup.createUser({ orgId: org, email, role, name, password }),
        added =>
          added.password === null
            ? `added ${added.email}, who keeps the password they have`
            : `added ${added.email} with password ${added.password}`,
      ),
    );
}
