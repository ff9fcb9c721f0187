import { z } from 'zod';
import {
  newPlacementSchema,
  type PlacementView,
  placementChangeSchema,
  placementRemovalSchema,
  placementViewSchema,
} from '../../models/contracts/batch.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { placementOverlap } from '../setup.ts';
import {
  endPlacement,
  listPlacements,
  type Placement,
  removePlacement,
} from '../store/metadata/placements.ts';
import { defineRoute } from './route.ts';

export function placementRoutes({ setup, db }: Services) {
  return [
    defineRoute({
      method: 'post',
      path: '/batches/:batchId/placements',
      summary: 'Says which node speaks for a batch, from when to when, and at which position',
      body: newPlacementSchema,
      success: { status: 201, schema: placementViewSchema },
      async handle({ principal, param, body }) {
        const request = { orgId: principal.orgId, batchId: param('batchId'), ...body };
        return toPlacementView((await setup.createPlacement(request, principal.actor)).placement);
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/batches/:batchId/placements/:placementId',
      summary: 'Ends a placement, or (null) opens it again',
      body: placementChangeSchema,
      success: { status: 200, schema: placementViewSchema },
      async handle({ principal: { orgId, actor }, param, body: { to } }) {
        const [batchId, placementId] = [param('batchId'), param('placementId')];
        const before = (await listPlacements(db, orgId, batchId)).find(p => p.placementId === placementId);
        if (before === undefined) throw notFound(batchId, placementId);
        if (to !== null && to <= before.from) throw endsTooEarly(to, before.from);
        const result = await endPlacement(db, orgId, batchId, placementId, to);
        if (result === null) throw notFound(batchId, placementId);
        if ('inTheWay' in result) throw placementOverlap(batchId, result.inTheWay);
        const until = to === null ? 'open' : new Date(to).toISOString();
        await setup.batchChanged(orgId, batchId, actor, 'placement.ended', `${before.nodeId} ${until}`, {
          before: { placementId, to: before.to },
          after: { placementId, to },
        });
        return toPlacementView(result.placement);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/batches/:batchId/placements/:placementId',
      summary: 'Takes back a placement that never was true',
      query: z.strictObject({ reason: placementRemovalSchema.shape.reason }),
      success: { status: 204 },
      async handle({ principal: { orgId, actor }, param, query: { reason }, response }) {
        const [batchId, placementId] = [param('batchId'), param('placementId')];
        const removed = await removePlacement(db, orgId, batchId, placementId);
        if (removed === null) throw notFound(batchId, placementId);
        const detail = JSON.stringify({ ...toPlacementView(removed), reason });
        await setup.batchChanged(orgId, batchId, actor, 'placement.removed', detail);
        response.status(204).end();
      },
    }),
  ];
}

export function toPlacementView(placement: Placement): PlacementView {
  return {
    placementId: placement.placementId,
    nodeId: placement.nodeId,
    nodeName: placement.nodeName,
    probe: placement.probe,
    position: placement.position,
    from: new Date(placement.from).toISOString(),
    to: placement.to === null ? null : new Date(placement.to).toISOString(),
  };
}

function notFound(batchId: string, placementId: string): ApiError {
  return new ApiError('placement.not_found', `batch ${batchId} has no placement ${placementId}`);
}

function endsTooEarly(to: number, from: number): ApiError {
  const allowed = `must be later than from, ${new Date(from).toISOString()}`;
  const fault = { field: 'to', value: new Date(to).toISOString(), allowed };
  return new ApiError('request.invalid', `to ${allowed}`, [fault]);
}
