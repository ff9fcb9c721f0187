import type { Reading } from '../../models/contracts/reading.ts';
import type { LifeEvidence } from '../../models/shelf-life/lifeEstimate.ts';
import type { Observation } from '../store/metadata/observations.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { type BuiltLife, buildLife } from './buildLife.ts';
import { coverageOf, coverageUntil, type OpenCoverage, openCoverageOf } from './coverage.ts';
import type { EstimateParts } from './estimateBatch.ts';
import { segmentOfPair } from './placedWindows.ts';
import type { RecentReadings } from './recentReadings.ts';
import { recentMeanC, recentSeriesOf } from './recentTemperature.ts';
import { evidenceOf, relevant } from './seenEvidence.ts';
import type { SeriesChange } from './seriesChange.ts';
import type { Track } from './tracks.ts';

/** A track with its life so far, kept up to date reading by reading. */
export interface LiveTrack extends BuiltLife {
  readonly batchId: string;
  readonly track: Track;
  /** What is known beside the life, as long as all readings lie before `since`; null: to be asked anew. */
  known: KnownNow | null;
  /** What was seen of it, the earliest first. */
  readonly seen: readonly Observation[];
  /** The same with its history until then; null: to be made anew. */
  evidence: readonly LifeEvidence[] | null;
  /** The p05 said last, in hours: the next is near it. */
  nearH: number | undefined;
}

interface KnownNow extends OpenCoverage {
  readonly since: number;
  readonly suspect: number;
}

/** @param seen  what was seen of the batch, and of those it was a part of */
export async function openLiveTrack(
  store: ReadingStore,
  batchId: string,
  track: Track,
  seen: readonly Observation[],
): Promise<LiveTrack> {
  const { life, spikes } = await buildLife(store, track, Number.MAX_SAFE_INTEGER);
  return { batchId, track, life, spikes, known: null, seen, evidence: null, nearH: undefined };
}

/** The parts of an estimate now, from memory where nothing has come since the last time. */
export async function partsNow(
  store: ReadingStore,
  recent: RecentReadings,
  live: LiveTrack,
  now: number,
): Promise<EstimateParts> {
  const { batchId, track, life, spikes } = live;
  if (live.known === null || now < live.known.since) live.known = await knownNow(store, track, now);
  // Somebody asks about the past, or a clock runs fast.
  if (live.known === null) return partsAt(store, live, now);
  return {
    batchId,
    track,
    coverage: coverageUntil(live.known, now),
    life,
    leftOutReadings: spikes + live.known.suspect,
    recentMeanC: recentMeanC(await recent.of(track, now), track, now),
    evidence: await evidenceNow(store, live, now),
  };
}

/** The parts of an estimate from readings measured up to `knownUntil`, all from the store. */
export async function partsAt(
  store: ReadingStore,
  live: LiveTrack,
  knownUntil: number,
): Promise<EstimateParts> {
  const { batchId, track } = live;
  const coverage = await coverageOf(store, track, knownUntil);
  const built = (await hasLaterReadings(store, track, knownUntil))
    ? await buildLife(store, track, knownUntil)
    : live;
  return {
    batchId,
    track,
    coverage,
    life: built.life,
    leftOutReadings: built.spikes + (await suspectUntil(store, track, knownUntil + 1)),
    recentMeanC: recentMeanC(await recentSeriesOf(store, track, knownUntil), track, knownUntil),
    evidence: await evidenceOf(store, track, relevant(live.seen, track, knownUntil)),
  };
}

async function evidenceNow(
  store: ReadingStore,
  live: LiveTrack,
  now: number,
): Promise<readonly LifeEvidence[]> {
  if (live.seen.length === 0) return nothingSeen;
  const seen = relevant(live.seen, live.track, now);
  if (live.evidence?.length !== seen.length) live.evidence = await evidenceOf(store, live.track, seen);
  return live.evidence;
}

const nothingSeen: readonly LifeEvidence[] = [];

