import type { ByteReader, ByteWriter } from './byteStream.ts';
import { readColumn, writeColumn } from './columnCodec.ts';
import { at, flags, isUsableFlags, type Rows, width } from './rows.ts';

/** Which of the values that may be missing, and their flag. */
const optional = [
  [at.temperatureC, flags.temperatureC],
  [at.humidityPct, flags.humidityPct],
  [at.batteryPct, flags.batteryPct],
  [at.sequence, flags.sequence],
] as const;

let scratch = new Float64Array(4096);

/**
 * Rows column by column: measuredAt less `origin`, flags, the four values where they are set, and last how long after its
 * measurement each arrived. What judges
 * temperatures reads the first three columns only (`readPoints`).
 *
 * @param origin  taken off the times of measurement; `readRows` must be told the same
 */
export function writeRows(
  out: ByteWriter,
  { data, count }: Pick<Rows, 'data' | 'count'>,
  origin: number,
): void {
  makeRoom(count);
  for (let i = 0; i < count; i++) scratch[i] = data[i * width]! - origin;
  writeColumn(out, scratch, count);
  for (let i = 0; i < count; i++) scratch[i] = data[i * width + at.flags]!;
  writeColumn(out, scratch, count);
  for (const [column, flag] of optional) {
    let n = 0;
    for (let i = 0; i < count; i++) {
      if (data[i * width + at.flags]! & flag) scratch[n++] = data[i * width + column]!;
    }
    writeColumn(out, scratch, n);
  }
  for (let i = 0; i < count; i++) scratch[i] = data[i * width + at.receivedAt]! - data[i * width]!;
  writeColumn(out, scratch, count);
}

/** @param rows  with room for `count` */
export function readRows(input: ByteReader, rows: Rows, count: number, origin: number): void {
  makeRoom(count);
  const { data } = rows;
  rows.count = count;
  readColumn(input, scratch, count);
  for (let i = 0; i < count; i++) data[i * width] = scratch[i]! + origin;
  readColumn(input, scratch, count);
  for (let i = 0; i < count; i++) data[i * width + at.flags] = scratch[i]!;
  for (const [column, flag] of optional) {
    let set = 0;
    for (let i = 0; i < count; i++) if (data[i * width + at.flags]! & flag) set += 1;
    readColumn(input, scratch, set);
    let n = 0;
    for (let i = 0; i < count; i++)
      if (data[i * width + at.flags]! & flag) data[i * width + column] = scratch[n++]!;
  }
  readColumn(input, scratch, count);
  for (let i = 0; i < count; i++) data[i * width + at.receivedAt] = data[i * width]! + scratch[i]!;
}

/** Usable temperatures, ascending; the first `count` of either. */
export interface Points {
  readonly times: Float64Array;
  readonly temperatures: Float64Array;
  readonly count: number;
}

/** Of rows, only what may age a batch. */
export function readPoints(input: ByteReader, count: number, origin: number): Points {
  const times = new Float64Array(count);
  const temperatures = new Float64Array(count);
  makeRoom(count);
  readColumn(input, times, count);
  readColumn(input, scratch, count);
  let set = 0;
  for (let i = 0; i < count; i++) if (scratch[i]! & flags.temperatureC) set += 1;
  readColumn(input, temperatures, set);
  let value = 0;
  let n = 0;
  // Never ahead of what is still to be read: both are packed in place.
  for (let i = 0; i < count; i++) {
    const row = scratch[i]!;
    if (isUsableFlags(row)) {
      times[n] = times[i]! + origin;
      temperatures[n++] = temperatures[value]!;
    }
    if (row & flags.temperatureC) value += 1;
  }
  return { times, temperatures, count: n };
}

function makeRoom(count: number): void {
  if (count > scratch.length) scratch = new Float64Array(count * 2);
}
