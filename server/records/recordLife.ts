import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Estimate } from '../../models/contracts/estimate.ts';
import type { RecordExcursion, RecordGap } from '../../models/contracts/record.ts';
import { type BatchLife, createBatchLife } from '../../models/shelf-life/batchLife.ts';
import { assumeGap, type Uncovered } from '../../models/shelf-life/gap.ts';
import { WarmSpells } from '../../models/shelf-life/warmSpells.ts';
import type { Segment } from '../../models/temperatureHistory.ts';
import { msPerHour } from '../../models/units.ts';
import { lifeOptions, segmentsOf } from '../shelf-life/buildLife.ts';
import { type Coverage, coverageOf } from '../shelf-life/coverage.ts';
import { estimateBatch } from '../shelf-life/estimateBatch.ts';
import { type Excursion, excursionsAbove } from '../shelf-life/excursions.ts';
import { futureTemperature } from '../shelf-life/futureTemperature.ts';
import { worstOf } from '../shelf-life/lifeNow.ts';
import { suspectUntil } from '../shelf-life/liveTrack.ts';
import { recentMeanC, recentSeriesOf } from '../shelf-life/recentTemperature.ts';
import { evidenceOf, relevant } from '../shelf-life/seenEvidence.ts';
import type { Track } from '../shelf-life/tracks.ts';
import type { Observation } from '../store/metadata/observations.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { temperatureAt } from './hoursOf.ts';

/** What a record tells of how warm a batch was and how long it keeps. */
export interface RecordedLife {
  readonly track: Track;
  readonly estimate: Estimate;
  /** Straight pieces between readings close enough to each other, ascending. */
  readonly measured: readonly Segment[];
  readonly excursions: readonly RecordExcursion[];
  readonly gaps: readonly RecordGap[];
}

/** As many as the history of a batch is drawn with: what an excursion cost is the same in both. */
const drawsOfLoss = 1_000;
const segmentsATurn = 1_000;

interface LivedTrack {
  readonly track: Track;
  readonly segments: readonly Segment[];
  /** Those that are no gaps. */
  readonly measured: readonly Segment[];
  readonly coverage: Coverage;
  readonly excursions: readonly RecordExcursion[];
  readonly futureTemperatureC: number;
}

/**
 * Goes through the life of a batch until an instant, track by track, in small steps that let readings in between. Its
 * estimate is that of the API for the same instant, its excursions and gaps those of its history.
 *
 * @param tracks  at least one
 * @param seenOf  what was seen of the batch on a track
 */
export async function recordLife(
  store: ReadingStore,
  batchId: string,
  tracks: readonly Track[],
  seenOf: (track: Track) => Promise<readonly Observation[]>,
  until: number,
): Promise<RecordedLife> {
  const all = [];
  for (const track of tracks) {
    const { segments, spikes } = await segmentsOf(store, track, until);
    const measured = segments.filter(s => s.to - s.from <= track.maxGapMs);
    await nextTurn();
    const coverage = await coverageOf(store, track, until);
    const meanC = recentMeanC(await recentSeriesOf(store, track, until), track, until);
    const futureTemperatureC = futureTemperature(track.batch, meanC).temperatureC;
    const life = createBatchLife(lifeOptions(track));
    const lived = { track, segments, measured, coverage, futureTemperatureC };
    const excursions = await liveThrough(life, lived);
    const parts = {
      ...{ batchId, track, life, coverage, recentMeanC: meanC },
      leftOutReadings: spikes + (await suspectUntil(store, track, until + 1)),
      evidence: await evidenceOf(store, track, relevant(await seenOf(track), track, until)),
    };
    const { life: figures, estimate } = estimateBatch(parts, { asOf: until, knownUntil: until });
    all.push({ ...lived, excursions, figures, estimate });
    await nextTurn();
  }
  const { estimate, ...worst } = worstOf(all, ({ figures }) => figures);
  const { position } = worst.track;
  const isOneOfSeveral = tracks.some(track => track.position !== position);
  return {
    track: worst.track,
    estimate: isOneOfSeveral ? { ...estimate, warmestPosition: position } : estimate,
    measured: worst.measured,
    excursions: worst.excursions,
    gaps: gapsOf(worst, until),
  };
}

