import type { Storage } from '../../models/contracts/batch.ts';
import type { Services } from '../services.ts';
import { batchKey } from '../shelf-life/placementIndex.ts';
import { findBatch } from '../store/metadata/batches.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { listPlacements } from '../store/metadata/placements.ts';
import { packJourney } from './packJourney.ts';
import { type BoughtHours, packLife } from './packLife.ts';
import type { PackView } from './renderPack.ts';

interface Coded {
  readonly code: string;
  readonly orgId: string;
  readonly batchId: string;
}

interface Choice {
  /** Default: where the batch, or its product, is kept. */
  readonly storage?: Storage | undefined;
  readonly bought: BoughtHours;
}

export interface PackViews {
  viewOf(pack: Coded, choice: Choice): Promise<PackView>;
  /** What is kept of a batch is not shown again. */
  forget(orgId: string, batchId: string): void;
}

/** A page may be this old: a queue of buyers costs the server one estimate. */
const keptMs = 20_000;
const mostKept = 500;

/** What the pages of packs show, kept for some seconds. */
export function createPackViews({ db, lives, clock }: Pick<Services, 'db' | 'lives' | 'clock'>): PackViews {
  const kept = new Map<string, { readonly at: number; readonly view: Promise<PackView> }>();

  async function make({ code, orgId, batchId }: Coded, { storage, bought }: Choice): Promise<PackView> {
    const now = clock.now();
    const batch = await findBatch(db, orgId, batchId);
    const organisation = await findOrganisation(db, orgId);
    if (batch === null || organisation === null) throw new Error(`public code ${code} points nowhere`);
    const place = storage ?? batch.storage ?? batch.productStorage;
    const placements = await listPlacements(db, orgId, batchId);
    const life = await packLife(lives, { batch, placements, storage: place, boughtH: bought }, now);
    return {
      ...{ code, batch, storage: place, boughtH: bought, life, now },
      firm: organisation.publicName ?? organisation.name,
      halalNumber: organisation.halalNumber,
      timeZone: organisation.timeZone,
      journey: await packJourney(db, batch),
    };
  }

  return {
    viewOf(pack, choice) {
      const key = `${batchKey(pack.orgId, pack.batchId)}\n${pack.code} ${choice.storage} ${choice.bought}`;
      const now = clock.now();
      const known = kept.get(key);
      if (known !== undefined && now >= known.at && now - known.at < keptMs) return known.view;
      const view = make(pack, choice);
      kept.delete(key);
      kept.set(key, { at: now, view });
      view.catch(() => kept.delete(key));
      if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
      return view;
    },
    forget(orgId, batchId) {
      const prefix = `${batchKey(orgId, batchId)}\n`;
      for (const key of kept.keys()) if (key.startsWith(prefix)) kept.delete(key);
    },
  };
}
