import type { HourlyMean } from '../../models/cold-chain/plannedTemperature.ts';
import { mainProbe } from '../../models/contracts/ids.ts';
import { msPerHour } from '../../models/units.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { localHour } from './localHour.ts';

/** What the sensors of places measured hour by hour in the last 30 days. */
export interface SiteHistories {
  of(orgId: string, placeId: string, timeZone: string, now: number): Promise<readonly HourlyMean[]>;
}

const historyDays = 30;
/** Thirty days change little in this time. */
const rememberedMs = 10 * 60_000;
/** More sensors in one place say nothing new. */
const mostNodes = 10;
const mostPlaces = 1_000;

export function createSiteHistories(db: MetadataDb, store: ReadingStore): SiteHistories {
  /** Keyed by organisation and place. */
  const remembered = new Map<string, { readonly at: number; readonly means: readonly HourlyMean[] }>();

  async function read(orgId: string, placeId: string, timeZone: string, now: number): Promise<HourlyMean[]> {
    const means: HourlyMean[] = [];
    for (const nodeId of (await nodeIdsAt(db, orgId, placeId)).slice(0, mostNodes)) {
      const span = { from: now - historyDays * 24 * msPerHour, to: now, points: historyDays * 24 };
      for (const bucket of await store.buckets({ nodeId, probe: mainProbe, ...span })) {
        const { hour } = localHour((bucket.from + bucket.to) / 2, timeZone);
        means.push({ hour, meanC: bucket.meanC });
      }
    }
    return means;
  }

  return {
    async of(orgId, placeId, timeZone, now) {
      const key = `${orgId}/${placeId}`;
      const known = remembered.get(key);
      if (known !== undefined && Math.abs(now - known.at) < rememberedMs) return known.means;
      const means = await read(orgId, placeId, timeZone, now);
      if (remembered.size >= mostPlaces) remembered.clear();
      remembered.set(key, { at: now, means });
      return means;
    },
  };
}

/** Nodes that hang at a place. */
export async function nodeIdsAt(db: MetadataDb, orgId: string, placeId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('nodes')
    .select('node_id')
    .where('org_id', '=', orgId)
    .where('place_id', '=', placeId)
    .orderBy('node_id')
    .execute();
  return rows.map(row => row.node_id);
}
