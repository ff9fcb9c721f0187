import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Reading } from '../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { StoreUnavailable } from '../errors.ts';
import { bucketise } from './bucketise.ts';
import { clockWrongSince, nextClockState } from './nodeClockState.ts';
import { openSqlite } from './openSqlite.ts';
import { type RangeQuery, type ReadingStore, sameValues } from './readingStore.ts';

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

interface ReadingRow {
  measured_at: number;
  received_at: number;
  temperature_c: number | null;
  humidity_pct: number | null;
  battery_pct: number | null;
  sequence: number | null;
  time_replaced: number;
  suspect: number;
}

interface NodeStateRow {
  last_seen_at: number;
  good_clock_at: number | null;
  replaced_since: number | null;
  battery_pct: number | null;
  battery_at: number | null;
}

interface PointRow {
  at: number;
  temperatureC: number;
}

/**
 * Readings in one SQLite file.
 *
 * The gateway's journal is the truth until `durablePosition` has passed a record, so commits here need not wait for the
 * disk (`synchronous = NORMAL`): `sync` runs a full checkpoint, which does, and only then moves the position.
 *
 * @throws {StoreUnavailable} when the file cannot be opened or is of a newer release
 */
export function openEmbeddedReadingStore(path: string): ReadingStore {
  const database = openSqlite(path, { synchronous: 'NORMAL', migrations });
  const statements = prepareStatements(database);
  const series = createSeriesIndex(statements);
  let applied = Number(statements.position.get()?.position);
  let durable = 0;
  let dirty = true;

  function checkpoint(): void {
    if (!dirty) return;
    const through = applied;
    const result = attempt(() => statements.checkpoint.get());
    // Busy or incomplete: somebody reads an older state right now; the next call tries again.
    if (result?.busy !== 0 || result.log !== result.checkpointed) return;
    durable = through;
    dirty = false;
  }
  // What an ended process left in the file may not have reached the disk: only now is it known to have.
  checkpoint();

  function insert(reading: Reading): 'inserted' | 'duplicate' | 'conflict' {
    const seriesNo = series.numberOf(reading.nodeId, reading.probe);
    const { changes } = statements.insert.run(
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
      noteArrival(statements, reading);
      return 'inserted';
    }
    const row = statements.one.get(seriesNo, reading.measuredAt) as unknown as ReadingRow;
    return sameValues(toReading(row, reading.nodeId, reading.probe), reading) ? 'duplicate' : 'conflict';
  }

  return {
    async append(readings, throughPosition) {
      const results = transaction(
        database,
        () => {
          const outcome = readings.map(insert);
          if (throughPosition !== undefined && throughPosition > applied)
            statements.setPosition.run(throughPosition);
          return outcome;
        },
        series.forget,
      );
      applied = Math.max(applied, throughPosition ?? 0);
      dirty = true;
      return {
        inserted: readings.filter((_, i) => results[i] === 'inserted'),
        duplicates: results.filter(r => r === 'duplicate').length,
        conflicts: readings.filter((_, i) => results[i] === 'conflict'),
      };
    },
    durablePosition: () => durable,
    async sync() {
      checkpoint();
    },
    async range(query) {
      const rows = series.ofNode(query.nodeId).flatMap(s => rangeOfProbe(statements, s, query));
      rows.sort((a, b) => a.measuredAt - b.measuredAt || (a.probe < b.probe ? -1 : 1));
      return rows.slice(0, query.limit);
    },
    async usable({ nodeId, probe, from, to }) {
      const seriesNo = series.find(nodeId, probe);
      if (seriesNo === undefined) return [];
      return attempt(() => toPoints(statements.usable.all(seriesNo, from, to)));
    },
    async suspectCount({ nodeId, probe, from, to }) {
      const seriesNo = series.find(nodeId, probe);
      if (seriesNo === undefined) return 0;
      return attempt(() => Number(statements.suspects.get(seriesNo, from, to)?.n));
    },
    async neighbours(nodeId, probe, at, count) {
      const seriesNo = series.find(nodeId, probe);
      if (seriesNo === undefined) return { before: [], after: [] };
      return attempt(() => ({
        before: toPoints(statements.before.all(seriesNo, at, count)).reverse(),
        after: toPoints(statements.after.all(seriesNo, at, count)),
      }));
    },
    async buckets({ nodeId, probe, from, to, points }) {
      const seriesNo = series.find(nodeId, probe);
      if (seriesNo === undefined) return [];
      const rows = statements.usable.iterate(seriesNo, from, to) as unknown as Iterable<PointRow>;
      return attempt(() => bucketise(rows, from, to, points));
    },
    async nodeSummary(nodeId) {
      const latest = series.ofNode(nodeId).flatMap(s => {
        const row = statements.latest.get(s.seriesNo) as unknown as ReadingRow | undefined;
        return row === undefined ? [] : [toReading(row, nodeId, s.probe)];
      });
      const state = statements.nodeState.get(nodeId) as unknown as NodeStateRow | undefined;
      latest.sort((a, b) => b.measuredAt - a.measuredAt || (a.probe < b.probe ? 1 : -1));
      const lastReading = latest[0];
      if (lastReading === undefined || state === undefined) return null;
      return {
        lastReading,
        lastSeenAt: state.last_seen_at,
        batteryPct: state.battery_pct,
        clockWrongSince: clockWrongSince(toClockState(state)),
      };
    },
    async count() {
      return Number(statements.count.get()?.n);
    },
    async close() {
      checkpoint();
      database.close();
    },
  };
}

