import type { PlaceKind, PlaceView } from '../../../models/contracts/place.ts';
import type { MetadataDb } from './database.ts';

export type Place = PlaceView;

/** @returns false when the organisation has a place of this id already */
export async function addPlace(db: MetadataDb, orgId: string, place: Place, now: number): Promise<boolean> {
  const result = await db
    .insertInto('places')
    .values({ org_id: orgId, place_id: place.placeId, name: place.name, kind: place.kind, created_at: now })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findPlace(db: MetadataDb, orgId: string, placeId: string): Promise<Place | null> {
  const row = await db
    .selectFrom('places')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('place_id', '=', placeId)
    .executeTakeFirst();
  return row === undefined ? null : toPlace(row);
}

/** Places of one organisation by id, starting after `after`. */
export async function listPlaces(
  db: MetadataDb,
  orgId: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Place[]> {
  const rows = await db
    .selectFrom('places')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('place_id', '>', after ?? '')
    .orderBy('place_id')
    .limit(limit)
    .execute();
  return rows.map(toPlace);
}

/** @returns false when there is no such place */
export async function changePlace(db: MetadataDb, orgId: string, place: Place): Promise<boolean> {
  const result = await db
    .updateTable('places')
    .set({ name: place.name, kind: place.kind })
    .where('org_id', '=', orgId)
    .where('place_id', '=', place.placeId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function toPlace(row: { place_id: string; name: string; kind: PlaceKind }): Place {
  return { placeId: row.place_id, name: row.name, kind: row.kind };
}
