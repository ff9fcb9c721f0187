import { z } from 'zod';
import {
  edgeCredentialsSchema,
  edgeGatewayViewSchema,
  newEdgeGatewaySchema,
} from '../../models/contracts/edge.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { listEdgeGateways, removeEdgeGateway } from '../store/metadata/edgeGateways.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute } from './route.ts';

export function edgeGatewayRoutes({ db, clock, setup, edgeGateways }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/edge-gateways',
      summary: 'Edge gateways, whether they are connected and what waits in them',
      query: z.strictObject(pageQuery),
      success: { status: 200, schema: page('edgeGateways', edgeGatewayViewSchema) },
      async handle({ principal, query }) {
        const after = readCursor(query.cursor, z.string());
        const found = await listEdgeGateways(db, principal.orgId, { after, limit: query.limit + 1 });
        const { items, nextCursor } = toPage(found, query.limit, gateway => gateway.gatewayId);
        return { edgeGateways: items.map(edgeGateways.view), nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/edge-gateways',
      summary: 'Adds an edge gateway; its secret is shown only now',
      body: newEdgeGatewaySchema,
      success: { status: 201, schema: edgeCredentialsSchema },
      handle: ({ principal, body }) =>
        setup.createEdgeGateway({ orgId: principal.orgId, ...body }, principal.actor),
    }),
    defineRoute({
      method: 'delete',
      path: '/edge-gateways/:gatewayId',
      summary: 'Takes an edge gateway its right to speak, at once',
      success: { status: 204 },
      async handle({ principal, param, response }) {
        const gatewayId = param('gatewayId');
        if (!(await removeEdgeGateway(db, principal.orgId, gatewayId)))
          throw new ApiError('edge_gateway.not_found', `there is no edge gateway ${gatewayId}`);
        await addAudit(db, {
          at: clock.now(),
          orgId: principal.orgId,
          actor: principal.actor,
          action: 'edge_gateway.removed',
          subject: gatewayId,
          detail: '',
        });
        response.status(204).end();
        return undefined;
      },
    }),
  ];
}
