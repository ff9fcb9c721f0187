import type { Clock } from '../../../models/contracts/intake.ts';
import type { Reading } from '../../../models/contracts/reading.ts';
import { StoreUnavailable } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { sameValues } from '../readingStore.ts';
import { askKeys, keyOf } from './askKeys.ts';
import { InfluxError } from './influxErrors.ts';
import { type Fault, type InfluxLink, reasonOf, retryDelayMs } from './influxLink.ts';
import type { InfluxServer } from './influxServer.ts';
import type { Entry, KnownReadings } from './knownReadings.ts';
import { toLine } from './lineProtocol.ts';
import { oneAtATime } from './oneAtATime.ts';
import { stateLines } from './stateLines.ts';
import { writeBatch } from './writeBatch.ts';

/** A reading that InfluxDB will not take, or whose key turned out to be taken by other values. */
export interface ParkedReading {
  readonly reading: Reading;
  readonly why: 'refused' | 'conflict';
  /** What InfluxDB said. */
  readonly reason: string;
}

export interface SenderOptions {
  readonly known: KnownReadings;
  readonly link: InfluxLink;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a reading waits for company; it can be asked for meanwhile. */
  readonly lingerMs: number;
  /** Must have put it where people look before it resolves. */
  readonly onParked: (parked: ParkedReading) => Promise<void>;
  /** Told when everything before this entry is in InfluxDB (or parked). */
  readonly onWritten: (through: number) => void;
  /** Told of the readings that InfluxDB has now. */
  readonly onStored: (readings: readonly Reading[]) => void;
}

const batchLength = 5_000;
const firstRetryMs = 100;
const lastRetryMs = 30_000;

/** Takes pending readings to InfluxDB, one batch at a time, for as long as it takes. */
export class InfluxSender {
  readonly #options: SenderOptions;
  readonly #waiters = new Set<{ readonly through: number; readonly resolve: () => void }>();
  /** Nothing is on its way while what this runs is running. */
  readonly whileIdle = oneAtATime();
  #fault: Fault | null = null;
  #failures = 0;
  #retryMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueAt: 'now' | 'later' | 'after-failure' | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Why the last batch could not be written, while the server answers questions. */
  get fault(): Fault | null {
    return this.#fault;
  }

