import type { GatewayControl } from '../../models/contracts/intake.ts';
import type { Channel } from './channel.ts';
import { delivered, failed, outcomeOfError, retry } from './outcome.ts';

/** A buzzer's contact says which node, its organisation says whose: no firm may make another's node beep. */
export interface BuzzerAddress {
  readonly nodeId: string;
  readonly orgId: string;
}

export interface BuzzerOptions {
  readonly gateway: () => Pick<GatewayControl, 'sendCommand'> | undefined;
  readonly ownsNode: (orgId: string, nodeId: string) => Promise<boolean>;
}

/** How long it beeps. */
const seconds = { info: 1, warning: 5, risk: 15 } as const;
const nodeAwayS = 60;

/**
 * The buzzer of a node: `{"buzzer": {"id", "severity", "seconds"}}` on its command topic; 0 seconds end it. A node that
 * is not connected does not hear it, so it is tried again; by the id it knows a command that comes twice.
 */
export function createBuzzerChannel({ gateway, ownsNode }: BuzzerOptions): Channel {
  return {
    async send(address, { deliveryId, severity, data }) {
      const { nodeId, orgId } = address as BuzzerAddress;
      try {
        if (!(await ownsNode(orgId, nodeId))) return failed('there is no such node any more');
        const buzzer = {
          id: deliveryId,
          severity,
          seconds: data.event === 'cleared' ? 0 : seconds[severity],
        };
        const heard = await gateway()?.sendCommand(nodeId, { buzzer });
        return heard ? delivered() : retry('the node is not connected', nodeAwayS);
      } catch (error) {
        return outcomeOfError(error, 'the gateway');
      }
    },
  };
}
