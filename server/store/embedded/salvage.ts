import { copyFileSync, existsSync } from 'node:fs';
import type { Reading } from '../../../models/contracts/reading.ts';
import { dayMs, type ForgetBounds, nothingForgotten } from '../summarise.ts';
import { Intake } from './appending.ts';
import type { BlockHead } from './blockFormat.ts';
import { decodeBody } from './blockFormat.ts';
import { BlockStore } from './blockStore.ts';
import { writeState } from './loadReadings.ts';
import { encodeNode, type NodeRecord } from './nodeRecord.ts';
import { NodeTable, noteArrival, type Series, type StoredNode, sealedRecord } from './nodeTable.ts';
import type { StoreLog } from './openSoundFile.ts';
import { type Found, fragmentNames, scanRaw } from './rawScan.ts';
import type { ReadingsFile } from './readingsFile.ts';
import { beginReplacement, freeCopyName, refuseWhenInUse, replaceDamaged } from './replaceReadings.ts';
import { mergeRows, Rows, width } from './rows.ts';
import { writeDay } from './sealing.ts';

const rowsAnEntry = 1_000;
const namedLosses = 20;

/**
 * Puts in the place of a damaged file a new one with everything that still reads as it was written, and the damaged one
 * aside. Readings are a set and never change, so every copy of a block or entry that passes its checksum may be added,
 * whether it was in use or on a page that was free. The journal then hands over again what it still has.
 */
export function salvage(path: string, why: string, log: StoreLog): void {
  log.error({ why }, `${path} is damaged; what still reads as it was written is brought into a new file`);
  const found = scanRaw(path);
  const copy = freeCopyName(path);
  // SQLite would take the damage for the end of the log and remove the log when it closes the file.
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  refuseWhenInUse(path);
  const fresh = beginReplacement(path);
  let lost: string[];
  let readings = 0;
  try {
    const rebuilt = new Rebuild(fresh, found);
    lost = rebuilt.run();
    readings = rebuilt.readings;
  } catch (error) {
    fresh.close();
    throw error;
  }
  replaceDamaged(path, fresh, copy);
  const named = lost.slice(0, namedLosses).join('; ') + (lost.length > namedLosses ? ' …' : '');
  log.error(
    { copy, readings, lost: lost.length },
    `${path} was damaged: ${readings} readings were kept, the damaged file is ${copy}; damaged: ${named || 'nothing that holds readings'}`,
  );
}

class Rebuild {
  readings = 0;
  readonly #file: ReadingsFile;
  readonly #found: Found;
  readonly #table = new NodeTable();
  readonly #blocks: BlockStore;
  readonly #lost: string[] = [];
  /** Keyed by node id: of its records, the latest. */
  readonly #records = new Map<string, NodeRecord>();
  #lastLog = 0;
  /** The latest block of each series. */
  readonly #newest = new Map<Series, Found['blocks'][number]>();

  constructor(file: ReadingsFile, found: Found) {
    this.#file = file;
    this.#found = found;
    this.#blocks = new BlockStore(file, () => undefined);
  }

  /** What cannot be had back, in words. */
  run(): string[] {
    for (const record of this.#found.nodes) {
      const known = this.#records.get(record.nodeId);
      const isLater =
        known === undefined ||
        record.throughLog > known.throughLog ||
        (record.throughLog === known.throughLog && record.series.length >= known.series.length);
      if (isLater) this.#records.set(record.nodeId, record);
    }
    this.#file.transaction(() => this.#putBlocks());
    this.#nameLosses();
    this.#file.transaction(() => this.#putNodes());
    this.#replayEntries();
    this.#file.transaction(() => writeState(this.#file, this.#lastLog, 0, this.#bounds()));
    return this.#lost;
  }

