import { z } from 'zod';
import { type BatchView, batchViewSchema, newBatchSchema } from '../../models/contracts/batch.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { BatchWithEstimate } from '../shelf-life/batchLives.ts';
import { listBatches, setSoldOut } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listKin } from '../store/metadata/lineage.ts';
import { countObservations } from '../store/metadata/observations.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { toPlacementView } from './placements.ts';
import { defineRoute, type Principal } from './route.ts';

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
    defineRoute({
      method: 'post',
      path: '/batches/:batchId/sold-out',
      summary: 'Marks a batch as sold out; its estimate stays as it is now',
      success: { status: 200, schema: batchViewSchema },
      handle: async ({ principal, param }) =>
        changeSoldOut(services, principal, param('batchId'), clock.now()),
    }),
    defineRoute({
      method: 'delete',
      path: '/batches/:batchId/sold-out',
      summary: 'Takes that back',
      success: { status: 200, schema: batchViewSchema },
      handle: async ({ principal, param }) => changeSoldOut(services, principal, param('batchId'), null),
    }),
  ];
}

async function changeSoldOut(
  { db, lives, setup }: Services,
  { orgId, actor }: Principal,
  batchId: string,
  soldOutAt: number | null,
): Promise<BatchView> {
  const current = await lives.batchWithEstimate(orgId, batchId);
  // Said twice is said once: the first time counts.
  const isNews = (current.batch.soldOutAt === null) !== (soldOutAt === null);
  if (isNews) {
    await setSoldOut(db, orgId, batchId, soldOutAt);
    await setup.batchChanged(orgId, batchId, actor, soldOutAt === null ? 'batch.unsold' : 'batch.sold-out');
  }
  return toBatchView(db, await lives.batchWithEstimate(orgId, batchId));
}

async function toBatchView(db: MetadataDb, found: BatchWithEstimate): Promise<BatchView> {
  const { batch, placements, estimate } = found;
  const { parents, children } = await listKin(db, batch.orgId, batch.batchId);
  return {
    batchId: batch.batchId,
    name: batch.name,
    productId: batch.productId,
    productName: batch.productName,
    producedAt: new Date(batch.producedAt).toISOString(),
    quantity: batch.quantity,
    treatment: batch.treatment,
    storage: batch.storage,
    soldOutAt: isoOrNull(batch.soldOutAt),
    discardedAt: isoOrNull(batch.discarded?.at ?? null),
    discardReason: batch.discarded?.reason ?? null,
    discardNote: batch.discarded?.note ?? null,
    dividedAt: isoOrNull(batch.dividedAt),
    parents: parents.map(({ parentId, at }) => ({ batchId: parentId, at: new Date(at).toISOString() })),
    children: children.map(({ childId, at }) => ({ batchId: childId, at: new Date(at).toISOString() })),
    observationCount: await countObservations(db, batch.orgId, batch.batchId),
    placements: placements.map(toPlacementView),
    estimate,
  };
}

const isoOrNull = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function refuseOtherYears(producedAt: number, now: number): void {
  if (producedAt >= now - earliestMs && producedAt <= now + latestMs) return;
  const fault = {
    field: 'producedAt',
    value: new Date(producedAt).toISOString(),
    allowed: 'must be within the last five years and at most 24 hours ahead',
  };
  throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}
