import { z } from 'zod';
import { batchHistorySchema } from '../../models/contracts/estimate.ts';
import type { Services } from '../services.ts';
import { countQuery } from './paging.ts';
import { defineRoute } from './route.ts';

export function historyRoutes({ lives }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/batches/:batchId/history',
      summary: 'Temperature, predicted count and remaining life on one time axis, gaps explicit',
      query: z.strictObject({ points: countQuery(2, 1000).default(200) }),
      success: { status: 200, schema: batchHistorySchema },
      fromStore: true,
      handle: ({ principal, param, query }) => lives.history(principal.orgId, param('batchId'), query.points),
    }),
  ];
}
