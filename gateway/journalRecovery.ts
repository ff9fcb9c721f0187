import { join } from 'node:path';
import type { Logger } from 'pino';
import { type JournalFiles, readRange, syncDirectory } from './journalFiles.ts';
import {
  isSegmentHeader,
  isTornRecord,
  newerVersion,
  recordHeaderBytes,
  scanAt,
  segmentHeaderBytes,
} from './journalSegment.ts';
import type { Segment } from './journalWriter.ts';

/** Copies of damaged stretches kept at most; further ones are only named in the log. */
const maxDamageCopies = 100;

export interface DamageKeeper {
  /** Keeps a copy of a damaged stretch and names it in the log. Never throws: a copy is a courtesy. */
  keep(path: string, from: number, bytes: Buffer, reason: string): Promise<void>;
}

export function createDamageKeeper(dir: string, files: JournalFiles, log: Logger): DamageKeeper {
  const damagedDir = join(dir, 'damaged');
  const kept = new Set<string>();
  return {
    async keep(path, from, bytes, reason) {
      const name = `${path.slice(path.lastIndexOf('/') + 1)}.${from}-${from + bytes.length}`;
      if (kept.has(name)) return;
      kept.add(name);
      log.warn(
        { file: path, from, to: from + bytes.length, copy: join(damagedDir, name) },
        `journal: ${reason}`,
      );
      try {
        if ((await files.list(damagedDir)).length >= maxDamageCopies) return;
        const copy = await files.open(join(damagedDir, name), 'wx');
        await copy.write(bytes, 0, bytes.length, 0).finally(() => copy.close());
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
          log.warn({ err: error }, 'journal: no copy kept of the damaged bytes');
      }
    },
  };
}

export interface Recovered {
  readonly segments: Segment[];
  readonly lastPosition: number;
}

/**
 * Opens what an earlier process left. The torn end of the last file is cut off; everything else stays as it is and is
 * checked when it is read.
 *
 * @throws {Error} when a file was written by a newer release, or the folder cannot be used
 */
export async function recoverJournal(
  dir: string,
  files: JournalFiles,
  damage: DamageKeeper,
): Promise<Recovered> {
  const names = (await files.list(dir)).filter(name => /^\d{16}\.log$/.test(name)).sort();
  const segments: Segment[] = [];
  for (const name of names) {
    const path = join(dir, name);
    const { size, bornAt } = await files.sizeAndBirth(path);
    segments.push({ path, firstPosition: Number(name.slice(0, 16)), bytes: size, createdAt: bornAt });
  }
  let lastPosition = 0;
  let last = segments.at(-1);
  while (last) {
    const cut = await cutTornTail(last, files, damage);
    lastPosition = Math.max(lastPosition, cut.lastPosition);
    if (cut.hasRecords) break;
    // A file without a single whole record: made just before the end came.
    segments.pop();
    await files.remove(last.path);
    await syncDirectory(files, dir);
    last = segments.at(-1);
  }
  return { segments, lastPosition };
}

async function cutTornTail(segment: Segment, files: JournalFiles, damage: DamageKeeper) {
  const bytes = await readRange(files, segment.path, 0, segment.bytes);
  const version = newerVersion(bytes);
  if (version !== undefined)
    throw new Error(
      `${segment.path} was written by a newer release (journal format ${version}); start that release, or let it empty the journal first`,
    );
  let lastPosition = segment.firstPosition - 1;
  let goodEnd = 0;
  let offset = isSegmentHeader(bytes) ? segmentHeaderBytes : 0;
  let hasRecords = false;
  for (;;) {
    const found = scanAt(bytes, offset, { from: lastPosition + 1, to: Number.MAX_SAFE_INTEGER });
    if (found.kind === 'end') break;
    if (found.kind === 'record') {
      hasRecords = true;
      lastPosition = found.record.position;
      goodEnd = found.end;
    }
    offset = found.end;
  }
  const tail = bytes.subarray(hasRecords ? goodEnd : Math.min(segmentHeaderBytes, bytes.length));
  if (tail.length === 0) return { lastPosition, hasRecords };
  const torn = isTornRecord(tail, 0, lastPosition + 1);
  await damage.keep(
    segment.path,
    bytes.length - tail.length,
    tail,
    torn ? 'cut off a half-written record at the end' : 'the end of a file was damaged',
  );
  // Whole records may have been lost with a damaged end; their positions are not used again.
  if (!torn) lastPosition += Math.ceil(tail.length / (recordHeaderBytes + 1));
  if (hasRecords) await truncateTo(segment, goodEnd, files);
  return { lastPosition, hasRecords };
}

async function truncateTo(segment: Segment, size: number, files: JournalFiles): Promise<void> {
  const file = await files.open(segment.path, 'r+');
  try {
    await file.truncate(size);
    await file.sync();
  } finally {
    await file.close();
  }
  segment.bytes = size;
}
