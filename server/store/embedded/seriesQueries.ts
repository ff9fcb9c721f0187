import { shareAbove } from '../../../models/cold-chain/hoursAbove.ts';
import type { Reading } from '../../../models/contracts/reading.ts';
import { segmentsBetween, type TemperaturePoint } from '../../../models/temperatureHistory.ts';
import { bucketGrid, hourMs } from '../bucketGrid.ts';
import { bucketise } from '../bucketise.ts';
import type { Bucket, BucketQuery, RangeQuery, TimeAboveLevel, TimeAboveQuery } from '../readingStore.ts';
import type { ReceptionMarks } from '../receptionMarks.ts';
import { dayMs, type Summary } from '../summarise.ts';
import type { BlockStore } from './blockStore.ts';
import {
  type DayEntry,
  daySpan,
  daysBetween,
  firstFrom,
  hoursOf,
  outermostDay,
  type Piece,
  piecesOf,
  pointsOf,
  rowsOf,
} from './dayReader.ts';
import type { DaySummary } from './daySummary.ts';
import { usableAfter, usableBefore } from './nearReadings.ts';
import type { Series } from './nodeTable.ts';
import { dayWithin } from './readingsFile.ts';
import { isSuspectFlags, type Rows } from './rows.ts';
import type { Points } from './rowsCodec.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What can be asked of one series. Readings before `keptFrom` are forgotten; of those only summaries answer. */
export class SeriesQueries {
  readonly #blocks: BlockStore;
  readonly #keptFrom: () => number;

  constructor(blocks: BlockStore, keptFrom: () => number) {
    this.#blocks = blocks;
    this.#keptFrom = keptFrom;
  }

