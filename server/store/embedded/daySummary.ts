import { hourMs } from '../bucketGrid.ts';
import { dayMs, type Summary } from '../summarise.ts';
import { isSuspectFlags, isUsableFlags, type Rows } from './rows.ts';

/** What an hour (or, when a day is all that is left, the day) of a block holds. */
export interface SpanSummary extends Summary {
  /** Readings with a suspect temperature; those have no part in the rest. */
  readonly suspects: number;
}

/** What a block tells without its columns. */
export interface DaySummary {
  /** Usable readings. */
  readonly usable: number;
  readonly first: { readonly at: number; readonly temperatureC: number } | null;
  readonly last: { readonly at: number; readonly temperatureC: number } | null;
  /** Longest time between two usable readings next to each other. */
  readonly longestGapMs: number;
  readonly minC: number;
  readonly maxC: number;
  /** Hours (UTC) with a temperature, ascending. One with suspect ones only has count 0. */
  readonly hours: readonly SpanSummary[];
}

export const dayOf = (time: number): number => Math.floor(time / dayMs);

export function summariseDay(rows: Rows): DaySummary {
  const hours: { -readonly [K in keyof SpanSummary]: SpanSummary[K] }[] = [];
  let usable = 0;
  let firstRow = -1;
  let lastRow = -1;
  let longestGapMs = 0;
  let hour: (typeof hours)[number] | undefined;
  for (let row = 0; row < rows.count; row++) {
    const set = rows.flags(row);
    const isUsable = isUsableFlags(set);
    if (!isUsable && !isSuspectFlags(set)) continue;
    const time = rows.measuredAt(row);
    if (hour === undefined || time >= hour.at + hourMs) {
      hour = { at: Math.floor(time / hourMs) * hourMs, minC: 0, maxC: 0, sumC: 0, count: 0, suspects: 0 };
      hours.push(hour);
    }
    if (!isUsable) {
      hour.suspects += 1;
      continue;
    }
    const c = rows.temperatureC(row);
    if (hour.count === 0 || c < hour.minC) hour.minC = c;
    if (hour.count === 0 || c > hour.maxC) hour.maxC = c;
    hour.sumC += c;
    hour.count += 1;
    if (lastRow >= 0) longestGapMs = Math.max(longestGapMs, time - rows.measuredAt(lastRow));
    if (firstRow < 0) firstRow = row;
    lastRow = row;
    usable += 1;
  }
  for (const each of hours) each.sumC = withoutNoise(each.sumC);
  const told = hours.filter(each => each.count > 0);
  const point = (row: number) =>
    row < 0 ? null : { at: rows.measuredAt(row), temperatureC: rows.temperatureC(row) };
  return {
    usable,
    first: point(firstRow),
    last: point(lastRow),
    longestGapMs,
    minC: told.reduce((least, each) => Math.min(least, each.minC), told[0]?.minC ?? 0),
    maxC: told.reduce((most, each) => Math.max(most, each.maxC), told[0]?.maxC ?? 0),
    hours,
  };
}

/** A sum of decimals is a decimal: what adding them in binary put behind the sixth place would only cost bytes. */
function withoutNoise(sum: number): number {
  const rounded = Math.round(sum * 1e6) / 1e6;
  return Math.abs(rounded - sum) <= Math.abs(sum) * 1e-13 ? rounded : sum;
}
