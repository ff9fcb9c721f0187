import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Treatment } from '../../models/contracts/batch.ts';
import type { BatchHistory, Estimate } from '../../models/contracts/estimate.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import type { TahuParameters } from '../../models/parameters/tahu.ts';
import { ApiError } from '../errors.ts';
import { type Batch, findBatch, listActiveBatchesOfAllOrganisations } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listDescentOfAllOrganisations, listKin } from '../store/metadata/lineage.ts';
import {
  listPlacements,
  listPlacementsOfAllOrganisations,
  type Placement,
} from '../store/metadata/placements.ts';
import { isUsable, type ReadingStore } from '../store/readingStore.ts';
import type { Arrival, ArrivalQuestion } from './arrival.ts';
import { batchHistory } from './batchHistory.ts';
import { createFamily, type Family } from './family.ts';
import { KnownArrivals } from './knownArrivals.ts';
import type { LifeNow } from './lifeNow.ts';
import {
  arrivalAt,
  estimateOf,
  type GrowthAt,
  growthAt,
  type LifeSources,
  type LiveBatch,
  lifeNowOf,
  openLiveBatch,
  refuseBeforeProduction,
  usualInstant,
  worstTrack,
} from './liveBatch.ts';
import { applyReadings } from './liveTrack.ts';
import { builtInParameters, type ParametersInUse } from './parametersInUse.ts';
import {
  type BatchKey,
  batchKey,
  createPlacementIndex,
  type PlacementIndex,
  splitBatchKey,
} from './placementIndex.ts';
import { createRecentReadings, type RecentReadings } from './recentReadings.ts';
import { seriesChange } from './seriesChange.ts';
import { createTurns } from './turns.ts';

export interface BatchWithEstimate {
  readonly batch: Batch;
  readonly placements: readonly Placement[];
  readonly estimate: Estimate;
}

export interface EstimateAsked {
  /** Epoch ms; default: now, or when nothing was left of it. */
  readonly at?: number | undefined;
  readonly futureTemperatureC?: number | undefined;
}

/** What other parameters did to a batch that was there when they came into use. */
export interface RecalculatedBatch {
  readonly key: BatchKey;
  readonly at: number;
  readonly parameterSetId: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly beforeP05H: number;
  readonly afterP05H: number;
}

/** A batch as it stands, and as it would with other parameters. */
export interface TriedParameters {
  readonly batch: Batch;
  readonly before: LifeNow;
  readonly after: LifeNow;
}

