import type { Segment } from '../temperatureHistory.ts';

/**
 * A span of a batch's time that no segment covers: before the first reading, between placements, after the last
 * reading, or everything (no sensor at all: both null).
 *   warmestC   the warmest seen nearby in the 24 h before, if the caller knows of readings that are no segments here
 *   plannedC   the span lies ahead: the batch will be at this temperature; it is neither measured nor a gap
 *   plannedLowC, plannedHighC   what is plausible around plannedC: the ends of the interval are drawn there
 */
export interface Uncovered {
  readonly from: number;
  readonly to: number;
  readonly beforeC: number | null;
  readonly afterC: number | null;
  readonly warmestC?: number | null;
  readonly plannedC?: number;
  /** At most plannedC; default plannedC. */
  readonly plannedLowC?: number;
  /** At least plannedC; default plannedC. */
  readonly plannedHighC?: number;
}

/** What is assumed of a gap: a straight line for the central figure, one temperature for each end of the interval. */
export interface AssumedSpan {
  readonly central: Segment;
  readonly worstC: number;
  readonly bestC: number;
}

/** Silence is not cold: at worst a gap was spent at a warm room's temperature. */
const ambientWorstC = 30;
const unknownBestC = 4;

/**
 * Temperatures assumed for a gap.
 *   central  the line between the ends, or the one known end held; with neither, 30 C or the future if warmer
 *   worst    the warmest of 30 C, the ends and what was seen in the 24 h before
 *   best     the colder of the ends; with neither, 4 C
 */
export function assumeGap(gap: Uncovered, warmestBeforeC: number, futureTemperatureC: number): AssumedSpan {
  const { from, to } = gap;
  const fromC = gap.beforeC ?? gap.afterC;
  const toC = gap.afterC ?? gap.beforeC;
  const warmestC = Math.max(ambientWorstC, warmestBeforeC, gap.warmestC ?? ambientWorstC);
  if (fromC === null || toC === null) {
    const assumedC = Math.max(ambientWorstC, futureTemperatureC);
    const central = { from, fromC: assumedC, to, toC: assumedC };
    return { central, worstC: Math.max(warmestC, assumedC), bestC: unknownBestC };
  }
  const central = { from, fromC, to, toC };
  return { central, worstC: Math.max(warmestC, fromC, toC), bestC: Math.min(fromC, toC) };
}

/** A span known to be at one temperature: the last reading held for a while. */
export function heldSpan(from: number, to: number, temperatureC: number): AssumedSpan {
  return plannedSpan(from, to, temperatureC, temperatureC, temperatureC);
}

/** A span that is planned to be at one temperature, within a band. */
export function plannedSpan(
  from: number,
  to: number,
  temperatureC: number,
  bestC: number,
  worstC: number,
): AssumedSpan {
  return { central: { from, fromC: temperatureC, to, toC: temperatureC }, worstC, bestC };
}
