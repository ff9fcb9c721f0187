import { newPlacementSchema, type PlacementView, placementViewSchema } from '../../models/contracts/batch.ts';
import type { Services } from '../services.ts';
import type { Placement } from '../store/metadata/placements.ts';
import { defineRoute } from './route.ts';

export function placementRoutes({ setup }: Services) {
  return [
    defineRoute({
      method: 'post',
      path: '/batches/:batchId/placements',
      summary: 'Says which node speaks for a batch, from when to when',
      body: newPlacementSchema,
      success: { status: 201, schema: placementViewSchema },
      async handle({ principal, param, body }) {
        const request = { orgId: principal.orgId, batchId: param('batchId'), ...body };
        return toPlacementView((await setup.createPlacement(request, principal.actor)).placement);
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
