import type { BatchHistory } from '../../models/contracts/estimate.ts';
import { batchLifeHistory, type LifeHistoryPoint } from '../../models/shelf-life/batchLifeHistory.ts';
import type { Segment } from '../../models/temperatureHistory.ts';
import { msPerHour } from '../../models/units.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { lifeOptions, segmentsOf } from './buildLife.ts';
import { coverageOf } from './coverage.ts';
import { type Excursion, excursionsAbove } from './excursions.ts';
import { futureTemperature } from './futureTemperature.ts';
import { toIntervalView } from './lifeView.ts';
import type { LiveTrack } from './liveTrack.ts';
import { recentMeanC, recentSeriesOf } from './recentTemperature.ts';

/** Draws per point: bands of a chart need fewer than a number that is printed. */
const drawsPerPoint = 1_000;

/** Temperature, predicted count and remaining life of a batch on one time axis, and on to the end of its life. */
export async function batchHistory(
  store: ReadingStore,
  { batchId, track }: Pick<LiveTrack, 'batchId' | 'track'>,
  asOf: number,
  pointCount: number,
): Promise<BatchHistory> {
  const { batch, producedAt } = track;
  const { segments } = await segmentsOf(store, track, asOf);
  const { uncovered } = await coverageOf(store, track, asOf);
  const meanC = recentMeanC(await recentSeriesOf(store, track, asOf), track, asOf);
  const futureTemperatureC = futureTemperature(batch, meanC).temperatureC;
  const measured = segments.filter(s => s.to - s.from <= track.maxGapMs);
  const options = lifeOptions(track);
  const { outOfRangeAboveC } = options.parameters;
  const excursions = excursionsAbove(measured, outOfRangeAboveC);
  const grid = gridOf(producedAt, asOf, pointCount);
  const times = inOrder([...grid, ...excursions.flatMap(e => [e.from, e.to])]);
  const life = batchLifeHistory({
    ...options,
    segments,
    uncovered,
    times,
    asOf,
    futureTemperatureC,
    draws: drawsPerPoint,
  });
  const byTime = new Map(life.points.map(p => [p.at, p]));
  const temperatures = temperaturesOn(grid, measured);
  return {
    batchId,
    from: iso(producedAt),
    asOf: iso(asOf),
    points: grid.map((at, i) => ({ ...toPointView(byTime.get(at)!), ...temperatures[i]! })),
    forecast: life.forecast.map(point => ({ ...toPointView(point), ...ahead(futureTemperatureC) })),
    gaps: gapsOf(segments, uncovered, track.maxGapMs, asOf),
    excursions: excursions.map(e => toExcursionView(e, byTime, measured.at(-1)?.to)),
    outOfRangeAboveC,
    limitLog10CfuPerG: options.parameters.spoilage.limitLog10Cfu.value,
    futureTemperatureC,
  };
}

function gridOf(from: number, to: number, count: number): number[] {
  if (to <= from) return [from];
  const steps = Math.max(1, count - 1);
  return inOrder(Array.from({ length: steps + 1 }, (_, i) => Math.round(from + ((to - from) * i) / steps)));
}

function inOrder(times: readonly number[]): number[] {
  return [...new Set(times)].sort((a, b) => a - b);
}

interface TemperatureOfPoint {
  readonly temperatureC: number | null;
  readonly minC: number | null;
  readonly maxC: number | null;
}

/** At each instant the measured temperature, with the extremes since the instant before; null inside a gap. */
function temperaturesOn(times: readonly number[], measured: readonly Segment[]): TemperatureOfPoint[] {
  let first = 0;
  return times.map((at, i) => {
    const since = times[i - 1] ?? at;
    while (first < measured.length && measured[first]!.to < since) first += 1;
    let temperatureC: number | null = null;
    const seen: number[] = [];
    for (let s = first; s < measured.length && measured[s]!.from <= at; s++) {
      const segment = measured[s]!;
      seen.push(temperatureAt(segment, Math.max(since, segment.from)));
      seen.push(temperatureAt(segment, Math.min(at, segment.to)));
      if (segment.to >= at) temperatureC = temperatureAt(segment, at);
    }
    if (temperatureC === null) return { temperatureC, minC: null, maxC: null };
    return { temperatureC, minC: Math.min(...seen), maxC: Math.max(...seen) };
  });
}

function temperatureAt({ from, fromC, to, toC }: Segment, at: number): number {
  return to === from ? toC : fromC + ((toC - fromC) * (at - from)) / (to - from);
}

function ahead(temperatureC: number): TemperatureOfPoint {
  return { temperatureC, minC: null, maxC: null };
}

/** A tail that is still within the node's contract is no gap yet. */
function gapsOf(
  segments: readonly Segment[],
  uncovered: readonly { from: number; to: number }[],
  maxGap: number,
  asOf: number,
): BatchHistory['gaps'] {
  const isHeldTail = (span: { from: number; to: number }) =>
    span.to === asOf && segments.length > 0 && span.to - span.from <= maxGap;
  const gaps = [
    ...uncovered.filter(span => !isHeldTail(span)),
    ...segments.filter(s => s.to - s.from > maxGap),
  ];
  gaps.sort((a, b) => a.from - b.from);
  return gaps.map(({ from, to }) => ({ from: iso(from), to: iso(to) }));
}

/** What an excursion cost: how much more the least remaining life fell than time went by. */
function toExcursionView(
  { from, to, peakC }: Excursion,
  byTime: ReadonlyMap<number, LifeHistoryPoint>,
  lastMeasuredAt: number | undefined,
): BatchHistory['excursions'][number] {
  const fellH = byTime.get(from)!.remainingH.p05 - byTime.get(to)!.remainingH.p05;
  return {
    from: iso(from),
    to: to === lastMeasuredAt ? null : iso(to),
    peakC,
    lifeLostH: Math.max(0, fellH - (to - from) / msPerHour),
  };
}

function toPointView({ at, countLog10CfuPerG, remainingH }: LifeHistoryPoint) {
  return {
    at: iso(at),
    countLog10CfuPerG: toIntervalView(countLog10CfuPerG),
    remainingH: toIntervalView(remainingH),
  };
}

const iso = (at: number) => new Date(at).toISOString();
