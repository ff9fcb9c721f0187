import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTornRecord, scanAt, segmentHeaderBytes } from '../gateway/journalSegment.ts';
import { syncFile } from './copySqlite.ts';

/**
 * Copies the journal of a running gateway; what an earlier call has copied is brought up to date. Its files only grow,
 * so a copy is whole up to a record that was half written at that moment, which is left out. A file that goes away
 * meanwhile is not missed: its records are in the reading store.
 *
 * @returns the position of the first record that is in the copy; null for none
 */
export function copyJournal(from: string, to: string): number | null {
  if (!existsSync(from)) return null;
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of segmentsIn(from)) {
    const bytes = readIfThere(join(from, name));
    if (bytes === undefined) continue;
    writeFileSync(join(to, name), withoutTornEnd(bytes, Number(name.slice(0, 16))), { mode: 0o600 });
    syncFile(join(to, name));
  }
  syncFile(to);
  const first = segmentsIn(to)[0];
  return first === undefined ? null : Number(first.slice(0, 16));
}

const segmentsIn = (dir: string): string[] =>
  readdirSync(dir)
    .filter(name => /^\d{16}\.log$/.test(name))
    .sort();

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Damage in the middle stays as it is: the journal sets it aside when it is read. */
function withoutTornEnd(bytes: Buffer, firstPosition: number): Buffer {
  let last = firstPosition - 1;
  let goodEnd = Math.min(segmentHeaderBytes, bytes.length);
  for (let offset = goodEnd; ; ) {
    const found = scanAt(bytes, offset, { from: last + 1, to: Number.MAX_SAFE_INTEGER });
    if (found.kind === 'end') return bytes;
    if (found.kind === 'record') {
      last = found.record.position;
      goodEnd = found.end;
    } else if (found.end === bytes.length && isTornRecord(bytes, goodEnd, last + 1))
      return bytes.subarray(0, goodEnd);
    offset = found.end;
  }
}
