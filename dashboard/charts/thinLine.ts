import type { Point } from './chartModel.ts';

/**
 * A line of more than two points per CSS px, thinned to the lowest and the highest of every pixel column, in their order:
 * a spike of one reading stays. Breaks stay where they are, and no column joins what a break parts.
 *
 * @param points  ascending
 * @param widthPx  of the plot, from `from` to `to`
 */
export function thinLine(
  points: readonly Point[],
  { from, to }: { readonly from: number; readonly to: number },
  widthPx: number,
): readonly Point[] {
  if (points.length <= 2 * widthPx || widthPx <= 0 || to <= from) return points;
  const columnMs = (to - from) / widthPx;
  const thinned: Point[] = [];
  let column = Number.NaN;
  let low: Point | undefined;
  let high: Point | undefined;
  const close = (): void => {
    if (low === undefined || high === undefined) return;
    const [first, second] = low.x <= high.x ? [low, high] : [high, low];
    thinned.push(first);
    if (second !== first) thinned.push(second);
    low = undefined;
    high = undefined;
  };
  for (const point of points) {
    const own = Math.floor((point.x - from) / columnMs);
    if (point.y === null || own !== column) close();
    column = own;
    if (point.y === null) {
      thinned.push(point);
      continue;
    }
    if (low === undefined || point.y < (low.y ?? 0)) low = point;
    if (high === undefined || point.y > (high.y ?? 0)) high = point;
  }
  close();
  return thinned;
}
