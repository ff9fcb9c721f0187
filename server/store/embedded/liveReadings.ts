import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reading } from '../../../models/contracts/reading.ts';
import { StoreUnavailable } from '../../errors.ts';
import type { AppendResult, Forgotten } from '../readingStore.ts';
import { dayMs, type ForgetBounds, forgetBounds } from '../summarise.ts';
import { Intake } from './appending.ts';
import { BlockStore } from './blockStore.ts';
import { forgetNode } from './forgetting.ts';
import { DamagedBytes } from './integrity.ts';
import { loadReadings, writeState } from './loadReadings.ts';
import { encodeNode } from './nodeRecord.ts';
import { type NodeTable, noteArrival, type Series, type StoredNode } from './nodeTable.ts';
import { isDamage, openSoundFile, reopenSalvaged, type StoreLog, wasChecked } from './openSoundFile.ts';
import { dayWithin, fromBlockId, type ReadingsFile } from './readingsFile.ts';
import { sealNode, settle } from './sealing.ts';
import { SeriesQueries } from './seriesQueries.ts';
import { setAsideBytes } from './setAside.ts';

export interface EmbeddedStoreOptions {
  /** Told what was damaged, and what was done about it. */
  readonly log?: StoreLog;
  /** Readings kept in memory before they are sealed into blocks. */
  readonly sealRows?: number;
  /** Appends in the log before its readings are sealed, so that opening stays quick. */
  readonly sealEntries?: number;
}

/** Readings sealed in one turn of the event loop. */
const rowsATurn = 4_000;

/**
 * An open file and what of it is in memory: takes readings in, seals them, forgets them, and goes on with what is whole
 * when something is damaged. What can be asked stands in `queries`; ask within `attempt`.
 */
export class LiveReadings {
  readonly #path: string;
  readonly #log: StoreLog;
  readonly #sealRows: number;
  readonly #sealEntries: number;
  #file!: ReadingsFile;
  #blocks!: BlockStore;
  table!: NodeTable;
  queries!: SeriesQueries;
  forgotten!: ForgetBounds;
  #lastLog = 0;
  #logEntries = 0;
  #unsealed = 0;
  #applied = 0;
  #durable = 0;
  #dirty = true;
  /** Series that lost a block to damage since their readings were counted. */
  readonly #miscounted = new Set<Series>();
  #sealing: Promise<void> | undefined;
  #closed = false;

  constructor(
    path: string,
    { log = silent, sealRows = 250_000, sealEntries = 20_000 }: EmbeddedStoreOptions,
  ) {
    this.#path = path;
    this.#log = log;
    this.#sealRows = sealRows;
    this.#sealEntries = sealEntries;
    const file = openSoundFile(path, log);
    try {
      this.#load(file);
    } catch (error) {
      file.close();
      if (!isDamage(error)) throw unavailable(error);
      this.#load(reopenSalvaged(path, log, String(error)));
    }
    if (!wasChecked(path))
      this.#lookForHidden().catch(error => log.error({ err: error }, 'the readings could not be counted'));
  }

  get durablePosition(): number {
    return this.#durable;
  }

