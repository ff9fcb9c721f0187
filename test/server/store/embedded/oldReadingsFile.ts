import { DatabaseSync } from 'node:sqlite';
import type { Reading } from '../../../../models/contracts/reading.ts';

/** A file as the first release wrote it: a row a reading. */
export function writeOldReadingsFile(path: string, readings: readonly Reading[], position: number): void {
  const database = new DatabaseSync(path);
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
     CREATE TABLE series (
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
     PRAGMA user_version = 1;
     BEGIN;`,
  );
  database.prepare('INSERT INTO intake VALUES (1, ?)').run(position);
  const addSeries = database.prepare('INSERT INTO series (node_id, probe) VALUES (?, ?)');
  const add = database.prepare('INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const numbers = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const r of readings) {
    const name = `${r.nodeId} ${r.probe}`;
    const seriesNo = numbers.get(name) ?? Number(addSeries.run(r.nodeId, r.probe).lastInsertRowid);
    numbers.set(name, seriesNo);
    seen.set(r.nodeId, Math.max(seen.get(r.nodeId) ?? r.receivedAt, r.receivedAt));
    add.run(
      ...[seriesNo, r.measuredAt, r.receivedAt, r.temperatureC, r.humidityPct, r.batteryPct, r.sequence],
      ...[Number(r.timeSource === 'arrival'), Number(r.quality === 'suspect')],
    );
  }
  const state = database.prepare('INSERT INTO node_state VALUES (?, ?, ?, NULL, ?, ?)');
  for (const [nodeId, at] of seen) state.run(nodeId, at, at, 77, at);
  database.exec('COMMIT');
  database.close();
}
