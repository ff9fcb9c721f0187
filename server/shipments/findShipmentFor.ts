import { ApiError } from '../errors.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { mayReadShipment } from '../store/metadata/grants.ts';
import { findShipment, type Shipment } from '../store/metadata/shipments.ts';

export interface FoundShipment {
  readonly shipment: Shipment;
  /** It is another firm's, shared with the one who asks. */
  readonly asReceiver: boolean;
}

/**
 * A shipment as one firm may see it: its own, or one that another shares with it by a grant that holds now. The one place
 * that decides who may read a shipment.
 *
 * @throws {ApiError} shipment.not_found; a foreign one is answered as one that is not there
 */
export async function findShipmentFor(
  db: MetadataDb,
  orgId: string,
  shipmentId: string,
  now: number,
): Promise<FoundShipment> {
  const own = await findShipment(db, orgId, shipmentId);
  if (own !== null) return { shipment: own, asReceiver: false };
  const granted = await mayReadShipment(db, orgId, shipmentId, now);
  const shared = granted && (await findShipment(db, granted.orgId, shipmentId));
  if (shared === null) throw new ApiError('shipment.not_found', `there is no shipment ${shipmentId}`);
  return { shipment: shared, asReceiver: true };
}
