import { type ForgetBounds, nothingForgotten } from '../summarise.ts';
import { dayOf } from './daySummary.ts';
import { DamagedBytes } from './integrity.ts';
import { decodeLog, type LogEntry } from './logFormat.ts';
import { decodeNode, decodeState, encodeState, type FileState } from './nodeRecord.ts';
import { NodeTable, newWindow, noteArrival, type Series } from './nodeTable.ts';
import { fileVersion, type ReadingsFile } from './readingsFile.ts';

/** What an open file holds beside its blocks. */
export interface Loaded {
  readonly table: NodeTable;
  readonly lastLog: number;
  readonly logEntries: number;
  readonly position: number;
  readonly forgotten: ForgetBounds;
  /** Readings in windows. */
  readonly unsealed: number;
}

const emptyState: FileState = {
  version: fileVersion,
  lastLog: 0,
  position: 0,
  readingsBefore: null,
  hoursBefore: null,
};

/**
 * Reads the nodes and brings the log into memory: what of it is not in blocks yet becomes windows.
 *
 * @throws {DamagedBytes} when a record or an entry is not what was written
 */
export function loadReadings({ statements }: ReadingsFile): Loaded {
  const row = statements.state.get();
  const state = row === undefined ? emptyState : decodeState(row.record as Uint8Array);
  const table = new NodeTable();
  for (const { nodeNo, record: bytes } of statements.nodes.all()) {
    const record = decodeNode(bytes as Uint8Array);
    if (record.nodeNo !== nodeNo) throw new DamagedBytes('a node stands where another belongs');
    table.load(record);
  }
  const forgotten = {
    readingsBefore: state.readingsBefore ?? nothingForgotten.readingsBefore,
    hoursBefore: state.hoursBefore ?? nothingForgotten.hoursBefore,
  };
  let { lastLog, position } = state;
  let unsealed = 0;
  let logEntries = 0;
  for (const { id, entry: bytes } of statements.log.all()) {
    const entry = decodeLog(bytes as Uint8Array);
    if (entry.id !== id) throw new DamagedBytes('a log entry stands where another belongs');
    unsealed += replay(table, entry);
    lastLog = entry.id;
    position = Math.max(position, entry.position);
    logEntries += 1;
  }
  return { table, lastLog, logEntries, position, forgotten, unsealed };
}

/** How many readings of it were not in blocks. */
function replay(table: NodeTable, { id, series, seriesOf, rows }: LogEntry): number {
  const known = series.map(({ seriesNo }) => {
    const found = table.series.get(seriesNo);
    if (found === undefined) throw new DamagedBytes(`no node has a series ${seriesNo}`);
    return found;
  });
  let taken = 0;
  for (let row = 0; row < rows.count; row++) {
    const one = known[seriesOf[row]!] as Series;
    const measuredAt = rows.measuredAt(row);
    if (id <= one.node.record.throughLog) continue;
    const day = dayOf(measuredAt);
    let window = one.windows.get(day);
    if (window === undefined) {
      window = newWindow(day);
      one.windows.set(day, window);
    }
    const reading = rows.reading(row, one.node.nodeId, one.probe);
    const isLast = window.rows.count === 0 || window.rows.lastAt() < measuredAt;
    window.rows.insert(isLast ? window.rows.count : window.rows.indexOf(measuredAt), reading);
    noteArrival(one, reading);
    taken += 1;
  }
  return taken;
}

/** What the file as a whole is to remember. */
export function writeState(
  { statements }: ReadingsFile,
  lastLog: number,
  position: number,
  { readingsBefore, hoursBefore }: ForgetBounds,
): void {
  const finite = (bound: number) => (Number.isFinite(bound) ? bound : null);
  statements.setState.run(
    encodeState({
      ...{ version: fileVersion, lastLog, position },
      ...{ readingsBefore: finite(readingsBefore), hoursBefore: finite(hoursBefore) },
    }),
  );
}
