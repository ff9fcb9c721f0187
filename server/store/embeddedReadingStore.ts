import type { DatabaseSync } from 'node:sqlite';
import type { Reading } from '../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { StoreUnavailable } from '../errors.ts';
import { bucketGrid } from './bucketGrid.ts';
import { bucketise } from './bucketise.ts';
import {
  type NodeStateRow,
  prepareStatements,
  type ReadingRow,
  type Statements,
} from './embeddedStatements.ts';
import { clockWrongSince, nextClockState } from './nodeClockState.ts';
import { openSqlite } from './openSqlite.ts';
import {
  type AppendResult,
  type Bucket,
  type BucketQuery,
  type Forgotten,
  type NodeSummary,
  type RangeQuery,
  type ReadingStore,
  type SeriesQuery,
  type StoreHealth,
  sameValues,
  type TimeAboveLevel,
  type TimeAboveQuery,
} from './readingStore.ts';
import { createSeriesIndex, type Series, type SeriesIndex } from './seriesIndex.ts';
import { forgetBounds, nothingForgotten } from './summarise.ts';
import { pointsAround, timeAboveOf } from './timeAboveOf.ts';

/** Times are integers (epoch ms) and values 64-bit floats, so that what comes out is what went in, bit for bit. */
const migrations = [
  `CREATE TABLE series (
     series_no INTEGER PRIMARY KEY, node_id TEXT NOT NULL, probe TEXT NOT NULL, UNIQUE (node_id, probe)) STRICT;
   CREATE TABLE readings (
     series_no INTEGER NOT NULL, measured_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
     temperature_c REAL, humidity_pct REAL, battery_pct REAL, sequence INTEGER,
     time_replaced INTEGER NOT NULL, suspect INTEGER NOT NULL,
     PRIMARY KEY (series_no, measured_at)) STRICT, WITHOUT ROWID;
   CREATE TABLE node_state (
     node_id TEXT PRIMARY KEY, last_seen_at INTEGER NOT NULL, good_clock_at INTEGER, replaced_since INTEGER,
     battery_pct REAL, battery_at INTEGER) STRICT, WITHOUT ROWID;
   CREATE TABLE intake (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL) STRICT;
   INSERT INTO intake VALUES (1, 0);`,
];

interface PointRow {
  at: number;
  temperatureC: number;
}

/**
 * Readings in one SQLite file.
 *
 * @throws {StoreUnavailable} when the file cannot be opened or is of a newer release
 */
export function openEmbeddedReadingStore(path: string): ReadingStore {
  return new EmbeddedReadingStore(openSqlite(path, { synchronous: 'NORMAL', migrations }));
}

/**
 * The gateway's journal is the truth until `durablePosition` has passed a record, so commits here need not wait for the
 * disk (`synchronous = NORMAL`): `sync` runs a full checkpoint, which does, and only then moves the position.
 */
