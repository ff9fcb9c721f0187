import { z } from 'zod';
import { mainProbe, probeSchema } from '../../models/contracts/ids.ts';
import { readingViewSchema } from '../../models/contracts/reading.ts';
import {
  type TemperatureBucketView,
  temperatureBucketSchema,
} from '../../models/contracts/temperatureBucket.ts';
import type { Services } from '../services.ts';
import type { Bucket, ReadingStore } from '../store/readingStore.ts';
import { requireNode } from './nodes.ts';
import { countQuery, pageQuery, readCursor, toPage } from './paging.ts';
import { instantQuery, requireSpan } from './queryValues.ts';
import { defineRoute } from './route.ts';

const answerSchema = z.union([
  z.object({ readings: z.array(readingViewSchema), nextCursor: z.string().nullable() }),
  z.object({ buckets: z.array(temperatureBucketSchema) }),
]);

const cursorSchema = z.strictObject({ measuredAt: z.number().int(), probe: probeSchema });

export function readingRoutes({ db, store, calibration }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/nodes/:nodeId/readings',
      summary: 'Readings of a node, ascending; with `points`, of one probe thinned to that many spans',
      query: z.strictObject({
        from: instantQuery.optional().describe('Inclusive'),
        to: instantQuery.optional().describe('Exclusive'),
        ...pageQuery,
        points: countQuery(1, 10_000).optional(),
        probe: probeSchema.optional().describe('With points: which probe; default main'),
      }),
      success: { status: 200, schema: answerSchema },
      fromStore: true,
      async handle({ principal, param, query }) {
        const { nodeId } = await requireNode(db, principal, param('nodeId'));
        const from = query.from ?? Number.MIN_SAFE_INTEGER;
        const to = query.to ?? Number.MAX_SAFE_INTEGER;
        if (query.from !== undefined && query.to !== undefined) requireSpan(from, to);
        if (query.points !== undefined) {
          const { points, probe = mainProbe } = query;
          const known = { ...query, from: query.from, to: query.to };
          return { buckets: await bucketsOf(store, { nodeId, probe, points }, known) };
        }
        const after = readCursor(query.cursor, cursorSchema);
        const found = await store.range({ nodeId, from, to, after, limit: query.limit + 1 });
        const { items, nextCursor } = toPage(found, query.limit, r => ({
          measuredAt: r.measuredAt,
          probe: r.probe,
        }));
        return { readings: items.map(calibration.view), nextCursor };
      },
    }),
  ];
}

/** An open end means: as far as there are readings. */
async function bucketsOf(
  store: ReadingStore,
  series: { nodeId: string; probe: string; points: number },
  span: { from: number | undefined; to: number | undefined },
) {
  const isOpen = span.from === undefined || span.to === undefined;
  const bounds = isOpen ? await store.bounds(series.nodeId) : null;
  const from = span.from ?? bounds?.earliestAt;
  const to = span.to ?? (bounds === null ? undefined : bounds.latestAt + 1);
  if (from === undefined || to === undefined || to <= from) return [];
  return (await store.buckets({ ...series, from, to })).map(toBucketView);
}

function toBucketView(bucket: Bucket): TemperatureBucketView {
  return { ...bucket, from: new Date(bucket.from).toISOString(), to: new Date(bucket.to).toISOString() };
}
