import type { Descent } from '../store/metadata/lineage.ts';
import { type BatchKey, batchKey } from './placementIndex.ts';

/** Who was made from whom, over all organisations: a late reading of a batch is one of all its descendants. */
export interface Family {
  /** Of a batch all that were made from it, and from those; itself among them, first. */
  withDescendants(key: BatchKey): BatchKey[];
  /** What a batch was made from, and what that was made from; itself among them, first. */
  withAncestors(key: BatchKey): BatchKey[];
  add(descent: Descent): void;
}

export function createFamily(all: readonly Descent[]): Family {
  const children = new Map<BatchKey, Set<BatchKey>>();
  const parents = new Map<BatchKey, Set<BatchKey>>();

  function add({ orgId, childId, parentId }: Descent): void {
    const child = batchKey(orgId, childId);
    const parent = batchKey(orgId, parentId);
    children.set(parent, (children.get(parent) ?? new Set()).add(child));
    parents.set(child, (parents.get(child) ?? new Set()).add(parent));
  }

  function withAll(first: BatchKey, kin: ReadonlyMap<BatchKey, ReadonlySet<BatchKey>>): BatchKey[] {
    const found = new Set([first]);
    for (const key of found) for (const next of kin.get(key) ?? []) found.add(next);
    return [...found];
  }

  all.forEach(add);
  return {
    add,
    withDescendants: key => withAll(key, children),
    withAncestors: key => withAll(key, parents),
  };
}
