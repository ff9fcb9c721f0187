import type { ShipmentPreview } from '../../models/contracts/shipmentBoard.ts';
import type { NewShipment, Shipment } from '../store/metadata/shipments.ts';
import { type Actor, type NewShipmentRequest, planOf } from './bookShipment.ts';
import { shipmentView, type ViewParts } from './shipmentViews.ts';

/**
 * What a shipment would arrive with, were it planned so. Nothing is written down.
 *
 * @throws {ApiError} batch.not_found, organisation.not_found, request.invalid
 */
export async function previewShipment(
  parts: ViewParts,
  actor: Actor,
  request: NewShipmentRequest,
): Promise<ShipmentPreview> {
  const now = parts.clock.now();
  const plan = await planOf(parts.db, actor, request, now);
  const view = await shipmentView(parts, notYetBooked(plan, now), false);
  const { asOf, departsAt, arrivesAt, verdict, totals, legs, lines, latestSafeDepartureAt, advice } = view;
  return { asOf, departsAt, arrivesAt, verdict, totals, legs, lines, latestSafeDepartureAt, advice };
}

function notYetBooked(plan: NewShipment, now: number): Shipment {
  return {
    ...plan,
    createdAt: now,
    departedAt: null,
    arrivedAt: null,
    receivedBy: null,
    accepted: null,
    arrivalNote: null,
    arrivalTemperatureC: null,
    cancelledAt: null,
    cancelReason: null,
    lines: plan.lines.map((line, i) => ({ ...line, line: i + 1, promise: null })),
  };
}
