import type { BlockStore } from './blockStore.ts';
import { dayOf } from './daySummary.ts';
import { encodeNode, type NodeRecord } from './nodeRecord.ts';
import { type Series, type StoredNode, sealedRecord, type Window } from './nodeTable.ts';
import { partsADay, type ReadingsFile } from './readingsFile.ts';
import { mergeRows, Rows, sliceRows } from './rows.ts';

/** Fewer readings than this are not worth a block of their own while their day still goes on. */
const worthABlock = 128;
/** Readings of a block, unless a day has too many of them for its number of blocks. */
const rowsABlock = 8_192;

export interface Sealed {
  readonly node: StoredNode;
  readonly record: NodeRecord;
  /** Keyed by series number. */
  readonly added: ReadonlyMap<number, number>;
  readonly rows: number;
}

/**
 * Writes everything of a node that is not in blocks yet into blocks, and its record; within a transaction of the caller,
 * who calls `settle` once it is committed.
 *
 * @param throughLog  the last entry of the log
 */
export function sealNode(
  file: ReadingsFile,
  blocks: BlockStore,
  node: StoredNode,
  throughLog: number,
): Sealed {
  const added = new Map<number, number>();
  let rows = 0;
  for (const series of node.series) {
    for (const window of series.windows.values()) {
      if (window.rows.count === 0) continue;
      sealWindow(blocks, series, window);
      added.set(series.seriesNo, (added.get(series.seriesNo) ?? 0) + window.rows.count);
      rows += window.rows.count;
    }
  }
  const record = sealedRecord(node, throughLog, added);
  file.statements.setNode.run(node.nodeNo, encodeNode(record));
  return { node, record, added, rows };
}

/** What was sealed is no longer to be kept in memory. */
export function settle({ node, record, added }: Sealed): void {
  node.record = record;
  for (const series of node.series) {
    series.readings += added.get(series.seriesNo) ?? 0;
    series.windows.clear();
  }
}

/**
 * A day that still goes on gets one more block behind its last one, where that is worth it; any other day is written
 * anew in as few blocks as it takes.
 */
function sealWindow(blocks: BlockStore, series: Series, { day, rows, parts: known }: Window): void {
  const parts = known ?? blocks.between(series, day, day);
  const last = parts.at(-1);
  if (last === undefined) {
    writeDay(blocks, series, day, rows);
    return;
  }
  const goesOn = dayOf(series.latest?.[0] ?? 0) <= day;
  const isBehind = rows.firstAt() > last.head.lastAt;
  if (goesOn && isBehind && rows.count >= worthABlock && last.head.part < partsADay - 4) {
    blocks.putRows(series, day, last.head.part + 1, rows);
    return;
  }
  const sealed = parts.reduce((all, part) => mergeRows(all, blocks.rows(part)), new Rows(0));
  for (const part of parts) blocks.remove(part.id);
  writeDay(blocks, series, day, mergeRows(sealed, rows));
}

export function writeDay(blocks: BlockStore, series: Series, day: number, rows: Rows): void {
  const size = Math.max(rowsABlock, Math.ceil(rows.count / (partsADay - 16)));
  for (let part = 0; part * size < rows.count; part++)
    blocks.putRows(series, day, part, sliceRows(rows, part * size, Math.min(rows.count, (part + 1) * size)));
}
