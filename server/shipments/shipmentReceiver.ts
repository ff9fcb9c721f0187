import { ApiError } from '../errors.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { addGrant, listGrantsGiven, revokeGrant } from '../store/metadata/grants.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import type { Shipment } from '../store/metadata/shipments.ts';
import type { Actor } from './bookShipment.ts';
import { invalidField } from './invalidField.ts';

/** So long after its planned arrival a shipment can be read by its receiver. */
const readableMs = 30 * 24 * 3_600_000;

export async function knownReceiver(
  db: MetadataDb,
  orgId: string,
  receiverOrgId: string | null,
): Promise<string | null> {
  if (receiverOrgId === null) return null;
  const fault = { field: 'receiverOrgId', value: receiverOrgId, allowed: 'must be another organisation' };
  if (receiverOrgId === orgId) throw invalidField(fault.field, fault.value, fault.allowed);
  if ((await findOrganisation(db, receiverOrgId)) === null)
    throw new ApiError('organisation.not_found', `there is no organisation ${receiverOrgId}`, [fault]);
  return receiverOrgId;
}

export async function shareWithReceiver(
  db: MetadataDb,
  actor: Actor,
  shipment: Pick<Shipment, 'orgId' | 'shipmentId' | 'receiverOrgId' | 'legs'>,
  now: number,
): Promise<void> {
  if (shipment.receiverOrgId === null) return;
  const readableUntil = Math.max(now, shipment.legs.at(-1)!.arrivesAt) + readableMs;
  await addGrant(db, {
    orgId: shipment.orgId,
    toOrgId: shipment.receiverOrgId,
    toEmail: null,
    subject: 'shipment',
    subjectId: shipment.shipmentId,
    from: null,
    to: null,
    createdAt: now,
    expiresAt: readableUntil,
    createdBy: actor.actor,
  });
}

export async function stopSharing(
  db: MetadataDb,
  { orgId, shipmentId, receiverOrgId }: Shipment,
  now: number,
): Promise<void> {
  for (const grant of await listGrantsGiven(db, orgId)) {
    if (grant.subjectId === shipmentId && grant.toOrgId === receiverOrgId && grant.revokedAt === null)
      await revokeGrant(db, orgId, grant.grantId, now);
  }
}
