import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** A row of `readings` without its series. */
export interface ReadingRow {
  measured_at: number;
  received_at: number;
  temperature_c: number | null;
  humidity_pct: number | null;
  battery_pct: number | null;
  sequence: number | null;
  time_replaced: number;
  suspect: number;
}

/** A row of `node_state` without its node. */
export interface NodeStateRow {
  last_seen_at: number;
  good_clock_at: number | null;
  replaced_since: number | null;
  battery_pct: number | null;
  battery_at: number | null;
}

const columns =
  'measured_at, received_at, temperature_c, humidity_pct, battery_pct, sequence, time_replaced, suspect';
const pointColumns = 'measured_at AS at, temperature_c AS temperatureC';
const usableOnly = 'suspect = 0 AND temperature_c IS NOT NULL';

/** Every statement of the store, compiled once. */
export function prepareStatements(database: DatabaseSync) {
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
export type Statements = ReturnType<typeof prepareStatements>;
