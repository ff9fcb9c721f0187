import { z } from 'zod';
import { bridgeCredentialsSchema, bridgeViewSchema, newBridgeSchema } from '../../models/contracts/bridge.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { findBridge, listBridges, renewBridgeSecret } from '../store/metadata/bridges.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute } from './route.ts';

export function bridgeRoutes({ db, clock, setup, bridges, disconnect }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/bridges',
      summary: 'Bridges to foreign devices, and how many devices were found behind each',
      query: z.strictObject(pageQuery),
      success: { status: 200, schema: page('bridges', bridgeViewSchema) },
      async handle({ principal, query }) {
        const after = readCursor(query.cursor, z.string());
        const found = await listBridges(db, principal.orgId, { after, limit: query.limit + 1 });
        const { items, nextCursor } = toPage(found, query.limit, bridge => bridge.bridgeId);
        return { bridges: await Promise.all(items.map(bridges.view)), nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/bridges',
      summary: 'Adds a bridge that may speak below some topics; its secret is shown only now',
      body: newBridgeSchema,
      success: { status: 201, schema: bridgeCredentialsSchema },
      handle: ({ principal, body }) =>
        setup.createBridge({ orgId: principal.orgId, ...body }, principal.actor),
    }),
    defineRoute({
      method: 'post',
      path: '/bridges/:bridgeId/secret',
      summary: 'Gives a bridge a new secret; who knows only the old one is out at once',
      success: { status: 201, schema: bridgeCredentialsSchema },
      async handle({ principal: { orgId, actor }, param }) {
        const bridgeId = param('bridgeId');
        const secret = await renewBridgeSecret(db, orgId, bridgeId);
        const bridge = secret === null ? null : await findBridge(db, orgId, bridgeId);
        if (secret === null || bridge === null)
          throw new ApiError('bridge.not_found', `there is no bridge ${bridgeId}`);
        await addAudit(db, {
          ...{ at: clock.now(), orgId, actor },
          ...{ action: 'bridge.secret_renewed', subject: bridgeId, detail: '' },
        });
        disconnect(bridgeId);
        return {
          bridgeId,
          mqtt: { username: bridgeId, password: secret },
          topicPrefixes: [...bridge.topicPrefixes],
        };
      },
    }),
  ];
}