  async append(readings: readonly Reading[], throughPosition: number): Promise<AppendResult> {
    // Sealing is slower than this was filled: whoever appends waits, so that memory has a bound.
    while (this.#sealing !== undefined && this.#unsealed > 2 * this.#sealRows) await this.#sealing;
    // And before that, every append leaves sealing a turn, so that none has to wait for all of it.
    if (this.#sealing !== undefined && this.#unsealed >= this.#sealRows) await nextTurn();
    const result = this.attempt(() => this.#append(readings, throughPosition));
    if (this.#unsealed >= this.#sealRows || this.#logEntries >= this.#sealEntries) this.#beginSealing();
    return result;
  }

  sync(): void {
    this.attempt(() => this.#makeDurable());
  }

  count(): number {
    let sealed = 0;
    for (const series of this.table.series.values()) sealed += series.readings;
    return sealed + this.#unsealed;
  }

  async forget(asked: { readonly readingsBefore: number; readonly hoursBefore: number }): Promise<Forgotten> {
    this.attempt(() => {
      const before = this.forgotten;
      this.forgotten = forgetBounds(before, asked);
      try {
        this.#file.transaction(() => this.#writeState());
      } catch (error) {
        this.forgotten = before;
        throw error;
      }
      this.#dirty = true;
    });
    await this.#sealAll();
    const removed = { readings: 0, hours: 0 };
    for (const node of [...this.table.nodes.values()]) {
      if (this.#closed) break;
      const gone = this.attempt(() => {
        const present = this.table.nodes.get(node.nodeId);
        if (present === undefined) return { readings: 0, hours: 0 };
        return forgetNode(this.#file, this.#blocks, present, this.forgotten);
      });
      removed.readings += gone.readings;
      removed.hours += gone.hours;
      await nextTurn();
    }
    return removed;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#sealing;
    try {
      this.attempt(() => this.#makeDurable());
    } finally {
      this.#file.close();
    }
  }

  #append(readings: readonly Reading[], throughPosition: number): AppendResult {
    const intake = new Intake(this.table, this.#blocks, this.forgotten.readingsBefore);
    const id = this.#lastLog + 1;
    try {
      for (const reading of readings) intake.offer(reading);
      if (intake.taken.length === 0 && throughPosition <= this.#applied) return resultOf(intake);
      this.#file.transaction(() => intake.write(this.#file, id, Math.max(throughPosition, this.#applied)));
    } catch (error) {
      intake.undo();
      throw error;
    }
    intake.settle();
    for (const { series, reading } of intake.taken) noteArrival(series, reading);
    this.#lastLog = id;
    this.#logEntries += 1;
    this.#unsealed += intake.taken.length;
    this.#applied = Math.max(this.#applied, throughPosition);
    this.#dirty = true;
    return resultOf(intake);
  }

  #load(file: ReadingsFile): void {
    const { table, lastLog, logEntries, position, forgotten, unsealed } = loadReadings(file);
    this.#file = file;
    this.table = table;
    this.#lastLog = lastLog;
    this.#logEntries = logEntries;
    this.#applied = position;
    this.#durable = 0;
    this.forgotten = forgotten;
    this.#unsealed = unsealed;
    this.#blocks = new BlockStore(file, (id, pieces, why) => this.#onDamagedBlock(id, pieces, why));
    this.queries = new SeriesQueries(this.#blocks, () => this.forgotten.readingsBefore);
    // What an ended process left in the file may not have reached the disk: only now is it known to have.
    this.#dirty = true;
    this.#makeDurable();
  }

  #writeState(): void {
    writeState(this.#file, this.#lastLog, this.#applied, this.forgotten);
  }

  #makeDurable(): void {
    if (!this.#dirty) return;
    this.#file.makeDurable(() => this.#writeState());
    this.#durable = this.#applied;
    this.#dirty = false;
  }

  /** Starts sealing beside whatever else is going on, unless it is under way. A failure is met by whoever appends next. */
  #beginSealing(): void {
    if (this.#sealing !== undefined || this.#closed) return;
    this.#sealing = this.#seal()
      .catch(error => this.#log.error({ err: error }, 'readings could not be sealed; they stay in the log'))
      .finally(() => {
        this.#sealing = undefined;
      });
  }

  async #sealAll(): Promise<void> {
    await this.#sealing;
    await this.#seal();
  }

  /** Everything that is in the log now goes into blocks, some nodes a turn, and then out of the log. */
  async #seal(): Promise<void> {
    const throughLog = this.#lastLog;
    const table = this.table;
    for (const series of table.series.values()) series.isNamed = false;
    const waiting = [...table.nodes.values()].filter(node => node.series.some(s => s.windows.size > 0));
    while (waiting.length > 0) {
      await nextTurn();
      if (this.#closed || this.table !== table) return;
      // A damaged file was replaced: what was waiting here is in the log of the new one.
      this.attempt(() => (this.table === table ? this.#sealSome(waiting) : undefined));
    }
    if (this.#closed || this.table !== table) return;
    this.attempt(() => {
      if (this.table !== table) return;
      this.#file.transaction(() => {
        this.#file.statements.removeLog.run(throughLog);
        this.#writeState();
      });
      this.#logEntries = this.#lastLog - throughLog;
    });
  }

  #sealSome(waiting: StoredNode[]): void {
    const sealed = this.#file.transaction(() => {
      const done = [];
      for (let rows = 0; rows < rowsATurn && waiting.length > done.length; ) {
        const node = waiting[waiting.length - 1 - done.length]!;
        const one = sealNode(this.#file, this.#blocks, node, this.#lastLog);
        done.push(one);
        rows += one.rows + 200;
      }
      return done;
    });
    waiting.length -= sealed.length;
    this.#dirty = true;
    for (const one of sealed) {
      settle(one);
      this.#unsealed -= one.rows;
    }
  }

  #onDamagedBlock(id: number, pieces: readonly Uint8Array[], why: string): void {
    const { seriesNo, day, part } = fromBlockId(id);
    const series = this.table.series.get(seriesNo);
    const range = `${series?.node.nodeId} ${series?.probe} ${new Date(day * dayMs).toISOString().slice(0, 10)}`;
    const copy = setAsideBytes(this.#path, `block-${seriesNo}-${day}-${part}`, pieces);
    if (series !== undefined) this.#miscounted.add(series);
    this.#log.error(
      { damaged: range, part, copy, why },
      `readings of ${range} are damaged and were set aside; everything else is served`,
    );
  }

  /** After a damaged block has gone, the number of readings is no longer what was counted. */
  #recount(): void {
    const lost = [...this.#miscounted];
    this.#miscounted.clear();
    for (const series of lost) {
      series.readings = this.#sealedReadings(series);
      const { node, seriesNo, readings } = series;
      const record = {
        ...node.record,
        series: node.record.series.map(s => (s.seriesNo === seriesNo ? { ...s, readings } : s)),
      };
      this.#file.statements.setNode.run(node.nodeNo, encodeNode(record));
      node.record = record;
    }
  }

  #sealedReadings(series: Series): number {
    const ever = [dayWithin(Number.NEGATIVE_INFINITY), dayWithin(Number.POSITIVE_INFINITY)] as const;
    return this.#blocks.between(series, ...ever).reduce((sum, { head }) => sum + head.count, 0);
  }

  /**
   * Beside everything else: a damaged tree can hide blocks without an error, and a large file is not checked page by page
   * when it is opened. Whatever is hidden is missing in the count.
   */
  async #lookForHidden(): Promise<void> {
    const table = this.table;
    for (const series of [...table.series.values()]) {
      await nextTurn();
      if (this.#closed || this.table !== table) return;
      this.attempt(() => {
        if (this.table !== table || this.#miscounted.size > 0) return;
        const found = this.#sealedReadings(series);
        if (found !== series.readings && !this.#miscounted.has(series))
          throw new DamagedBytes(`${found} of ${series.readings} sealed readings of a probe are found`);
      });
    }
  }

  #counted<T>(work: () => T): T {
    const result = work();
    if (this.#miscounted.size > 0) this.#recount();
    return result;
  }

  /** Goes on with a file made of everything that still reads as it was written, and of what memory holds. */
  #mend(why: string): void {
    const unsealed = [...this.table.series.values()].flatMap(series =>
      [...series.windows.values()].flatMap(({ rows }) =>
        Array.from({ length: rows.count }, (_, row) => rows.reading(row, series.node.nodeId, series.probe)),
      ),
    );
    this.#file.close();
    this.#load(reopenSalvaged(this.#path, this.#log, why));
    this.#append(unsealed, 0);
  }

  attempt<T>(work: () => T): T {
    try {
      return this.#counted(work);
    } catch (error) {
      if (!isDamage(error) || this.#closed) throw unavailable(error);
      try {
        this.#mend(String(error));
        return this.#counted(work);
      } catch (again) {
        throw unavailable(again);
      }
    }
  }
}

const silent: StoreLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

const resultOf = ({ taken, duplicates, conflicts, expired }: Intake): AppendResult => ({
  inserted: taken.map(({ reading }) => reading),
  duplicates,
  conflicts,
  expired,
});

function unavailable(cause: unknown): StoreUnavailable {
  if (cause instanceof StoreUnavailable) return cause;
  return new StoreUnavailable(`the reading store failed: ${String(cause)}`, { cause });
}