class EmbeddedReadingStore implements ReadingStore {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #series: SeriesIndex;
  #applied: number;
  #durable = 0;
  #dirty = true;
  #forgotten = nothingForgotten;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.#series = createSeriesIndex(this.#statements);
    this.#applied = Number(this.#statements.position.get()?.position);
    // What an ended process left in the file may not have reached the disk: only now is it known to have.
    this.#checkpoint();
  }

  async append(readings: readonly Reading[], throughPosition = 0): Promise<AppendResult> {
    const results = this.#transaction(() => {
      const outcome = readings.map(reading =>
        reading.measuredAt < this.#forgotten.readingsBefore ? 'expired' : this.#insert(reading),
      );
      if (throughPosition > this.#applied) this.#statements.setPosition.run(throughPosition);
      return outcome;
    });
    this.#applied = Math.max(this.#applied, throughPosition);
    this.#dirty = true;
    return {
      inserted: readings.filter((_, i) => results[i] === 'inserted'),
      duplicates: results.filter(r => r === 'duplicate').length,
      conflicts: readings.filter((_, i) => results[i] === 'conflict'),
      expired: results.filter(r => r === 'expired').length,
    };
  }

  durablePosition(): number {
    return this.#durable;
  }

  async sync(): Promise<void> {
    this.#checkpoint();
  }

  async range(query: RangeQuery): Promise<Reading[]> {
    const rows = this.#series.ofNode(query.nodeId).flatMap(s => rangeOfProbe(this.#statements, s, query));
    rows.sort((a, b) => a.measuredAt - b.measuredAt || (a.probe < b.probe ? -1 : 1));
    return rows.slice(0, query.limit);
  }

  async usable({ nodeId, probe, from, to }: SeriesQuery): Promise<TemperaturePoint[]> {
    const seriesNo = this.#series.find(nodeId, probe);
    if (seriesNo === undefined) return [];
    return attempt(() => toPoints(this.#statements.usable.all(seriesNo, from, to)));
  }

  async suspectCount({ nodeId, probe, from, to }: SeriesQuery): Promise<number> {
    const seriesNo = this.#series.find(nodeId, probe);
    if (seriesNo === undefined) return 0;
    return attempt(() => Number(this.#statements.suspects.get(seriesNo, from, to)?.n));
  }

  async neighbours(nodeId: string, probe: string, at: number, count: number) {
    const seriesNo = this.#series.find(nodeId, probe);
    if (seriesNo === undefined) return { before: [], after: [] };
    return attempt(() => ({
      before: toPoints(this.#statements.before.all(seriesNo, at, count)).reverse(),
      after: toPoints(this.#statements.after.all(seriesNo, at, count)),
    }));
  }

  async buckets({ nodeId, probe, from, to, points }: BucketQuery): Promise<Bucket[]> {
    const seriesNo = this.#series.find(nodeId, probe);
    if (seriesNo === undefined) return [];
    return attempt(() => {
      const rows = this.#statements.usable.iterate(seriesNo, from, to) as unknown as Iterable<PointRow>;
      return bucketise(bucketGrid(from, to, points), { from, to }, rows);
    });
  }

  async timeAbove(query: TimeAboveQuery): Promise<TimeAboveLevel> {
    return timeAboveOf(await pointsAround(this, query), query);
  }

  async bounds(nodeId: string) {
    const readings = await this.range({ nodeId, from: -Infinity, to: Infinity, limit: Infinity });
    const first = readings[0];
    return (first && { earliestAt: first.measuredAt, latestAt: readings.at(-1)!.measuredAt }) || null;
  }

  async nodeSummaries(nodeIds: readonly string[]): Promise<Map<string, NodeSummary>> {
    const found = new Map<string, NodeSummary>();
    for (const nodeId of nodeIds) {
      const summary = await this.nodeSummary(nodeId);
      if (summary !== null) found.set(nodeId, summary);
    }
    return found;
  }

  async nodeIds(): Promise<string[]> {
    const known = new Set(attempt(() => this.#statements.allSeries.all()).map(row => String(row.node_id)));
    const summaries = await this.nodeSummaries([...known]);
    return [...summaries.keys()].sort();
  }

  async forget(bounds: { readingsBefore: number; hoursBefore: number }): Promise<Forgotten> {
    this.#forgotten = forgetBounds(this.#forgotten, bounds);
    const { changes } = attempt(() =>
      this.#database
        .prepare('DELETE FROM readings WHERE measured_at < ?')
        .run(Math.max(Number.MIN_SAFE_INTEGER, this.#forgotten.readingsBefore)),
    );
    return { readings: Number(changes), hours: 0 };
  }

  health(): StoreHealth {
    return { state: 'ok' };
  }

  async nodeSummary(nodeId: string): Promise<NodeSummary | null> {
    return attempt(() => {
      const latest = this.#series.ofNode(nodeId).flatMap(({ seriesNo, probe }) => {
        const row = this.#statements.latest.get(seriesNo) as unknown as ReadingRow | undefined;
        return row === undefined ? [] : [toReading(row, nodeId, probe)];
      });
      const state = this.#statements.nodeState.get(nodeId) as unknown as NodeStateRow | undefined;
      latest.sort((a, b) => b.measuredAt - a.measuredAt || (a.probe < b.probe ? 1 : -1));
      const lastReading = latest[0];
      if (lastReading === undefined || state === undefined) return null;
      return {
        lastReading,
        lastSeenAt: state.last_seen_at,
        batteryPct: state.battery_pct,
        clockWrongSince: clockWrongSince(toClockState(state)),
      };
    });
  }

  async count(): Promise<number> {
    return attempt(() => Number(this.#statements.count.get()?.n));
  }

  async close(): Promise<void> {
    try {
      this.#checkpoint();
    } finally {
      this.#database.close();
    }
  }

  #insert(reading: Reading): 'inserted' | 'duplicate' | 'conflict' {
    const seriesNo = this.#series.numberOf(reading.nodeId, reading.probe);
    const { changes } = this.#statements.insert.run(
      seriesNo,
      reading.measuredAt,
      reading.receivedAt,
      reading.temperatureC,
      reading.humidityPct,
      reading.batteryPct,
      reading.sequence,
      Number(reading.timeSource === 'arrival'),
      Number(reading.quality === 'suspect'),
    );
    if (changes === 1) {
      noteArrival(this.#statements, reading);
      return 'inserted';
    }
    const row = this.#statements.one.get(seriesNo, reading.measuredAt) as unknown as ReadingRow;
    return sameValues(toReading(row, reading.nodeId, reading.probe), reading) ? 'duplicate' : 'conflict';
  }

  #checkpoint(): void {
    if (!this.#dirty) return;
    const result = attempt(() => this.#statements.checkpoint.get());
    // Busy or incomplete: somebody reads an older state right now; the next call tries again.
    if (result?.busy !== 0 || result.log !== result.checkpointed) return;
    this.#durable = this.#applied;
    this.#dirty = false;
  }

  /** All or nothing. */
  #transaction<T>(work: () => T): T {
    return attempt(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        this.#series.forget();
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }
}

function noteArrival(statements: Statements, reading: Reading): void {
  const row = statements.nodeState.get(reading.nodeId) as unknown as NodeStateRow | undefined;
  const clock = nextClockState(row === undefined ? null : toClockState(row), reading);
  const tellsBattery = reading.batteryPct !== null && reading.measuredAt >= (row?.battery_at ?? -Infinity);
  statements.setNodeState.run(
    reading.nodeId,
    clock.lastSeenAt,
    clock.goodClockAt,
    clock.replacedSince,
    tellsBattery ? reading.batteryPct : (row?.battery_pct ?? null),
    tellsBattery ? reading.measuredAt : (row?.battery_at ?? null),
  );
}

function toClockState(row: NodeStateRow) {
  return { lastSeenAt: row.last_seen_at, goodClockAt: row.good_clock_at, replacedSince: row.replaced_since };
}

function rangeOfProbe(statements: Statements, { seriesNo, probe }: Series, query: RangeQuery): Reading[] {
  const { nodeId, to, after, limit } = query;
  let from = query.from;
  // Of the cursor's own instant, only probes that sort behind the cursor's are still to come.
  if (after !== undefined)
    from = Math.max(from, probe > after.probe ? after.measuredAt : after.measuredAt + 1);
  const most = Number.isFinite(limit) ? limit : -1;
  const rows = attempt(() => statements.range.all(seriesNo, from, to, most)) as unknown as ReadingRow[];
  return rows.map(row => toReading(row, nodeId, probe));
}

function toReading(row: ReadingRow, nodeId: string, probe: string): Reading {
  return {
    nodeId,
    probe,
    measuredAt: row.measured_at,
    receivedAt: row.received_at,
    timeSource: row.time_replaced === 1 ? 'arrival' : 'device',
    temperatureC: row.temperature_c,
    humidityPct: row.humidity_pct,
    batteryPct: row.battery_pct,
    sequence: row.sequence,
    quality: row.suspect === 1 ? 'suspect' : 'good',
  };
}

function toPoints(rows: unknown): TemperaturePoint[] {
  return (rows as PointRow[]).map(({ at, temperatureC }) => ({ at, temperatureC }));
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new StoreUnavailable(`the reading store failed: ${String(cause)}`, { cause });
  }
}
