import type { Reading } from '../../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';
import type { SeriesMark } from '../readingStore.ts';
import { ArrivalQueue } from './arrivalQueue.ts';
import { afterReading, joinKnowledge, type NodeKnowledge } from './nodeKnowledge.ts';
import { pendingFlag, ReadingColumns, uncheckedFlag } from './readingColumns.ts';

/** One probe, as far as this process knows it. */
export interface KnownSeries {
  readonly seriesNo: number;
  readonly nodeId: string;
  readonly probe: string;
  readonly columns: ReadingColumns;
  /** Every reading measured from here on is in `columns`; Infinity while InfluxDB was never asked. */
  completeFrom: number;
}

/** What InfluxDB has of a probe when it is first asked. */
export interface SeedSeries {
  readonly nodeId: string;
  readonly probe: string;
  readonly newestAt: number;
}

export interface Entry {
  readonly series: KnownSeries;
  readonly measuredAt: number;
}

/**
 * What this process knows without asking InfluxDB: readings it has taken, the pending ones all and of the written ones the
 * latest, and what there is to know of each node.
 *
 * Readings leave in the order in which they came, so that what is left of a probe is nearly always its newest stretch,
 * which most questions are about (`completeFrom`).
 */
export class KnownReadings {
  readonly #mostWritten: number;
  readonly #series: KnownSeries[] = [];
  /** Keyed by node id, then by probe. */
  readonly #byNode = new Map<string, Map<string, KnownSeries>>();
  /** Keyed by node id. */
  readonly #nodes = new Map<string, NodeKnowledge>();
  readonly #queue = new ArrivalQueue();
  /** Entries of the queue before this one are written. */
  #written = 0;
  /** Of a probe that is not known here, InfluxDB has nothing from this instant on; Infinity while it was never asked. */
  #seededFrom = Number.POSITIVE_INFINITY;

  /** @param mostWritten  readings that are kept after they were written */
  constructor(mostWritten: number) {
    this.#mostWritten = mostWritten;
  }

  get isSeeded(): boolean {
    return this.#seededFrom !== Number.POSITIVE_INFINITY;
  }

  /** Entries InfluxDB has not answered for. */
  get pending(): number {
    return this.#queue.end - this.#written;
  }

  /** Number of the next entry: everything appended so far is before it. */
  get end(): number {
    return this.#queue.end;
  }

  get written(): number {
    return this.#written;
  }

  find(nodeId: string, probe: string): KnownSeries | undefined {
    return this.#byNode.get(nodeId)?.get(probe);
  }

