import type { BlockStore } from './blockStore.ts';
import { type DaySummary, type SpanSummary, summariseDay } from './daySummary.ts';
import type { Series, StoredBlock, Window } from './nodeTable.ts';
import { dayWithin } from './readingsFile.ts';
import { isUsableFlags, mergeRows, Rows } from './rows.ts';
import type { Points } from './rowsCodec.ts';

/** All that is kept of one day of a series: blocks, ascending in time, and what is not sealed yet. */
export interface DayEntry {
  readonly day: number;
  readonly blocks: readonly StoredBlock[];
  readonly window: Window | undefined;
}

/** The days of a series that hold anything between two days, both inclusive; ascending. */
export function daysBetween(store: BlockStore, series: Series, fromDay: number, toDay: number): DayEntry[] {
  const byDay = new Map<number, { day: number; blocks: StoredBlock[]; window: Window | undefined }>();
  for (const block of store.between(series, fromDay, toDay)) {
    const { day } = block.head;
    const entry = byDay.get(day);
    if (entry === undefined) byDay.set(day, { day, blocks: [block], window: undefined });
    else entry.blocks.push(block);
  }
  let isAscending = true;
  for (const window of series.windows.values()) {
    const { day } = window;
    if (day < fromDay || day > toDay || window.rows.count === 0) continue;
    const entry = byDay.get(day);
    if (entry !== undefined) entry.window = window;
    else {
      byDay.set(day, { day, blocks: [], window });
      isAscending = false;
    }
  }
  const days = [...byDay.values()];
  return isAscending ? days : days.sort((a, b) => a.day - b.day);
}

/** The first or the last day, of those between two days, that holds anything. */
export function outermostDay(
  store: BlockStore,
  series: Series,
  fromDay: number,
  toDay: number,
  which: 'first' | 'last',
): DayEntry | undefined {
  if (fromDay > toDay) return undefined;
  let found = store.outermost(series, fromDay, toDay, which)?.head.day;
  for (const { day, rows } of series.windows.values()) {
    if (rows.count === 0 || day < fromDay || day > toDay) continue;
    if (found === undefined || (which === 'first' ? day < found : day > found)) found = day;
  }
  return found === undefined ? undefined : daysBetween(store, series, found, found)[0];
}

/** Every reading of a day. Not to be changed: it may be the window itself. */
export function rowsOf(store: BlockStore, { blocks, window }: DayEntry): Rows {
  let rows = new Rows(0);
  for (const block of blocks) rows = mergeRows(rows, store.rows(block));
  return window === undefined ? rows : mergeRows(rows, window.rows);
}

/** Every usable temperature of a day. */
export function pointsOf(store: BlockStore, { blocks, window }: DayEntry): Points {
  let points: Points | undefined;
  for (const block of blocks) if (block.head.usable > 0) points = joinPoints(points, store.points(block));
  if (window !== undefined) points = joinPoints(points, pointsOfRows(window.rows));
  return points ?? pointsOfRows(new Rows(0));
}

/** A stretch of a day, of which something may be known without its points. */
export interface Piece {
  /** Undefined when only its points tell. */
  readonly summary: DaySummary | undefined;
  points(): Points;
}

/** A day in pieces, ascending in time: its blocks and what is not sealed, unless these lie between each other. */
export function piecesOf(store: BlockStore, entry: DayEntry): Piece[] {
  const { blocks, window } = entry;
  const sealedUntil = blocks.at(-1)?.head.lastAt ?? Number.NEGATIVE_INFINITY;
  if (window !== undefined && window.rows.firstAt() <= sealedUntil)
    return [{ summary: undefined, points: () => pointsOf(store, entry) }];
  const pieces: Piece[] = blocks.map(block => ({ summary: block.head, points: () => store.points(block) }));
  if (window !== undefined) pieces.push({ summary: undefined, points: () => pointsOfRows(window.rows) });
  return pieces;
}

/** Hours of a day with a temperature, ascending; an hour may come in several pieces. */
export function hoursOf({ blocks, window }: DayEntry): readonly SpanSummary[] {
  const sealed = blocks.length === 1 ? blocks[0]!.head.hours : blocks.flatMap(block => block.head.hours);
  if (window === undefined) return sealed;
  return [...sealed, ...summariseDay(window.rows).hours].sort((a, b) => a.at - b.at);
}

/** The days that hold [from, to). */
export const daySpan = (from: number, to: number): { fromDay: number; toDay: number } => ({
  fromDay: dayWithin(from),
  toDay: dayWithin(Number.isFinite(to) ? to - 1 : to),
});

export function pointsOfRows(rows: Rows): Points {
  const times = new Float64Array(rows.count);
  const temperatures = new Float64Array(rows.count);
  let count = 0;
  for (let row = 0; row < rows.count; row++) {
    if (!isUsableFlags(rows.flags(row))) continue;
    times[count] = rows.measuredAt(row);
    temperatures[count++] = rows.temperatureC(row);
  }
  return { times, temperatures, count };
}

function joinPoints(a: Points | undefined, b: Points): Points {
  if (a === undefined || a.count === 0) return b;
  if (b.count === 0) return a;
  const times = new Float64Array(a.count + b.count);
  const temperatures = new Float64Array(a.count + b.count);
  let i = 0;
  let j = 0;
  for (let to = 0; to < times.length; to++) {
    const isFromA = j === b.count || (i < a.count && a.times[i]! < b.times[j]!);
    times[to] = isFromA ? a.times[i]! : b.times[j]!;
    temperatures[to] = isFromA ? a.temperatures[i++]! : b.temperatures[j++]!;
  }
  return { times, temperatures, count: times.length };
}

/** Binary search: the first point at or after `time`. */
export function firstFrom({ times, count }: Points, time: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
