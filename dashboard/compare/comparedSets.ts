import { signal } from '@preact/signals';
import type { ParameterSetList } from '../../models/contracts/parameterSets.ts';
import { request } from '../api.ts';
import { comparedSetsKey } from '../savedLists.ts';
import type { ComparedSet } from './floraOfSet.ts';

/** Sets this firm may see; those of the last time, until the server has been asked. */
export const comparedSets = signal<readonly ComparedSet[]>([]);

interface Saved {
  readonly account: string;
  readonly sets: readonly ComparedSet[];
}

/** Shows the sets kept on this phone for this account, then asks for those of now; without internet the kept ones stay. */
export async function loadComparedSets(account: string): Promise<void> {
  const saved = savedSets();
  comparedSets.value = saved?.account === account ? saved.sets : [];
  try {
    const { parameterSets } = await request<ParameterSetList>('GET', '/parameter-sets');
    const sets = parameterSets.map(
      ({ parameterSetId, version, treatment, title, isBuiltIn, testedRangeC, testedLevers, parameters }) => ({
        ...{ parameterSetId, version, treatment, title, isBuiltIn, testedRangeC, testedLevers, parameters },
      }),
    );
    // Equal sets stay the same objects: what was worked out from them is still true.
    if (JSON.stringify(sets) === JSON.stringify(comparedSets.value)) return;
    comparedSets.value = sets;
    localStorage.setItem(comparedSetsKey, JSON.stringify({ account, sets } satisfies Saved));
  } catch {
    // Not reached, or storage is full: the sets that come with the program are always there.
  }
}

function savedSets(): Saved | null {
  try {
    return JSON.parse(localStorage.getItem(comparedSetsKey) ?? 'null') as Saved | null;
  } catch {
    // Unreadable or forbidden storage is the same as none.
    return null;
  }
}
