import type { BucketGrid } from '../bucketGrid.ts';
import type { Bucket } from '../readingStore.ts';
import type { Summary } from '../summarise.ts';

/**
 * Buckets of a grid from summaries of parts of them, in any order. A summary counts in the span in which it begins; one
 * that begins before `from` (a whole span of which InfluxDB was asked for the rest) in the first.
 */
export function summaryBuckets(
  grid: BucketGrid,
  { from, to }: { readonly from: number; readonly to: number },
  summaries: readonly Summary[],
): Bucket[] {
  /** Keyed by index in the grid. */
  const spans = new Map<number, { minC: number; maxC: number; sumC: number; count: number }>();
  for (const { at, minC, maxC, sumC, count } of summaries) {
    const index = Math.floor((at - grid.origin) / grid.spanMs);
    const span = spans.get(index);
    if (span === undefined) spans.set(index, { minC, maxC, sumC, count });
    else {
      span.minC = Math.min(span.minC, minC);
      span.maxC = Math.max(span.maxC, maxC);
      span.sumC += sumC;
      span.count += count;
    }
  }
  return [...spans]
    .sort(([a], [b]) => a - b)
    .map(([index, { minC, maxC, sumC, count }]) => ({
      from: Math.max(from, grid.origin + index * grid.spanMs),
      to: Math.min(to, grid.origin + (index + 1) * grid.spanMs),
      minC,
      // A mean of equal values must not leave [min, max] by a rounding error.
      meanC: Math.min(maxC, Math.max(minC, sumC / count)),
      maxC,
      count,
    }));
}
