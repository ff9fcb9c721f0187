/** How [from, to) is cut: span `i` is [origin + i * spanMs, origin + (i + 1) * spanMs), clipped to [from, to). */
export interface BucketGrid {
  readonly origin: number;
  readonly spanMs: number;
}

export const hourMs = 3_600_000;

/**
 * At most `points` spans of equal length over [from, to). Up to an hour they are whole milliseconds from `from` on;
 * longer ones are whole hours on UTC hours, so that a year is answered from hourly summaries without reading the year.
 *
 * @param to  after `from`
 * @param points  1 or more
 */
export function bucketGrid(from: number, to: number, points: number): BucketGrid {
  const exactMs = Math.max(1, Math.ceil((to - from) / points));
  if (exactMs <= hourMs) return { origin: from, spanMs: exactMs };
  const origin = Math.floor(from / hourMs) * hourMs;
  return { origin, spanMs: Math.ceil((to - origin) / points / hourMs) * hourMs };
}
