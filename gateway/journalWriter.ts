import { join } from 'node:path';
import { type JournalFile, type JournalFiles, syncDirectory } from './journalFiles.ts';
import { encodeRecords, encodeSegmentHeader, segmentHeaderBytes } from './journalSegment.ts';

/** One file of the journal. `bytes` is how much of it is committed; what lies behind was never promised. */
export interface Segment {
  readonly path: string;
  readonly firstPosition: number;
  bytes: number;
  readonly createdAt: number;
}

interface ActiveSegment extends Segment {
  readonly file: JournalFile;
  /** Whether the folder entry is on disk. */
  linked: boolean;
  /**
   * `torn`: bytes behind the committed end must be cut off before the next write. `suspect`: a sync failed, and no
   * later sync of this file can be believed; it is given up for a new one.
   */
  state: 'good' | 'torn' | 'suspect';
}

export interface WriterOptions {
  readonly dir: string;
  readonly files: JournalFiles;
  readonly segmentBytes: number;
  readonly segmentAgeMs: number;
}

/** Writes groups of records, each with one write and one sync, into files that turn over by size and age. */
export class JournalWriter {
  readonly #options: WriterOptions;
  readonly #segments: Segment[];
  #active: ActiveSegment | undefined;

  /** @param segments  the files in order; the writer adds and removes at the ends */
  constructor(options: WriterOptions, segments: Segment[]) {
    this.#options = options;
    this.#segments = segments;
  }

  /**
   * Resolves when all payloads are on disk at positions from `firstPosition` on. When it rejects none of them count,
   * and the next call mends what was half done.
   */
  async write(firstPosition: number, payloads: readonly Uint8Array[], now: number): Promise<void> {
    const active = await this.#writable(firstPosition, now);
    const bytes = encodeRecords(firstPosition, payloads);
    try {
      await writeAll(active.file, bytes, active.bytes);
    } catch (error) {
      active.state = 'torn';
      throw error;
    }
    await this.#sync(active);
    active.bytes += bytes.length;
  }

  async #sync(active: ActiveSegment): Promise<void> {
    try {
      await active.file.datasync();
      if (!active.linked) await syncDirectory(this.#options.files, this.#options.dir);
      active.linked = true;
    } catch (error) {
      active.state = 'suspect';
      throw error;
    }
  }

  async #writable(nextPosition: number, now: number): Promise<ActiveSegment> {
    const active = this.#active;
    if (active?.state === 'torn') {
      await active.file.truncate(active.bytes);
      active.state = 'good';
    }
    if (active?.state === 'good' && !this.#isFull(active, now)) return active;
    if (active) await this.#giveUp(active);
    return this.#create(nextPosition, now);
  }

  #isFull(active: Segment, now: number): boolean {
    if (active.bytes <= segmentHeaderBytes) return false;
    // A clock that was set back must not keep a file for ever: its age counts either way.
    const age = Math.abs(now - active.createdAt);
    return active.bytes >= this.#options.segmentBytes || age >= this.#options.segmentAgeMs;
  }

  async #giveUp(active: ActiveSegment): Promise<void> {
    this.#active = undefined;
    // Best effort: readers never look behind the committed end of a file, nor past the first position of the next.
    if (active.state === 'suspect') await active.file.truncate(active.bytes).catch(() => undefined);
    await active.file.close().catch(() => undefined);
    if (active.bytes > segmentHeaderBytes) return;
    this.#segments.splice(this.#segments.indexOf(active), 1);
    await this.#options.files.remove(active.path);
  }

  async #create(firstPosition: number, now: number): Promise<ActiveSegment> {
    const path = join(this.#options.dir, segmentName(firstPosition));
    const file = await this.#options.files.open(path, 'wx').catch(async error => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      // Left by an attempt that failed before its first commit: nothing in it was ever promised.
      await this.#options.files.remove(path);
      return this.#options.files.open(path, 'wx');
    });
    try {
      await writeAll(file, encodeSegmentHeader(firstPosition), 0);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    this.#active = {
      path,
      firstPosition,
      bytes: segmentHeaderBytes,
      createdAt: now,
      file,
      linked: false,
      state: 'good',
    };
    this.#segments.push(this.#active);
    return this.#active;
  }

  isActive(segment: Segment): boolean {
    return segment === this.#active;
  }

  async close(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    if (active?.state === 'torn') await active.file.truncate(active.bytes).catch(() => undefined);
    await active?.file.close();
  }
}

export const segmentName = (firstPosition: number): string =>
  `${String(firstPosition).padStart(16, '0')}.log`;

async function writeAll(file: JournalFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('the disk took no bytes');
    done += bytesWritten;
  }
}
