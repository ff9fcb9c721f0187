import type { Clock } from '../../../models/contracts/intake.ts';
import type { Reading } from '../../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';
import { StoreUnavailable } from '../../errors.ts';
import type { InfluxConfig } from '../../influxSettings.ts';
import type { Log } from '../../log.ts';
import type {
  AppendResult,
  Bucket,
  BucketQuery,
  Forgotten,
  NodeSummary,
  RangeQuery,
  ReadingStore,
  ReceptionQuery,
  SeriesQuery,
  SharedReadings,
  StoreHealth,
  TimeAboveLevel,
  TimeAboveQuery,
} from '../readingStore.ts';
import { type ForgetBounds, forgetBounds, nothingForgotten } from '../summarise.ts';
import { type Fault, InfluxLink, reasonOf } from './influxLink.ts';
import { askCount, pieces } from './influxQueries.ts';
import { InfluxReads } from './influxReads.ts';
import { InfluxSender, type ParkedReading } from './influxSender.ts';
import { connectInflux, type InfluxServer } from './influxServer.ts';
import { type JournalProgress, openJournalProgress } from './journalProgress.ts';
import { KeptSummaries } from './keptSummaries.ts';
import { KnownReadings } from './knownReadings.ts';
import { oneAtATime } from './oneAtATime.ts';
import { prepareIfAllowed } from './prepareIfAllowed.ts';
import { seedKnown } from './seedKnown.ts';
import { takeReadings } from './takeReadings.ts';
import { takeStored } from './takeStored.ts';

export interface InfluxStoreOptions {
  readonly influx: InfluxConfig;
  readonly clock: Clock;
  readonly log: Log;
  /** Null = for ever. */
  readonly retention: { readonly days: number | null; readonly hourlyDays: number | null };
  /** A file for the journal position through which InfluxDB has everything; left out, all of the journal is offered anew. */
  readonly positionPath?: string | undefined;
  /**
   * Told of a reading that InfluxDB will never take, or whose key turned out to be taken: it goes where people look, and
   * then leaves the queue. Left out, it is only logged.
   */
  readonly onParked?: ((parked: ParkedReading) => Promise<void>) | undefined;
  /** Readings that may wait for InfluxDB in memory; more stay in the journal. */
  readonly mostPending?: number;
  /** Readings kept in memory after InfluxDB has them: what questions are answered from while it is away. */
  readonly mostKept?: number;
  /** How long a reading waits for company on its way to InfluxDB; left out, half a second. */
  readonly lingerMs?: number | undefined;
  /** A request without an answer after this long counts as an outage. */
  readonly timeoutMs?: number;
}

/** InfluxDB removes readings this long after they were summed up: a server that was off for weeks loses no summary. */
const retentionSlackDays = 30;
const usualLingerMs = 500;
const bulkTimeoutMs = 120_000;
/** A server starts though InfluxDB is frozen. */
const openPatienceMs = 3_000;
/** A server that is told to stop does not wait for an InfluxDB that does not answer: the journal has everything. */
const closePatienceMs = 2_000;

/**
 * Readings in InfluxDB. The gateway's journal is the truth and the queue: `append` only takes readings into memory, where
 * every question sees them at once; a sender brings them to InfluxDB for as long as it takes, and `durablePosition` moves
 * when InfluxDB has answered for everything before. So InfluxDB may be away for hours, or killed, and nothing is lost.
 *
 * Resolves also when InfluxDB cannot be reached. Whoever else writes to its bucket must tell (`shared`).
 *
 * @throws {StoreUnavailable} when `positionPath` cannot be read
 */
export async function openInfluxReadingStore(options: InfluxStoreOptions): Promise<ReadingStore> {
  const store = new InfluxReadingStore(options, await openJournalProgress(options.positionPath));
  await store.open();
  return store;
}

class InfluxReadingStore implements ReadingStore {
  readonly #options: InfluxStoreOptions;
  readonly #mostPending: number;
  readonly #known: KnownReadings;
  readonly #link: InfluxLink;
  readonly #sender: InfluxSender;
  readonly #summaries: KeptSummaries;
  readonly #reads: InfluxReads;
  readonly #appending = oneAtATime();
  readonly #syncing = oneAtATime();
  readonly #forgetting = oneAtATime();
  readonly #progress: JournalProgress;
  readonly #storedListeners: ((readings: readonly Reading[]) => void)[] = [];
  #unheard: () => Fault | null = () => null;
  #closing: Promise<void> | undefined;
  #forgotten: ForgetBounds = nothingForgotten;
  /** Readings before are not taken: `#forgotten`, and a little earlier while it moves. */
  #takenFrom = Number.NEGATIVE_INFINITY;

