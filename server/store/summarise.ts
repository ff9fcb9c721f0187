import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { hourMs } from './bucketGrid.ts';
import type { ReadingStore } from './readingStore.ts';

export const dayMs = 24 * hourMs;

/** What is left of the usable readings of an hour or a day (UTC) when they have gone. */
export interface Summary {
  /** When the hour or day begins. */
  readonly at: number;
  readonly minC: number;
  readonly maxC: number;
  readonly sumC: number;
  readonly count: number;
}

/** Summaries of the hours (or days) that hold a point. @param points  ascending */
export function summarise(points: Iterable<TemperaturePoint>, spanMs: number): Summary[] {
  const single = function* (): Iterable<Summary> {
    for (const { at, temperatureC: c } of points) yield { at, minC: c, maxC: c, sumC: c, count: 1 };
  };
  return joinSummaries(single(), spanMs);
}

/** Shorter summaries made into longer ones. @param summaries  ascending */
export function joinSummaries(summaries: Iterable<Summary>, spanMs: number): Summary[] {
  const joined: Summary[] = [];
  for (const next of summaries) {
    const at = Math.floor(next.at / spanMs) * spanMs;
    const open = joined.at(-1);
    if (open?.at !== at) joined.push({ ...next, at });
    else
      joined[joined.length - 1] = {
        at,
        minC: Math.min(open.minC, next.minC),
        maxC: Math.max(open.maxC, next.maxC),
        sumC: open.sumC + next.sumC,
        count: open.count + next.count,
      };
  }
  return joined;
}

/** The bounds of `forget` as they are kept: whole UTC days, never moving back, hours at least as long as readings. */
export function forgetBounds(
  before: ForgetBounds,
  asked: Parameters<ReadingStore['forget']>[0],
): ForgetBounds {
  const readingsBefore = Math.max(before.readingsBefore, startOfDay(asked.readingsBefore));
  const hoursBefore = Math.max(before.hoursBefore, Math.min(startOfDay(asked.hoursBefore), readingsBefore));
  return { readingsBefore, hoursBefore };
}

export interface ForgetBounds {
  readonly readingsBefore: number;
  readonly hoursBefore: number;
}

/** Of a store that never forgot anything. */
export const nothingForgotten: ForgetBounds = {
  readingsBefore: Number.NEGATIVE_INFINITY,
  hoursBefore: Number.NEGATIVE_INFINITY,
};

const startOfDay = (at: number): number => Math.floor(at / dayMs) * dayMs;
