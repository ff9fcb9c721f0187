import { z } from 'zod';
import {
  type BatchView,
  batchViewSchema,
  discardSchema,
  joinSchema,
  splitSchema,
} from '../../models/contracts/batch.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { joinBatches, splitBatch } from '../shelf-life/divideBatch.ts';
import { endedAt, setDiscarded, setSoldOut } from '../store/metadata/batches.ts';
import { toBatchView } from './batchView.ts';
import { instantQuery } from './queryValues.ts';
import { defineRoute, type Principal } from './route.ts';

const divided = z.object({ batches: z.array(batchViewSchema) });

/** How a batch goes its way: sold out, thrown away, split, joined; and back. */
export function batchesInLifeRoutes(services: Services) {
  const { db, clock, setup } = services;
  return [
    defineRoute({
      method: 'post',
      path: '/batches/:batchId/sold-out',
      summary: 'Marks a batch as sold out; its estimate stays as it was then. Without `at`: now',
      query: z.strictObject({ at: instantQuery.optional() }),
      success: { status: 200, schema: batchViewSchema },
      handle: async ({ principal, param, query: { at } }) =>
        // A phone's clock may be a little ahead.
        changeSoldOut(services, principal, param('batchId'), Math.min(at ?? Infinity, clock.now())),
    }),
    defineRoute({
      method: 'delete',
      path: '/batches/:batchId/sold-out',
      summary: 'Takes that back',
      success: { status: 200, schema: batchViewSchema },
      handle: async ({ principal, param }) => changeSoldOut(services, principal, param('batchId'), null),
    }),
    defineRoute({
      method: 'post',
      path: '/batches/:batchId/discard',
      summary: 'Marks a batch as thrown away, and why; its estimate stays as it was then',
      body: discardSchema,
      success: { status: 200, schema: batchViewSchema },
      handle: async ({ principal, param, body }) => discard(services, principal, param('batchId'), body),
    }),
    defineRoute({
      method: 'delete',
      path: '/batches/:batchId/discard',
      summary: 'Takes that back',
      success: { status: 200, schema: batchViewSchema },
      async handle({ principal: { orgId, actor }, param }) {
        const batchId = param('batchId');
        const { batch } = await services.lives.batchWithEstimate(orgId, batchId);
        if (batch.discarded !== null) {
          await setDiscarded(db, orgId, batchId, null);
          await setup.batchChanged(orgId, batchId, actor, 'batch.undiscarded');
        }
        return viewOf(services, orgId, batchId);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/batches/:batchId/split',
      summary: 'Parts of a batch become batches of their own, with its history up to then',
      body: splitSchema,
      success: { status: 201, schema: divided },
      async handle({ principal: { orgId, actor }, param, body }) {
        const batchId = param('batchId');
        await splitBatch(db, batchId, { orgId, body, now: clock.now() });
        const children = body.into.map(part => part.batchId);
        await setup.batchChanged(orgId, batchId, actor, 'batch.split', children.join(' '));
        return viewsOf(services, orgId, [batchId, ...children]);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/batches/join',
      summary: 'Several batches become one, which promises what the worst of them promises',
      body: joinSchema,
      success: { status: 201, schema: divided },
      async handle({ principal: { orgId, actor }, body }) {
        await joinBatches(db, { orgId, body, now: clock.now() });
        for (const id of body.from) await setup.batchChanged(orgId, id, actor, 'batch.joined', body.batchId);
        return viewsOf(services, orgId, [body.batchId, ...body.from]);
      },
    }),
  ];
}

async function viewOf({ db, lives }: Services, orgId: string, batchId: string): Promise<BatchView> {
  return toBatchView(db, await lives.batchWithEstimate(orgId, batchId));
}

async function viewsOf(services: Services, orgId: string, ids: readonly string[]) {
  const batches: BatchView[] = [];
  for (const id of ids) batches.push(await viewOf(services, orgId, id));
  return { batches };
}

async function changeSoldOut(
  services: Services,
  { orgId, actor }: Principal,
  batchId: string,
  soldOutAt: number | null,
): Promise<BatchView> {
  const { db, lives, setup } = services;
  const { batch } = await lives.batchWithEstimate(orgId, batchId);
  // Said twice is said once: the first time counts.
  if ((batch.soldOutAt === null) !== (soldOutAt === null)) {
    if (soldOutAt !== null) {
      if (soldOutAt < batch.producedAt) throw outsideLife(soldOutAt);
      refuseEnded(batchId, endedAt(batch));
    }
    await setSoldOut(db, orgId, batchId, soldOutAt);
    await setup.batchChanged(orgId, batchId, actor, soldOutAt === null ? 'batch.unsold' : 'batch.sold-out');
  }
  return viewOf(services, orgId, batchId);
}

async function discard(
  services: Services,
  { orgId, actor }: Principal,
  batchId: string,
  { reason, note, at: given }: z.output<typeof discardSchema>,
): Promise<BatchView> {
  const { db, lives, setup, clock } = services;
  const { batch } = await lives.batchWithEstimate(orgId, batchId);
  // Said twice is said once: the first time counts. Another reason: take it back first.
  if (batch.discarded === null) {
    refuseEnded(batchId, endedAt(batch));
    const at = given ?? Math.max(clock.now(), batch.producedAt);
    if (given !== undefined && (at < batch.producedAt || at > clock.now())) throw outsideLife(at);
    await setDiscarded(db, orgId, batchId, { at, reason, note: note ?? null });
    await setup.batchChanged(
      orgId,
      batchId,
      actor,
      'batch.discarded',
      [reason, note].filter(Boolean).join(': '),
    );
  }
  return viewOf(services, orgId, batchId);
}

function refuseEnded(batchId: string, end: number | null): void {
  if (end !== null)
    throw new ApiError(
      'batch.ended',
      `nothing is left of batch ${batchId} since ${new Date(end).toISOString()}`,
    );
}

function outsideLife(at: number): ApiError {
  const allowed = 'must be between production and now';
  const fault = { field: 'at', value: new Date(at).toISOString(), allowed };
  return new ApiError('request.invalid', `at ${allowed}`, [fault]);
}
