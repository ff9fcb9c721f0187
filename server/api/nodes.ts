import { z } from 'zod';
import { newNodeSchema, nodeCredentialsSchema, nodeViewSchema } from '../../models/contracts/node.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { findNode, listNodes, type Node } from '../store/metadata/nodes.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute, type Principal } from './route.ts';

export function nodeRoutes({ db, nodes, setup, hub }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/nodes',
      summary: 'Nodes with their last reading and state',
      query: z.strictObject(pageQuery),
      success: { status: 200, schema: page('nodes', nodeViewSchema) },
      fromStore: true,
      async handle({ principal, query }) {
        const after = readCursor(query.cursor, z.string());
        const found = await listNodes(db, principal.orgId, { after, limit: query.limit + 1 });
        const { items, nextCursor } = toPage(found, query.limit, node => node.nodeId);
        return { nodes: await nodes.views(items), nextCursor };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/nodes/:nodeId',
      summary: 'One node',
      success: { status: 200, schema: nodeViewSchema },
      fromStore: true,
      handle: async ({ principal, param }) => nodes.view(await requireNode(db, principal, param('nodeId'))),
    }),
    defineRoute({
      method: 'post',
      path: '/nodes',
      summary: 'Adds a node; its secret is shown only now',
      body: newNodeSchema,
      success: { status: 201, schema: nodeCredentialsSchema },
      async handle({ principal, body }) {
        const credentials = await setup.createNode({ orgId: principal.orgId, ...body }, principal.actor);
        const node = await requireNode(db, principal, body.nodeId);
        hub.publish(principal.orgId, { type: 'node', data: await nodes.view(node) });
        return credentials;
      },
    }),
  ];
}

/** @throws {ApiError} node.not_found, for a node of another organisation too */
export async function requireNode(db: Services['db'], principal: Principal, nodeId: string): Promise<Node> {
  const node = await findNode(db, principal.orgId, nodeId);
  if (node === null) throw new ApiError('node.not_found', `there is no node ${nodeId}`);
  return node;
}
