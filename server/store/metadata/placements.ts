import { randomUUID } from 'node:crypto';
import { mainPosition } from '../../../models/contracts/ids.ts';
import type { MetadataDb } from './database.ts';

/** The span in which one probe of a node speaks for a batch: [from, to), open while `to` is null. */
export interface Placement {
  readonly placementId: string;
  readonly orgId: string;
  readonly batchId: string;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly probe: string;
  /** Where in the load. */
  readonly position: string;
  readonly reportEveryS: number | null;
  readonly from: number;
  readonly to: number | null;
}

export interface NewPlacement {
  readonly orgId: string;
  readonly batchId: string;
  readonly nodeId: string;
  readonly probe: string;
  /** Default: main. */
  readonly position?: string | undefined;
  readonly from: number;
  readonly to: number | null;
}

/**
 * Places a probe with a batch. A sensor that is moved is simply placed again: an open placement of the same position
 * that began earlier ends where the new one begins. Any other overlap is left to the caller to sort out. Placements of
 * different positions may overlap.
 *
 * @returns the new placement's id, or the placement that is in the way
 */
export async function addPlacement(
  db: MetadataDb,
  placement: NewPlacement,
): Promise<{ placementId: string } | { inTheWay: Placement }> {
  return db.transaction().execute(transaction => addPlacementWithin(transaction, placement));
}

/** The same as a part of a transaction. */
export async function addPlacementWithin(
  transaction: MetadataDb,
  placement: NewPlacement,
): Promise<{ placementId: string } | { inTheWay: Placement }> {
  const { position = mainPosition } = placement;
  const all = await listPlacements(transaction, placement.orgId, placement.batchId);
  const placed = all.filter(p => p.position === position);
  const open = placed.find(p => p.to === null && p.from < placement.from);
  const inTheWay = placed.find(p => p !== open && overlaps(p, placement));
  // Said twice is said once: a phone whose answer was lost asks again.
  if (inTheWay !== undefined && isSame(inTheWay, placement)) return { placementId: inTheWay.placementId };
  if (inTheWay !== undefined) return { inTheWay };
  if (open !== undefined) {
    await transaction
      .updateTable('placements')
      .set({ to_at: placement.from })
      .where('placement_id', '=', open.placementId)
      .execute();
  }
  const placementId = randomUUID();
  await transaction
    .insertInto('placements')
    .values({
      placement_id: placementId,
      org_id: placement.orgId,
      batch_id: placement.batchId,
      node_id: placement.nodeId,
      probe: placement.probe,
      position,
      from_at: placement.from,
      to_at: placement.to,
    })
    .execute();
  return { placementId };
}

/**
 * Ends a placement, or (null) opens it again.
 *
 * @returns the placement as it is now, the one that is in the way, or null when the batch has no such placement
 */
export async function endPlacement(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  placementId: string,
  to: number | null,
): Promise<{ placement: Placement } | { inTheWay: Placement } | null> {
  return db.transaction().execute(async transaction => {
    const all = await listPlacements(transaction, orgId, batchId);
    const placement = all.find(p => p.placementId === placementId);
    if (placement === undefined) return null;
    const changed = { ...placement, to };
    const inTheWay = all.find(
      p => p !== placement && p.position === placement.position && overlaps(p, changed),
    );
    if (inTheWay !== undefined) return { inTheWay };
    await transaction
      .updateTable('placements')
      .set({ to_at: to })
      .where('org_id', '=', orgId)
      .where('placement_id', '=', placementId)
      .execute();
    return { placement: changed };
  });
}

/** Takes a placement back as if it had not been made. @returns what it was; null when the batch has none of this id */
export async function removePlacement(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  placementId: string,
): Promise<Placement | null> {
  const placement = (await listPlacements(db, orgId, batchId)).find(p => p.placementId === placementId);
  if (placement === undefined) return null;
  await db
    .deleteFrom('placements')
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .where('placement_id', '=', placementId)
    .execute();
  return placement;
}

/** Placements of a batch, the earliest first. */
export async function listPlacements(db: MetadataDb, orgId: string, batchId: string): Promise<Placement[]> {
  const rows = await placementsWithNode(db)
    .where('placements.org_id', '=', orgId)
    .where('placements.batch_id', '=', batchId)
    .orderBy('from_at')
    .orderBy('position')
    .execute();
  return rows.map(toPlacement);
}

/** For the intake, which sees readings of all organisations. Never for a route. */
export async function listPlacementsOfAllOrganisations(db: MetadataDb): Promise<Placement[]> {
  return (await placementsWithNode(db).execute()).map(toPlacement);
}

/** An open one may have been ended since it was first asked for. */
function isSame(known: Placement, asked: NewPlacement): boolean {
  const { nodeId, probe, from, to } = asked;
  const sameProbe = known.nodeId === nodeId && known.probe === probe;
  return sameProbe && known.from === from && (to === null || known.to === to);
}

function overlaps(a: { from: number; to: number | null }, b: { from: number; to: number | null }): boolean {
  return a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity);
}

function placementsWithNode(db: MetadataDb) {
  return db
    .selectFrom('placements')
    .innerJoin('nodes', 'nodes.node_id', 'placements.node_id')
    .selectAll('placements')
    .select(['nodes.name as node_name', 'nodes.report_every_s']);
}

function toPlacement(
  row: Awaited<ReturnType<ReturnType<typeof placementsWithNode>['execute']>>[number],
): Placement {
  return {
    placementId: row.placement_id,
    orgId: row.org_id,
    batchId: row.batch_id,
    nodeId: row.node_id,
    nodeName: row.node_name,
    probe: row.probe,
    position: row.position,
    reportEveryS: row.report_every_s,
    from: row.from_at,
    to: row.to_at,
  };
}