/** The lives of all batches: kept up to date reading by reading, built from the store when first asked for. */
export interface BatchLives {
  /**
   * @throws {ApiError} batch.not_found; request.invalid for `at` before production
   */
  estimate(orgId: string, batchId: string, asked?: EstimateAsked): Promise<Estimate>;
  /** The same with the batch itself and its placements. */
  batchWithEstimate(orgId: string, batchId: string): Promise<BatchWithEstimate>;
  /** How batches stand now, in figures; those that are not there are left out. Cheap: for many at once. */
  now(batches: Iterable<BatchKey>): Promise<LifeNow[]>;
  /** The same of all that are there, of all organisations. Lets readings in between. */
  refreshAll(): Promise<LifeNow[]>;
  /** Temperature, count and remaining life from production until now (or until its end), and the forecast. */
  history(orgId: string, batchId: string, points: number): Promise<BatchHistory>;
  /**
   * What is left of it when it arrives somewhere: its own history until now, then the plan.
   *
   * @param askedBy  who asks the same again and again, such as a shipment: remembered while nothing comes in, for some
   *   seconds; of what is past until something comes in
   * @throws {ApiError} batch.not_found; request.invalid for an arrival before production
   */
  arrival(orgId: string, batchId: string, question: ArrivalQuestion, askedBy?: string): Promise<Arrival>;
  /**
   * How far a batch had come at an instant in its past: what a fit needs beside a count.
   *
   * @throws {ApiError} batch.not_found; request.invalid for an instant before production
   */
  growthAt(orgId: string, batchId: string, at: number): Promise<GrowthAt>;
  /**
   * Runs `store` (which puts readings into the store) and takes what it found new into the lives concerned, as one step
   * that no estimate can fall between. Lives of probes that it calls `rejudged` are forgotten: what they were built from
   * is believed otherwise now.
   *
   * @returns the batches whose estimate has changed
   */
  take(
    store: (rejudged: (nodeId: string, probe: string) => void) => Promise<readonly Reading[]>,
  ): Promise<ReadonlySet<BatchKey>>;
  /**
   * Runs `change`, which makes readings of a probe say something else than before, and forgets the lives they are in, as
   * one step that no estimate can fall between.
   *
   * @returns the batches whose estimate has changed
   */
  recalibrate(nodeId: string, probe: string, change: () => Promise<void>): Promise<ReadonlySet<BatchKey>>;
  /** The batches a probe speaks for or spoke for, of any organisation. */
  fedBy(nodeId: string, probe: string): readonly BatchKey[];
  /**
   * Forgets what is known of a batch, and of what was made from it, after it or its placements changed.
   *
   * @returns it and all that were made from it
   */
  changed(orgId: string, batchId: string): Promise<readonly BatchKey[]>;
  /** Forgets what is known of all batches after something changed that many may hang on: seldom. */
  productChanged(): Promise<void>;
  /** Other servers may have changed anything: batches, placements and their kin are read anew. */
  reload(): Promise<void>;
  /** By which a batch is estimated; `at`: as it was known then. */
  parametersOf(batch: Batch, at?: number): TahuParameters;
  /**
   * Runs `change`, after which other parameters are in use for the batches that `list` finds. They still keep what they
   * were built by; each goes over when `recalculateSome` comes to it, or before anybody is told of it again.
   */
  parametersChanged(
    list: () => Promise<readonly { readonly key: BatchKey; readonly before: TahuParameters }[]>,
    change: () => void,
  ): Promise<void>;
  /** Goes on with batches whose parameters have changed, for some milliseconds. */
  recalculateSome(): Promise<{ readonly done: readonly RecalculatedBatch[]; readonly left: number }>;
  /** How many batches of a firm and a treatment are still to go over. */
  toRecalculate(orgId: string, treatment: Treatment): number;
  /** Says again what was recalculated before the server started. */
  recalculatedBefore(batches: readonly RecalculatedBatch[]): void;
  /** What other parameters would say of batches that are there; nothing changes. Those that are not there are left out. */
  tryParameters(
    batches: readonly BatchKey[],
    parametersFor: (batch: Batch) => TahuParameters,
  ): Promise<TriedParameters[]>;
}

/** How long an estimate says that it was recalculated. */
export const recalculatedForMs = 24 * 3_600_000;
/** Work of one turn of going over; the longest single step is the building of one life. */
const turnMs = 20;

/** An estimate may be this old before it is made anew though nothing came in: it changes by this much at the most. */
const estimateAgeMs = 5_000;
/** Lives kept in memory where no setting says otherwise; some two and a half kilobytes each. */
const usualMostLive = 20_000;
/** Estimates kept for as long as they may be given again; some two kilobytes each. */
const mostLatest = 2_000;
/** Batches of one turn: readings that come meanwhile wait for some milliseconds. */
const batchesATurn = 50;
/** No tahu is watched longer than this. */
export const oldestBatchMs = 60 * 24 * 3_600_000;

export async function createBatchLives(
  db: MetadataDb,
  store: ReadingStore,
  clock: Clock,
  inUse: ParametersInUse = builtInParameters(),
  mostLive = usualMostLive,
): Promise<BatchLives> {
  return new LiveBatches(db, store, clock, await loadFeeds(db), inUse, mostLive);
}

interface Feeds {
  readonly index: PlacementIndex;
  readonly family: Family;
}

