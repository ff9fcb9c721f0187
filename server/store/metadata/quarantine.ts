import type { Selectable } from 'kysely';
import type { QuarantinedPublish, Rejection } from '../../../models/contracts/rejection.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** Where a refused publish stands: journal, record, and number within it. Seeing it again changes nothing. */
export interface QuarantinePlace {
  /** The server whose journal it is. */
  readonly journal: string;
  readonly position: number;
  readonly item: number;
}

export interface QuarantineItem extends QuarantinedPublish, QuarantinePlace {
  /** Null for a node that was removed meanwhile. */
  readonly orgId: string | null;
}

export interface QuarantineCursor extends QuarantinePlace {
  readonly receivedAt: number;
}

const newestFirst = ['received_at', 'journal', 'position', 'item'] as const;

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
          journal: item.journal,
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
          resolved_at: null,
          resolution: null,
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
          eb.refTuple('journal', 'position', 'item'),
          'in',
          eb
            .selectFrom('quarantine')
            .select(['journal', 'position', 'item'])
            .orderBy('received_at')
            .orderBy('journal')
            .orderBy('position')
            .orderBy('item')
            .limit(kept - most)
            .$asTuple('journal', 'position', 'item'),
        ),
      )
      .execute();
    await transaction
      .updateTable('quarantine_dropped')
      .set(eb => ({ dropped: eb('dropped', '+', kept - most) }))
      .execute();
  });
}

export interface QuarantineFilter {
  readonly nodeId?: string | undefined;
  readonly code?: string | undefined;
}

/** Refused publishes of one organisation that nobody has dealt with, the newest first, starting after `after`. */
export async function listQuarantine(
  db: MetadataDb,
  orgId: string,
  { nodeId, code, after, limit }: QuarantineFilter & { after?: QuarantineCursor | undefined; limit: number },
): Promise<QuarantineItem[]> {
  let query = waiting(db, orgId).selectAll();
  if (nodeId !== undefined) query = query.where('node_id', '=', nodeId);
  if (code !== undefined) query = query.where('code', '=', code);
  if (after !== undefined) {
    query = query.where(eb =>
      eb(
        eb.refTuple(...newestFirst),
        '<',
        eb.tuple(after.receivedAt, after.journal, after.position, after.item),
      ),
    );
  }
  for (const column of newestFirst) query = query.orderBy(column, 'desc');
  const rows = await query.limit(limit).execute();
  return rows.map(toItem);
}

/** How many of each code wait, the most frequent first. */
export async function countQuarantine(
  db: MetadataDb,
  orgId: string,
  nodeId?: string,
): Promise<{ code: string; count: number }[]> {
  let query = waiting(db, orgId);
  if (nodeId !== undefined) query = query.where('node_id', '=', nodeId);
  return query
    .select(eb => ['code', eb.fn.countAll<number>().as('count')])
    .groupBy('code')
    .orderBy('count', 'desc')
    .orderBy('code')
    .execute();
}

/** One that nobody has dealt with. */
export async function findQuarantined(
  db: MetadataDb,
  orgId: string,
  { journal, position, item }: QuarantinePlace,
): Promise<QuarantineItem | null> {
  const row = await waiting(db, orgId)
    .selectAll()
    .where('journal', '=', journal)
    .where('position', '=', position)
    .where('item', '=', item)
    .executeTakeFirst();
  return row === undefined ? null : toItem(row);
}

/** The head of the publish it came in: only the first refusal of a publish carries it. Null when it had to go. */
export async function payloadHeadOf(
  db: MetadataDb,
  orgId: string,
  { journal, position, topic }: QuarantineItem,
): Promise<string | null> {
  const row = await db
    .selectFrom('quarantine')
    .select('payload_head')
    .where('org_id', '=', orgId)
    .where('journal', '=', journal)
    .where('position', '=', position)
    .where('topic', '=', topic)
    .where('payload_head', '!=', '')
    .orderBy('item')
    .executeTakeFirst();
  return row?.payload_head ?? null;
}

/** Takes one off the list. @returns false when somebody was faster */
export async function resolveQuarantined(
  db: MetadataDb,
  orgId: string,
  { journal, position, item }: QuarantinePlace,
  { at, resolution }: { readonly at: number; readonly resolution: string },
): Promise<boolean> {
  const result = await db
    .updateTable('quarantine')
    .set({ resolved_at: at, resolution })
    .where('org_id', '=', orgId)
    .where('journal', '=', journal)
    .where('position', '=', position)
    .where('item', '=', item)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function waiting(db: MetadataDb, orgId: string) {
  return db.selectFrom('quarantine').where('org_id', '=', orgId).where('resolved_at', 'is', null);
}

function toItem(row: Selectable<MetadataTables['quarantine']>): QuarantineItem {
  return {
    journal: row.journal,
    position: row.position,
    item: row.item,
    orgId: row.org_id,
    nodeId: row.node_id,
    topic: row.topic,
    receivedAt: row.received_at,
    rejection: JSON.parse(row.rejection) as Rejection,
    payloadHead: row.payload_head,
    payloadBytes: row.payload_bytes,
  };
}

/** How many are kept, and how many had to go, over all organisations. */
export async function quarantineCountsOfAllOrganisations(
  db: MetadataDb,
): Promise<{ kept: number; dropped: number }> {
  const { kept } = await db
    .selectFrom('quarantine')
    .select(eb => eb.fn.countAll<number>().as('kept'))
    .executeTakeFirstOrThrow();
  const { dropped } = await db.selectFrom('quarantine_dropped').select('dropped').executeTakeFirstOrThrow();
  return { kept, dropped };
}

/**
 * What was numbered by the journal of a data folder before folders had ids is numbered by its id from now on, so that a
 * record which comes again is known.
 */
export async function adoptQuarantineOfAllOrganisations(db: MetadataDb, journal: string): Promise<void> {
  await db.updateTable('quarantine').set({ journal }).where('journal', '=', '').execute();
}
