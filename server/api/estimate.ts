import { z } from 'zod';
import { estimateSchema } from '../../models/contracts/estimate.ts';
import type { Services } from '../services.ts';
import { instantQuery, temperatureQuery } from './queryValues.ts';
import { defineRoute } from './route.ts';

export function estimateRoutes({ lives }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/batches/:batchId/estimate',
      summary: 'How much longer a batch keeps',
      query: z.strictObject({
        at: instantQuery
          .optional()
          .describe(
            'When; in the past from what was known then, in the future with the time until then assumed',
          ),
        futureTemperatureC: temperatureQuery.optional().describe('Kept at this from then on'),
      }),
      success: { status: 200, schema: estimateSchema },
      fromStore: true,
      handle: ({ principal, param, query }) => lives.estimate(principal.orgId, param('batchId'), query),
    }),
  ];
}
