import { z } from 'zod';
import { mainProbe, probeSchema } from '../../models/contracts/ids.ts';
import { hoursBetween } from '../../models/units.ts';
import type { Services } from '../services.ts';
import { silentAfterMs } from '../shelf-life/placedWindows.ts';
import { requireNode } from './nodes.ts';
import { instantQuery, levelQuery, requireSpan } from './queryValues.ts';
import { defineRoute } from './route.ts';

const timeAboveSchema = z.object({
  levelC: z.number(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Strictly above the level. */
  aboveH: z.number(),
  /** How much of the span readings cover; what lies in a gap counts as neither above nor below. */
  knownH: z.number(),
});

export function timeAboveRoutes({ db, store }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/nodes/:nodeId/time-above',
      summary: 'Hours that a probe was above a temperature, and hours that are known',
      query: z.strictObject({
        levelC: levelQuery,
        from: instantQuery.describe('Inclusive'),
        to: instantQuery.describe('Exclusive'),
        probe: probeSchema.default(mainProbe),
      }),
      success: { status: 200, schema: timeAboveSchema },
      fromStore: true,
      async handle({ principal, param, query }) {
        const { nodeId, reportEveryS } = await requireNode(db, principal, param('nodeId'));
        const { from, to, probe, levelC } = query;
        requireSpan(from, to);
        const longestGapMs = silentAfterMs(reportEveryS);
        const { aboveMs, knownMs } = await store.timeAbove({ nodeId, probe, from, to, levelC, longestGapMs });
        return {
          levelC,
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          aboveH: hoursBetween(0, aboveMs),
          knownH: hoursBetween(0, knownMs),
        };
      },
    }),
  ];
}