  range(series: Series, { from, to, after, limit }: RangeQuery): Reading[] {
    let start = Math.max(from, this.#keptFrom());
    // Of the cursor's own instant, only probes that sort behind the cursor's are still to come.
    if (after !== undefined)
      start = Math.max(start, series.probe > after.probe ? after.measuredAt : after.measuredAt + 1);
    const found: Reading[] = [];
    for (const entry of this.#days(series, start, to)) {
      const rows = rowsOf(this.#blocks, entry);
      for (let row = rows.indexOf(start); row < rows.count && rows.measuredAt(row) < to; row++) {
        if (found.length >= limit) return found;
        found.push(rows.reading(row, series.node.nodeId, series.probe));
      }
      if (found.length >= limit) return found;
    }
    return found;
  }

  usable(series: Series, span: Span): TemperaturePoint[] {
    return [...this.#points(series, span)];
  }

  suspectCount(series: Series, { from, to }: Span): number {
    let count = 0;
    for (const entry of this.#days(series, Math.max(from, this.#keptFrom()), to)) {
      const hours = hoursOf(entry).filter(
        hour => hour.suspects > 0 && hour.at < to && hour.at + hourMs > from,
      );
      const whole = hours.every(hour => hour.at >= from && hour.at + hourMs <= to);
      if (whole) for (const hour of hours) count += hour.suspects;
      else {
        const rows = rowsOf(this.#blocks, entry);
        for (let row = rows.indexOf(from); row < rows.count && rows.measuredAt(row) < to; row++)
          if (isSuspectFlags(rows.flags(row))) count += 1;
      }
    }
    return count;
  }

  before(series: Series, time: number, count: number): TemperaturePoint[] {
    const near = usableBefore(this.#blocks, series, time, count);
    if (near !== undefined) return near;
    const found: TemperaturePoint[] = [];
    const limit = dayWithin(this.#keptFrom());
    let day = dayWithin(time);
    while (found.length < count) {
      const entry = outermostDay(this.#blocks, series, limit, day, 'last');
      if (entry === undefined) break;
      day = entry.day - 1;
      for (const { summary, points } of piecesOf(this.#blocks, entry).reverse()) {
        // What the head of a block tells need not be decoded.
        if (summary && (summary.first === null || summary.first.at >= time)) continue;
        if (summary?.last && summary.last.at < time && count === 1) return [summary.last];
        const known = points();
        for (let i = firstFrom(known, time) - 1; i >= 0 && found.length < count; i--)
          found.push({ at: known.times[i]!, temperatureC: known.temperatures[i]! });
        if (found.length >= count) break;
      }
    }
    return found.reverse();
  }

  after(series: Series, time: number, count: number): TemperaturePoint[] {
    const near = usableAfter(this.#blocks, series, time, count);
    if (near !== undefined) return near;
    const latestAt = series.latest?.[0] ?? Number.NEGATIVE_INFINITY;
    const found: TemperaturePoint[] = [];
    const limit = dayWithin(latestAt);
    let day = dayWithin(Math.max(time, this.#keptFrom()));
    while (found.length < count && day <= limit && time < latestAt) {
      const entry = outermostDay(this.#blocks, series, day, limit, 'first');
      if (entry === undefined) break;
      day = entry.day + 1;
      for (const { summary, points } of piecesOf(this.#blocks, entry)) {
        if (summary && (summary.last === null || summary.last.at <= time)) continue;
        if (summary?.first && summary.first.at > time && count === 1) return [summary.first];
        const known = points();
        let i = firstFrom(known, time);
        if (known.times[i] === time && i < known.count) i += 1;
        for (; i < known.count && found.length < count; i++)
          found.push({ at: known.times[i]!, temperatureC: known.temperatures[i]! });
        if (found.length >= count) break;
      }
    }
    return found;
  }

  buckets(series: Series, { from, to, points }: BucketQuery): Bucket[] {
    const grid = bucketGrid(from, to, points);
    const span = { from, to };
    const forgotten = this.#forgottenHours(series, span);
    if (grid.spanMs % hourMs === 0 && grid.origin % hourMs === 0)
      return bucketise(grid, span, [], chain(forgotten, this.#hours(series, span)));
    return bucketise(grid, span, this.#points(series, span), forgotten);
  }

  /**
   * Days are added up from what their blocks tell of them, unless the level or a gap lies inside. One look-up for all of
   * them: what lies further from the span than the longest gap has no part in it, so that a day more on either side is
   * enough for the readings next to the span.
   */
  timeAbove(series: Series, query: TimeAboveQuery): TimeAboveLevel {
    const { from, to } = query;
    const sum = new TimeAboveSum(query);
    if (!(from < to)) return { aboveMs: 0, knownMs: 0 };
    const isNear = query.longestGapMs <= dayMs;
    // Times are whole milliseconds: after `to - 1` is at or after `to`.
    let end = isNear ? undefined : this.after(series, to - 1, 1)[0];
    let start = isNear ? undefined : this.before(series, from, 1)[0];
    const begin = () => {
      if (start !== undefined) sum.add(start.at, start.temperatureC);
      start = undefined;
    };
    for (const { summary, points } of this.#piecesAround(series, query, isNear ? dayMs : 0)) {
      if (summary?.usable === 0) continue;
      if (summary !== undefined && summary.last!.at < from) start = summary.last!;
      else if (summary !== undefined && summary.first!.at >= to) {
        end = summary.first!;
        break;
      } else if (summary !== undefined && isPlain(summary, query)) {
        begin();
        sum.addRun(summary.first!, summary.last!);
      } else {
        const known = points();
        let i = firstFrom(known, from);
        if (i > 0) start = pointAt(known, i - 1);
        begin();
        for (; i < known.count && known.times[i]! < to; i++) sum.add(known.times[i]!, known.temperatures[i]!);
        if (i < known.count) {
          end = pointAt(known, i);
          break;
        }
      }
    }
    begin();
    if (end !== undefined) sum.add(end.at, end.temperatureC);
    return { aboveMs: sum.aboveMs, knownMs: sum.knownMs };
  }

  *#piecesAround(series: Series, { from, to }: Span, marginMs: number): Iterable<Piece> {
    const { fromDay, toDay } = daySpan(from - marginMs, to + marginMs);
    const keptDay = dayWithin(this.#keptFrom());
    for (const entry of daysBetween(this.#blocks, series, Math.max(fromDay, keptDay), toDay))
      yield* piecesOf(this.#blocks, entry);
  }

  /** Most blocks say in their heads that nothing is missing between their ends, and stay closed. */
  markReception(series: Series, marks: ReceptionMarks): void {
    const from = Math.max(marks.from, this.#keptFrom());
    for (const { blocks, window } of this.#days(series, from, marks.to)) {
      for (const block of blocks) {
        const { count, usable, first, last, longestGapMs, firstAt, lastAt } = block.head;
        if (lastAt < from || firstAt >= marks.to) continue;
        const isDense = usable === count && longestGapMs <= marks.cellMs && firstAt >= this.#keptFrom();
        if (isDense && first !== null && last !== null) marks.addRun(first.at, last.at);
        else markRows(this.#blocks.rows(block), from, marks);
      }
      if (window !== undefined) markRows(window.rows, from, marks);
    }
  }

  /** When the first and the last thing that is known were measured; of forgotten ones, when their hour or day began. */
  bounds(series: Series): { earliestAt: number; latestAt: number } | undefined {
    const ever = [dayWithin(Number.NEGATIVE_INFINITY), dayWithin(Number.POSITIVE_INFINITY)] as const;
    const first = outermostDay(this.#blocks, series, ...ever, 'first');
    const last = outermostDay(this.#blocks, series, ...ever, 'last');
    if (first === undefined || last === undefined) return undefined;
    return { earliestAt: edgeOf(first, 'first'), latestAt: edgeOf(last, 'last') };
  }

  #days(series: Series, from: number, to: number): DayEntry[] {
    if (!(from < to)) return [];
    const { fromDay, toDay } = daySpan(from, to);
    return daysBetween(this.#blocks, series, fromDay, toDay);
  }

  *#points(series: Series, { from, to }: Span): Iterable<TemperaturePoint> {
    const start = Math.max(from, this.#keptFrom());
    for (const entry of this.#days(series, start, to)) {
      const { times, temperatures, count } = pointsOf(this.#blocks, entry);
      for (let i = firstFrom({ times, temperatures, count }, start); i < count && times[i]! < to; i++)
        yield { at: times[i]!, temperatureC: temperatures[i]! };
    }
  }

  /** Hours, and where the span begins or ends inside one, its readings as if each were an hour. */
  *#hours(series: Series, { from, to }: Span): Iterable<Summary> {
    const start = Math.max(from, this.#keptFrom());
    for (const entry of this.#days(series, start, to)) {
      const inside = hoursOf(entry).filter(
        hour => hour.count > 0 && hour.at < to && hour.at + hourMs > start,
      );
      const isWhole = (hour: number) => hour >= start && hour + hourMs <= to;
      if (inside.every(hour => isWhole(hour.at))) {
        yield* inside;
        continue;
      }
      const { times, temperatures, count } = pointsOf(this.#blocks, entry);
      const pieces: Summary[] = inside.filter(hour => isWhole(hour.at));
      for (let i = 0; i < count; i++) {
        const at = times[i]!;
        const c = temperatures[i]!;
        if (at >= start && at < to && !isWhole(Math.floor(at / hourMs) * hourMs))
          pieces.push({ at, minC: c, maxC: c, sumC: c, count: 1 });
      }
      yield* pieces.sort((a, b) => a.at - b.at);
    }
  }

  /** What is left of forgotten readings, where it begins inside the span. */
  *#forgottenHours(series: Series, { from, to }: Span): Iterable<Summary> {
    for (const entry of this.#days(series, from, Math.min(to, this.#keptFrom())))
      for (const hour of hoursOf(entry)) if (hour.count > 0 && hour.at >= from && hour.at < to) yield hour;
  }
}

function markRows(rows: Rows, from: number, marks: ReceptionMarks): void {
  for (let row = rows.indexOf(from); row < rows.count && rows.measuredAt(row) < marks.to; row++)
    marks.add(rows.measuredAt(row));
}

function* chain<T>(...parts: readonly Iterable<T>[]): Iterable<T> {
  for (const part of parts) yield* part;
}

function edgeOf({ blocks, window }: DayEntry, which: 'first' | 'last'): number {
  const times = blocks.map(({ head }) => (which === 'first' ? head.firstAt : head.lastAt));
  if (window !== undefined) times.push(which === 'first' ? window.rows.firstAt() : window.rows.lastAt());
  return which === 'first' ? Math.min(...times) : Math.max(...times);
}

const pointAt = ({ times, temperatures }: Points, i: number): TemperaturePoint => ({
  at: times[i]!,
  temperatureC: temperatures[i]!,
});

/** Whether all of it lies in the span, on one side of the level and without a gap. */
function isPlain({ first, last, longestGapMs, minC, maxC }: DaySummary, query: TimeAboveQuery): boolean {
  if (first === null || last === null) return false;
  if (first.at < query.from || last.at >= query.to || longestGapMs > query.longestGapMs) return false;
  return maxC <= query.levelC || minC > query.levelC;
}

/** `timeAboveOf`, point by point. */
class TimeAboveSum {
  aboveMs = 0;
  knownMs = 0;
  readonly #query: TimeAboveQuery;
  #isBegun = false;
  #at = 0;
  #c = 0;

  constructor(query: TimeAboveQuery) {
    this.#query = query;
  }

  add(at: number, c: number): void {
    if (this.#isBegun && at - this.#at <= this.#query.longestGapMs) this.#piece(at, c);
    this.#isBegun = true;
    this.#at = at;
    this.#c = c;
  }

  /** Points between these two, each near enough to the next, all on one side of the level. */
  addRun(first: TemperaturePoint, last: TemperaturePoint): void {
    this.add(first.at, first.temperatureC);
    this.knownMs += last.at - first.at;
    if (first.temperatureC > this.#query.levelC) this.aboveMs += last.at - first.at;
    this.#at = last.at;
    this.#c = last.temperatureC;
  }

  #piece(at: number, c: number): void {
    const { from, to, levelC } = this.#query;
    const isInside = this.#at >= from && at <= to;
    const isAbove = this.#c > levelC;
    if (isInside && isAbove === c > levelC) {
      this.knownMs += at - this.#at;
      if (isAbove) this.aboveMs += at - this.#at;
      return;
    }
    const ends = [
      { at: this.#at, temperatureC: this.#c },
      { at, temperatureC: c },
    ];
    for (const segment of segmentsBetween(ends, from, to)) {
      const lengthMs = segment.to - segment.from;
      this.knownMs += lengthMs;
      this.aboveMs += lengthMs * shareAbove(segment, levelC);
    }
  }
}
