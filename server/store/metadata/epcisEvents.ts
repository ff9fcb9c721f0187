import type { MetadataDb } from './database.ts';

/** An event that a partner reported of a batch, as it came. */
export interface ReportedEvent {
  readonly orgId: string;
  readonly eventId: string;
  readonly batchId: string;
  readonly shipmentId: string | null;
  readonly bizStep: string;
  readonly at: number;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Keeps an event once: said again under the same id, the first stays. @returns whether it was new */
export async function addEpcisEvent(
  db: MetadataDb,
  reported: ReportedEvent,
  actor: string,
  now: number,
): Promise<boolean> {
  const result = await db
    .insertInto('epcis_events')
    .values({
      org_id: reported.orgId,
      event_id: reported.eventId,
      batch_id: reported.batchId,
      shipment_id: reported.shipmentId,
      biz_step: reported.bizStep,
      at: reported.at,
      recorded_at: now,
      recorded_by: actor,
      event: JSON.stringify(reported.event),
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** What partners reported of a batch, the earliest first. */
export async function listEpcisEvents(
  db: MetadataDb,
  orgId: string,
  batchId: string,
): Promise<ReportedEvent[]> {
  const rows = await db
    .selectFrom('epcis_events')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .orderBy('at')
    .orderBy('event_id')
    .execute();
  return rows.map(row => ({
    orgId: row.org_id,
    eventId: row.event_id,
    batchId: row.batch_id,
    shipmentId: row.shipment_id,
    bizStep: row.biz_step,
    at: row.at,
    event: JSON.parse(row.event) as ReportedEvent['event'],
  }));
}