/** Adds all segments to a life and looks at it where an excursion begins and ends. */
async function liveThrough(
  life: BatchLife,
  lived: Omit<LivedTrack, 'excursions'>,
): Promise<RecordExcursion[]> {
  const { track, segments, measured, coverage, futureTemperatureC } = lived;
  const excursions = excursionsAbove(measured, lifeOptions(track).parameters.outOfRangeAboveC);
  await nextTurn();
  const edges = [...new Set(excursions.flatMap(e => [e.from, e.to]))].sort((a, b) => a - b);
  const p05At = new Map<number, number>();
  let nextEdge = 0;
  const look = (at: number) => {
    const uncovered = coverage.uncovered.filter(span => span.to <= at);
    const estimate = life.estimate({ asOf: at, futureTemperatureC, uncovered, draws: drawsOfLoss });
    p05At.set(at, estimate.remainingH.p05);
  };
  for (const [index, segment] of segments.entries()) {
    if (index > 0 && index % segmentsATurn === 0) await nextTurn();
    const isMeasured = segment.to - segment.from <= track.maxGapMs;
    while (isMeasured && nextEdge < edges.length && edges[nextEdge]! < segment.to) {
      const at = edges[nextEdge++]!;
      const before = { ...segment, to: at, toC: temperatureAt(segment, at) };
      life.addSegment(before);
      look(at);
      life.removeSegment(before);
      await nextTurn();
    }
    life.addSegment(segment);
    if (edges[nextEdge] === segment.to) {
      look(edges[nextEdge++]!);
      await nextTurn();
    }
  }
  const lastAt = measured.at(-1)?.to;
  return excursions.map(excursion => toExcursion(excursion, p05At, lastAt));
}

/** What an excursion cost: how much more the least remaining life fell than time went by. */
function toExcursion(
  { from, to, peakC }: Excursion,
  p05At: ReadonlyMap<number, number>,
  lastAt: number | undefined,
): RecordExcursion {
  const durationH = (to - from) / msPerHour;
  const fellH = p05At.get(from)! - p05At.get(to)!;
  return {
    from: iso(from),
    to: to === lastAt ? null : iso(to),
    ...{ durationH, peakC, lifeLostH: Math.max(0, fellH - durationH) },
  };
}

/** A tail that is still within the node's contract is no gap yet. */
function gapsOf(lived: LivedTrack, until: number): RecordGap[] {
  const { track, segments, coverage, futureTemperatureC } = lived;
  const isHeldTail = ({ from, to, beforeC }: Uncovered) =>
    to === until && beforeC !== null && to - from <= track.maxGapMs;
  const gaps = [
    ...coverage.uncovered.filter(span => span.to > span.from && !isHeldTail(span)),
    ...segments
      .filter(s => s.to - s.from > track.maxGapMs)
      .map(({ from, fromC, to, toC }) => ({ from, to, beforeC: fromC, afterC: toC })),
  ].sort((a, b) => a.from - b.from);
  const warmSpells = new WarmSpells();
  for (const segment of lived.measured) warmSpells.add(segment, 1);
  return gaps.map(gap => {
    const { central, worstC } = assumeGap(gap, warmSpells.warmestBefore(gap.from), futureTemperatureC);
    return {
      ...{ from: iso(gap.from), to: iso(gap.to), durationH: (gap.to - gap.from) / msPerHour },
      ...{ assumedFromC: central.fromC, assumedToC: central.toC, assumedWorstC: worstC },
    };
  });
}

const iso = (at: number) => new Date(at).toISOString();
