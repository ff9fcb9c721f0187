import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { type PlacedWindow, segmentOfPair } from './placedWindows.ts';
import type { Track } from './tracks.ts';
import { usedReadings } from './usedReadings.ts';

/** A span without any reading that speaks for the batch, with the temperatures at its known ends. */
export interface UncoveredSpan {
  readonly from: number;
  readonly to: number;
  readonly beforeC: number | null;
  readonly afterC: number | null;
}

export interface Coverage {
  /** Heads, tails and spans between placements in [producedAt, asOf]; gaps inside a placement are not among them. */
  readonly uncovered: readonly UncoveredSpan[];
  /** The latest used reading inside any placement. */
  readonly lastReading: TemperaturePoint | null;
}

/** The same without its end: as long as no reading comes, it is that of any later instant. */
export interface OpenCoverage {
  /** Heads and spans between placements. */
  readonly before: readonly UncoveredSpan[];
  /** Where the coverage ends, and how warm it was then; producedAt and null when no reading speaks for the batch. */
  readonly end: { readonly at: number; readonly temperatureC: number | null };
  readonly lastReading: TemperaturePoint | null;
}

/** The coverage at an instant at or after the last reading. */
export function coverageUntil({ before, end, lastReading }: OpenCoverage, asOf: number): Coverage {
  if (asOf <= end.at) return { uncovered: before, lastReading };
  const tail = { from: end.at, to: asOf, beforeC: end.temperatureC, afterC: null };
  return { uncovered: [...before, tail], lastReading };
}

interface CoveredSpan {
  readonly from: number;
  readonly fromC: number;
  readonly to: number;
  readonly toC: number;
}

/** Which parts of the time from production to `asOf` no reading speaks for. */
export async function coverageOf(store: ReadingStore, track: Track, asOf: number): Promise<Coverage> {
  return coverageUntil(await openCoverageOf(store, track, asOf), asOf);
}

/** One for all that are covered since their making. */
const nothing: readonly UncoveredSpan[] = [];

export async function openCoverageOf(store: ReadingStore, track: Track, asOf: number): Promise<OpenCoverage> {
  const uncovered: UncoveredSpan[] = [];
  let lastReading: TemperaturePoint | null = null;
  let at = track.producedAt;
  let beforeC: number | null = null;
  for (const window of track.windows) {
    const edges = await readingsAtEdges(store, window, asOf);
    lastReading = edges.filter(p => p.at >= window.from && p.at <= window.to).at(-1) ?? lastReading;
    const span = coveredSpan(edges, window, track.maxGapMs);
    if (span === undefined) continue;
    if (span.from > at) uncovered.push({ from: at, to: span.from, beforeC, afterC: span.fromC });
    at = span.to;
    beforeC = span.toC;
  }
  return {
    before: uncovered.length === 0 ? nothing : uncovered.slice(),
    // Most batches are covered up to their last reading: one object for both.
    end:
      lastReading?.at === at && lastReading.temperatureC === beforeC
        ? lastReading
        : { at, temperatureC: beforeC },
    lastReading,
  };
}

/** The used readings around both ends of a window: enough to know where its coverage begins and ends. */
async function readingsAtEdges(
  store: ReadingStore,
  window: PlacedWindow,
  asOf: number,
): Promise<TemperaturePoint[]> {
  const { nodeId, probe } = window;
  const series = { nodeId, probe, until: asOf };
  const end = Math.min(window.to, asOf);
  const start = await usedReadings(store, { ...series, from: window.from, to: window.from });
  const finish = await usedReadings(store, { ...series, from: end, to: end });
  const byTime = new Map([...start.used, ...finish.used].map(p => [p.at, p]));
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}

/** From the first to the last instant that a window's readings speak for. A single reading covers its own instant. */
function coveredSpan(
  edges: readonly TemperaturePoint[],
  window: PlacedWindow,
  maxGap: number,
): CoveredSpan | undefined {
  const inside = edges.filter(p => p.at >= window.from && p.at <= window.to);
  const first = inside[0];
  const last = inside.at(-1);
  const before = edges.findLast(p => p.at < window.from);
  const after = edges.find(p => p.at > window.to);
  if (first === undefined || last === undefined) {
    return before && after && segmentOfPair(before, after, window, maxGap);
  }
  const head = before && segmentOfPair(before, first, window, maxGap);
  const tail = after && segmentOfPair(last, after, window, maxGap);
  return {
    from: head?.from ?? first.at,
    fromC: head?.fromC ?? first.temperatureC,
    to: tail?.to ?? last.at,
    toC: tail?.toC ?? last.temperatureC,
  };
}