  #seriesOf(nodeId: string, probe: string): Series {
    return this.#table.find(nodeId, probe) ?? this.#table.create(nodeId, probe);
  }

  #putBlocks(): void {
    const days = Map.groupBy(this.#found.blocks, ({ head: { nodeId, probe, day } }) =>
      JSON.stringify([nodeId, probe, day]),
    );
    for (const versions of days.values()) {
      const { nodeId, probe, day } = versions[0]!.head;
      const series = this.#seriesOf(nodeId, probe);
      // What is left of forgotten readings stays what is left of them.
      const summary =
        versions.find(({ head }) => head.kind === 'day') ??
        versions.find(({ head }) => head.kind === 'hours');
      const [only, another] = versions;
      if (summary !== undefined) {
        this.#blocks.put(series, day, 0, summary.block);
        continue;
      }
      if (another === undefined && only!.head.part === 0) {
        this.#blocks.put(series, day, 0, only!.block);
        this.#count(series, only!.head.count);
      } else {
        const rows = versions.reduce(
          (all, { head, block }) => mergeRows(all, decodeBody(block.head, head, block.body)),
          new Rows(0),
        );
        writeDay(this.#blocks, series, day, rows);
        this.#count(series, rows.count);
      }
      for (const version of versions)
        if (version.head.lastAt > (this.#newest.get(series)?.head.lastAt ?? Number.NEGATIVE_INFINITY))
          this.#newest.set(series, version);
    }
  }

  #count(series: Series, count: number): void {
    series.readings += count;
    this.readings += count;
  }

  #putNodes(): void {
    for (const [nodeId, record] of this.#records) {
      for (const { probe, latest } of record.series) {
        const series = this.#seriesOf(nodeId, probe);
        const told = latest === null ? null : Uint8Array.from(Buffer.from(latest, 'base64'));
        const row = told === null ? null : new Float64Array(told.buffer, 0, width);
        series.latest = row;
      }
      const node = this.#table.nodes.get(nodeId)!;
      node.clock = record.clock;
      node.battery = record.battery;
    }
    for (const [series, newest] of this.#newest)
      if (series.latest === null || newest.head.lastAt > series.latest[0]!) series.latest = lastRow(newest);
    for (const node of this.#table.nodes.values()) this.#putNode(node);
  }

  #putNode(node: StoredNode): void {
    // Without its record, presence is what the latest reading says.
    const receivedAt = Math.max(...node.series.map(s => s.latest?.[1] ?? 0));
    node.clock ??= { lastSeenAt: receivedAt, goodClockAt: null, replacedSince: null };
    node.record = sealedRecord(node, 0, new Map());
    this.#file.statements.setNode.run(node.nodeNo, encodeNode(node.record));
  }

  /** What the log held beyond the blocks; of series that lack readings, everything any entry still has. */
  #replayEntries(): void {
    const names = this.#names();
    const readings = new Map<string, Reading[]>();
    for (const { id, series, seriesOf, rows } of [...this.#found.entries.values()].sort(
      (a, b) => a.id - b.id,
    )) {
      const known = series.map(({ seriesNo, name }) => name ?? names.get(seriesNo));
      for (let row = 0; row < rows.count; row++) {
        const name = known[seriesOf[row]!];
        if (name === undefined) {
          this.#lost.push(`a reading of log entry ${id}, of a node whose name is lost`);
          continue;
        }
        if (!this.#isWanted(name.nodeId, name.probe, id)) continue;
        const key = JSON.stringify([name.nodeId, name.probe]);
        const list = readings.get(key) ?? [];
        readings.set(key, list);
        list.push(rows.reading(row, name.nodeId, name.probe));
      }
    }
    for (const list of readings.values())
      for (let from = 0; from < list.length; from += rowsAnEntry)
        this.#append(list.slice(from, from + rowsAnEntry));
  }

  #isWanted(nodeId: string, probe: string, id: number): boolean {
    const record = this.#records.get(nodeId);
    if (record === undefined || id > record.throughLog) return true;
    const sealed = record.series.find(s => s.probe === probe)?.readings ?? 0;
    return (this.#table.find(nodeId, probe)?.readings ?? 0) < sealed;
  }

  #append(readings: readonly Reading[]): void {
    const intake = new Intake(this.#table, this.#blocks, this.#bounds().readingsBefore);
    for (const reading of readings) intake.offer(reading);
    if (intake.taken.length === 0) return;
    const id = this.#lastLog + 1;
    this.#file.transaction(() => intake.write(this.#file, id, 0));
    intake.settle();
    for (const { series, reading } of intake.taken) noteArrival(series, reading);
    this.readings += intake.taken.length;
    this.#lastLog = id;
  }

  /** Keyed by the number a series had in the damaged file. */
  #names(): Map<number, { nodeId: string; probe: string }> {
    const names = new Map<number, { nodeId: string; probe: string }>();
    for (const { nodeId, series } of this.#found.nodes)
      for (const { seriesNo, probe } of series) names.set(seriesNo, { nodeId, probe });
    for (const { series } of this.#found.entries.values())
      for (const { seriesNo, name } of series) if (name !== undefined) names.set(seriesNo, name);
    return names;
  }

  #bounds(): ForgetBounds {
    const latest = (pick: (state: Found['states'][number]) => number | null) =>
      Math.max(Number.NEGATIVE_INFINITY, ...this.#found.states.map(s => pick(s) ?? Number.NEGATIVE_INFINITY));
    if (this.#found.states.length === 0) return nothingForgotten;
    return { readingsBefore: latest(s => s.readingsBefore), hoursBefore: latest(s => s.hoursBefore) };
  }

  #nameLosses(): void {
    const whole = new Map<string, number>();
    const pieces: number[] = [];
    const nameOf = ({ nodeId, probe, day }: BlockHead) =>
      `${nodeId} ${probe} ${new Date(day * dayMs).toISOString().slice(0, 10)}`;
    for (const { head } of this.#found.blocks)
      whole.set(nameOf(head), Math.max(whole.get(nameOf(head)) ?? 0, head.count));
    for (const { head, what, offset } of this.#found.fragments) {
      // Old versions of records lie about half overwritten; they count where the record itself is missing.
      if (what === fragmentNames.node && this.#records.size >= this.#table.nodes.size) continue;
      if (what === fragmentNames.state && this.#found.states.length > 0) continue;
      if (what === fragmentNames.entry) {
        pieces.push(offset);
        continue;
      }
      if (head === undefined) this.#lost.push(`${what} at byte ${offset}`);
      else if ((whole.get(nameOf(head)) ?? 0) < head.count)
        this.#lost.push(`${nameOf(head)} (${head.count} readings)`);
    }
    // Pages that are free hold pieces of entries that were sealed long ago; which is which cannot be told.
    if (pieces.length > 0)
      this.#lost.push(
        `pieces of ${pieces.length} log entries, sealed ones among them, from byte ${Math.min(...pieces)} to ${Math.max(...pieces)}`,
      );
    for (const { nodeId, series } of this.#records.values())
      for (const { probe, readings } of series) {
        const kept = this.#table.find(nodeId, probe)?.readings ?? 0;
        if (kept < readings) this.#lost.push(`${readings - kept} sealed readings of ${nodeId} ${probe}`);
      }
  }
}

function lastRow({ head, block }: Found['blocks'][number]): Float64Array {
  const rows = decodeBody(block.head, head, block.body);
  return rows.data.slice((rows.count - 1) * width, rows.count * width);
}
