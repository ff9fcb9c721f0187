import fc from 'fast-check';
import type { BatchLife, EstimateInput } from '../../../models/shelf-life/batchLife.ts';
import { type Segment, segmentsBetween, type TemperaturePoint } from '../../../models/temperatureHistory.ts';

export const maxGapMs = 65 * 60_000;
export const producedAt = Date.UTC(2026, 10, 24);

/** Temperatures of a sensor with two decimals. */
export const temperatures = (min: number, max: number) =>
  fc.integer({ min: min * 100, max: max * 100 }).map(hundredths => hundredths / 100);

/** Readings from making on, at uneven times, none further apart than `longestMinutes`. */
export function histories(range = { min: -10, max: 60 }, longestMinutes = 60, maxLength = 120) {
  const step = fc.record({
    minutes: fc.integer({ min: 1, max: longestMinutes }),
    temperatureC: temperatures(range.min, range.max),
  });
  return fc.array(step, { minLength: 2, maxLength }).map(steps => {
    let at = producedAt;
    return steps.map(({ minutes, temperatureC }, index) => {
      if (index > 0) at += minutes * 60_000;
      return { at, temperatureC };
    });
  });
}

export const allSegments = (points: readonly TemperaturePoint[]): Segment[] =>
  segmentsBetween(points, points[0]!.at, points.at(-1)!.at);

export function addAll(life: BatchLife, segments: readonly Segment[]): BatchLife {
  for (const segment of segments) life.addSegment(segment);
  return life;
}

/** An estimate at the last reading; few draws, as laws hold for any number. */
export function atEnd(points: readonly TemperaturePoint[], futureTemperatureC = 28): EstimateInput {
  return { asOf: points.at(-1)!.at, futureTemperatureC, uncovered: [], draws: 500 };
}
