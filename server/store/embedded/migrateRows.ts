import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { StoreUnavailable } from '../../errors.ts';
import { dayMs, nothingForgotten } from '../summarise.ts';
import { BlockStore } from './blockStore.ts';
import { dayOf } from './daySummary.ts';
import { loadReadings, writeState } from './loadReadings.ts';
import { encodeNode } from './nodeRecord.ts';
import { type NodeTable, type Series, sealedRecord } from './nodeTable.ts';
import type { StoreLog } from './openSoundFile.ts';
import { dayWithin, openReadingsFile, type ReadingsFile } from './readingsFile.ts';
import { beginReplacement, removeDatabase, replaceSound, unfinishedName } from './replaceReadings.ts';
import { at, flags, Rows, width } from './rows.ts';
import { writeDay } from './sealing.ts';

interface OldSeries {
  readonly seriesNo: number;
  readonly nodeId: string;
  readonly probe: string;
}

/**
 * Brings a file of version 1, a row a reading, to version 2. It is only read until the new file is complete, holds as many
 * readings and the same ones; then the new one takes its place in one step. Killed half-way, the next start goes on with
 * the first node that is missing.
 *
 * @throws {StoreUnavailable} when the old file cannot be read to its end
 */
export function migrateRows(path: string, log: StoreLog): void {
  const old = new DatabaseSync(path, { timeout: 5_000 });
  let fresh: ReadingsFile | undefined;
  try {
    const total = Number(old.prepare('SELECT count(*) AS n FROM readings').get()?.n);
    log.info({ readings: total }, `${path} is brought up to date; the server is ready afterwards`);
    fresh = resume(path) ?? beginReplacement(path);
    copyMissing(old, fresh, log);
    if (!isSame(old, fresh)) {
      // Begun for another state of the old file, by an older release that ran again in between.
      fresh.close();
      fresh = beginReplacement(path);
      copyMissing(old, fresh, log);
      if (!isSame(old, fresh)) throw new Error('the new file does not hold the same readings');
    }
    old.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    old.close();
    replaceSound(path, fresh);
    log.info({ readings: total }, `${path} is up to date`);
  } catch (cause) {
    if (old.isOpen) old.close();
    if (fresh?.database.isOpen) fresh.close();
    throw new StoreUnavailable(`${path} could not be brought up to date: ${String(cause)}`, { cause });
  }
}

/** What an earlier attempt got done, when it reads well. */
function resume(path: string): ReadingsFile | undefined {
  const name = unfinishedName(path);
  if (!existsSync(name)) return undefined;
  try {
    const file = openReadingsFile(name);
    loadReadings(file);
    return file;
  } catch {
    // Killed before it had its tables: begun anew.
    removeDatabase(name);
    return undefined;
  }
}

function copyMissing(old: DatabaseSync, fresh: ReadingsFile, log: StoreLog): void {
  const { table } = loadReadings(fresh);
  const blocks = new BlockStore(fresh, () => undefined);
  const byNode = Map.groupBy(seriesOf(old), ({ nodeId }) => nodeId);
  const position = Number(old.prepare('SELECT position FROM intake').get()?.position);
  let done = 0;
  for (const [nodeId, series] of byNode) {
    if (!table.nodes.has(nodeId)) fresh.transaction(() => copyNode(old, fresh, blocks, table, series));
    done += 1;
    if (done % 100 === 0) log.info({ done, of: byNode.size }, 'readings are brought up to date');
  }
  fresh.transaction(() => writeState(fresh, 0, position, nothingForgotten));
}

