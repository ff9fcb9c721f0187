import { type JournalFiles, readRange } from './journalFiles.ts';
import type { DamageKeeper } from './journalRecovery.ts';
import {
  isSegmentHeader,
  type JournalRecord,
  type PositionRange,
  scanAt,
  segmentHeaderBytes,
} from './journalSegment.ts';
import type { Segment } from './journalWriter.ts';

const noBytes = Buffer.alloc(0);

/** Where the last read stopped, with the bytes it had already loaded: reading on costs no second pass. */
interface Cursor {
  readonly segment: Segment;
  /** Next position to be found here. */
  position: number;
  /** Offset of `bytes` in the file, and of the next record in `bytes`. */
  bytesAt: number;
  offset: number;
  bytes: Buffer;
}

/** Reads committed records in order, over damaged stretches, which it steps over and has kept. */
export class JournalReader {
  readonly #files: JournalFiles;
  readonly #segments: readonly Segment[];
  readonly #damage: DamageKeeper;
  #cursor: Cursor | undefined;
  /** The read under way: the next one waits for it, because they share the cursor. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(files: JournalFiles, segments: readonly Segment[], damage: DamageKeeper) {
    this.#files = files;
    this.#segments = segments;
    this.#damage = damage;
  }

  /**
   * Records at `from` to `to` (inclusive), the first `maxRecords` of them. Fewer only when there are no more: what is
   * missing in between was damaged.
   */
  read(from: number, to: number, maxRecords: number): Promise<JournalRecord[]> {
    const records = this.#turn.then(() => this.#read(from, to, maxRecords));
    this.#turn = records.catch(() => undefined);
    return records;
  }

  async #read(from: number, to: number, maxRecords: number): Promise<JournalRecord[]> {
    const found: JournalRecord[] = [];
    for (const segment of this.#segmentsFor(from)) {
      if (segment.firstPosition > to || found.length >= maxRecords) break;
      for (;;) {
        const position = (found.at(-1)?.position ?? from - 1) + 1;
        const cursor = await this.#cursorAt(segment, position);
        const began = cursor.bytesAt;
        await this.#collect(cursor, { from: position, to }, maxRecords, found);
        // All that was loaded has been read; go on if more has been committed since it was.
        const isBehind = cursor.bytesAt > began && cursor.bytesAt < segment.bytes;
        if (!isBehind || found.length >= maxRecords) break;
      }
    }
    return found;
  }

  async #collect(cursor: Cursor, wanted: PositionRange, maxRecords: number, found: JournalRecord[]) {
    while (found.length < maxRecords) {
      // Behind the first position of the next file nothing counts: it was never committed here.
      const possible = { from: cursor.position, to: this.#firstAfter(cursor.segment) - 1 };
      const scanned = scanAt(cursor.bytes, cursor.offset, possible);
      if (scanned.kind === 'end') break;
      if (scanned.kind === 'damage') {
        const fileOffset = cursor.bytesAt + cursor.offset;
        const bytes = cursor.bytes.subarray(cursor.offset, scanned.end);
        await this.#damage.keep(cursor.segment.path, fileOffset, bytes, 'stepped over damaged bytes');
      } else {
        if (scanned.record.position > wanted.to) break;
        cursor.position = scanned.record.position + 1;
        if (scanned.record.position >= wanted.from) found.push(scanned.record);
      }
      cursor.offset = scanned.end;
    }
    if (cursor.offset < cursor.bytes.length) return;
    cursor.bytesAt += cursor.offset;
    cursor.offset = 0;
    cursor.bytes = noBytes;
  }

  async #cursorAt(segment: Segment, position: number): Promise<Cursor> {
    let cursor = this.#cursor;
    if (!cursor || cursor.segment !== segment || cursor.position > position) {
      cursor = { segment, position: segment.firstPosition, bytesAt: 0, offset: 0, bytes: noBytes };
      this.#cursor = cursor;
    }
    if (cursor.bytes.length === 0) {
      cursor.bytes = await readRange(this.#files, segment.path, cursor.bytesAt, segment.bytes);
      if (cursor.bytesAt === 0 && isSegmentHeader(cursor.bytes)) cursor.offset = segmentHeaderBytes;
    }
    return cursor;
  }

  #segmentsFor(position: number): Segment[] {
    const start = this.#segments.findLastIndex(segment => segment.firstPosition <= position);
    return this.#segments.slice(Math.max(start, 0));
  }

  #firstAfter(segment: Segment): number {
    const next = this.#segments[this.#segments.indexOf(segment) + 1];
    return next?.firstPosition ?? Number.MAX_SAFE_INTEGER;
  }

  /** The file is about to be deleted. */
  drop(segment: Segment): void {
    if (this.#cursor?.segment === segment) this.#cursor = undefined;
  }
}