/** Which probes feed which batches. */
async function loadFeeds(db: MetadataDb): Promise<Feeds> {
  const placements = await listPlacementsOfAllOrganisations(db);
  const descents = await listDescentOfAllOrganisations(db);
  const index = createPlacementIndex(placements);
  const family = createFamily(descents);
  const byBatch = Map.groupBy(placements, p => batchKey(p.orgId, p.batchId));
  for (const { orgId, childId } of descents) {
    const child = batchKey(orgId, childId);
    index.set(
      child,
      family.withAncestors(child).flatMap(key => byBatch.get(key) ?? []),
    );
  }
  return { index, family };
}

class LiveBatches implements BatchLives {
  readonly #db: MetadataDb;
  readonly #store: ReadingStore;
  readonly #clock: Clock;
  #index: PlacementIndex;
  #family: Family;
  readonly #recent: RecentReadings;
  /** Keyed by batch; only what has been asked for. */
  readonly #live = new Map<BatchKey, LiveBatch>();
  /** Estimates last given, while no reading has come since. */
  readonly #latest = new Map<BatchKey, { readonly asOf: number; readonly estimate: Estimate }>();
  readonly #arrivals = new KnownArrivals(estimateAgeMs);
  readonly #turns = createTurns();
  readonly #inUse: ParametersInUse;
  readonly #mostLive: number;
  /** Batches built by parameters that are not in use any more, with these. */
  readonly #toGoOver = new Map<BatchKey, TahuParameters>();
  readonly #goneOver = new Map<BatchKey, RecalculatedBatch>();
  /** Of these those that nobody has been told of. */
  #untold: RecalculatedBatch[] = [];
  /** Whether lives were built or changed while only a part of the readings was known. */
  #mayBePartial = false;

  constructor(
    db: MetadataDb,
    store: ReadingStore,
    clock: Clock,
    { index, family }: Feeds,
    inUse: ParametersInUse,
    mostLive: number,
  ) {
    this.#db = db;
    this.#store = store;
    this.#clock = clock;
    this.#index = index;
    this.#family = family;
    this.#recent = createRecentReadings(store);
    this.#inUse = inUse;
    this.#mostLive = mostLive;
  }

  estimate(orgId: string, batchId: string, asked: EstimateAsked = {}): Promise<Estimate> {
    return this.#inTurn(async () => this.#estimateOf(await this.#find(orgId, batchId), asked));
  }

