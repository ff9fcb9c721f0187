import type { BatchView } from '../models/contracts/batch.ts';
import { type ShownStatus, shownLife } from './shownLife.ts';

const group: Record<ShownStatus, number> = { risk: 0, soon: 1, none: 2, fresh: 3 };

/**
 * Batches in the order they need a person: at risk, to be sold soon, without data, fresh; within each the one with
 * the least certain life first. Sold-out batches are left out.
 */
export function orderByUrgency(batches: Iterable<BatchView>, now: number): BatchView[] {
  return [...batches]
    .filter(batch => batch.soldOutAt === null)
    .map(batch => ({ batch, life: shownLife(batch.estimate, now) }))
    .sort(
      (a, b) =>
        group[a.life.status] - group[b.life.status] ||
        a.life.loH - b.life.loH ||
        a.life.untilAt - b.life.untilAt ||
        (a.batch.batchId < b.batch.batchId ? -1 : 1),
    )
    .map(({ batch }) => batch);
}

/** How many of the `wanted` ids are not where `shown` has them, plus those that are gone. */
export function countMoves(shown: readonly string[], wanted: readonly string[]): number {
  const gone = shown.filter(id => !wanted.includes(id)).length;
  const known = shown.filter(id => wanted.includes(id));
  const added = wanted.filter(id => !shown.includes(id)).length;
  const stayed = wanted.filter(id => shown.includes(id));
  return gone + added + (known.length - longestCommonRun(known, stayed));
}

/** Length of the longest common subsequence: what did not have to move. */
function longestCommonRun(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    for (const [j, y] of b.entries()) {
      next.push(x === y ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
