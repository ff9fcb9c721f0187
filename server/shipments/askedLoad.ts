import type { z } from 'zod';
import type { newLegSchema, newShipmentLineSchema } from '../../models/contracts/newShipment.ts';
import { ApiError } from '../errors.ts';
import { endedAt, findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listPlaces, type Place } from '../store/metadata/places.ts';
import type { Leg, NewLine } from '../store/metadata/shipments.ts';
import type { NewShipmentRequest } from './bookShipment.ts';
import { invalidField } from './invalidField.ts';
import { nodeIdsAt } from './siteHistories.ts';

type LegRequest = z.output<typeof newLegSchema>;
type LineRequest = string | z.output<typeof newShipmentLineSchema>;

export function legsAsked(request: NewShipmentRequest): LegRequest[] {
  if (request.legs !== undefined) return request.legs;
  const { from, to, departsAt, arrivesAt, vehicle, cooling, temperatureC } = request;
  // The schema has made sure of them.
  return [
    {
      fromName: from!,
      toName: to!,
      departsAt: departsAt!,
      arrivesAt: arrivesAt!,
      vehicle,
      cooling,
      temperatureC,
    },
  ] as LegRequest[];
}

const mostPlaces = 1_000;

export async function toLegs(db: MetadataDb, orgId: string, asked: readonly LegRequest[]): Promise<Leg[]> {
  const places = await listPlaces(db, orgId, { limit: mostPlaces });
  const legs: Leg[] = [];
  for (const leg of asked) {
    const from = placeCalled(places, leg.fromPlaceId ?? leg.fromName);
    const to = placeCalled(places, leg.toPlaceId ?? leg.toName);
    const vehicle = leg.vehicle === undefined ? undefined : placeCalled(places, leg.vehicle);
    legs.push({
      fromName: leg.fromPlaceId === undefined ? (from?.name ?? leg.fromName) : leg.fromName,
      toName: leg.toPlaceId === undefined ? (to?.name ?? leg.toName) : leg.toName,
      fromPlaceId: leg.fromPlaceId ?? from?.placeId ?? null,
      toPlaceId: leg.toPlaceId ?? to?.placeId ?? null,
      vehicle: vehicle?.name ?? leg.vehicle ?? null,
      vehiclePlaceId: vehicle?.placeId ?? (await vehicleWithSensors(db, orgId, leg.vehicle)),
      driverPhone: leg.driverPhone ?? null,
      departsAt: leg.departsAt,
      arrivesAt: leg.arrivesAt,
      cooling: leg.cooling ?? null,
      temperatureC: leg.temperatureC ?? null,
      departedAt: null,
      arrivedAt: null,
    });
  }
  return legs;
}

/** By id, or by name whatever its case. */
function placeCalled(places: readonly Place[], called: string): Place | undefined {
  const plain = called.toLowerCase();
  return (
    places.find(place => place.placeId === called) ?? places.find(place => place.name.toLowerCase() === plain)
  );
}

/** Sensors may hang at a place that nobody has written down as one. */
async function vehicleWithSensors(
  db: MetadataDb,
  orgId: string,
  vehicle: string | undefined,
): Promise<string | null> {
  if (vehicle === undefined) return null;
  return (await nodeIdsAt(db, orgId, vehicle)).length > 0 ? vehicle : null;
}

export async function toLines(
  db: MetadataDb,
  orgId: string,
  asked: readonly LineRequest[],
  arrivesAt: number,
): Promise<NewLine[]> {
  const lines: NewLine[] = [];
  for (const [i, item] of asked.entries()) {
    const line = typeof item === 'string' ? { batchId: item } : item;
    const field = typeof item === 'string' ? `batches.${i}` : `batches.${i}.batchId`;
    const { batchId } = line;
    const batch = await findBatch(db, orgId, batchId);
    if (batch === null) {
      const fault = { field, value: batchId, allowed: 'must be the id of a batch' };
      throw new ApiError('batch.not_found', `there is no batch ${batchId}`, [fault]);
    }
    if (endedAt(batch) !== null)
      throw invalidField(field, batchId, 'must not be sold out, thrown away or divided');
    if (batch.producedAt > arrivesAt)
      throw invalidField(
        field,
        batchId,
        `must be made before it arrives, ${new Date(arrivesAt).toISOString()}`,
      );
    lines.push({
      batchId,
      quantity: line.quantity ?? null,
      unitPriceIdr: line.unitPriceIdr ?? null,
      crate: line.crate ?? null,
    });
  }
  return lines;
}