const columns =
  'measured_at, received_at, temperature_c, humidity_pct, battery_pct, sequence, time_replaced, suspect';
const pointColumns = 'measured_at AS at, temperature_c AS temperatureC';
const usableOnly = 'suspect = 0 AND temperature_c IS NOT NULL';

function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    insert: prepare(
      `INSERT OR IGNORE INTO readings (series_no, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    one: prepare(`SELECT ${columns} FROM readings WHERE series_no = ? AND measured_at = ?`),
    latest: prepare(`SELECT ${columns} FROM readings WHERE series_no = ? ORDER BY measured_at DESC LIMIT 1`),
    range: prepare(
      `SELECT ${columns} FROM readings WHERE series_no = ? AND measured_at >= ? AND measured_at < ?
       ORDER BY measured_at LIMIT ?`,
    ),
    usable: prepare(
      `SELECT ${pointColumns} FROM readings
       WHERE series_no = ? AND measured_at >= ? AND measured_at < ? AND ${usableOnly} ORDER BY measured_at`,
    ),
    suspects: prepare(
      `SELECT count(*) AS n FROM readings WHERE series_no = ? AND measured_at >= ? AND measured_at < ?
       AND suspect = 1 AND temperature_c IS NOT NULL`,
    ),
    before: prepare(
      `SELECT ${pointColumns} FROM readings WHERE series_no = ? AND measured_at < ? AND ${usableOnly}
       ORDER BY measured_at DESC LIMIT ?`,
    ),
    after: prepare(
      `SELECT ${pointColumns} FROM readings WHERE series_no = ? AND measured_at > ? AND ${usableOnly}
       ORDER BY measured_at LIMIT ?`,
    ),
    count: prepare('SELECT count(*) AS n FROM readings'),
    addSeries: prepare('INSERT INTO series (node_id, probe) VALUES (?, ?)'),
    allSeries: prepare('SELECT series_no, node_id, probe FROM series'),
    nodeState: prepare('SELECT * FROM node_state WHERE node_id = ?'),
    setNodeState: prepare('INSERT OR REPLACE INTO node_state VALUES (?, ?, ?, ?, ?, ?)'),
    position: prepare('SELECT position FROM intake'),
    setPosition: prepare('UPDATE intake SET position = ?'),
    checkpoint: prepare('PRAGMA wal_checkpoint(FULL)'),
  };
}
type Statements = ReturnType<typeof prepareStatements>;

interface Series {
  readonly seriesNo: number;
  readonly probe: string;
}

/** Small numbers for (node, probe), so that a row does not repeat two texts. */
function createSeriesIndex(statements: Statements) {
  /** Keyed by node id. */
  let byNode: Map<string, Series[]> | undefined;

  function load(): Map<string, Series[]> {
    if (byNode !== undefined) return byNode;
    byNode = new Map();
    for (const row of statements.allSeries.all()) {
      const nodeId = String(row.node_id);
      byNode.set(nodeId, [
        ...(byNode.get(nodeId) ?? []),
        { seriesNo: Number(row.series_no), probe: String(row.probe) },
      ]);
    }
    return byNode;
  }
  const ofNode = (nodeId: string): readonly Series[] => load().get(nodeId) ?? [];
  const find = (nodeId: string, probe: string) => ofNode(nodeId).find(s => s.probe === probe)?.seriesNo;

  return {
    ofNode,
    find,
    numberOf(nodeId: string, probe: string): number {
      const known = find(nodeId, probe);
      if (known !== undefined) return known;
      const seriesNo = Number(statements.addSeries.run(nodeId, probe).lastInsertRowid);
      load().set(nodeId, [...ofNode(nodeId), { seriesNo, probe }]);
      return seriesNo;
    },
    /** After a rollback: what was numbered in it is not there. */
    forget: () => {
      byNode = undefined;
    },
  };
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

/** All or nothing; `onRollback` drops what was cached inside. */
function transaction<T>(database: DatabaseSync, work: () => T, onRollback: () => void): T {
  return attempt(() => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      onRollback();
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new StoreUnavailable(`the reading store failed: ${String(cause)}`, { cause });
  }
}
