import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../models/contracts/intake.ts';
import { type JournalFiles, nodeFiles, syncDirectory } from './journalFiles.ts';
import { JournalReader } from './journalReader.ts';
import { createDamageKeeper, recoverJournal } from './journalRecovery.ts';
import { type JournalRecord, maxPayloadBytes, recordHeaderBytes } from './journalSegment.ts';
import { JournalWriter, type Segment } from './journalWriter.ts';

/** Records are opaque here; what is in them is the business of journalRecord.ts. */
export interface Journal {
  /**
   * Resolves with the record's position once it survives power loss; positions count up by one in the order of the
   * calls, over restarts too (after damage some may be left out, none is used twice).
   *
   * @throws {JournalUnavailable} (rejects) when it is not on disk: the promise of a PUBACK must not be given
   */
  append(payload: Uint8Array): Promise<number>;
  /**
   * The first `maxRecords` committed records at `fromPosition` or later, ascending. Fewer only when there are no more;
   * positions that are missing in between were damaged on disk.
   */
  read(fromPosition: number, maxRecords: number): Promise<JournalRecord[]>;
  /** Nobody will ask for records up to this position again; whole files of them are deleted. */
  forget(throughPosition: number): Promise<void>;
  /** The last committed position, 0 before the first. */
  readonly lastPosition: number;
  stats(): JournalStats;
  /** Finishes the appends under way. */
  close(): Promise<void>;
}

export interface JournalStats {
  readonly bytes: number;
  readonly maxBytes: number;
  /** Records not yet forgotten. */
  readonly records: number;
  /** When the file of the oldest such record was begun; null without one. */
  readonly oldestAt: number | null;
  /** Bytes appended since this process started. */
  readonly appendedBytes: number;
}

/** A record could not be made durable. `reason` says whether the declared bound or the world was in the way. */
export class JournalUnavailable extends Error {
  readonly reason: 'full' | 'busy' | 'too-large' | 'io' | 'closed';

  constructor(reason: JournalUnavailable['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JournalUnavailable';
    this.reason = reason;
  }
}

export interface JournalOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Positions up to here are taken elsewhere (a consumer is past them), even if the files have been lost. */
  readonly startAfter?: number;
  /** The bound. At it appends are refused, so that nodes keep their readings; nothing committed is dropped. */
  readonly maxBytes?: number;
  readonly segmentBytes?: number;
  readonly segmentAgeMs?: number;
  readonly files?: JournalFiles;
}

const maxGroupBytes = 4 * 1024 * 1024;
const maxWaitingBytes = 64 * 1024 * 1024;

interface Waiting {
  readonly payload: Uint8Array;
  readonly resolve: (position: number) => void;
  readonly reject: (error: JournalUnavailable) => void;
}

