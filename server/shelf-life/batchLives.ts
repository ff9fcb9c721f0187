import type { BatchHistory, Estimate } from '../../models/contracts/estimate.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import { ApiError } from '../errors.ts';
import { type Batch, findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import {
  listPlacements,
  listPlacementsOfAllOrganisations,
  type Placement,
} from '../store/metadata/placements.ts';
import { isUsable, type ReadingStore } from '../store/readingStore.ts';
import { type Arrival, type ArrivalQuestion, arrivalOf } from './arrival.ts';
import { batchHistory } from './batchHistory.ts';
import { type BuiltLife, buildLife, type PlacedBatch, toPlacedBatch } from './buildLife.ts';
import { coverageOf } from './coverage.ts';
import { type EstimateParts, estimateBatch } from './estimateBatch.ts';
import { segmentOfPair } from './placedWindows.ts';
import { type BatchKey, batchKey, createPlacementIndex, type PlacementIndex } from './placementIndex.ts';
import { recentTemperature } from './recentTemperature.ts';
import { type SeriesChange, seriesChange } from './seriesChange.ts';

export interface BatchWithEstimate {
  readonly batch: Batch;
  readonly placements: readonly Placement[];
  readonly estimate: Estimate;
}

export interface EstimateAsked {
  /** Epoch ms; default: now, or when it was sold out. */
  readonly at?: number | undefined;
  readonly futureTemperatureC?: number | undefined;
}

/** The lives of all batches: kept up to date reading by reading, built from the store when first asked for. */
export interface BatchLives {
  /**
   * @throws {ApiError} batch.not_found; request.invalid for `at` before production
   */
  estimate(orgId: string, batchId: string, asked?: EstimateAsked): Promise<Estimate>;
  /** The same with the batch itself and its placements. */
  batchWithEstimate(orgId: string, batchId: string): Promise<BatchWithEstimate>;
  /** Temperature, count and remaining life from production until now (or until it was sold out), and the forecast. */
  history(orgId: string, batchId: string, points: number): Promise<BatchHistory>;
  /**
   * What is left of it when it arrives somewhere: its own history until now, then the plan.
   *
   * @throws {ApiError} batch.not_found; request.invalid for an arrival before production
   */
  arrival(orgId: string, batchId: string, question: ArrivalQuestion): Promise<Arrival>;
  /**
   * Runs `store` (which puts readings into the store) and takes what it found new into the lives concerned, as one step
   * that no estimate can fall between.
   *
   * @returns the batches whose estimate has changed
   */
  take(store: () => Promise<readonly Reading[]>): Promise<ReadonlySet<BatchKey>>;
  /**
   * Runs `change`, which makes readings of a probe say something else than before, and forgets the lives they are in, as
   * one step that no estimate can fall between.
   *
   * @returns the batches whose estimate has changed
   */
  recalibrate(nodeId: string, probe: string, change: () => Promise<void>): Promise<ReadonlySet<BatchKey>>;
  /** Forgets what is known of a batch after it or its placements changed. */
  changed(orgId: string, batchId: string): Promise<void>;
}

interface LiveBatch {
  readonly placed: PlacedBatch;
  readonly placements: readonly Placement[];
  readonly built: BuiltLife;
  /** The estimate last given, while no reading has come since. */
  latest: { readonly asOf: number; readonly estimate: Estimate } | null;
}

/** An estimate may be this old before it is made anew though nothing came in: it changes by this much at the most. */
const estimateAgeMs = 5_000;
/** Lives kept in memory; tens of kilobytes each. */
const mostLive = 5_000;

export async function createBatchLives(
  db: MetadataDb,
  store: ReadingStore,
  clock: Clock,
): Promise<BatchLives> {
  const placements = await listPlacementsOfAllOrganisations(db);
  return new LiveBatches(db, store, clock, createPlacementIndex(placements));
}

class LiveBatches implements BatchLives {
  readonly #db: MetadataDb;
  readonly #store: ReadingStore;
  readonly #clock: Clock;
  readonly #index: PlacementIndex;
  /** Keyed by batch; only what has been asked for. */
  readonly #live = new Map<BatchKey, LiveBatch>();
  readonly #turns = createTurns();
  /** Whether lives were built or changed while only a part of the readings was known. */
  #mayBePartial = false;

  constructor(db: MetadataDb, store: ReadingStore, clock: Clock, index: PlacementIndex) {
    this.#db = db;
    this.#store = store;
    this.#clock = clock;
    this.#index = index;
  }

  estimate(orgId: string, batchId: string, asked: EstimateAsked = {}): Promise<Estimate> {
    return this.#inTurn(async () => this.#estimateOf(await this.#find(orgId, batchId), asked));
  }

  batchWithEstimate(orgId: string, batchId: string): Promise<BatchWithEstimate> {
    return this.#inTurn(async () => {
      const entry = await this.#find(orgId, batchId);
      const estimate = await this.#estimateOf(entry, {});
      return { batch: entry.placed.batch, placements: entry.placements, estimate };
    });
  }

  history(orgId: string, batchId: string, points: number): Promise<BatchHistory> {
    return this.#inTurn(async () => {
      const { placed } = await this.#find(orgId, batchId);
      return batchHistory(this.#store, placed, defaultAsOf(placed, this.#clock.now()), points);
    });
  }

  arrival(orgId: string, batchId: string, question: ArrivalQuestion): Promise<Arrival> {
    return this.#inTurn(async () => {
      const entry = await this.#find(orgId, batchId);
      const { producedAt } = entry.placed.batch;
      const { arrivesAt } = question;
      if (arrivesAt < producedAt) throw beforeProduction('arrivesAt', arrivesAt, producedAt);
      const knownUntil = Math.max(producedAt, Math.min(arrivesAt, this.#clock.now()));
      return arrivalOf(await partsAt(this.#store, entry, knownUntil), question, knownUntil);
    });
  }

  take(storeReadings: () => Promise<readonly Reading[]>): Promise<ReadonlySet<BatchKey>> {
    return this.#inTurn(async () => {
      try {
        const inserted = await storeReadings();
        const touched = new Set<BatchKey>();
        for (const readings of Map.groupBy(inserted, r => `${r.nodeId}/${r.probe}`).values()) {
          for (const key of await this.#takeSeries(readings)) touched.add(key);
        }
        return touched;
      } catch (error) {
        // The readings may be stored all the same and will not be new when they come again: build anew from the store.
        this.#live.clear();
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
        for (const key of touched) this.#live.delete(key);
      }
      return touched;
    });
  }

  changed(orgId: string, batchId: string): Promise<void> {
    return this.#inTurn(async () => {
      const key = batchKey(orgId, batchId);
      this.#live.delete(key);
      this.#index.set(key, await listPlacements(this.#db, orgId, batchId));
    });
  }

  /** One piece of work at a time. Once all readings are known again, lives that saw a part of them are built anew. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const noteHealth = () => {
      if (this.#store.health().state === 'stale') this.#mayBePartial = true;
    };
    return this.#turns(async () => {
      if (this.#mayBePartial && this.#store.health().state === 'ok') {
        this.#live.clear();
        this.#mayBePartial = false;
      }
      noteHealth();
      return work().finally(noteHealth);
    });
  }

  async #find(orgId: string, batchId: string): Promise<LiveBatch> {
    const key = batchKey(orgId, batchId);
    const known = this.#live.get(key);
    if (known !== undefined) return known;
    const batch = await findBatch(this.#db, orgId, batchId);
    if (batch === null) throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
    const placements = await listPlacements(this.#db, orgId, batchId);
    const placed = toPlacedBatch(batch, placements);
    const built = await buildLife(this.#store, placed, Number.MAX_SAFE_INTEGER);
    const entry = { placed, placements, built, latest: null };
    this.#live.set(key, entry);
    // The one that was built first makes room; it is built again when somebody asks for it.
    if (this.#live.size > mostLive) this.#live.delete(this.#live.keys().next().value ?? key);
    return entry;
  }

  async #estimateOf(entry: LiveBatch, asked: EstimateAsked): Promise<Estimate> {
    const { batch } = entry.placed;
    const now = this.#clock.now();
    const asOf = asked.at ?? defaultAsOf(entry.placed, now);
    if (asOf < batch.producedAt) throw beforeProduction('at', asOf, batch.producedAt);
    const isPlain = asked.at === undefined && asked.futureTemperatureC === undefined;
    const { latest } = entry;
    if (isPlain && latest !== null && asOf >= latest.asOf && asOf - latest.asOf < estimateAgeMs) {
      return latest.estimate;
    }
    const knownUntil = Math.max(batch.producedAt, Math.min(asOf, now));
    const parts = await partsAt(this.#store, entry, knownUntil);
    const { futureTemperatureC } = asked;
    const estimate = estimateBatch(parts, { asOf, knownUntil, futureTemperatureC });
    if (isPlain) entry.latest = { asOf, estimate };
    return estimate;
  }

  /** New readings of one probe; gives the batches whose estimate they change. */
  async #takeSeries(readings: readonly Reading[]): Promise<BatchKey[]> {
    const { nodeId, probe } = readings[0]!;
    const touched: BatchKey[] = [];
    const entries: LiveBatch[] = [];
    for (const key of this.#index.batchesOf(nodeId, probe)) {
      const entry = this.#live.get(key);
      if (entry !== undefined) entries.push(entry);
      if (entry !== undefined && !matters(entry, readings)) continue;
      if (entry !== undefined) entry.latest = null;
      touched.push(key);
    }
    const times = readings.filter(isUsable).map(r => r.measuredAt);
    if (entries.length > 0 && times.length > 0) {
      const change = await seriesChange(this.#store, nodeId, probe, times);
      for (const entry of entries) applyChange(entry, { nodeId, probe }, change);
    }
    return touched;
  }
}

