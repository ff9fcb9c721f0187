import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { Bucket } from './readingStore.ts';

/**
 * Cuts [from, to) into at most `points` spans of equal whole milliseconds and gives min, mean and max of each span that
 * holds a point. A span without one is left out, so that a gap stays a gap.
 *
 * @param series  ascending by time, all inside [from, to)
 */
export function bucketise(
  series: Iterable<TemperaturePoint>,
  from: number,
  to: number,
  points: number,
): Bucket[] {
  const spanMs = Math.max(1, Math.ceil((to - from) / points));
  const buckets: Bucket[] = [];
  let open: { index: number; min: number; max: number; sum: number; count: number } | undefined;
  const close = () => {
    if (open === undefined) return;
    const start = from + open.index * spanMs;
    buckets.push({
      from: start,
      to: Math.min(to, start + spanMs),
      minC: open.min,
      // A mean of equal values must not leave [min, max] by a rounding error.
      meanC: Math.min(open.max, Math.max(open.min, open.sum / open.count)),
      maxC: open.max,
      count: open.count,
    });
  };
  for (const { at, temperatureC } of series) {
    const index = Math.floor((at - from) / spanMs);
    if (open?.index !== index) {
      close();
      open = { index, min: temperatureC, max: temperatureC, sum: 0, count: 0 };
    }
    open.min = Math.min(open.min, temperatureC);
    open.max = Math.max(open.max, temperatureC);
    open.sum += temperatureC;
    open.count += 1;
  }
  close();
  return buckets;
}
