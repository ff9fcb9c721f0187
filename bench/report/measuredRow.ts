import type { Spread } from '../store/spread.ts';

/** One job with its CPU seconds, and those of others for the same job (null: not measured here). */
export interface BenchRow {
  readonly job: string;
  readonly seconds: number;
  readonly comparisons: Readonly<Record<string, number | null>>;
}

/** One job measured on both sides in this run, in turns. */
export interface MeasuredRow {
  readonly job: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  readonly ours: Spread;
  readonly others: Readonly<Record<string, Spread>>;
  readonly goals?: readonly Goal[];
}

/**
 * What a row should reach: at most `value` where less is better, at least that where more is. With `against`, a key of
 * `others`: how many times better than that one, at least.
 */
export interface Goal {
  readonly value: number;
  readonly against?: string;
}

/** How many times better ours is than another's figure; below 1 the other is better. */
export function timesBetter({ better, ours, others }: MeasuredRow, who: string): number {
  const theirs = others[who];
  if (theirs === undefined)
    throw new Error(`no figure of "${who}", only of ${Object.keys(others).join(', ')}`);
  return better === 'less' ? theirs.median / ours.median : ours.median / theirs.median;
}

export function isHeld(row: MeasuredRow, { value, against }: Goal): boolean {
  if (against !== undefined) return timesBetter(row, against) >= value;
  return row.better === 'less' ? row.ours.median <= value : row.ours.median >= value;
}
