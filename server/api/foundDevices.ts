import { z } from 'zod';
import {
  claimDeviceSchema,
  foundDeviceStateSchema,
  foundDeviceViewSchema,
} from '../../models/contracts/foundDevice.ts';
import { nodeViewSchema } from '../../models/contracts/node.ts';
import type { Services } from '../services.ts';
import { listFoundDevices } from '../store/metadata/foundDevices.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute } from './route.ts';

const cursorSchema = z.strictObject({ foundAt: z.number().int(), foundDeviceId: z.string() });

export function foundDeviceRoutes({ db, foundDevices, nodes, hub }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/found-devices',
      summary: 'Sensors that spoke through a bridge, found last first; without `state` those that wait',
      query: z.strictObject({
        ...pageQuery,
        state: z
          .enum([...foundDeviceStateSchema.options, 'all'], {
            error: 'must be one of found, claimed, ignored, all',
          })
          .default('found'),
      }),
      success: { status: 200, schema: page('foundDevices', foundDeviceViewSchema) },
      async handle({ principal, query }) {
        const after = readCursor(query.cursor, cursorSchema);
        const { state, limit } = query;
        const found = await listFoundDevices(db, principal.orgId, { state, after, limit: limit + 1 });
        const { items, nextCursor } = toPage(found, limit, ({ foundAt, foundDeviceId }) => ({
          foundAt,
          foundDeviceId,
        }));
        return { foundDevices: await Promise.all(items.map(foundDevices.view)), nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/found-devices/:foundDeviceId/claim',
      summary: 'Makes a device a node, with what it said since it was found',
      body: claimDeviceSchema.default({}),
      success: { status: 201, schema: nodeViewSchema },
      async handle({ principal: { orgId, actor }, param, body }) {
        const node = await foundDevices.claim(orgId, param('foundDeviceId'), body, actor);
        const view = await nodes.view(node);
        hub.publish(orgId, { type: 'node', data: view });
        return view;
      },
    }),
    defineRoute({
      method: 'post',
      path: '/found-devices/:foundDeviceId/ignore',
      summary: 'Lets a device go: what it says is not kept any more. It can still be claimed later',
      success: { status: 200, schema: foundDeviceViewSchema },
      handle: async ({ principal: { orgId, actor }, param }) =>
        foundDevices.view(await foundDevices.ignore(orgId, param('foundDeviceId'), actor)),
    }),
  ];
}
