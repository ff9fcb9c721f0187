import type { Reading } from '../../../models/contracts/reading.ts';
import { StoreUnavailable } from '../../errors.ts';
import { sameValues } from '../readingStore.ts';
import type { BlockStore } from './blockStore.ts';
import { dayOf } from './daySummary.ts';
import { encodeLog } from './logFormat.ts';
import { encodeNode } from './nodeRecord.ts';
import { type NodeTable, newWindow, type Series, type Window } from './nodeTable.ts';
import type { ReadingsFile } from './readingsFile.ts';
import { Rows, width, writeRow } from './rows.ts';

/** Small appends always say whose their series are. */
const alwaysNamed = 16;

interface Taken {
  readonly series: Series;
  readonly window: Window;
  readonly reading: Reading;
}

/** One append on its way: readings are in the windows already, but in no log yet. */
export class Intake {
  readonly taken: Taken[] = [];
  readonly conflicts: Reading[] = [];
  duplicates = 0;
  expired = 0;
  readonly #table: NodeTable;
  readonly #blocks: BlockStore;
  readonly #keptFrom: number;
  readonly #created: Series[] = [];

  constructor(table: NodeTable, blocks: BlockStore, keptFrom: number) {
    this.#table = table;
    this.#blocks = blocks;
    this.#keptFrom = keptFrom;
  }

  offer(reading: Reading): void {
    const { measuredAt } = reading;
    if (!Number.isSafeInteger(measuredAt) || !Number.isSafeInteger(reading.receivedAt))
      throw new StoreUnavailable(
        `measuredAt and receivedAt must be whole milliseconds, got ${measuredAt} and ${reading.receivedAt}`,
      );
    if (measuredAt < this.#keptFrom) {
      this.expired += 1;
      return;
    }
    const series = this.#seriesOf(reading);
    const day = dayOf(measuredAt);
    let window = series.windows.get(day);
    if (window === undefined) {
      window = newWindow(day);
      series.windows.set(day, window);
    }
    const { rows } = window;
    const isLast = rows.count === 0 || rows.lastAt() < measuredAt;
    const index = isLast ? rows.count : rows.indexOf(measuredAt);
    const present =
      index < rows.count && rows.measuredAt(index) === measuredAt
        ? rows.reading(index, reading.nodeId, reading.probe)
        : this.#sealed(series, window, measuredAt);
    if (present === undefined) {
      rows.insert(index, reading);
      this.taken.push({ series, window, reading });
    } else if (sameValues(present, reading)) this.duplicates += 1;
    else this.conflicts.push(reading);
    if (rows.count === 0) series.windows.delete(day);
  }

  /** Takes everything back. */
  undo(): void {
    for (const { series, window, reading } of this.taken) {
      window.rows.remove(window.rows.indexOf(reading.measuredAt));
      if (window.rows.count === 0) series.windows.delete(window.day);
    }
    for (const series of this.#created) this.#table.forget(series);
  }

  /** Writes the log entry and the records of what is new; within a transaction. */
  write(file: ReadingsFile, id: number, position: number): void {
    for (const node of new Set(this.#created.map(series => series.node))) {
      const { record } = node;
      const known = new Set(record.series.map(s => s.seriesNo));
      const added = node.series.filter(s => !known.has(s.seriesNo));
      const fresh = added.map(({ seriesNo, probe }) => ({ seriesNo, probe, readings: 0, latest: null }));
      file.statements.setNode.run(
        node.nodeNo,
        encodeNode({ ...record, series: [...record.series, ...fresh] }),
      );
    }
    file.statements.addLog.run(id, this.#entry(id, position));
  }

  /** After the commit. */
  settle(): void {
    for (const { node, seriesNo, probe } of this.#created)
      node.record = {
        ...node.record,
        series: [...node.record.series, { seriesNo, probe, readings: 0, latest: null }],
      };
    for (const { series } of this.taken) series.isNamed = true;
  }

  #entry(id: number, position: number): Uint8Array {
    const count = this.taken.length;
    const indices = new Map<Series, number>();
    const seriesOf = new Float64Array(count);
    const rows = new Rows(count);
    rows.count = count;
    for (let i = 0; i < count; i++) {
      const { series, reading } = this.taken[i]!;
      let index = indices.get(series);
      if (index === undefined) {
        index = indices.size;
        indices.set(series, index);
      }
      seriesOf[i] = index;
      writeRow(rows.data, i * width, reading);
    }
    const isSmall = indices.size <= alwaysNamed;
    const series = [...indices.keys()].map(({ seriesNo, isNamed, node, probe }) => ({
      seriesNo,
      name: isNamed && !isSmall ? undefined : { nodeId: node.nodeId, probe },
    }));
    return encodeLog({ id, position, series, seriesOf, rows });
  }

  #seriesOf({ nodeId, probe }: Reading): Series {
    const known = this.#table.find(nodeId, probe);
    if (known !== undefined) return known;
    const series = this.#table.create(nodeId, probe);
    this.#created.push(series);
    return series;
  }

  /** A reading of this time in a block. Whoever is ahead of every block is in none. */
  #sealed(series: Series, window: Window, measuredAt: number): Reading | undefined {
    window.parts ??= this.#blocks.between(series, window.day, window.day);
    for (const part of window.parts) {
      if (measuredAt < part.head.firstAt || measuredAt > part.head.lastAt) continue;
      const rows = this.#blocks.cachedRows(part);
      const row = rows.indexOf(measuredAt);
      if (row < rows.count && rows.measuredAt(row) === measuredAt)
        return rows.reading(row, series.node.nodeId, series.probe);
    }
    return undefined;
  }
}