/** Now; for a batch that is sold out, when it was. */
function defaultAsOf({ batch }: PlacedBatch, now: number): number {
  return Math.max(batch.producedAt, Math.min(now, batch.soldOutAt ?? now));
}

/** What is measured after a batch was sold out says nothing about it any more. */
function matters({ placed }: LiveBatch, readings: readonly Reading[]): boolean {
  const { soldOutAt } = placed.batch;
  return soldOutAt === null || readings.some(r => r.measuredAt <= soldOutAt);
}

/** The parts of an estimate from readings measured up to `knownUntil`. */
async function partsAt(store: ReadingStore, entry: LiveBatch, knownUntil: number): Promise<EstimateParts> {
  const { placed } = entry;
  const coverage = await coverageOf(store, placed, knownUntil);
  const built = (await hasLaterReadings(store, placed, knownUntil))
    ? await buildLife(store, placed, knownUntil)
    : entry.built;
  let suspect = 0;
  for (const { nodeId, probe, from, to } of placed.windows) {
    suspect += await store.suspectCount({ nodeId, probe, from, to: Math.min(to, knownUntil + 1) });
  }
  return {
    placed,
    coverage,
    life: built.life,
    leftOutReadings: built.spikes + suspect,
    recentMeanC: (await recentTemperature(store, placed, knownUntil)).meanC,
  };
}