/**
 * Opens (or begins) the journal in a folder.
 *
 * Appends gather while a sync is running; the next write takes all of them, so that a thousand readings a second cost
 * a handful of syncs.
 *
 * @throws {Error} when the folder cannot be used or holds files of a newer release
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const files = options.files ?? nodeFiles;
  const damage = createDamageKeeper(options.dir, files, options.log);
  await files.list(options.dir);
  await syncDirectory(files, dirname(options.dir));
  const { segments, lastPosition } = await recoverJournal(options.dir, files, damage);
  const writer = new JournalWriter(
    {
      dir: options.dir,
      files,
      segmentBytes: options.segmentBytes ?? 16 * 1024 * 1024,
      segmentAgeMs: options.segmentAgeMs ?? 60_000,
    },
    segments,
  );
  const reader = new JournalReader(files, segments, damage);
  return new FileJournal(
    options,
    files,
    segments,
    writer,
    reader,
    Math.max(lastPosition, options.startAfter ?? 0),
  );
}

class FileJournal implements Journal {
  readonly #clock: Clock;
  readonly #files: JournalFiles;
  readonly #maxBytes: number;
  readonly #segments: Segment[];
  readonly #writer: JournalWriter;
  readonly #reader: JournalReader;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #appendedBytes = 0;
  #bytes = 0;
  #forgotten = 0;
  #lastPosition: number;
  #committing: Promise<void> | undefined;
  #closed = false;

  constructor(
    options: JournalOptions,
    files: JournalFiles,
    segments: Segment[],
    writer: JournalWriter,
    reader: JournalReader,
    lastPosition: number,
  ) {
    this.#clock = options.clock;
    this.#maxBytes = options.maxBytes ?? 1024 * 1024 * 1024;
    this.#files = files;
    this.#segments = segments;
    this.#writer = writer;
    this.#reader = reader;
    this.#lastPosition = lastPosition;
    this.#countBytes();
    this.#forgotten = Math.min(lastPosition, (segments[0]?.firstPosition ?? lastPosition + 1) - 1);
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  append(payload: Uint8Array): Promise<number> {
    const refusal = this.#refuse(payload.length);
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ payload, resolve, reject });
      this.#waitingBytes += payload.length;
      this.#committing ??= this.#commitAll();
    });
  }

  #refuse(bytes: number): JournalUnavailable | undefined {
    if (this.#closed) return new JournalUnavailable('closed', 'the journal is closed');
    if (bytes === 0 || bytes > maxPayloadBytes)
      return new JournalUnavailable(
        'too-large',
        `a record must have 1 to ${maxPayloadBytes} bytes, got ${bytes}`,
      );
    if (this.#waitingBytes + bytes > maxWaitingBytes)
      return new JournalUnavailable('busy', `${this.#waitingBytes} bytes already wait for the disk`);
    if (this.#bytes + this.#waitingBytes + bytes + recordHeaderBytes > this.#maxBytes)
      return new JournalUnavailable('full', `the journal holds its ${this.#maxBytes} bytes`);
    return undefined;
  }

  async #commitAll(): Promise<void> {
    // What arrived in the same turn of the event loop, from all sockets, shares the first sync.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#committing = undefined;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { payload } of this.#waiting) {
      if (count > 0 && bytes + payload.length > maxGroupBytes) break;
      bytes += payload.length;
      count++;
    }
    this.#waitingBytes -= bytes;
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return group;
  }

  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    const first = this.#lastPosition + 1;
    try {
      await this.#writer.write(
        first,
        group.map(one => one.payload),
        this.#clock.now(),
      );
    } catch (error) {
      const message = `readings could not be written to disk: ${(error as Error).message}`;
      for (const one of group) one.reject(new JournalUnavailable('io', message, { cause: error }));
      return;
    }
    this.#lastPosition += group.length;
    this.#countBytes();
    let position = first;
    for (const one of group) {
      this.#appendedBytes += one.payload.length + recordHeaderBytes;
      one.resolve(position++);
    }
  }

  read(fromPosition: number, maxRecords: number): Promise<JournalRecord[]> {
    return this.#reader.read(fromPosition, this.#lastPosition, maxRecords);
  }

  async forget(throughPosition: number): Promise<void> {
    this.#forgotten = Math.max(this.#forgotten, Math.min(throughPosition, this.#lastPosition));
    for (;;) {
      const [oldest, next] = this.#segments;
      if (!oldest || !next || next.firstPosition > throughPosition + 1) return;
      if (this.#writer.isActive(oldest)) return;
      this.#segments.shift();
      this.#countBytes();
      this.#reader.drop(oldest);
      await this.#files.remove(oldest.path);
    }
  }

  stats(): JournalStats {
    const records = this.#lastPosition - this.#forgotten;
    return {
      bytes: this.#bytes,
      maxBytes: this.#maxBytes,
      records,
      oldestAt: records > 0 ? (this.#segments[0]?.createdAt ?? null) : null,
      appendedBytes: this.#appendedBytes,
    };
  }

  /** Summed once a group, not once an append. */
  #countBytes(): void {
    this.#bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#committing;
    await this.#writer.close();
  }
}
