import type { Logger } from 'pino';
import type { IntakeConsumer, IntakeRecord } from '../models/contracts/intake.ts';
import type { Journal } from './journal.ts';
import { decodeIntake, type IntakeContent } from './journalRecord.ts';
import { RecentRecords } from './recentRecords.ts';

/** Most records handed over in one call. */
const maxBatch = 2_000;
/**
 * So many in one call, and the next is not begun before this time has passed: what is done once a probe and call is then done
 * for a dozen of its readings. Nobody notices 25 ms, and where less comes nobody waits.
 */
const busyFrom = 200;
const gatherMs = 25;
const forgetEveryMs = 5_000;
const firstRetryMs = 100;
const lastRetryMs = 5_000;

export interface PumpStats {
  /** Committed records the consumer has not taken yet. */
  readonly waiting: number;
  /** Since when the oldest of them has been waiting (arrival of its publish), null without one or when unknown. */
  readonly waitingSince: number | null;
  readonly retries: number;
}

/**
 * Hands committed records to the consumer, in order and at least once: from memory while it keeps up, from the
 * journal when it is behind, again and again while it refuses. Nobody who publishes waits for it.
 */
export class IntakePump {
  readonly #journal: Journal;
  readonly #consumer: IntakeConsumer;
  readonly #log: Logger;
  readonly #recent = new RecentRecords();
  /** The consumer has taken everything up to here. */
  #taken: number;
  #committed: number;
  #running: Promise<void> | undefined;
  #stopping = false;
  #retries = 0;
  #wake: (() => void) | undefined;
  #forgotten = 0;
  #forgetTimer: NodeJS.Timeout | undefined;
  readonly #watchers = new Set<{ readonly position: number; readonly resolve: () => void }>();

  constructor(journal: Journal, consumer: IntakeConsumer, log: Logger) {
    this.#journal = journal;
    this.#consumer = consumer;
    this.#log = log;
    this.#taken = consumer.takenThrough?.() ?? consumer.durablePosition();
    this.#committed = journal.lastPosition;
  }

  start(): void {
    this.#forgetTimer = setInterval(() => void this.#forget(), forgetEveryMs);
    this.#forgetTimer.unref();
    this.#run();
  }

  /** A record has been committed. Called in the order of positions. */
  committed(position: number, content: IntakeContent): void {
    this.#committed = Math.max(this.#committed, position);
    this.#recent.add({ position, ...content });
    this.#run();
  }

  /** Resolves when everything committed by now has been taken by the consumer. */
  caughtUp(): Promise<void> {
    if (this.caughtUpNow()) return Promise.resolve();
    return new Promise(resolve => this.#watchers.add({ position: this.#committed, resolve }));
  }

  caughtUpNow(): boolean {
    return this.#taken >= this.#committed;
  }

  stats(): PumpStats {
    const waiting = Math.max(this.#committed - this.#taken, 0);
    const oldest = waiting > 0 ? this.#recent.at(this.#taken + 1) : undefined;
    return { waiting, waitingSince: oldest ? arrivalOf(oldest) : null, retries: this.#retries };
  }

  #run(): void {
    if (this.#stopping) return;
    this.#running ??= this.#pump().finally(() => {
      this.#running = undefined;
      // A record committed while the last loop was ending found it still running.
      if (!this.caughtUpNow()) this.#run();
    });
  }

  async #pump(): Promise<void> {
    // One turn of the event loop, so that a whole commit group is handed over in one call.
    await new Promise(setImmediate);
    let failures = 0;
    while (!this.#stopping && !this.caughtUpNow()) {
      try {
        const taken = await this.#handOver();
        failures = 0;
        if (taken >= busyFrom && this.stats().waiting < maxBatch) await this.#pause(gatherMs);
      } catch (error) {
        this.#retries++;
        if (failures++ % 20 === 0)
          this.#log.error(
            { err: error, waiting: this.stats().waiting },
            'intake: readings not taken over yet; trying again',
          );
        await this.#pause(Math.min(firstRetryMs * 2 ** Math.min(failures - 1, 10), lastRetryMs));
      }
    }
  }

  /** @returns how many records */
  async #handOver(): Promise<number> {
    const committed = this.#committed;
    const records = await this.#next();
    const last = records.at(-1);
    // Nothing readable up to the end: those records were damaged, which the journal has named in the log.
    if (!last) this.#taken = committed;
    else {
      await this.#consumer.consume(records);
      this.#taken = last.position;
      this.#recent.dropThrough(this.#taken);
    }
    for (const watcher of this.#watchers) {
      if (watcher.position > this.#taken) continue;
      this.#watchers.delete(watcher);
      watcher.resolve();
    }
    await this.#forget();
    return records.length;
  }

  async #next(): Promise<IntakeRecord[]> {
    const from = this.#taken + 1;
    const fromMemory = this.#recent.from(from, maxBatch);
    if (fromMemory.length > 0) return fromMemory;
    const records = await this.#journal.read(from, maxBatch);
    return records.map(({ position, payload }) => ({ position, ...decodeIntake(payload) }));
  }

  async #forget(): Promise<void> {
    const durable = this.#consumer.durablePosition();
    if (durable <= this.#forgotten) return;
    this.#forgotten = durable;
    await this.#journal.forget(durable).catch(error => {
      this.#forgotten = 0;
      this.#log.warn({ err: error }, 'journal: old files could not be deleted');
    });
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise(resolve => {
      const timer = setTimeout(done, ms);
      this.#wake = done;
      const pump = this;
      function done() {
        clearTimeout(timer);
        pump.#wake = undefined;
        resolve();
      }
    });
  }

  /** Ends after the hand-over under way; what has not been taken stays in the journal. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#forgetTimer);
    this.#wake?.();
    await this.#running;
    for (const watcher of this.#watchers) watcher.resolve();
    this.#watchers.clear();
    await this.#forget();
  }
}

function arrivalOf(record: IntakeRecord): number | null {
  return (record.readings[0] ?? record.refused[0] ?? record.foreign?.[0])?.receivedAt ?? null;
}
