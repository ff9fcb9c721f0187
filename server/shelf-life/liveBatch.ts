import type { Estimate } from '../../models/contracts/estimate.ts';
import type { TahuParameters } from '../../models/parameters/tahu.ts';
import type { Interval, LifeEstimate } from '../../models/shelf-life/lifeEstimate.ts';
import { ApiError } from '../errors.ts';
import { type Batch, endedAt } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listObservations, type Observation } from '../store/metadata/observations.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { type Arrival, type ArrivalQuestion, arrivalOf } from './arrival.ts';
import { type EstimateQuestion, estimateBatch } from './estimateBatch.ts';
import { type LifeNow, trackNow, worstOf } from './lifeNow.ts';
import { type LiveTrack, openLiveTrack, partsAt, partsNow } from './liveTrack.ts';
import type { RecentReadings } from './recentReadings.ts';
import { type Track, tracksOf } from './tracks.ts';

/** A batch with all its tracks, at least one. */
export interface LiveBatch {
  readonly orgId: string;
  readonly batchId: string;
  /** When it, or the youngest part of it, was made. */
  readonly producedAt: number;
  readonly endedAt: number | null;
  readonly tracks: readonly LiveTrack[];
}

/** Where lives are read from, and when. */
export interface LifeSources {
  readonly store: ReadingStore;
  readonly recent: RecentReadings;
  readonly now: number;
}

/** How far a batch had come at an instant. */
export interface GrowthAt {
  readonly track: Track;
  /** Integral of mu of the spoilage flora since making, ln units, at the central parameters. */
  readonly muIntegral: number;
  /** Without what was seen of it. */
  readonly life: LifeEstimate;
}

/** One for all: most batches are never seen by a laboratory or a buyer. */
const nothingSeen: readonly Observation[] = [];

/** @param parameters  those in use for it; default: the built-in ones */
export async function openLiveBatch(
  db: MetadataDb,
  store: ReadingStore,
  batch: Batch,
  parameters?: TahuParameters,
): Promise<LiveBatch> {
  const { orgId, batchId } = batch;
  const own = await listObservations(db, orgId, batchId);
  const tracks: LiveTrack[] = [];
  for (const track of await tracksOf(db, batch, parameters)) {
    const seen = [...(await seenOfOrigins(db, orgId, track)), ...own].sort((a, b) => a.at - b.at);
    tracks.push(await openLiveTrack(store, batchId, track, seen.length === 0 ? nothingSeen : seen));
  }
  const producedAt = Math.max(...tracks.map(({ track }) => track.producedAt));
  // An array that was pushed to keeps room for sixteen more.
  return { orgId, batchId, producedAt, endedAt: endedAt(batch), tracks: tracks.slice() };
}

async function seenOfOrigins(db: MetadataDb, orgId: string, { origins }: Track): Promise<Observation[]> {
  const seen: Observation[] = [];
  for (const { batchId, until } of origins)
    seen.push(...(await listObservations(db, orgId, batchId)).filter(({ at }) => at <= until));
  return seen;
}

/** Now; for a batch of which nothing is left, when it ended. */
export function usualInstant({ producedAt, endedAt: end }: LiveBatch, now: number): number {
  return Math.max(producedAt, Math.min(now, end ?? now));
}

/** From memory for this instant, from the store for any before. */
function partsOf({ store, recent, now }: LifeSources, live: LiveTrack, knownUntil: number) {
  return knownUntil === now ? partsNow(store, recent, live, now) : partsAt(store, live, knownUntil);
}

/** The estimate of the worst track, which is the batch's. */
export async function estimateOf(
  sources: LifeSources,
  { tracks }: LiveBatch,
  question: EstimateQuestion,
): Promise<Estimate> {
  const estimates = [];
  for (const live of tracks) {
    const parts = await partsOf(sources, live, question.knownUntil);
    estimates.push({ position: live.track.position, ...estimateBatch(parts, question) });
  }
  const { position, estimate } = worstOf(estimates, ({ life }) => life);
  const isOneOfSeveral = tracks.some(({ track }) => track.position !== position);
  return isOneOfSeveral ? { ...estimate, warmestPosition: position } : estimate;
}

export async function lifeNowOf(sources: LifeSources, entry: LiveBatch): Promise<LifeNow> {
  const { orgId, batchId } = entry;
  const asOf = usualInstant(entry, sources.now);
  const { outlook, ...now } = worstOf(await tracksNow(sources, entry, asOf), track => track.outlook);
  const { remainingH, keepsUntil, lifeAtMakingH } = outlook;
  const { status, futureTemperatureC, lastReadingAt, lastTemperatureC } = now;
  return {
    ...{ orgId, batchId, asOf, status, remainingH, keepsUntil, lifeAtMakingH },
    ...{ futureTemperatureC, lastReadingAt, lastTemperatureC },
  };
}

export async function worstTrack(sources: LifeSources, entry: LiveBatch, asOf: number): Promise<LiveTrack> {
  if (entry.tracks.length === 1) return entry.tracks[0]!;
  return worstOf(await tracksNow(sources, entry, asOf), track => track.outlook).live;
}

async function tracksNow(sources: LifeSources, { tracks }: LiveBatch, asOf: number) {
  const all = [];
  for (const live of tracks) {
    const track = trackNow(await partsOf(sources, live, asOf), asOf, live.nearH);
    live.nearH = track.outlook.remainingH.p05;
    all.push({ live, ...track });
  }
  return all;
}

/** @throws {ApiError} request.invalid for an arrival before production */
export async function arrivalAt(
  sources: LifeSources,
  entry: LiveBatch,
  question: ArrivalQuestion,
  near?: Interval,
): Promise<Arrival> {
  refuseBeforeProduction(entry, 'arrivesAt', question.arrivesAt);
  const knownUntil = Math.max(entry.producedAt, Math.min(question.arrivesAt, sources.now));
  const arrivals = [];
  for (const live of entry.tracks)
    arrivals.push(arrivalOf(await partsOf(sources, live, knownUntil), question, knownUntil, near));
  return worstOf(arrivals, ({ life }) => life).arrival;
}

/** @throws {ApiError} request.invalid for an instant before production */
export async function growthAt(store: ReadingStore, entry: LiveBatch, at: number): Promise<GrowthAt> {
  refuseBeforeProduction(entry, 'at', at);
  const all = [];
  for (const live of entry.tracks) {
    const { track, coverage, life } = await partsAt(store, live, at);
    const input = { asOf: at, futureTemperatureC: warmestExpectedC, uncovered: coverage.uncovered };
    all.push({ track, muIntegral: life.muIntegral(input), life: life.estimate(input) });
  }
  return worstOf(all, ({ life }) => life);
}

/** What was before does not depend on it, but for time of which nothing at all is known. */
const warmestExpectedC = 28;

export function refuseBeforeProduction({ producedAt }: LiveBatch, field: string, at: number): void {
  if (at >= producedAt) return;
  const fault = {
    field,
    value: new Date(at).toISOString(),
    allowed: `must not be before production, ${new Date(producedAt).toISOString()}`,
  };
  throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}
