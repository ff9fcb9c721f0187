import type { Spread } from '../store/spread.ts';
import { type Goal, isHeld, type MeasuredRow, timesBetter } from './measuredRow.ts';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function numberText(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 1_000 ? grouped.format(value) : value.toPrecision(3);
}

/** The median, with the least and the most of several rounds. */
export function spreadText({ median, min, max, rounds }: Spread): string {
  return rounds === 1 ? numberText(median) : `${numberText(median)} [${numberText(min)}..${numberText(max)}]`;
}

/** How many times better ours is than another's; empty where one of the two is nothing. */
export function ratioText(row: MeasuredRow, who: string): string {
  const ratio = timesBetter(row, who);
  if (!Number.isFinite(ratio) || ratio === 0) return '';
  return `${ratio < 10 ? ratio.toPrecision(2) : grouped.format(ratio)}×`;
}

export function goalText(row: MeasuredRow, goal: Goal): string {
  const { value, against } = goal;
  const limit =
    against === undefined
      ? `${row.better === 'less' ? '≤' : '≥'} ${grouped.format(value) === '0' ? value : numberText(value)} ${row.unit}`.trim()
      : `≥ ${value}× ${against}`;
  return `${limit}: ${isHeld(row, goal) ? 'held' : 'NOT HELD'}`;
}
