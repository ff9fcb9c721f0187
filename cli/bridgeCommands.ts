import type { Command } from 'commander';
import { newBridgeSchema, topicPrefixSchema } from '../models/contracts/bridge.ts';
import { checked, defaultOrgId, runSetup } from './setupCommand.ts';

interface BridgeOptions {
  readonly prefix: readonly string[];
  readonly org: string;
  readonly name?: string;
  readonly timeZone?: string;
  readonly json?: boolean;
}

const { bridgeId: idSchema, timeZone: zoneSchema } = newBridgeSchema.shape;

/** Given once for each prefix. */
function withPrefix(prefix: string, before: readonly string[] = []): string[] {
  return [...before, checked(topicPrefixSchema)(prefix)];
}

export function addBridgeCommand(program: Command): void {
  const bridge = program.command('bridge').description('bridges to foreign devices (Zigbee2MQTT, Tasmota …)');
  bridge
    .command('add')
    .description('add a bridge; its MQTT password is printed once')
    .argument('<bridgeId>', 'its id, also its MQTT user name and client id', checked(idSchema))
    .requiredOption(
      '--prefix <topicPrefix>',
      'where it may publish, such as zigbee2mqtt/; may be given several times',
      withPrefix,
    )
    .option('--org <orgId>', 'its organisation', defaultOrgId)
    .option('--name <name>', 'its name as people read it')
    .option('--time-zone <zone>', 'of devices that send local times', checked(zoneSchema))
    .option('--json', 'print JSON')
    .action((bridgeId: string, { prefix, org, name, timeZone, json }: BridgeOptions) =>
      runSetup(
        { org, json: json ?? false },
        setup => setup.createBridge({ orgId: org, bridgeId, topicPrefixes: [...prefix], name, timeZone }),
        ({ mqtt }) => `added bridge ${mqtt.username} with MQTT password ${mqtt.password}`,
      ),
    );
}
