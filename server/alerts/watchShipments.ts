import type { Shipments } from '../shipments/shipments.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findShipment, listOpenShipmentsOfAllOrganisations } from '../store/metadata/shipments.ts';
import type { ExpectedArrival, ShipmentWatch } from './shipmentChecks.ts';

/** Shipments as alerts look at them. */
export function watchShipments(
  db: MetadataDb,
  shipments: Pick<Shipments, 'arrivalVerdict' | 'openShipmentsOf'>,
): ShipmentWatch {
  return {
    async expectedArrivalsOfAllOrganisations() {
      const expected: ExpectedArrival[] = [];
      for (const { orgId, shipmentId } of await listOpenShipmentsOfAllOrganisations(db)) {
        const arrival = await shipments.arrivalVerdict(orgId, shipmentId);
        if (arrival !== null) expected.push({ orgId, ...arrival });
        // Weighing a shipment takes milliseconds of this thread: others first.
        await new Promise(resolve => setImmediate(resolve));
      }
      return expected;
    },
    async legsOf(orgId, batchId) {
      const ids: string[] = [];
      let since = 0;
      for (const shipmentId of await shipments.openShipmentsOf(orgId, batchId)) {
        const shipment = await findShipment(db, orgId, shipmentId);
        if (shipment === null || shipment.departedAt === null) continue;
        const leg = shipment.legs.findIndex(each => each.arrivedAt === null);
        ids.push(shipmentId, ...(leg < 0 ? [] : [`${shipmentId}/${leg + 1}`]));
        since = Math.max(since, shipment.legs[leg]?.departedAt ?? shipment.departedAt);
      }
      return { ids, since };
    },
  };
}