async function knownNow(store: ReadingStore, track: Track, now: number): Promise<KnownNow | null> {
  if (await hasLaterReadings(store, track, now)) return null;
  const suspect = await suspectUntil(store, track, now + 1);
  const isAll = suspect === (await suspectUntil(store, track, Number.MAX_SAFE_INTEGER));
  return isAll ? { ...(await openCoverageOf(store, track, now)), since: now, suspect } : null;
}

/** Readings of quality suspect inside the windows of a track, measured before `end`. */
export async function suspectUntil(store: ReadingStore, track: Track, end: number): Promise<number> {
  let suspect = 0;
  for (const { nodeId, probe, from, to } of track.windows)
    suspect += await store.suspectCount({ nodeId, probe, from, to: Math.min(to, end), knownUntil: end - 1 });
  return suspect;
}

/** Whether readings inside a placement were measured after `knownUntil`. */
async function hasLaterReadings(store: ReadingStore, track: Track, knownUntil: number): Promise<boolean> {
  for (const { nodeId, probe } of track.windows) {
    const { after } = await store.neighbours(nodeId, probe, knownUntil, 1, knownUntil);
    // Even one behind the window's end counts: the piece that crosses the end hangs on it.
    if (after.length > 0) return true;
  }
  return false;
}

/**
 * Takes new readings of one probe into a life.
 *
 * @param change    what they change in the cleaned series; null when none of them is usable
 */
export function applyReadings(
  live: LiveTrack,
  readings: readonly Reading[],
  change: SeriesChange | null,
  now: number,
): void {
  if (change !== null) applyChange(live, readings[0]!, change);
  const lastSeenAt = live.seen.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  // History before something was seen has changed, or may have.
  if (change === null ? readings.some(r => r.measuredAt <= lastSeenAt) : change.settledFrom <= lastSeenAt)
    live.evidence = null;
  live.known = live.known && advanced(live.known, live.track, readings, change, now);
}

function applyChange(
  live: LiveTrack,
  { nodeId, probe }: Pick<Reading, 'nodeId' | 'probe'>,
  change: SeriesChange,
): void {
  const { track, life } = live;
  for (const window of track.windows) {
    if (window.nodeId !== nodeId || window.probe !== probe) continue;
    const inside = ({ at }: { at: number }) => at >= window.from && at < window.to;
    for (const [a, b] of change.gone) {
      const segment = segmentOfPair(a, b, window, track.maxGapMs);
      if (segment !== undefined) life.removeSegment(segment);
    }
    for (const [a, b] of change.come) {
      const segment = segmentOfPair(a, b, window, track.maxGapMs);
      if (segment !== undefined) life.addSegment(segment);
    }
    live.spikes += change.spikesCome.filter(inside).length - change.spikesGone.filter(inside).length;
  }
}

/**
 * What is known after readings that follow on all that were there, in the window that is open now: the usual case. Null
 * in any other.
 */
function advanced(
  known: KnownNow,
  { windows }: Track,
  readings: readonly Reading[],
  change: SeriesChange | null,
  now: number,
): KnownNow | null {
  const { nodeId, probe } = readings[0]!;
  const ofSeries = windows.filter(w => w.nodeId === nodeId && w.probe === probe);
  if (readings.some(r => r.measuredAt > now)) return null;
  const isSuspect = (r: Reading) => r.quality === 'suspect' && r.temperatureC !== null;
  const suspect =
    known.suspect +
    readings.filter(r => isSuspect(r) && ofSeries.some(w => r.measuredAt >= w.from && r.measuredAt < w.to))
      .length;
  if (change === null) return { ...known, suspect };
  const last = windows.at(-1);
  const { lastUsed, settledFrom } = change;
  const { lastReading, before } = known;
  if (last === undefined || ofSeries.at(-1) !== last || lastUsed === null || lastReading === null)
    return null;
  if (settledFrom < last.from || lastReading.at < last.from || lastUsed.at >= last.to || lastUsed.at > now)
    return null;
  return { since: Math.max(known.since, lastUsed.at), suspect, before, end: lastUsed, lastReading: lastUsed };
}