function copyNode(
  old: DatabaseSync,
  fresh: ReadingsFile,
  blocks: BlockStore,
  table: NodeTable,
  all: readonly OldSeries[],
): void {
  for (const { seriesNo, nodeId, probe } of all) {
    const series = table.create(nodeId, probe);
    for (const [day, rows] of daysOf(old, seriesNo)) {
      writeDay(blocks, series, day, rows);
      series.readings += rows.count;
      series.latest = rows.data.slice((rows.count - 1) * width, rows.count * width);
    }
    if (series.readings === 0) table.forget(series);
  }
  const node = table.nodes.get(all[0]!.nodeId);
  if (node === undefined) return;
  const state = old.prepare('SELECT * FROM node_state WHERE node_id = ?').get(node.nodeId);
  const number = (value: unknown) => (value === null || value === undefined ? null : Number(value));
  if (state !== undefined) {
    node.clock = {
      lastSeenAt: Number(state.last_seen_at),
      goodClockAt: number(state.good_clock_at),
      replacedSince: number(state.replaced_since),
    };
    const [pct, time] = [number(state.battery_pct), number(state.battery_at)];
    node.battery = pct === null || time === null ? null : { at: time, pct };
  }
  node.record = sealedRecord(node, 0, new Map());
  fresh.statements.setNode.run(node.nodeNo, encodeNode(node.record));
}

/** Counts and checksums of every series, day by day. */
function isSame(old: DatabaseSync, fresh: ReadingsFile): boolean {
  const { table } = loadReadings(fresh);
  const blocks = new BlockStore(fresh, () => undefined);
  let matched = 0;
  for (const { seriesNo, nodeId, probe } of seriesOf(old)) {
    const series = table.find(nodeId, probe);
    let readings = 0;
    for (const [day, rows] of daysOf(old, seriesNo)) {
      if (series === undefined || sumOf(rows) !== sumOfBlocks(blocks, series, day)) return false;
      readings += rows.count;
    }
    if ((series?.readings ?? 0) !== readings) return false;
    if (series !== undefined) matched += 1;
  }
  return matched === table.series.size;
}

const sumOf = ({ data, count }: Rows, before = 0): number =>
  crc32(new Uint8Array(data.buffer, data.byteOffset, count * width * 8), before);

const sumOfBlocks = (blocks: BlockStore, series: Series, day: number): number =>
  blocks.between(series, day, day).reduce((sum, block) => sumOf(blocks.rows(block), sum), 0);

function seriesOf(old: DatabaseSync): OldSeries[] {
  return old
    .prepare('SELECT series_no, node_id, probe FROM series ORDER BY node_id, series_no')
    .all()
    .map(row => ({
      seriesNo: Number(row.series_no),
      nodeId: String(row.node_id),
      probe: String(row.probe),
    }));
}

/** Readings of a series, a day at a time. */
function* daysOf(old: DatabaseSync, seriesNo: number): Iterable<[number, Rows]> {
  const statement = old.prepare(
    `SELECT measured_at, received_at, temperature_c, humidity_pct, battery_pct, sequence, time_replaced, suspect
     FROM readings WHERE series_no = ? AND measured_at >= ? AND measured_at < ? ORDER BY measured_at`,
  );
  const next = old.prepare(
    'SELECT measured_at FROM readings WHERE series_no = ? AND measured_at >= ? ORDER BY measured_at LIMIT 1',
  );
  statement.setReturnArrays(true);
  for (let from = dayWithin(Number.NEGATIVE_INFINITY) * dayMs; ; ) {
    const first = next.get(seriesNo, from)?.measured_at;
    if (first === undefined) return;
    const day = dayOf(Number(first));
    from = (day + 1) * dayMs;
    const found = statement.all(seriesNo, day * dayMs, from) as unknown as (number | null)[][];
    const rows = new Rows(found.length);
    rows.count = found.length;
    found.forEach((values, row) => {
      writeOldRow(rows.data, row * width, values);
    });
    yield [day, rows];
  }
}

function writeOldRow(data: Float64Array, offset: number, values: readonly (number | null)[]): void {
  const [measured, received, temperature, humidity, battery, sequence, replaced, suspect] = values;
  let set = replaced === 1 ? flags.fromArrival : 0;
  if (suspect === 1) set |= flags.suspect;
  data[offset + at.measuredAt] = measured ?? 0;
  data[offset + at.receivedAt] = received ?? 0;
  const optional = [
    [at.temperatureC, flags.temperatureC, temperature],
    [at.humidityPct, flags.humidityPct, humidity],
    [at.batteryPct, flags.batteryPct, battery],
    [at.sequence, flags.sequence, sequence],
  ] as const;
  for (const [column, flag, value] of optional) {
    if (value === null || value === undefined) continue;
    set |= flag;
    data[offset + column] = value;
  }
  data[offset + at.flags] = set;
}
