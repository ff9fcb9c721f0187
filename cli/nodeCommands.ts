import type { Command } from 'commander';
import { z } from 'zod';
import { nodeIdSchema, placeIdSchema } from '../models/contracts/ids.ts';
import { checked, defaultOrgId, runSetup } from './setupCommand.ts';

const secondsRule = 'must be a whole number from 1 to 86400';
const secondsSchema = z
  .string()
  .regex(/^\d{1,5}$/, { error: secondsRule })
  .transform(Number)
  .refine(seconds => seconds >= 1 && seconds <= 86_400, { error: secondsRule });

interface NodeOptions {
  readonly org: string;
  readonly name?: string;
  readonly place?: string;
  readonly reportEvery?: number;
  readonly json?: boolean;
}

export function addNodeCommand(program: Command): void {
  const node = program.command('node').description('sensor nodes');
  node
    .command('add')
    .description('add a node; its MQTT password is printed once')
    .argument('<nodeId>', 'its id, also its MQTT user name', checked(nodeIdSchema))
    .option('--org <orgId>', 'its organisation', defaultOrgId)
    .option('--name <name>', 'its name as people read it')
    .option('--place <placeId>', 'where it is', checked(placeIdSchema))
    .option('--report-every <seconds>', 'how often it reports', checked(secondsSchema))
    .option('--json', 'print JSON')
    .action((nodeId: string, { org, name, place, reportEvery, json }: NodeOptions) =>
      runSetup(
        { org, json: json ?? false },
        setup => setup.createNode({ orgId: org, nodeId, name, placeId: place, reportEveryS: reportEvery }),
        ({ mqtt }) => `added node ${mqtt.username} with MQTT password ${mqtt.password}`,
      ),
    );
}
