import { finite, ModelDomainError } from './errors.ts';

/** A temperature at an instant (epoch milliseconds). */
export interface TemperaturePoint {
  readonly at: number;
  readonly temperatureC: number;
}

/** A straight piece of temperature history: linear in time between its two ends. */
export interface Segment {
  readonly from: number;
  readonly fromC: number;
  readonly to: number;
  readonly toC: number;
}

/** A step larger and faster than this is no product, and seldom air: a knocked or wet probe, a bit error. */
const spikeStepC = 3;
const spikeRateCPerMin = 5;

/**
 * Leaves out isolated spikes.
 *
 * A point is left out when it differs by more than 3 C and faster than 5 C/min from both neighbours; the first and the
 * last point when they differ so from the nearest neighbour that is no spike itself (until a next reading confirms
 * the step). The verdict on a point depends on at most two neighbours on each side, so a late reading can change the
 * verdicts of at most the two points before and the two after it. A pure function of the set: any order gives the
 * same answer.
 *
 * @param points  finite values, any order
 * @returns both lists ascending in time; together they are all points
 * @throws {ModelDomainError} if a value is not finite
 */
export function cleanSeries(points: readonly TemperaturePoint[]): {
  used: TemperaturePoint[];
  leftOut: TemperaturePoint[];
} {
  const sorted = inOrder(points);
  const used: TemperaturePoint[] = [];
  const leftOut: TemperaturePoint[] = [];
  sorted.forEach((point, index) => {
    (isSpike(sorted, index) ? leftOut : used).push(point);
  });
  return { used, leftOut };
}

/**
 * The straight pieces between consecutive points, cut to a span. Pieces that only touch the span and pieces without
 * duration (two points at one instant: a jump) are left out.
 *
 * @param points  ascending in `at`
 * @param from    epoch ms, inclusive
 * @param to      epoch ms; at or before `from` gives no segments
 * @throws {ModelDomainError} if the points are not in order or a value is not finite
 * @example
 * segmentsBetween([{ at: 0, temperatureC: 4 }, { at: 10, temperatureC: 6 }], 5, 99); // => [{ from: 5, fromC: 5, to: 10, toC: 6 }]
 */
export function segmentsBetween(points: readonly TemperaturePoint[], from: number, to: number): Segment[] {
  const segments: Segment[] = [];
  for (let index = 1; index < points.length; index++) {
    const a = points[index - 1]!;
    const b = points[index]!;
    if (!(finite('at', b.at) >= finite('at', a.at)))
      throw new ModelDomainError('points', b.at, 'ascending in time');
    const start = Math.max(a.at, from);
    const end = Math.min(b.at, to);
    if (end <= start) continue;
    segments.push({ from: start, fromC: temperatureAt(a, b, start), to: end, toC: temperatureAt(a, b, end) });
  }
  return segments;
}

/** Temperature on the straight line through two points; exact at both. */
function temperatureAt(a: TemperaturePoint, b: TemperaturePoint, at: number): number {
  if (at === b.at) return finite('temperatureC', b.temperatureC);
  const share = (at - a.at) / (b.at - a.at);
  return finite('temperatureC', a.temperatureC) + share * (b.temperatureC - a.temperatureC);
}

function isSpike(points: readonly TemperaturePoint[], index: number): boolean {
  const point = points[index]!;
  const before = points[index - 1];
  const after = points[index + 1];
  if (before && after) return jumps(before, point) && jumps(point, after);
  const next = before ?? after;
  if (!next) return false;
  const beyond = before ? points[index - 2] : points[index + 2];
  // A neighbour that stands out from both its sides is the spike; then the one beyond it decides.
  const judge = beyond && jumps(next, point) && jumps(next, beyond) ? beyond : next;
  return jumps(judge, point);
}

function jumps(a: TemperaturePoint, b: TemperaturePoint): boolean {
  const stepC = Math.abs(b.temperatureC - a.temperatureC);
  const minutes = Math.abs(b.at - a.at) / 60_000;
  return stepC > spikeStepC && stepC > spikeRateCPerMin * minutes;
}

function inOrder(points: readonly TemperaturePoint[]): TemperaturePoint[] {
  for (const point of points) {
    finite('at', point.at);
    finite('temperatureC', point.temperatureC);
  }
  return points.toSorted((a, b) => a.at - b.at || a.temperatureC - b.temperatureC);
}
