import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reading } from '../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { type EmbeddedStoreOptions, LiveReadings } from './embedded/liveReadings.ts';
import type { Series, StoredNode } from './embedded/nodeTable.ts';
import { readRow } from './embedded/rows.ts';
import { clockWrongSince } from './nodeClockState.ts';
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
  StoreHealth,
  TimeAboveLevel,
  TimeAboveQuery,
} from './readingStore.ts';
import { ReceptionMarks } from './receptionMarks.ts';

/** Nodes whose reception is worked out in one turn. */
const nodesATurn = 100;

/**
 * Readings in one SQLite file, laid out for time series: see embedded/README.md. A file of an older release is brought up
 * to date first, a damaged one is rebuilt from everything in it that still reads as it was written.
 *
 * @throws {StoreUnavailable} when the file cannot be opened or is of a newer release
 */
export function openEmbeddedReadingStore(path: string, options: EmbeddedStoreOptions = {}): ReadingStore {
  return new EmbeddedReadingStore(new LiveReadings(path, options));
}

class EmbeddedReadingStore implements ReadingStore {
  readonly #live: LiveReadings;

  constructor(live: LiveReadings) {
    this.#live = live;
  }

  append(readings: readonly Reading[], throughPosition = 0): Promise<AppendResult> {
    return this.#live.append(readings, throughPosition);
  }

  async sync(): Promise<void> {
    this.#live.sync();
  }

  async count(): Promise<number> {
    return this.#live.count();
  }

  forget(bounds: { readonly readingsBefore: number; readonly hoursBefore: number }): Promise<Forgotten> {
    return this.#live.forget(bounds);
  }

  close(): Promise<void> {
    return this.#live.close();
  }

  durablePosition(): number {
    return this.#live.durablePosition;
  }

  async range(query: RangeQuery): Promise<Reading[]> {
    return this.#live.attempt(() => {
      const found = this.#seriesOf(query.nodeId).flatMap(series => this.#live.queries.range(series, query));
      found.sort((a, b) => a.measuredAt - b.measuredAt || (a.probe < b.probe ? -1 : 1));
      return found.slice(0, query.limit);
    });
  }

  async usable(query: SeriesQuery): Promise<TemperaturePoint[]> {
    return this.#ask(query, [], series => this.#live.queries.usable(series, query));
  }

  async suspectCount(query: SeriesQuery): Promise<number> {
    return this.#ask(query, 0, series => this.#live.queries.suspectCount(series, query));
  }

  async neighbours(nodeId: string, probe: string, at: number, count: number) {
    return this.#ask({ nodeId, probe }, { before: [], after: [] }, series => ({
      before: this.#live.queries.before(series, at, count),
      after: this.#live.queries.after(series, at, count),
    }));
  }

  async buckets(query: BucketQuery): Promise<Bucket[]> {
    return this.#ask(query, [], series => this.#live.queries.buckets(series, query));
  }

  async timeAbove(query: TimeAboveQuery): Promise<TimeAboveLevel> {
    return this.#ask(query, { aboveMs: 0, knownMs: 0 }, series =>
      this.#live.queries.timeAbove(series, query),
    );
  }

  async bounds(nodeId: string) {
    return this.#live.attempt(() => {
      const bounds = this.#seriesOf(nodeId).flatMap(series => this.#live.queries.bounds(series) ?? []);
      if (bounds.length === 0) return null;
      return {
        earliestAt: Math.min(...bounds.map(b => b.earliestAt)),
        latestAt: Math.max(...bounds.map(b => b.latestAt)),
      };
    });
  }

  async reception({ nodeIds, ...span }: ReceptionQuery): Promise<Map<string, boolean[]>> {
    const found = new Map<string, boolean[]>();
    for (const [index, nodeId] of nodeIds.entries()) {
      // Many nodes are some tens of milliseconds of this thread: others first.
      if (index > 0 && index % nodesATurn === 0) await nextTurn();
      const marks = this.#live.attempt(() => {
        const marks = new ReceptionMarks(span);
        for (const series of this.#seriesOf(nodeId)) this.#live.queries.markReception(series, marks);
        return marks;
      });
      if (!marks.isEmpty) found.set(nodeId, marks.cells);
    }
    return found;
  }

  async nodeSummary(nodeId: string): Promise<NodeSummary | null> {
    const node = this.#live.table.nodes.get(nodeId);
    return node === undefined ? null : this.#summary(node);
  }

  async nodeSummaries(nodeIds: readonly string[]): Promise<Map<string, NodeSummary>> {
    const found = new Map<string, NodeSummary>();
    for (const nodeId of nodeIds) {
      const node = this.#live.table.nodes.get(nodeId);
      const summary = node === undefined ? null : this.#summary(node);
      if (summary !== null) found.set(nodeId, summary);
    }
    return found;
  }

  async nodeIds(): Promise<string[]> {
    return [...this.#live.table.nodes.values()]
      .filter(node => this.#summary(node) !== null)
      .map(node => node.nodeId)
      .sort();
  }

  health(): StoreHealth {
    return { state: 'ok' };
  }

  #summary(node: StoredNode): NodeSummary | null {
    const { readingsBefore } = this.#live.forgotten;
    let last: Series | undefined;
    for (const series of node.series) {
      const at = series.latest?.[0];
      if (at === undefined || at < readingsBefore) continue;
      if (
        last === undefined ||
        at > last.latest![0]! ||
        (at === last.latest![0] && series.probe > last.probe)
      )
        last = series;
    }
    if (last === undefined || node.clock === null) return null;
    const isKnown = node.battery !== null && node.battery.at >= readingsBefore;
    return {
      lastReading: readRow(last.latest!, 0, node.nodeId, last.probe),
      lastSeenAt: node.clock.lastSeenAt,
      batteryPct: isKnown ? node.battery!.pct : null,
      clockWrongSince: clockWrongSince(node.clock),
    };
  }

  #seriesOf(nodeId: string): readonly Series[] {
    return this.#live.table.nodes.get(nodeId)?.series ?? [];
  }

  #ask<T>(
    { nodeId, probe }: Pick<SeriesQuery, 'nodeId' | 'probe'>,
    nothing: T,
    ask: (series: Series) => T,
  ): T {
    return this.#live.attempt(() => {
      const series = this.#live.table.find(nodeId, probe);
      return series === undefined ? nothing : ask(series);
    });
  }
}
