import type { Segment, TemperaturePoint } from '../../models/temperatureHistory.ts';
import { segmentsBetween } from '../../models/temperatureHistory.ts';

/** The span in which one probe speaks for a batch, cut to the time since production. `to` is Infinity while open. */
export interface PlacedWindow {
  readonly nodeId: string;
  readonly probe: string;
  readonly reportEveryS: number | null;
  readonly from: number;
  readonly to: number;
}

const minuteMs = 60_000;

/**
 * Two readings further apart than this have a gap between them: three missed reports, never less than half an hour. A
 * node that does not say how often it reports may do so hourly.
 */
export function maxGapMs(reportEveryS: number | null): number {
  return reportEveryS === null ? 65 * minuteMs : Math.max(30 * minuteMs, 3 * reportEveryS * 1000);
}

/** A node silent for longer than this is stale. */
export function silentAfterMs(reportEveryS: number | null): number {
  return Math.max(30 * minuteMs, 3 * (reportEveryS ?? 0) * 1000);
}

/**
 * What two consecutive used readings say about a batch: the straight piece between them, cut to the window. Where a
 * sensor comes to a batch or leaves it, a reading from far outside the window says nothing about the inside.
 */
export function segmentOfPair(
  a: TemperaturePoint,
  b: TemperaturePoint,
  window: PlacedWindow,
  maxGap: number,
): Segment | undefined {
  const crossesEdge = a.at < window.from || b.at > window.to;
  if (crossesEdge && b.at - a.at > maxGap) return undefined;
  return segmentsBetween([a, b], window.from, window.to)[0];
}
