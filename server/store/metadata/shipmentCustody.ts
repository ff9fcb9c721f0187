import type { z } from 'zod';
import type { custodyKindSchema } from '../../../models/contracts/shipment.ts';
import type { MetadataDb } from './database.ts';

/** Who handed over and who received. Lines are only added: what was wrong is corrected by another line. */
export interface Custody {
  readonly custodyId: string;
  readonly kind: z.infer<typeof custodyKindSchema>;
  /** From 1; null: about the shipment. */
  readonly leg: number | null;
  readonly at: number;
  readonly by: string | null;
  readonly receivedBy: string | null;
  readonly note: string | null;
  readonly recordedAt: number;
  readonly recordedBy: string;
}

/** Inside a transaction: lines are numbered as they are written. */
export async function addCustody(
  transaction: MetadataDb,
  orgId: string,
  shipmentId: string,
  custody: Omit<Custody, 'custodyId'>,
): Promise<void> {
  const { written } = await transaction
    .selectFrom('shipment_custody')
    .select(({ fn }) => fn.countAll().as('written'))
    .where('org_id', '=', orgId)
    .where('shipment_id', '=', shipmentId)
    .executeTakeFirstOrThrow();
  const number = String(Number(written) + 1).padStart(6, '0');
  await transaction
    .insertInto('shipment_custody')
    .values({
      custody_id: `${orgId}/${shipmentId}/${number}`,
      org_id: orgId,
      shipment_id: shipmentId,
      kind: custody.kind,
      leg: custody.leg,
      at: custody.at,
      by_name: custody.by,
      received_by: custody.receivedBy,
      note: custody.note,
      recorded_at: custody.recordedAt,
      recorded_by: custody.recordedBy,
    })
    .execute();
}

/** In the order in which it was written down. */
export async function listCustody(db: MetadataDb, orgId: string, shipmentId: string): Promise<Custody[]> {
  const rows = await db
    .selectFrom('shipment_custody')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('shipment_id', '=', shipmentId)
    .orderBy('custody_id')
    .execute();
  return rows.map(row => ({
    custodyId: row.custody_id,
    kind: row.kind,
    leg: row.leg,
    at: row.at,
    by: row.by_name,
    receivedBy: row.received_by,
    note: row.note,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
  }));
}