  batchWithEstimate(orgId: string, batchId: string): Promise<BatchWithEstimate> {
    return this.#inTurn(async () => {
      const estimate = await this.#estimateOf(await this.#find(orgId, batchId), {});
      const batch = await findExisting(this.#db, orgId, batchId);
      return { batch, placements: await listPlacements(this.#db, orgId, batchId), estimate };
    });
  }

  async now(batches: Iterable<BatchKey>): Promise<LifeNow[]> {
    const keys = [...batches];
    const all: LifeNow[] = [];
    for (let next = 0; next < keys.length; ) {
      // A turn takes milliseconds of this thread: others first.
      if (next > 0) await nextTurn();
      await this.#inTurn(async () => {
        const until = performance.now() + turnMs;
        const last = Math.min(keys.length, next + batchesATurn);
        do {
          const entry = await this.#findOrNull(keys[next]!);
          if (entry !== null) all.push(await lifeNowOf(this.#sources(), entry));
          next += 1;
        } while (next < last && performance.now() < until);
      });
    }
    return all;
  }

  async refreshAll(): Promise<LifeNow[]> {
    const madeAfter = this.#clock.now() - oldestBatchMs;
    const active = await listActiveBatchesOfAllOrganisations(this.#db, madeAfter);
    return this.now(active.map(({ orgId, batchId }) => batchKey(orgId, batchId)));
  }

  history(orgId: string, batchId: string, points: number): Promise<BatchHistory> {
    return this.#inTurn(async () => {
      const entry = await this.#find(orgId, batchId);
      const sources = this.#sources();
      const asOf = usualInstant(entry, sources.now);
      return batchHistory(this.#store, await worstTrack(sources, entry, asOf), asOf, points);
    });
  }

  arrival(orgId: string, batchId: string, question: ArrivalQuestion, askedBy?: string): Promise<Arrival> {
    return this.#inTurn(async () => {
      const key = batchKey(orgId, batchId);
      const sources = this.#sources();
      const known = askedBy === undefined ? null : this.#arrivals.find(key, askedBy, question, sources.now);
      if (known?.isFresh) return known.arrival;
      const entry = await this.#find(orgId, batchId);
      const arrival = await arrivalAt(sources, entry, question, known?.arrival.remainingH);
      if (askedBy !== undefined) this.#arrivals.keep(key, askedBy, { question, arrival, asOf: sources.now });
      return arrival;
    });
  }

  growthAt(orgId: string, batchId: string, at: number): Promise<GrowthAt> {
    return this.#inTurn(async () => growthAt(this.#store, await this.#find(orgId, batchId), at));
  }

  take(
    storeReadings: (rejudged: (nodeId: string, probe: string) => void) => Promise<readonly Reading[]>,
  ): Promise<ReadonlySet<BatchKey>> {
    return this.#inTurn(async () => {
      try {
        const touched = new Set<BatchKey>();
        const inserted = await storeReadings((nodeId, probe) => {
          this.#recent.forget(nodeId, probe);
          for (const key of this.#index.batchesOf(nodeId, probe)) {
            this.#forget(key);
            touched.add(key);
          }
        });
        for (const readings of Map.groupBy(inserted, r => `${r.nodeId}/${r.probe}`).values()) {
          for (const key of await this.#takeSeries(readings)) touched.add(key);
        }
        return touched;
      } catch (error) {
        // The readings may be stored all the same and will not be new when they come again: build anew from the store.
        this.#forgetAll();
        throw error;
      }
    });
  }

  recalibrate(nodeId: string, probe: string, change: () => Promise<void>): Promise<ReadonlySet<BatchKey>> {
    return this.#inTurn(async () => {
      const touched = new Set(this.#index.batchesOf(nodeId, probe));
      try {
        await change();
      } finally {
        // Whether it failed halfway or not: built anew from the store they are right.
        for (const key of touched) this.#forget(key);
        this.#recent.forget(nodeId, probe);
      }
      return touched;
    });
  }

  fedBy(nodeId: string, probe: string): readonly BatchKey[] {
    return [...this.#index.batchesOf(nodeId, probe)];
  }

  changed(orgId: string, batchId: string): Promise<readonly BatchKey[]> {
    return this.#inTurn(async () => {
      const { parents, children } = await listKin(this.#db, orgId, batchId);
      for (const descent of [...parents, ...children]) this.#family.add(descent);
      const concerned = this.#family.withDescendants(batchKey(orgId, batchId));
      for (const key of concerned) {
        this.#forget(key);
        const placements: Placement[] = [];
        for (const one of this.#family.withAncestors(key))
          placements.push(...(await listPlacements(this.#db, orgId, splitBatchKey(one).batchId)));
        this.#index.set(key, placements);
      }
      return concerned;
    });
  }

  productChanged(): Promise<void> {
    return this.#inTurn(async () => this.#forgetAll());
  }

  reload(): Promise<void> {
    return this.#inTurn(async () => {
      const { index, family } = await loadFeeds(this.#db);
      this.#index = index;
      this.#family = family;
      this.#forgetAll();
    });
  }

  parametersOf(batch: Batch, at?: number): TahuParameters {
    return this.#inUse.of(batch, at);
  }

  parametersChanged(
    list: () => Promise<readonly { readonly key: BatchKey; readonly before: TahuParameters }[]>,
    change: () => void,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const batches = await list();
      change();
      // One that has not gone over from the last change yet goes over from there.
      for (const { key, before } of batches) if (!this.#toGoOver.has(key)) this.#toGoOver.set(key, before);
    });
  }

  async recalculateSome() {
    await this.#inTurn(async () => {
      const until = performance.now() + turnMs;
      for (const key of this.#toGoOver.keys()) {
        await this.#goOver(key);
        if (performance.now() >= until) break;
      }
    });
    const done = this.#untold;
    this.#untold = [];
    return { done, left: this.#toGoOver.size };
  }

  toRecalculate(orgId: string, treatment: Treatment): number {
    let left = 0;
    for (const [key, before] of this.#toGoOver)
      if (before.treatment === treatment && splitBatchKey(key).orgId === orgId) left += 1;
    return left;
  }

  recalculatedBefore(batches: readonly RecalculatedBatch[]): void {
    for (const one of batches) this.#goneOver.set(one.key, one);
  }

  async tryParameters(
    batches: readonly BatchKey[],
    parametersFor: (batch: Batch) => TahuParameters,
  ): Promise<TriedParameters[]> {
    const tried: TriedParameters[] = [];
    for (const key of batches) {
      await this.#inTurn(async () => {
        const { orgId, batchId } = splitBatchKey(key);
        const entry = await this.#findOrNull(key);
        const batch = await findBatch(this.#db, orgId, batchId);
        if (entry === null || batch === null) return;
        const sources = this.#sources();
        const before = await lifeNowOf(sources, entry);
        const other = await openLiveBatch(this.#db, this.#store, batch, parametersFor(batch));
        tried.push({ batch, before, after: await lifeNowOf(sources, other) });
      });
      await nextTurn();
    }
    return tried;
  }

  /** Builds a batch anew by the parameters in use, and notes what it promised until now. */
  async #goOver(key: BatchKey): Promise<void> {
    const old = this.#toGoOver.get(key)!;
    const { orgId, batchId } = splitBatchKey(key);
    const batch = await findBatch(this.#db, orgId, batchId);
    const next = batch === null ? null : this.#inUse.of(batch);
    if (batch !== null && next !== null && next !== old) {
      const sources = this.#sources();
      const known = this.#live.get(key) ?? (await openLiveBatch(this.#db, this.#store, batch, old));
      const before = await lifeNowOf(sources, known);
      this.#forget(key);
      const after = await lifeNowOf(sources, await this.#open(batch));
      const one = {
        ...{ key, at: sources.now, parameterSetId: next.parameterSetId },
        ...{ fromVersion: old.parameterSetVersion, toVersion: next.parameterSetVersion },
        ...{ beforeP05H: before.remainingH.p05, afterP05H: after.remainingH.p05 },
      };
      this.#goneOver.set(key, one);
      this.#untold.push(one);
    }
    this.#toGoOver.delete(key);
  }

  /** One piece of work at a time. Once all readings are known again, lives that saw a part of them are built anew. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const noteHealth = () => {
      if (this.#store.health().state === 'stale') this.#mayBePartial = true;
    };
    return this.#turns(async () => {
      if (this.#mayBePartial && this.#store.health().state === 'ok') {
        this.#forgetAll();
        this.#mayBePartial = false;
      }
      noteHealth();
      return work().finally(noteHealth);
    });
  }

  #forget(key: BatchKey): void {
    this.#live.delete(key);
    this.#latest.delete(key);
    this.#arrivals.outdate(key);
  }

  #forgetAll(): void {
    this.#live.clear();
    this.#latest.clear();
    this.#arrivals.clear();
    this.#recent.clear();
  }

  async #find(orgId: string, batchId: string): Promise<LiveBatch> {
    const key = batchKey(orgId, batchId);
    if (this.#toGoOver.has(key)) await this.#goOver(key);
    const known = this.#live.get(key);
    return known ?? this.#open(await findExisting(this.#db, orgId, batchId));
  }

  async #findOrNull(key: BatchKey): Promise<LiveBatch | null> {
    if (this.#toGoOver.has(key)) await this.#goOver(key);
    const known = this.#live.get(key);
    if (known !== undefined) return known;
    const { orgId, batchId } = splitBatchKey(key);
    const batch = await findBatch(this.#db, orgId, batchId);
    return batch === null ? null : this.#open(batch);
  }

  async #open(batch: Batch): Promise<LiveBatch> {
    const entry = await openLiveBatch(this.#db, this.#store, batch, this.#inUse.of(batch));
    const key = batchKey(batch.orgId, batch.batchId);
    this.#live.set(key, entry);
    // The one that was built first makes room; it is built again when somebody asks for it.
    if (this.#live.size > this.#mostLive) this.#live.delete(this.#live.keys().next().value ?? key);
    return entry;
  }

  async #estimateOf(entry: LiveBatch, asked: EstimateAsked): Promise<Estimate> {
    const sources = this.#sources();
    const asOf = asked.at ?? usualInstant(entry, sources.now);
    refuseBeforeProduction(entry, 'at', asOf);
    const isPlain = asked.at === undefined && asked.futureTemperatureC === undefined;
    const key = batchKey(entry.orgId, entry.batchId);
    const latest = this.#latest.get(key);
    if (isPlain && latest && asOf >= latest.asOf && asOf - latest.asOf < estimateAgeMs)
      return latest.estimate;
    const knownUntil = Math.max(entry.producedAt, Math.min(asOf, sources.now));
    const { futureTemperatureC } = asked;
    const made = await estimateOf(sources, entry, { asOf, knownUntil, futureTemperatureC });
    const recalculated = this.#recalculatedOf(key, asOf);
    const estimate = recalculated === null ? made : { ...made, recalculated };
    if (isPlain) this.#keepLatest(key, asOf, estimate);
    return estimate;
  }

  #sources(): LifeSources {
    return { store: this.#store, recent: this.#recent, now: this.#clock.now() };
  }

  #keepLatest(key: BatchKey, asOf: number, estimate: Estimate): void {
    this.#latest.delete(key);
    this.#latest.set(key, { asOf, estimate });
    if (this.#latest.size > mostLatest) this.#latest.delete(this.#latest.keys().next().value ?? key);
  }

  #recalculatedOf(key: BatchKey, asOf: number): Estimate['recalculated'] | null {
    const one = this.#goneOver.get(key);
    if (one === undefined || asOf < one.at) return null;
    if (asOf - one.at >= recalculatedForMs) {
      if (this.#clock.now() - one.at >= recalculatedForMs) this.#goneOver.delete(key);
      return null;
    }
    const { key: _, at, ...said } = one;
    return { at: new Date(at).toISOString(), ...said };
  }

  /** New readings of one probe; gives the batches whose estimate they change. */
  async #takeSeries(readings: readonly Reading[]): Promise<BatchKey[]> {
    const { nodeId, probe } = readings[0]!;
    this.#recent.forget(nodeId, probe);
    const touched: BatchKey[] = [];
    const entries: LiveBatch[] = [];
    for (const key of this.#index.batchesOf(nodeId, probe)) {
      const entry = this.#live.get(key);
      if (entry !== undefined) entries.push(entry);
      if (entry !== undefined && !matters(entry, readings)) continue;
      this.#latest.delete(key);
      this.#arrivals.outdate(key);
      touched.push(key);
    }
    const insertedAt = readings.filter(isUsable).map(r => r.measuredAt);
    const change =
      entries.length > 0 && insertedAt.length > 0
        ? await seriesChange(this.#store, nodeId, probe, insertedAt)
        : null;
    const now = this.#clock.now();
    for (const { tracks } of entries) for (const live of tracks) applyReadings(live, readings, change, now);
    return touched;
  }
}

async function findExisting(db: MetadataDb, orgId: string, batchId: string): Promise<Batch> {
  const batch = await findBatch(db, orgId, batchId);
  if (batch === null) throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
  return batch;
}

/** What is measured after the end of a batch says nothing about it any more. */
function matters({ endedAt }: LiveBatch, readings: readonly Reading[]): boolean {
  return endedAt === null || readings.some(r => r.measuredAt <= endedAt);
}