  /** There is something to send. */
  wake(): void {
    if (this.#options.known.pending >= batchLength) this.#schedule('now', 0);
    else this.#schedule('later', this.#options.lingerMs);
  }

  /** What failed may succeed now. */
  retryNow(): void {
    this.#failures = 0;
    clearTimeout(this.#timer);
    this.#dueAt = undefined;
    if (this.#options.known.pending > 0) this.#schedule('now', 0);
  }

  /** Resolves when everything pending by now is written, or could not be. */
  tried(): Promise<void> {
    const { known, link } = this.#options;
    if (known.pending === 0 || link.server === null || this.#isClosed) return Promise.resolve();
    // While it waits after a failure, that failure is the try.
    if (this.#dueAt === 'after-failure') return Promise.resolve();
    return new Promise(resolve => {
      this.#waiters.add({ through: known.end, resolve });
      this.#schedule('now', 0);
    });
  }

  /** Nobody waits for a try any longer. */
  giveUp(): void {
    this.#letGo(Number.POSITIVE_INFINITY);
  }

  /** Sends no more. A batch that is on its way may still arrive: it would be sent again, unchanged. */
  async close(patienceMs: number): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await new Promise<void>(resolve => {
      const overdue = setTimeout(resolve, patienceMs);
      void Promise.resolve(this.#running).finally(() => {
        clearTimeout(overdue);
        resolve();
      });
    });
    this.giveUp();
  }

  #schedule(due: 'now' | 'later' | 'after-failure', ms: number): void {
    if (this.#isClosed || this.#running !== undefined) return;
    if (this.#dueAt === 'now' || this.#dueAt === 'after-failure' || this.#dueAt === due) return;
    clearTimeout(this.#timer);
    this.#dueAt = due;
    this.#timer = setTimeout(() => {
      this.#dueAt = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        this.#next();
      });
    }, ms);
  }

  /** What to do when a run has ended. */
  #next(): void {
    const { known, link } = this.#options;
    // While the server does not answer, the link wakes us.
    if (known.pending === 0 || link.server === null) return;
    if (this.#fault !== null) this.#schedule('after-failure', this.#retryMs);
    else if (this.#waiters.size > 0) this.#schedule('now', 0);
    else this.wake();
  }

  async #run(): Promise<void> {
    const { known, link, clock, log } = this.#options;
    try {
      const due = known.end;
      // What comes in meanwhile waits for company again, unless it fills a batch.
      while ((known.written < due || known.pending >= batchLength) && !this.#isClosed) {
        const server = link.server;
        if (server === null) throw new StoreUnavailable('InfluxDB does not answer');
        await this.whileIdle(() => this.#sendBatch(server));
        link.worked();
        this.#letGo(known.written);
      }
      if (this.#fault !== null) log.info('InfluxDB takes readings again');
      this.#fault = null;
      this.#failures = 0;
    } catch (error) {
      const { server } = link;
      if (error instanceof InfluxError && ['unreachable', 'missing'].includes(error.kind) && server !== null)
        link.lost(error, server);
      else if (link.server !== null) {
        const reason = reasonOf(error);
        if (reason !== this.#fault?.reason)
          log.error({ reason, waiting: known.pending }, 'InfluxDB does not take readings; they wait');
        this.#fault = { since: this.#fault?.since ?? clock.now(), reason };
      }
      const asked = error instanceof InfluxError ? (error.retryAfterMs ?? 0) : 0;
      const delay = retryDelayMs(this.#failures++, firstRetryMs, lastRetryMs);
      this.#retryMs = Math.max(Math.min(asked, lastRetryMs), delay);
      this.#letGo(Number.POSITIVE_INFINITY);
    }
  }

  async #sendBatch(server: InfluxServer): Promise<void> {
    const { known, onParked, onWritten, onStored } = this.#options;
    const { entries, through } = known.nextPending(batchLength);
    await this.#checkUnchecked(server, entries);
    const readings = entries.flatMap(entry => known.at(entry) ?? []);
    const lines = readings.map(reading => ({ text: toLine(reading), reading }));
    const refused = await writeBatch(server, [...lines, ...stateLines(known, readings)]);
    for (const { reading, reason } of refused) {
      if (reading === null) continue;
      await onParked({ reading, why: 'refused', reason });
      const series = known.find(reading.nodeId, reading.probe);
      if (series !== undefined) known.remove({ series, measuredAt: reading.measuredAt }, null);
    }
    known.markWritten(through);
    onWritten(through);
    const not = new Set(refused.map(({ reading }) => reading));
    onStored(not.size === 0 ? readings : readings.filter(reading => !not.has(reading)));
  }

  /** Readings of which nobody could be asked when they came: the first of a key stays, and that may not be this one. */
  async #checkUnchecked(server: InfluxServer, entries: readonly Entry[]): Promise<void> {
    const { known, onParked } = this.#options;
    const unchecked = entries.filter(entry => known.isUnchecked(entry));
    if (unchecked.length === 0) return;
    const keys = unchecked.map(({ series, measuredAt }) => ({
      nodeId: series.nodeId,
      probe: series.probe,
      measuredAt,
    }));
    const there = await askKeys(server, keys);
    for (const entry of unchecked) {
      const { nodeId, probe } = entry.series;
      const first = there.get(keyOf({ nodeId, probe, measuredAt: entry.measuredAt }));
      const ours = known.at(entry);
      if (first === undefined || ours === null) continue;
      if (!sameValues(first, ours))
        await onParked({
          reading: ours,
          why: 'conflict',
          reason: 'another reading with the same measuredAt came first',
        });
      known.remove(entry, first);
    }
  }

  #letGo(through: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.through > through) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
