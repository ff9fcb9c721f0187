import type { MeasuredRow } from '../report/measuredRow.ts';
import { spreadOf } from '../store/spread.ts';

/** What one size of something costs, less is better. */
export function growthRow(
  job: string,
  unit: string,
  values: readonly number[],
  others: Readonly<Record<string, readonly number[]>> = {},
  most?: number,
): MeasuredRow {
  return {
    ...{ job, unit, better: 'less', ours: spreadOf(values) },
    others: Object.fromEntries(Object.entries(others).map(([who, theirs]) => [who, spreadOf(theirs)])),
    ...(most === undefined ? {} : { goals: [{ value: most }] }),
  };
}

/** How far the sizes lie from each other: the dearest median over the cheapest, in percent above it. */
export function flatness(job: string, sizes: readonly (readonly number[])[]): MeasuredRow {
  const medians = sizes.map(values => spreadOf(values).median);
  return growthRow(job, '%', [100 * (Math.max(...medians) / Math.min(...medians) - 1)], {}, 30);
}

export const count = (value: number): string => value.toLocaleString('en');
