import type { Me } from '../models/contracts/people.ts';
import type { Fleet } from './reduceLive.ts';

/** The last lists, kept on the phone so that a cold start without internet still shows them with their time. */
export interface SavedLists {
  readonly version: 1;
  readonly savedAt: number;
  readonly me: Me;
  readonly fleet: Fleet;
}

const key = 'tahan.lists';
/** Where the pages of shipments keep theirs. */
export const shipmentsKey = 'tahan.shipments';
/** Where the comparison keeps the parameter sets. */
export const comparedSetsKey = 'tahan.parameterSets';

export function loadLists(storage: Storage): SavedLists | undefined {
  try {
    const saved = JSON.parse(storage.getItem(key) ?? 'null') as SavedLists | null;
    return saved?.version === 1 ? saved : undefined;
  } catch {
    // Unreadable or forbidden storage is the same as none.
    return undefined;
  }
}

export function saveLists(storage: Storage, lists: SavedLists): void {
  try {
    storage.setItem(key, JSON.stringify(lists));
  } catch {
    // Full or forbidden storage costs only the next start without internet.
  }
}

/** Nobody else who picks up this phone sees the lists of the last account. */
export function forgetLists(storage: Storage): void {
  try {
    storage.removeItem(key);
    storage.removeItem(shipmentsKey);
    storage.removeItem(comparedSetsKey);
  } catch {
    // Forbidden storage holds nothing.
  }
}

const owedKey = 'tahan.signOutOwed';

/** Whether somebody signed out on this phone while the server could not be told. */
export function signOutOwed(storage: Storage): boolean {
  try {
    return storage.getItem(owedKey) !== null;
  } catch {
    // Forbidden storage remembers nothing.
    return false;
  }
}

export function setSignOutOwed(storage: Storage, owed: boolean): void {
  try {
    if (owed) storage.setItem(owedKey, 'yes');
    else storage.removeItem(owedKey);
  } catch {
    // Forbidden storage remembers nothing; the session then ends by itself.
  }
}
