import { z } from 'zod';
import { calibrationSchema } from '../../models/contracts/parameterSetEvidence.ts';
import { ApiError } from '../errors.ts';
import { calibrationOf } from '../parameterSets/calibrationOf.ts';
import type { Services } from '../services.ts';
import { instantQuery, requireSpan } from './queryValues.ts';
import { defineRoute } from './route.ts';

const dayMs = 24 * 3_600_000;
const usualMs = 180 * dayMs;
const longestMs = 400 * dayMs;

export function calibrationRoutes(services: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/calibration',
      summary:
        'Whether what was promised held, per product and month: coverage of the 90 % interval and bias',
      query: z.strictObject({
        from: instantQuery.optional().describe('Default: 180 days before `to`'),
        to: instantQuery.optional().describe('Default: now'),
      }),
      success: { status: 200, schema: calibrationSchema },
      fromStore: true,
      async handle({ principal: { orgId }, query }) {
        const to = query.to ?? services.clock.now() + 1;
        const from = query.from ?? to - usualMs;
        requireSpan(from, to);
        if (to - from > longestMs) {
          const fault = {
            field: 'from',
            value: new Date(from).toISOString(),
            allowed: 'must be within 400 days of to',
          };
          throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
        }
        return calibrationOf(services, orgId, { from, to });
      },
    }),
  ];
}
