import { finite, ModelDomainError } from '../errors.ts';
import type { Segment } from '../temperatureHistory.ts';
import { estimateLife } from './estimateLife.ts';
import type { Uncovered } from './gap.ts';
import type { Interval, LifeEstimate } from './lifeEstimate.ts';
import { type BatchLifeOptions, LifeSums } from './lifeSums.ts';

export interface LifeHistoryInput extends BatchLifeOptions {
  /** Measured pieces, ascending and not overlapping, all at or before asOf. */
  readonly segments: readonly Segment[];
  /** As for an estimate at asOf. */
  readonly uncovered: readonly Uncovered[];
  /** Instants from making to asOf (epoch ms), ascending. */
  readonly times: readonly number[];
  readonly asOf: number;
  readonly futureTemperatureC: number;
  /** Points of the forecast, from asOf to where the last 5 % end; default 25. */
  readonly forecastPoints?: number;
  /** Draws per point; default 2,000. */
  readonly draws?: number;
  readonly seed?: number;
}

/** A batch at one instant, as an estimate made then would have said. */
export interface LifeHistoryPoint {
  readonly at: number;
  readonly countLog10CfuPerG: Interval;
  readonly remainingH: Interval;
}

export interface LifeHistory {
  /** One per time asked for. */
  readonly points: LifeHistoryPoint[];
  /** From asOf on, kept at futureTemperatureC. */
  readonly forecast: LifeHistoryPoint[];
}

/**
 * Count and remaining life along a batch's past, in one pass over its segments, and on to the end of its life. Remaining
 * life is for the same future temperature at every point, so that a fall steeper than time itself shows what warmth cost.
 *
 * @throws {ModelDomainError} as the estimate, and if segments or times are not ascending
 */
export function batchLifeHistory(input: LifeHistoryInput): LifeHistory {
  const { asOf, segments, uncovered, times, forecastPoints = 25 } = input;
  const sums = new LifeSums(input);
  const estimateAt = (at: number, spans: readonly Uncovered[]): LifeEstimate =>
    estimateLife(sums, {
      asOf: at,
      futureTemperatureC: input.futureTemperatureC,
      uncovered: spans,
      draws: input.draws ?? 2000,
      ...(input.seed === undefined ? {} : { seed: input.seed }),
    });
  let next = 0;
  const points = times.map((at, index) => {
    if (!(finite('times', at) >= (times[index - 1] ?? input.producedAt) && at <= asOf))
      throw new ModelDomainError('times', at, 'ascending, from producedAt to asOf');
    while (next < segments.length && segments[next]!.to <= at) sums.add(inTurn(segments, next++));
    const open = segments[next];
    const cut = open && open.from < at ? cutSegment(open, at) : undefined;
    // A long segment cut short is still a gap: it must not pass for measured because its rest lies ahead.
    const isGap = cut !== undefined && open!.to - open!.from > sums.maxGapMs;
    if (cut && !isGap) sums.add(cut);
    const spans = uncovered.filter(span => span.from < at).map(span => cutUncovered(span, at));
    if (cut && isGap) spans.push({ from: cut.from, to: cut.to, beforeC: cut.fromC, afterC: cut.toC });
    const point = pointOf(at, estimateAt(at, spans));
    if (cut && !isGap) sums.remove(cut);
    return point;
  });
  while (next < segments.length) sums.add(inTurn(segments, next++));
  const now = estimateAt(asOf, uncovered);
  const endAt = now.keepsUntil.p95;
  const forecast: LifeHistoryPoint[] = [];
  for (let step = 0; step < forecastPoints && endAt > asOf; step++) {
    const at = Math.round(asOf + ((endAt - asOf) * step) / Math.max(1, forecastPoints - 1));
    const plan = { from: asOf, to: at, beforeC: null, afterC: null, plannedC: input.futureTemperatureC };
    forecast.push(pointOf(at, estimateAt(at, [...uncovered, plan])));
  }
  return { points, forecast };
}

function pointOf(at: number, estimate: LifeEstimate): LifeHistoryPoint {
  return { at, countLog10CfuPerG: estimate.countLog10CfuPerG, remainingH: estimate.remainingH };
}

function inTurn(segments: readonly Segment[], index: number): Segment {
  const segment = segments[index]!;
  const before = segments[index - 1];
  if (before && segment.from < before.to)
    throw new ModelDomainError('segments', segment.from, 'ascending and not overlapping');
  return segment;
}

function cutSegment({ from, fromC, to, toC }: Segment, at: number): Segment {
  return { from, fromC, to: at, toC: fromC + ((toC - fromC) * (at - from)) / (to - from) };
}

/** A gap as far as an instant; its far end lies on the line that is assumed for it afterwards. */
function cutUncovered(span: Uncovered, at: number): Uncovered {
  const { from, to, beforeC, afterC } = span;
  if (to <= at) return span;
  const meets = beforeC !== null && afterC !== null;
  return {
    ...span,
    to: at,
    afterC: meets ? beforeC + ((afterC - beforeC) * (at - from)) / (to - from) : afterC,
  };
}