/** Whether readings inside a placement were measured after `knownUntil`: asked about the past, or a clock runs fast. */
async function hasLaterReadings(
  store: ReadingStore,
  placed: PlacedBatch,
  knownUntil: number,
): Promise<boolean> {
  for (const { nodeId, probe } of placed.windows) {
    const { after } = await store.neighbours(nodeId, probe, knownUntil, 1);
    // Even one behind the window's end counts: the piece that crosses the end hangs on it.
    if (after.length > 0) return true;
  }
  return false;
}

function applyChange(
  { placed, built }: LiveBatch,
  series: { readonly nodeId: string; readonly probe: string },
  change: SeriesChange,
): void {
  for (const window of placed.windows) {
    if (window.nodeId !== series.nodeId || window.probe !== series.probe) continue;
    const inside = ({ at }: { at: number }) => at >= window.from && at < window.to;
    for (const [a, b] of change.gone) {
      const segment = segmentOfPair(a, b, window, placed.maxGapMs);
      if (segment !== undefined) built.life.removeSegment(segment);
    }
    for (const [a, b] of change.come) {
      const segment = segmentOfPair(a, b, window, placed.maxGapMs);
      if (segment !== undefined) built.life.addSegment(segment);
    }
    built.spikes += change.spikesCome.filter(inside).length - change.spikesGone.filter(inside).length;
  }
}

function beforeProduction(field: string, at: number, producedAt: number): ApiError {
  const fault = {
    field,
    value: new Date(at).toISOString(),
    allowed: `must not be before production, ${new Date(producedAt).toISOString()}`,
  };
  return new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}

/** Lets one piece of work begin only when the one before has ended. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return work => {
    const turn = last.then(work);
    // A failure is its caller's; the next in line starts all the same.
    last = turn.catch(() => {});
    return turn;
  };
}
