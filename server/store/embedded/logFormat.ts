import { ByteReader, ByteWriter } from './byteStream.ts';
import { readColumn, writeColumn } from './columnCodec.ts';
import { DamagedBytes, seal, unseal } from './integrity.ts';
import { Rows } from './rows.ts';
import { readRows, writeRows } from './rowsCodec.ts';

/** Begins every entry; its last letter is the version of the format. */
export const logMagic = 'THL1';

/** A probe as log entries know it. Named once in a while, so that an entry can mostly be read without any table. */
export interface LogSeries {
  readonly seriesNo: number;
  /** Undefined where an earlier entry, or the table of nodes, names it. */
  readonly name: { readonly nodeId: string; readonly probe: string } | undefined;
}

/** The readings of one append, in the order they came. */
export interface LogEntry {
  readonly id: number;
  /** The journal is applied up to here. */
  readonly position: number;
  readonly series: readonly LogSeries[];
  /** Index into `series` of each row. */
  readonly seriesOf: Float64Array;
  /** Not ascending: as they came. */
  readonly rows: Rows;
}

export function encodeLog({ id, position, series, seriesOf, rows }: LogEntry): Uint8Array {
  const out = new ByteWriter(64 + rows.count * 10);
  out.varint(id);
  out.varint(position);
  out.varint(series.length);
  for (const { seriesNo, name } of series) {
    out.varint(seriesNo * 2 + (name === undefined ? 0 : 1));
    if (name === undefined) continue;
    out.text(name.nodeId);
    out.text(name.probe);
  }
  out.varint(rows.count);
  writeColumn(out, seriesOf, rows.count);
  writeRows(out, rows, 0);
  return seal(logMagic, out.bytes.subarray(0, out.length));
}

/** @throws {DamagedBytes} when it is not what was written */
export function decodeLog(sealed: Uint8Array): LogEntry {
  const input = new ByteReader(unseal(logMagic, sealed));
  const id = input.varint();
  const position = input.varint();
  const series: LogSeries[] = [];
  for (let left = input.varint(); left > 0; left--) {
    const code = input.varint();
    const name = code % 2 === 1 ? { nodeId: input.text(), probe: input.text() } : undefined;
    series.push({ seriesNo: Math.floor(code / 2), name });
  }
  const count = input.varint();
  const seriesOf = new Float64Array(count);
  readColumn(input, seriesOf, count);
  const rows = new Rows(count);
  readRows(input, rows, count, 0);
  if (input.offset > input.bytes.length) throw new DamagedBytes('a log entry ends early');
  return { id, position, series, seriesOf, rows };
}
