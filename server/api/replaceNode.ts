import {
  type ReplacedNode,
  replacedNodeSchema,
  replaceNodeSchema,
} from '../../models/contracts/claimCode.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { type Node, renewNodeSecret } from '../store/metadata/nodes.ts';
import { toClaimCodeView } from './claimCodes.ts';
import { requireNode } from './nodes.ts';
import { defineRoute, type Principal } from './route.ts';

export function replaceNodeRoutes(services: Services) {
  const { db, foundDevices, claimCodes, config, disconnect } = services;
  return [
    defineRoute({
      method: 'post',
      path: '/nodes/:nodeId/replace',
      summary: 'Another device speaks for the node from now on, and the old one no longer; the history stays',
      body: replaceNodeSchema.default({}),
      success: { status: 201, schema: replacedNodeSchema },
      async handle({ principal, param, body, request }): Promise<ReplacedNode> {
        const node = await requireNode(db, principal, param('nodeId'));
        const { nodeId, orgId } = node;
        let answer: ReplacedNode;
        if (body.foundDeviceId !== undefined) {
          await foundDevices.rebind(orgId, nodeId, body.foundDeviceId, principal.actor);
          answer = { nodeId, foundDeviceId: body.foundDeviceId };
        } else {
          const password = await renew(services, principal, node);
          if (body.claimCode === true) {
            // The new secret is told to nobody: whoever shows the code gets one of their own.
            const issued = await claimCodes.issue({ orgId, nodeId, replaces: true }, principal.actor);
            answer = { nodeId, claimCode: toClaimCodeView(issued, config.publicUrl, request) };
          } else answer = { nodeId, mqtt: { username: nodeId, password } };
        }
        disconnect(nodeId);
        return answer;
      },
    }),
  ];
}

async function renew(
  { db, clock, foundDevices }: Services,
  { actor }: Principal,
  { orgId, nodeId }: Node,
): Promise<string> {
  const secret = await renewNodeSecret(db, orgId, nodeId);
  if (secret === null) throw new ApiError('node.not_found', `there is no node ${nodeId}`);
  await foundDevices.unbind(orgId, nodeId);
  await addAudit(db, {
    ...{ at: clock.now(), orgId, actor },
    ...{ action: 'node.replaced', subject: nodeId, detail: 'the old secret holds no longer' },
  });
  return secret;
}
