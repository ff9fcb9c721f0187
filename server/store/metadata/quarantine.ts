import type { QuarantinedPublish, Rejection } from '../../../models/contracts/rejection.ts';
import type { MetadataDb } from './database.ts';

/** Where a refused publish stands in the journal: record, and number within it. Seeing it again changes nothing. */
export interface QuarantineItem extends QuarantinedPublish {
  readonly position: number;
  readonly item: number;
  /** Null for a node that was removed meanwhile. */
  readonly orgId: string | null;
}

export interface QuarantineCursor {
  readonly position: number;
  readonly item: number;
}

/** Keeps refused publishes, the newest `most` of them; what had to go is counted. */
export async function addToQuarantine(
  db: MetadataDb,
  items: readonly QuarantineItem[],
  most: number,
): Promise<void> {
  if (items.length === 0) return;
  await db.transaction().execute(async transaction => {
    for (const item of items) {
      await transaction
        .insertInto('quarantine')
        .values({
          position: item.position,
          item: item.item,
          org_id: item.orgId,
          node_id: item.nodeId,
          topic: item.topic,
          received_at: item.receivedAt,
          code: item.rejection.code,
          rejection: JSON.stringify(item.rejection),
          payload_head: item.payloadHead,
          payload_bytes: item.payloadBytes,
        })
        .onConflict(conflict => conflict.doNothing())
        .execute();
    }
    const { kept } = await transaction
      .selectFrom('quarantine')
      .select(eb => eb.fn.countAll<number>().as('kept'))
      .executeTakeFirstOrThrow();
    if (kept <= most) return;
    await transaction
      .deleteFrom('quarantine')
      .where(eb =>
        eb(
          eb.refTuple('position', 'item'),
          'in',
          eb
            .selectFrom('quarantine')
            .select(['position', 'item'])
            .orderBy('position')
            .orderBy('item')
            .limit(kept - most)
            .$asTuple('position', 'item'),
        ),
      )
      .execute();
    await transaction
      .updateTable('quarantine_dropped')
      .set(eb => ({ dropped: eb('dropped', '+', kept - most) }))
      .execute();
  });
}

/** Refused publishes of one organisation, the newest first, starting after `after`. */
export async function listQuarantine(
  db: MetadataDb,
  orgId: string,
  { after, limit }: { after?: QuarantineCursor | undefined; limit: number },
): Promise<QuarantineItem[]> {
  let query = db.selectFrom('quarantine').selectAll().where('org_id', '=', orgId);
  if (after !== undefined) {
    query = query.where(eb =>
      eb.or([
        eb('position', '<', after.position),
        eb.and([eb('position', '=', after.position), eb('item', '<', after.item)]),
      ]),
    );
  }
  const rows = await query.orderBy('position', 'desc').orderBy('item', 'desc').limit(limit).execute();
  return rows.map(row => ({
    position: row.position,
    item: row.item,
    orgId: row.org_id,
    nodeId: row.node_id,
    topic: row.topic,
    receivedAt: row.received_at,
    rejection: JSON.parse(row.rejection) as Rejection,
    payloadHead: row.payload_head,
    payloadBytes: row.payload_bytes,
  }));
}

/** How many are kept, and how many had to go, over all organisations. */
export async function quarantineCounts(db: MetadataDb): Promise<{ kept: number; dropped: number }> {
  const { kept } = await db
    .selectFrom('quarantine')
    .select(eb => eb.fn.countAll<number>().as('kept'))
    .executeTakeFirstOrThrow();
  const { dropped } = await db.selectFrom('quarantine_dropped').select('dropped').executeTakeFirstOrThrow();
  return { kept, dropped };
}
