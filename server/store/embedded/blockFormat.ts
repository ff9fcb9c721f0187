import { crc32 } from 'node:zlib';
import { dayMs } from '../summarise.ts';
import { ByteReader, ByteWriter } from './byteStream.ts';
import { readColumn, writeColumn } from './columnCodec.ts';
import { type DaySummary, type SpanSummary, summariseDay } from './daySummary.ts';
import { DamagedBytes } from './integrity.ts';
import { Rows } from './rows.ts';
import { type Points, readPoints, readRows, writeRows } from './rowsCodec.ts';

/** Begins every head; its last letter is the version of the format. */
export const blockMagic = 'THB1';

/** Readings of a day, or what is left of them: hours, or the day. */
export type BlockKind = 'readings' | 'hours' | 'day';
const blockKinds: readonly BlockKind[] = ['readings', 'hours', 'day'];

/** Which readings a block holds. It says so itself, so that it can be found without the tables around it. */
export interface BlockKey {
  readonly nodeId: string;
  readonly probe: string;
  /** Days since 1970 (UTC). */
  readonly day: number;
  /** A day with many readings is several blocks, ascending in time. */
  readonly part: number;
}

export interface BlockHead extends BlockKey, DaySummary {
  readonly kind: BlockKind;
  /** Readings in the body; 0 when there is none. */
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface Block {
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

/** Offsets in a head: magic 0–3, then these. The sum is over everything in the head behind it and the lengths. */
const headLengthAt = 4;
const sumAt = 10;
const contentAt = 14;

/** @param rows  ascending, all of the key's day, at least one */
export function encodeBlock(key: BlockKey, rows: Rows): Block {
  const body = new ByteWriter(64 + rows.count * 6);
  writeRows(body, rows, key.day * dayMs);
  const head = encodeHead(
    {
      ...key,
      ...summariseDay(rows),
      kind: 'readings',
      count: rows.count,
      firstAt: rows.firstAt(),
      lastAt: rows.lastAt(),
    },
    body.length + 4,
  );
  body.u32(bodySum(head, body.bytes.subarray(0, body.length)));
  return { head, body: body.done() };
}

/** What is left of a block: its hours, or one summary of the day. */
export function encodeSummaries(
  key: BlockKey,
  kind: 'hours' | 'day',
  hours: readonly SpanSummary[],
  span: { readonly firstAt: number; readonly lastAt: number },
): Block {
  const nothing = { usable: 0, first: null, last: null, longestGapMs: 0, minC: 0, maxC: 0, count: 0 };
  return { head: encodeHead({ ...key, ...nothing, ...span, kind, hours }, 0), body: new Uint8Array(0) };
}

function encodeHead(head: BlockHead, bodyLength: number): Uint8Array {
  const out = new ByteWriter(512);
  for (const letter of blockMagic) out.u8(letter.charCodeAt(0));
  out.u16(0);
  out.u32(bodyLength);
  out.u32(0);
  const start = head.day * dayMs;
  out.u8(blockKinds.indexOf(head.kind));
  out.text(head.nodeId);
  out.text(head.probe);
  out.signed(head.day);
  out.varint(head.part);
  out.varint(head.count);
  out.signed(head.firstAt - start);
  out.signed(head.lastAt - start);
  out.varint(head.usable);
  if (head.first !== null && head.last !== null) {
    out.varint(head.first.at - start);
    out.f64(head.first.temperatureC);
    out.varint(head.last.at - start);
    out.f64(head.last.temperatureC);
    out.varint(head.longestGapMs);
  }
  out.varint(head.hours.length);
  for (const value of spanValues)
    writeColumn(
      out,
      Float64Array.from(head.hours, hour => value(hour, start)),
      head.hours.length,
    );
  out.setU16(headLengthAt, out.length);
  const bytes = out.done();
  new DataView(bytes.buffer).setUint32(sumAt, headSum(bytes));
  return bytes;
}

const spanValues: readonly ((hour: SpanSummary, start: number) => number)[] = [
  (hour, start) => hour.at - start,
  hour => hour.count,
  hour => hour.suspects,
  hour => hour.minC,
  hour => hour.maxC,
  hour => hour.sumC,
];

/** Lengths of a head and its body, before anything of it is believed; undefined when this begins no head. */
export function blockLengths(bytes: Uint8Array): { head: number; body: number } | undefined {
  if (bytes.length < contentAt) return undefined;
  for (let i = 0; i < blockMagic.length; i++) if (bytes[i] !== blockMagic.charCodeAt(i)) return undefined;
  const input = new ByteReader(bytes);
  input.offset = headLengthAt;
  return { head: input.u16(), body: input.u32() };
}

/** @throws {DamagedBytes} when it is not what was written */
export function decodeHead(bytes: Uint8Array): BlockHead {
  const lengths = blockLengths(bytes);
  if (lengths?.head !== bytes.length) throw new DamagedBytes('the head of a block does not begin as one');
  const input = new ByteReader(bytes);
  input.offset = sumAt;
  if (input.u32() !== headSum(bytes)) throw new DamagedBytes('the head of a block has another CRC-32');
  const kind = blockKinds[input.u8()] ?? 'readings';
  const [nodeId, probe, day, part] = [input.text(), input.text(), input.signed(), input.varint()];
  const start = day * dayMs;
  const count = input.varint();
  const [firstAt, lastAt] = [start + input.signed(), start + input.signed()];
  const usable = input.varint();
  const point = () => ({ at: start + input.varint(), temperatureC: input.f64() });
  const first = usable > 0 ? point() : null;
  const last = usable > 0 ? point() : null;
  const longestGapMs = usable > 0 ? input.varint() : 0;
  const hours = readSpans(input, start);
  let minC = Number.POSITIVE_INFINITY;
  let maxC = Number.NEGATIVE_INFINITY;
  for (const hour of hours) {
    if (hour.count === 0) continue;
    if (hour.minC < minC) minC = hour.minC;
    if (hour.maxC > maxC) maxC = hour.maxC;
  }
  return {
    ...{ kind, nodeId, probe, day, part, count, firstAt, lastAt },
    ...{ usable, first, last, longestGapMs, minC, maxC, hours },
  };
}

function readSpans(input: ByteReader, start: number): SpanSummary[] {
  const count = input.varint();
  const [at, n, suspects, min, max, sum] = spanValues.map(() => {
    const column = new Float64Array(count);
    readColumn(input, column, count);
    return column;
  }) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const spans: SpanSummary[] = [];
  for (let i = 0; i < count; i++)
    spans.push({
      ...{ at: start + at[i]!, count: n[i]!, suspects: suspects[i]! },
      ...{ minC: min[i]!, maxC: max[i]!, sumC: sum[i]! },
    });
  return spans;
}

/** @throws {DamagedBytes} when it is not what was written */
export function decodeBody(head: Uint8Array, { day, count }: BlockHead, body: Uint8Array): Rows {
  const rows = new Rows(count);
  const input = openBody(head, body);
  if (count > 0) readRows(input, rows, count, day * dayMs);
  return rows;
}

/**
 * Only what may age a batch.
 *
 * @throws {DamagedBytes} when it is not what was written
 */
export function decodePoints(head: Uint8Array, { day, count }: BlockHead, body: Uint8Array): Points {
  const input = openBody(head, body);
  return count > 0 ? readPoints(input, count, day * dayMs) : noPoints;
}

/**
 * Looks at the checksum of a body only.
 *
 * @throws {DamagedBytes} when it is not what was written
 */
export function checkBody(head: Uint8Array, body: Uint8Array): void {
  openBody(head, body);
}

const noPoints: Points = { times: new Float64Array(0), temperatures: new Float64Array(0), count: 0 };

function openBody(head: Uint8Array, body: Uint8Array): ByteReader {
  const input = new ByteReader(body);
  if (blockLengths(head)?.body !== body.length)
    throw new DamagedBytes('the body of a block has another length');
  if (body.length === 0) return input;
  input.offset = body.length - 4;
  if (input.u32() !== bodySum(head, body.subarray(0, body.length - 4)))
    throw new DamagedBytes('the body of a block has another CRC-32');
  input.offset = 0;
  return input;
}

/** Over everything but the sum. */
const headSum = (bytes: Uint8Array): number =>
  crc32(bytes.subarray(contentAt), crc32(bytes.subarray(0, sumAt)));

/** Begins with the head's, so that a body fits no other head. */
const bodySum = (head: Uint8Array, columns: Uint8Array): number =>
  crc32(columns, crc32(head.subarray(sumAt, contentAt)));