  seriesOf(nodeId: string): KnownSeries[] {
    return [...(this.#byNode.get(nodeId)?.values() ?? [])];
  }

  node(nodeId: string): NodeKnowledge | null {
    return this.#nodes.get(nodeId) ?? null;
  }

  nodeIds(): string[] {
    return [...this.#nodes.keys()];
  }

  /** From when on everything there is of a probe is here; Infinity when InfluxDB has to be asked for all of it. */
  completeFrom(nodeId: string, probe: string): number {
    return this.find(nodeId, probe)?.completeFrom ?? this.#seededFrom;
  }

  at({ series, measuredAt }: Entry): Reading | null {
    const index = series.columns.indexOf(measuredAt);
    return index < 0 ? null : series.columns.reading(index);
  }

  /** @param isUnchecked  InfluxDB may have its key already */
  add(reading: Reading, isUnchecked: boolean): void {
    const series = this.#seriesFor(reading.nodeId, reading.probe);
    series.columns.insert(reading, pendingFlag | (isUnchecked ? uncheckedFlag : 0));
    this.#queue.push(series.seriesNo, reading.measuredAt);
    this.#nodes.set(reading.nodeId, afterReading(this.node(reading.nodeId), reading));
  }

  /** InfluxDB has it: another process has written it. Its key must be free. */
  addStored(reading: Reading): void {
    const series = this.#seriesFor(reading.nodeId, reading.probe);
    const isIdle = this.pending === 0;
    series.columns.insert(reading, 0);
    this.#queue.push(series.seriesNo, reading.measuredAt);
    this.#nodes.set(reading.nodeId, afterReading(this.node(reading.nodeId), reading));
    // Behind others that wait it is passed with them.
    if (isIdle) this.markWritten(this.#queue.end);
  }

  /** Another process has written readings of a series up to an instant which are not here. */
  addMark({ nodeId, probe, until, newest }: SeriesMark): void {
    const series = this.#seriesFor(nodeId, probe);
    series.completeFrom = Math.max(series.completeFrom, until + 1);
    this.#nodes.set(nodeId, afterReading(this.node(nodeId), newest));
    const { columns } = series;
    for (let i = 0; i < columns.size && columns.measuredAt(i) <= until; i++) markUnchecked(columns, i);
  }

  /** The key of a reading that waits may be taken by another one. */
  doubt({ series, measuredAt }: Entry): boolean {
    const index = series.columns.indexOf(measuredAt);
    return index >= 0 && markUnchecked(series.columns, index);
  }

  /** Other processes may have written anything: what waits is kept, with keys that may be taken; the rest is asked anew. */
  reset(): void {
    this.#seededFrom = Number.POSITIVE_INFINITY;
    this.#nodes.clear();
    for (const series of this.#series) {
      series.completeFrom = Number.POSITIVE_INFINITY;
      const { columns } = series;
      for (let i = columns.size - 1; i >= 0; i--) if (!markUnchecked(columns, i)) columns.remove(i);
      for (let i = 0; i < columns.size; i++) {
        const reading = columns.reading(i);
        this.#nodes.set(reading.nodeId, afterReading(this.node(reading.nodeId), reading));
      }
    }
  }

  /**
   * Takes in what InfluxDB said when it was first asked.
   *
   * @param from  it was asked for everything from here on
   */
  seed(series: readonly SeedSeries[], nodes: ReadonlyMap<string, NodeKnowledge>, from: number): void {
    if (this.isSeeded) return;
    this.#seededFrom = from;
    for (const known of this.#series) known.completeFrom = from;
    for (const { nodeId, probe, newestAt } of series)
      this.#seriesFor(nodeId, probe).completeFrom = newestAt + 1;
    for (const [nodeId, before] of nodes) this.#nodes.set(nodeId, joinKnowledge(before, this.node(nodeId)));
    for (const { columns, completeFrom } of this.#series)
      for (let i = columns.firstNotBefore(completeFrom); i < columns.size; i++)
        columns.setFlags(i, columns.flags(i) & ~uncheckedFlag);
  }

  /** The oldest pending entries, at most `most`; what was taken out meanwhile is left out of them. */
  nextPending(most: number): { readonly entries: Entry[]; readonly through: number } {
    const through = Math.min(this.#written + most, this.#queue.end);
    const entries: Entry[] = [];
    for (let entry = this.#written; entry < through; entry++) {
      const { seriesNo, measuredAt } = this.#queue.at(entry);
      const series = this.#series[seriesNo] as KnownSeries;
      const index = series.columns.indexOf(measuredAt);
      if (index >= 0 && series.columns.flags(index) & pendingFlag) entries.push({ series, measuredAt });
    }
    return { entries, through };
  }

  isUnchecked({ series, measuredAt }: Entry): boolean {
    const index = series.columns.indexOf(measuredAt);
    return index >= 0 && (series.columns.flags(index) & uncheckedFlag) !== 0;
  }

  /** InfluxDB has all entries before `through`. */
  markWritten(through: number): void {
    for (; this.#written < through; this.#written++) {
      const { seriesNo, measuredAt } = this.#queue.at(this.#written);
      const { columns } = this.#series[seriesNo] as KnownSeries;
      const index = columns.indexOf(measuredAt);
      if (index >= 0) columns.setFlags(index, columns.flags(index) & ~(pendingFlag | uncheckedFlag));
    }
    while (this.#written - this.#queue.first > this.#mostWritten) this.#dropOldest();
  }

  /** InfluxDB has another reading of this key, or never will have this one. */
  remove({ series, measuredAt }: Entry, there: Reading | null): void {
    const index = series.columns.indexOf(measuredAt);
    if (index < 0) return;
    series.columns.remove(index);
    // Where its key is taken, everything from here on is here no longer.
    if (there !== null) series.completeFrom = Math.max(series.completeFrom, measuredAt + 1);
    const node = this.node(series.nodeId);
    const isLatest = node?.latest.measuredAt === measuredAt && node.latest.probe === series.probe;
    if (node !== null && isLatest && there !== null)
      this.#nodes.set(series.nodeId, { ...node, latest: there });
  }

  /** Usable readings of [from, to) that are here. */
  usable(nodeId: string, probe: string, from: number, to: number): TemperaturePoint[] {
    const columns = this.find(nodeId, probe)?.columns;
    if (columns === undefined) return [];
    const points: TemperaturePoint[] = [];
    for (let i = columns.firstNotBefore(from); i < columns.size && columns.measuredAt(i) < to; i++) {
      const temperatureC = columns.usableC(i);
      if (!Number.isNaN(temperatureC)) points.push({ at: columns.measuredAt(i), temperatureC });
    }
    return points;
  }

  /** Readings of [from, to) that are here. */
  readings(series: KnownSeries, from: number, to: number, isWanted: (flags: number) => boolean = () => true) {
    const { columns } = series;
    const found: Reading[] = [];
    for (let i = columns.firstNotBefore(from); i < columns.size && columns.measuredAt(i) < to; i++)
      if (isWanted(columns.flags(i))) found.push(columns.reading(i));
    return found;
  }

  /** Bytes that readings take here. */
  bytes(): number {
    const inColumns = this.#series.reduce((sum, { columns }) => sum + columns.bytes, 0);
    return inColumns + (this.#queue.end - this.#queue.first) * 12;
  }

  #seriesFor(nodeId: string, probe: string): KnownSeries {
    const known = this.find(nodeId, probe);
    if (known !== undefined) return known;
    const columns = new ReadingColumns(nodeId, probe);
    const seriesNo = this.#series.length;
    const series: KnownSeries = { seriesNo, nodeId, probe, columns, completeFrom: this.#seededFrom };
    this.#series.push(series);
    const ofNode = this.#byNode.get(nodeId) ?? new Map<string, KnownSeries>();
    this.#byNode.set(nodeId, ofNode.set(probe, series));
    return series;
  }

  #dropOldest(): void {
    const { seriesNo, measuredAt } = this.#queue.at(this.#queue.first);
    const series = this.#series[seriesNo] as KnownSeries;
    this.#queue.dropFirst();
    const index = series.columns.indexOf(measuredAt);
    // Taken out and taken in again, it is pending under a later number.
    if (index < 0 || series.columns.flags(index) & pendingFlag) return;
    series.columns.remove(index);
    series.completeFrom = Math.max(series.completeFrom, measuredAt + 1);
  }
}

/** @returns false for one that does not wait any more */
function markUnchecked(columns: ReadingColumns, index: number): boolean {
  const flags = columns.flags(index);
  if ((flags & pendingFlag) === 0) return false;
  columns.setFlags(index, flags | uncheckedFlag);
  return true;
}
