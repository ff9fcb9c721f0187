import {
  leastPatience,
  longestPauseMs,
  readingsLearntFrom,
  type StuckPatience,
  stuckPatience,
} from '../../models/cold-chain/stuckProbe.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { hourMs } from './bucketGrid.ts';
import type { ReadingStore } from './readingStore.ts';

/** Usable readings of one probe that follow each other and are equal to the last digit. */
export interface EqualRun {
  readonly temperatureC: number;
  readonly from: number;
  readonly to: number;
  readonly readings: number;
  /** What was learnt from the readings before it, once it was long enough to ask. */
  readonly learnt: Learnt | null;
  /** The reading by which it is stuck; null while it is not. */
  readonly stuckAt: number | null;
}

export type RunLength = Pick<EqualRun, 'from' | 'to' | 'readings'>;

interface Learnt {
  /** The first of the readings it was learnt from. */
  readonly from: number;
  readonly patience: StuckPatience | null;
}

/** What of a store runs are found with, for one probe. */
export interface RunSource {
  readonly store: Pick<ReadingStore, 'usable' | 'neighbours' | 'buckets' | 'bounds'>;
  readonly nodeId: string;
  readonly probe: string;
}

/** The run that a reading belongs to, after the run of the reading before it. */
export async function followRun(
  source: RunSource,
  run: EqualRun | null,
  point: TemperaturePoint,
): Promise<EqualRun> {
  const next = nextOfRun(run, point);
  return needsLearning(next) ? judged(next, await learn(source, next.from)) : next;
}

/** The same without a question; undefined when it has to learn from the readings before the run. */
export function followRunNow(run: EqualRun | null, point: TemperaturePoint): EqualRun | undefined {
  const next = nextOfRun(run, point);
  return needsLearning(next) ? undefined : next;
}

function nextOfRun(run: EqualRun | null, { at, temperatureC }: TemperaturePoint): EqualRun {
  if (run === null || run.temperatureC !== temperatureC || at - run.to > longestPauseMs)
    return { temperatureC, from: at, to: at, readings: 1, learnt: null, stuckAt: null };
  const { from, learnt, stuckAt } = run;
  return judged({ temperatureC, from, to: at, readings: run.readings + 1, learnt, stuckAt }, learnt);
}

const needsLearning = (run: EqualRun): boolean => run.learnt === null && isLong(run);

function judged(run: EqualRun, learnt: Learnt | null): EqualRun {
  if (learnt === null) return run;
  const isStuck = learnt.patience !== null && isPast(run, learnt.patience);
  return { ...run, learnt, stuckAt: run.stuckAt ?? (isStuck ? run.to : null) };
}

/** The run of the last usable reading of a probe; null without any. */
export async function lastRun(source: RunSource): Promise<EqualRun | null> {
  const bounds = await source.store.bounds(source.nodeId);
  return bounds === null ? null : runUntil(source, bounds.latestAt);
}

/** The run of the last usable reading up to an instant (inclusive), as it was then. */
export async function runUntil(source: RunSource, until: number): Promise<EqualRun | null> {
  const { store, nodeId, probe } = source;
  for (let count = leastPatience.readings + 1; ; count *= 4) {
    const { before } = await store.neighbours(nodeId, probe, until + 1, count);
    const other = before.findLastIndex((point, i) => i + 1 < before.length && !joins(point, before[i + 1]!));
    if (other < 0 && before.length === count) continue;
    let run: EqualRun | null = null;
    for (const point of before.slice(other + 1)) run = await followRun(source, run, point);
    return run;
  }
}

/** How long the run around a reading is; exact as long as it is none to be asked about. */
export async function runAround(
  { store, nodeId, probe }: RunSource,
  point: TemperaturePoint,
): Promise<RunLength> {
  // Mostly the nearest two are others already.
  for (let count = 2; ; count *= 8) {
    const { before, after } = await store.neighbours(nodeId, probe, point.at, count);
    const earlier = reach(point, before.toReversed());
    const later = reach(point, after);
    const run = {
      from: earlier === 0 ? point.at : before.at(-earlier)!.at,
      to: later === 0 ? point.at : after[later - 1]!.at,
      readings: earlier + 1 + later,
    };
    if (isLong(run) || (earlier < count && later < count)) return run;
  }
}

/** How many of these, one behind the other away from the point, are of its run. */
function reach(point: TemperaturePoint, points: readonly TemperaturePoint[]): number {
  let last = point;
  let count = 0;
  for (const next of points) {
    if (!joins(last, next)) break;
    last = next;
    count += 1;
  }
  return count;
}

