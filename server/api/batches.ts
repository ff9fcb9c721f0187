import { z } from 'zod';
import { type BatchView, batchViewSchema, newBatchSchema } from '../../models/contracts/batch.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { listBatches } from '../store/metadata/batches.ts';
import { toBatchView } from './batchView.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute } from './route.ts';

const cursorSchema = z.strictObject({ producedAt: z.number().int(), batchId: z.string() });

/** Nobody records a batch long before it is made or years after; a wrong year is the likelier cause. */
const earliestMs = 5 * 366 * 24 * 3_600_000;
const latestMs = 24 * 3_600_000;

export function batchRoutes(services: Services) {
  const { db, lives, setup, clock } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/batches',
      summary: 'Batches with their estimate, the newest first',
      query: z.strictObject({
        ...pageQuery,
        state: z
          .enum(['all', 'active', 'sold-out', 'discarded'], {
            error: 'must be one of all, active, sold-out, discarded',
          })
          .default('all'),
      }),
      success: { status: 200, schema: page('batches', batchViewSchema) },
      fromStore: true,
      async handle({ principal: { orgId }, query }) {
        const { limit, state } = query;
        const after = readCursor(query.cursor, cursorSchema);
        const found = await listBatches(db, orgId, { after, limit: limit + 1, filter: state });
        const { items, nextCursor } = toPage(found, limit, b => ({
          producedAt: b.producedAt,
          batchId: b.batchId,
        }));
        const batches: BatchView[] = [];
        for (const { batchId } of items) {
          batches.push(await toBatchView(db, await lives.batchWithEstimate(orgId, batchId)));
          // An estimate takes milliseconds of this thread: let readings in between.
          await new Promise(resolve => setImmediate(resolve));
        }
        return { batches, nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/batches',
      summary: 'Records a batch',
      body: newBatchSchema,
      success: { status: 201, schema: batchViewSchema },
      async handle({ principal: { orgId, actor }, body }) {
        refuseOtherYears(body.producedAt, clock.now());
        await setup.createBatch({ orgId, ...body }, actor);
        return toBatchView(db, await lives.batchWithEstimate(orgId, body.batchId));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/batches/:batchId',
      summary: 'One batch with its estimate',
      success: { status: 200, schema: batchViewSchema },
      fromStore: true,
      handle: async ({ principal: { orgId }, param }) =>
        toBatchView(db, await lives.batchWithEstimate(orgId, param('batchId'))),
    }),
  ];
}

function refuseOtherYears(producedAt: number, now: number): void {
  if (producedAt >= now - earliestMs && producedAt <= now + latestMs) return;
  const fault = {
    field: 'producedAt',
    value: new Date(producedAt).toISOString(),
    allowed: 'must be within the last five years and at most 24 hours ahead',
  };
  throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}
