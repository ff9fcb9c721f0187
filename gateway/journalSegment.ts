import { crc32 } from 'node:zlib';

/**
 * The bytes of one journal file. All numbers little-endian.
 *
 *   file    = header record*
 *   header  = "TAHANJ" version:u16 firstPosition:u64 crc32:u32 reserved:u32      24 bytes; crc over the first 16
 *   record  = crc32:u32 length:u32 position:u48 zero:u16 payload                 crc over all that follows it
 *
 * Every record carries its position, so that reading can go on behind a damaged stretch and no record is ever taken
 * for another.
 */
export const segmentHeaderBytes = 24;
export const recordHeaderBytes = 16;
const formatVersion = 1;
const magic = 'TAHANJ';

/** Largest payload of one record; one publish with all its refusals stays well below. */
export const maxPayloadBytes = 1024 * 1024;

export interface JournalRecord {
  readonly position: number;
  readonly payload: Buffer;
}

export function encodeSegmentHeader(firstPosition: number): Buffer {
  const header = Buffer.alloc(segmentHeaderBytes);
  header.write(magic, 0, 'latin1');
  header.writeUInt16LE(formatVersion, 6);
  header.writeUIntLE(firstPosition, 8, 6);
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
  return header;
}

/** Whether a file starts with a whole header of a version this release can read. */
export function isSegmentHeader(bytes: Buffer): boolean {
  if (bytes.length < segmentHeaderBytes) return false;
  if (bytes.toString('latin1', 0, 6) !== magic || bytes.readUInt32LE(16) !== crc32(bytes.subarray(0, 16)))
    return false;
  return bytes.readUInt16LE(6) === formatVersion;
}

/** The version a file says it has, when its header is whole; a newer one than ours must not be touched. */
export function newerVersion(bytes: Buffer): number | undefined {
  if (bytes.length < segmentHeaderBytes || bytes.toString('latin1', 0, 6) !== magic) return undefined;
  if (bytes.readUInt32LE(16) !== crc32(bytes.subarray(0, 16))) return undefined;
  const version = bytes.readUInt16LE(6);
  return version > formatVersion ? version : undefined;
}

/** Lays records with positions from `firstPosition` on behind each other, ready for one write. */
export function encodeRecords(firstPosition: number, payloads: readonly Uint8Array[]): Buffer {
  let size = 0;
  for (const payload of payloads) size += recordHeaderBytes + payload.length;
  const bytes = Buffer.allocUnsafe(size);
  let offset = 0;
  let position = firstPosition;
  for (const payload of payloads) {
    const end = offset + recordHeaderBytes + payload.length;
    bytes.writeUInt32LE(payload.length, offset + 4);
    bytes.writeUIntLE(position++, offset + 8, 6);
    bytes.writeUInt16LE(0, offset + 14);
    bytes.set(payload, offset + recordHeaderBytes);
    bytes.writeUInt32LE(crc32(bytes.subarray(offset + 4, end)), offset);
    offset = end;
  }
  return bytes;
}

/** Positions a stretch of a file can hold, both inclusive. */
export interface PositionRange {
  readonly from: number;
  readonly to: number;
}

export type Scanned =
  | { readonly kind: 'record'; readonly record: JournalRecord; readonly end: number }
  /** No record between the offset asked for and `end`; at `end` a whole one starts, or the bytes end. */
  | { readonly kind: 'damage'; readonly end: number }
  | { readonly kind: 'end' };

/** What stands at `offset`. Never throws, whatever the bytes; a record is only given when its checksum holds. */
export function scanAt(bytes: Buffer, offset: number, range: PositionRange): Scanned {
  if (offset >= bytes.length) return { kind: 'end' };
  const record = recordAt(bytes, offset, range);
  if (record) return { kind: 'record', record, end: offset + recordHeaderBytes + record.payload.length };
  for (let next = offset + 1; next + recordHeaderBytes < bytes.length; next++) {
    if (recordAt(bytes, next, range)) return { kind: 'damage', end: next };
  }
  return { kind: 'damage', end: bytes.length };
}

function recordAt(bytes: Buffer, offset: number, range: PositionRange): JournalRecord | undefined {
  if (offset + recordHeaderBytes >= bytes.length) return undefined;
  if (bytes.readUInt16LE(offset + 14) !== 0) return undefined;
  const length = bytes.readUInt32LE(offset + 4);
  const end = offset + recordHeaderBytes + length;
  if (length === 0 || length > maxPayloadBytes || end > bytes.length) return undefined;
  const position = bytes.readUIntLE(offset + 8, 6);
  if (position < range.from || position > range.to) return undefined;
  if (crc32(bytes.subarray(offset + 4, end)) !== bytes.readUInt32LE(offset)) return undefined;
  return { position, payload: bytes.subarray(offset + recordHeaderBytes, end) };
}

/**
 * Whether the bytes from `offset` to the end are the beginning of the record `position` and no more: what a killed
 * process leaves. Anything else there was damaged after it had been written.
 */
export function isTornRecord(bytes: Buffer, offset: number, position: number): boolean {
  if (bytes.length - offset < recordHeaderBytes) return true;
  const length = bytes.readUInt32LE(offset + 4);
  return bytes.readUIntLE(offset + 8, 6) === position && offset + recordHeaderBytes + length > bytes.length;
}