  constructor(options: InfluxStoreOptions, progress: JournalProgress) {
    const { influx, clock, log, timeoutMs = 10_000 } = options;
    this.#options = options;
    this.#mostPending = options.mostPending ?? 1_000_000;
    this.#progress = progress;
    this.#known = new KnownReadings(options.mostKept ?? 300_000);
    this.#summaries = new KeptSummaries(influx, { timeoutMs });
    this.#link = new InfluxLink({
      clock,
      log,
      open: () => this.#connect(timeoutMs),
      onUp: () => {
        this.#sender.retryNow();
      },
    });
    this.#sender = new InfluxSender({
      known: this.#known,
      link: this.#link,
      clock,
      log,
      lingerMs: options.lingerMs ?? usualLingerMs,
      onParked: parked => this.#park(parked),
      onWritten: through => this.#progress.passed(through),
      onStored: readings => this.#tellStored(readings),
    });
    this.#reads = new InfluxReads({
      known: this.#known,
      link: this.#link,
      summaries: this.#summaries,
      clock,
      forgotten: () => this.#forgotten,
    });
  }

  /** Waits for the first try to reach the server, unless it takes too long; more follow by themselves. */
  async open(): Promise<void> {
    let overdue: NodeJS.Timeout | undefined;
    const patience = new Promise<void>(resolve => {
      overdue = setTimeout(resolve, openPatienceMs);
    });
    await Promise.race([this.#link.tryNow(), patience]);
    clearTimeout(overdue);
  }

  append(readings: readonly Reading[], throughPosition = 0): Promise<AppendResult> {
    return this.#appending(async () => {
      const waiting = this.#known.pending;
      if (waiting > 0 && waiting + readings.length > this.#mostPending)
        throw new StoreUnavailable(
          `${waiting} readings wait for InfluxDB, and no more than ${this.#mostPending} may; the journal keeps the others`,
        );
      const result = await takeReadings(readings, {
        known: this.#known,
        link: this.#link,
        takenFrom: () => this.#takenFrom,
      });
      this.#progress.offered(throughPosition, this.#known.end);
      if (this.#known.pending > 0) this.#sender.wake();
      else this.#progress.passed(this.#known.written);
      return result;
    });
  }

  durablePosition(): number {
    return this.#progress.durable;
  }

  onStored(listener: (throughPosition: number) => void): void {
    this.#progress.onPassed = listener;
  }

  /** A try: readings that InfluxDB does not take now stay in the queue, and the position stays before them. */
  sync(): Promise<void> {
    return this.#syncing(async () => {
      await this.#sender.tried();
      this.#progress.passed(this.#known.written);
      await this.#progress.save();
    });
  }

  range(query: RangeQuery): Promise<Reading[]> {
    return this.#reads.range(query);
  }

  usable(query: SeriesQuery): Promise<TemperaturePoint[]> {
    return this.#reads.usable(query);
  }

  suspectCount(query: SeriesQuery): Promise<number> {
    return this.#reads.suspectCount(query);
  }

  neighbours(nodeId: string, probe: string, at: number, count: number) {
    return this.#reads.neighbours(nodeId, probe, at, count);
  }

  buckets(query: BucketQuery): Promise<Bucket[]> {
    return this.#reads.buckets(query);
  }

  timeAbove(query: TimeAboveQuery): Promise<TimeAboveLevel> {
    return this.#reads.timeAbove(query);
  }

  bounds(nodeId: string) {
    return this.#reads.bounds(nodeId);
  }

  reception(query: ReceptionQuery): Promise<Map<string, boolean[]>> {
    return this.#reads.reception(query);
  }

  async nodeSummary(nodeId: string): Promise<NodeSummary | null> {
    return this.#reads.nodeSummary(nodeId);
  }

  async nodeSummaries(nodeIds: readonly string[]): Promise<Map<string, NodeSummary>> {
    return this.#reads.nodeSummaries(nodeIds);
  }

  async nodeIds(): Promise<string[]> {
    return this.#reads.nodeIds();
  }

  /** While nothing is on its way, so that no reading is counted here and there. */
  async count(): Promise<number> {
    await this.#sender.tried();
    return this.#sender.whileIdle(async () => {
      const span = { from: this.#forgotten.readingsBefore, to: Number.POSITIVE_INFINITY };
      const server = await this.#link.ask(() => this.#connectPatiently());
      let there = 0;
      for (const piece of pieces(server, span, this.#options.clock.now()))
        there += await this.#link.ask(() => askCount(server, piece));
      return there + this.#known.pending;
    });
  }

  forget(asked: Parameters<ReadingStore['forget']>[0]): Promise<Forgotten> {
    return this.#forgetting(async () => {
      const next = forgetBounds(this.#forgotten, asked);
      if (
        next.readingsBefore === this.#forgotten.readingsBefore &&
        next.hoursBefore === this.#forgotten.hoursBefore
      )
        return { readings: 0, hours: 0 };
      try {
        return await this.#forget(next);
      } finally {
        await this.#appending(async () => {
          this.#takenFrom = this.#forgotten.readingsBefore;
        });
      }
    });
  }

  readonly shared: SharedReadings = {
    onStored: listener => this.#storedListeners.push(listener),
    takeStored: readings => this.#appending(async () => takeStored(this.#known, readings, this.#takenFrom)),
    takeMarks: marks =>
      this.#appending(async () => {
        for (const mark of marks) this.#known.addMark(mark);
      }),
    forgetAll: () =>
      this.#appending(async () => {
        this.#known.reset();
        await this.#link.ask(server => seedKnown(server, this.#known, this.#options.clock.now()));
        // It has summed up what it let go; nothing of that is asked for here any more.
        const bounds = await this.#link.ask(() => this.#summaries.bounds());
        this.#movedOn(bounds);
      }),
    takeForgotten: asked => this.#appending(async () => this.#movedOn(asked)),
    unheard: ask => {
      this.#unheard = ask;
    },
  };

  #movedOn(asked: ForgetBounds): void {
    this.#forgotten = forgetBounds(this.#forgotten, asked);
    this.#takenFrom = Math.max(this.#takenFrom, this.#forgotten.readingsBefore);
  }

  #tellStored(readings: readonly Reading[]): void {
    if (readings.length > 0) for (const listener of this.#storedListeners) listener(readings);
  }

  health(): StoreHealth {
    const fault = this.#link.fault ?? this.#sender.fault ?? this.#unheard();
    const waiting = this.#known.pending;
    return fault === null ? { state: 'ok', waiting } : { state: 'stale', ...fault, waiting };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    let patienceMs = closePatienceMs;
    const overdue = setTimeout(() => {
      patienceMs = 0;
      this.#sender.giveUp();
    }, patienceMs);
    try {
      await this.#appending(async () => undefined);
      await this.sync();
    } finally {
      clearTimeout(overdue);
      await this.#sender.close(patienceMs);
      this.#link.close();
    }
  }

  async #connect(timeoutMs: number) {
    const { influx, clock, log } = this.#options;
    const server = await connectInflux(influx, { timeoutMs });
    const forgotten = forgetBounds(this.#forgotten, await this.#summaries.bounds());
    const mayNot = await prepareIfAllowed(server, this.#daysKept(forgotten));
    try {
      await seedKnown(server, this.#known, clock.now());
    } catch (error) {
      // Whoever may not make what is missing is told how it is made.
      throw mayNot ?? error;
    }
    if (mayNot !== null) log.warn({ reason: mayNot.message }, 'InfluxDB is used as it is');
    this.#forgotten = forgotten;
    this.#takenFrom = Math.max(this.#takenFrom, forgotten.readingsBefore);
    return server;
  }

  /** What is not summed up yet must not be removed: the first `forget` shortens the life of readings, not the start. */
  #daysKept(forgotten: ForgetBounds): number | null {
    const { days } = this.#options.retention;
    return days !== null && Number.isFinite(forgotten.readingsBefore) ? days + retentionSlackDays : null;
  }

  /** For work that reads much. */
  async #connectPatiently(): Promise<InfluxServer> {
    const server = await connectInflux(this.#options.influx, { timeoutMs: bulkTimeoutMs });
    await prepareIfAllowed(server, this.#daysKept(this.#forgotten));
    return server;
  }

  async #forget(next: ForgetBounds): Promise<Forgotten> {
    const { clock, log } = this.#options;
    await this.#appending(async () => {
      this.#takenFrom = next.readingsBefore;
    });
    const end = this.#known.end;
    await this.#sender.tried();
    if (this.#known.written < end)
      throw new StoreUnavailable('readings that wait for InfluxDB cannot be summed up yet');
    const server = await this.#link.ask(() => this.#connectPatiently());
    // Not through the link: what fails over there is nothing that questions or batches would fail of.
    const forgotten = await orUnavailable(() =>
      this.#summaries.forget(server, this.#forgotten, next, clock.now()),
    );
    this.#forgotten = next;
    const mayNot = await orUnavailable(() => prepareIfAllowed(server, this.#daysKept(next)));
    if (mayNot !== null) log.warn({ reason: mayNot.message }, 'InfluxDB keeps readings that are summed up');
    return forgotten;
  }

  async #park(parked: ParkedReading): Promise<void> {
    const { log, onParked } = this.#options;
    log.warn({ ...parked }, 'a reading that InfluxDB does not take is put aside');
    await onParked?.(parked);
  }
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StoreUnavailable(`readings could not be summed up: ${reasonOf(cause)}`, { cause });
  }
}