/**
 * All runs, long and short, from the one at `from` to the one at `to`, whole.
 *
 * @returns also where they begin and end, and whether the last of them is the last of the probe
 */
export async function runsAround(source: RunSource, from: number, to: number) {
  const { store, nodeId, probe } = source;
  const begin = await beginOfRun(source, from);
  const runs: EqualRun[] = [];
  const end = (await store.bounds(nodeId))?.latestAt ?? to;
  for (let at = begin; at <= end; at += pieceMs) {
    for (const point of await store.usable({ nodeId, probe, from: at, to: at + pieceMs })) {
      const run = runs.at(-1) ?? null;
      const next = await followRun(source, run, point);
      if (run === null || next.from !== run.from) {
        if (run !== null && next.from > to) return { runs, from: begin, to: run.to, isWhole: false };
        runs.push(next);
      } else runs[runs.length - 1] = next;
    }
  }
  return { runs, from: begin, to: end, isWhole: true };
}

/** When the run of the last reading at or before an instant began; the instant itself when there is none. */
async function beginOfRun({ store, nodeId, probe }: RunSource, at: number): Promise<number> {
  for (let count = leastPatience.readings; ; count *= 4) {
    const { before } = await store.neighbours(nodeId, probe, at + 1, count);
    const other = before.findLastIndex((point, i) => i + 1 < before.length && !joins(point, before[i + 1]!));
    if (other < 0 && before.length === count) continue;
    return before[other + 1]?.at ?? at;
  }
}

/** Hours of a cell: a run that is long enough to be asked about fills one of them whole. */
const cellMs = 3 * hourMs;
/** Of readings a minute some milliseconds of work. */
const pieceMs = 2 * 24 * hourMs;

/** All runs of a probe that are long enough to be asked about, ascending. Reads only what may be part of one. */
export async function longRuns(source: RunSource): Promise<EqualRun[]> {
  const runs: EqualRun[] = [];
  for (const span of await evenSpans(source)) {
    let run: EqualRun | null = null;
    for (let { from } = span; from < span.to; from += pieceMs) {
      const piece = {
        nodeId: source.nodeId,
        probe: source.probe,
        from,
        to: Math.min(span.to, from + pieceMs),
      };
      for (const point of await source.store.usable(piece)) {
        const next: EqualRun = await followRun(source, run, point);
        if (run !== null && next.from !== run.from && isLong(run)) runs.push(run);
        run = next;
      }
    }
    if (run !== null && isLong(run)) runs.push(run);
  }
  return runs;
}

/** Spans with cells in which a probe said one value only, with a cell on each side. */
async function evenSpans({ store, nodeId, probe }: RunSource): Promise<{ from: number; to: number }[]> {
  const bounds = await store.bounds(nodeId);
  if (bounds === null) return [];
  const first = (await store.neighbours(nodeId, probe, bounds.earliestAt - 1, 1)).after[0];
  const last = (await store.neighbours(nodeId, probe, bounds.latestAt + 1, 1)).before[0];
  if (first === undefined || last === undefined) return [];
  if (last.at - first.at <= leastPatience.longerThanMs) return [];
  // Whole hours: cells are then never longer than they are meant to be (`bucketGrid`).
  const from = Math.floor(first.at / hourMs) * hourMs;
  const to = (Math.floor(last.at / hourMs) + 1) * hourMs;
  const cells = await store.buckets({ nodeId, probe, from, to, points: Math.ceil((to - from) / cellMs) });
  const spans: { from: number; to: number }[] = [];
  for (const cell of cells) {
    if (cell.minC !== cell.maxC) continue;
    const span = { from: Math.max(from, cell.from - cellMs), to: Math.min(to, cell.to + cellMs) };
    const before = spans.at(-1);
    if (before !== undefined && span.from <= before.to) before.to = span.to;
    else spans.push(span);
  }
  return spans;
}

export function isLong(run: RunLength): boolean {
  return isPast(run, leastPatience);
}

function isPast({ from, to, readings }: RunLength, patience: StuckPatience): boolean {
  return to - from > patience.longerThanMs && readings >= patience.readings;
}

function joins(a: TemperaturePoint, b: TemperaturePoint): boolean {
  return a.temperatureC === b.temperatureC && Math.abs(b.at - a.at) <= longestPauseMs;
}

async function learn({ store, nodeId, probe }: RunSource, from: number): Promise<Learnt> {
  const { before } = await store.neighbours(nodeId, probe, from, readingsLearntFrom);
  const isAll = before.length < readingsLearntFrom;
  return { from: isAll ? Number.NEGATIVE_INFINITY : before[0]!.at, patience: stuckPatience(before) };
}
