import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { BucketGrid } from './bucketGrid.ts';
import type { Bucket } from './readingStore.ts';
import type { Summary } from './summarise.ts';

/**
 * Min, mean, max and count of each span of a grid that holds a point, or in which a summary begins. A span without any is
 * left out, so that a gap stays a gap.
 *
 * @param grid  see `bucketGrid`
 * @param points  ascending by time, all inside [from, to)
 * @param summaries  ascending by time, beginning inside [from, to), none later than a point
 */
export function bucketise(
  grid: BucketGrid,
  { from, to }: { readonly from: number; readonly to: number },
  points: Iterable<TemperaturePoint>,
  summaries: Iterable<Summary> = [],
): Bucket[] {
  const buckets: Bucket[] = [];
  let index = Number.NaN;
  let minC = 0;
  let maxC = 0;
  let sumC = 0;
  let count = 0;
  const close = () => {
    if (count === 0) return;
    const start = grid.origin + index * grid.spanMs;
    // A mean of equal values must not leave [min, max] by a rounding error.
    const meanC = Math.min(maxC, Math.max(minC, sumC / count));
    buckets.push({
      from: Math.max(from, start),
      to: Math.min(to, start + grid.spanMs),
      ...{ minC, meanC, maxC, count },
    });
  };
  const add = (at: number, lowC: number, highC: number, totalC: number, n: number) => {
    const next = Math.floor((at - grid.origin) / grid.spanMs);
    if (next !== index) {
      close();
      index = next;
      minC = lowC;
      maxC = highC;
      sumC = 0;
      count = 0;
    }
    if (lowC < minC) minC = lowC;
    if (highC > maxC) maxC = highC;
    sumC += totalC;
    count += n;
  };
  for (const s of summaries) add(s.at, s.minC, s.maxC, s.sumC, s.count);
  for (const { at, temperatureC } of points) add(at, temperatureC, temperatureC, temperatureC, 1);
  close();
  return buckets;
}
