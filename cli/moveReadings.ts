import type { Reading } from '../models/contracts/reading.ts';
import type { ReadingStore } from '../server/store/readingStore.ts';
import { type Checksum, checksumOf, pageRows, readingsOf } from './readingChecksum.ts';

export interface NodeMoved {
  readonly nodeId: string;
  /** Readings of the source. */
  readonly readings: number;
  /** Those the target did not have; with `dryRun` still does not. */
  readonly moved: number;
  /** Those of which the target has other values under the same key. */
  readonly conflicts: number;
  /** Those the target takes no more, because they are older than what it keeps. */
  readonly expired: number;
}

export interface MoveOptions {
  readonly source: Pick<ReadingStore, 'range'>;
  readonly target: Pick<ReadingStore, 'range' | 'append' | 'sync'>;
  readonly dryRun: boolean;
  /** Told after each page how many readings of the source have been looked at. */
  readonly onProgress?: (readings: number) => void;
}

/**
 * Brings every reading of a node from one store to the other, as it is. Both are walked side by side in the order of
 * their keys and only what is missing is appended: whatever an earlier run that was cut off has done stays done, and
 * running it again is harmless.
 */
export async function moveNode(nodeId: string, options: MoveOptions): Promise<NodeMoved> {
  const { source, target, dryRun, onProgress } = options;
  const counts = { readings: 0, moved: 0, conflicts: 0, expired: 0 };
  let missing: Reading[] = [];
  const append = async () => {
    if (missing.length === 0) return;
    if (dryRun) counts.moved += missing.length;
    else {
      const result = await target.append(missing);
      // On disk (or in the database) before the next page, so that memory stays flat and a cut-off run loses little.
      await target.sync();
      counts.moved += result.inserted.length;
      counts.conflicts += result.conflicts.length;
      counts.expired += result.expired;
    }
    missing = [];
  };
  for await (const { reading, there } of sideBySide(source, target, nodeId)) {
    counts.readings++;
    if (there === undefined) missing.push(reading);
    else if (!sameReading(reading, there)) counts.conflicts++;
    if (missing.length >= pageRows) await append();
    if (counts.readings % pageRows === 0) onProgress?.(pageRows);
  }
  await append();
  onProgress?.(counts.readings % pageRows);
  return { nodeId, ...counts };
}

/** Each reading of the source with the one the target has under its key. */
async function* sideBySide(
  source: Pick<ReadingStore, 'range'>,
  target: Pick<ReadingStore, 'range'>,
  nodeId: string,
): AsyncGenerator<{ reading: Reading; there: Reading | undefined }> {
  const others = readingsOf(target, nodeId);
  let other = await others.next();
  for await (const reading of readingsOf(source, nodeId)) {
    while (!other.done && compareKeys(other.value, reading) < 0) other = await others.next();
    const isThere = !other.done && compareKeys(other.value, reading) === 0;
    yield { reading, there: isThere ? (other.value as Reading) : undefined };
  }
}

const compareKeys = (a: Reading, b: Reading): number =>
  a.measuredAt - b.measuredAt || (a.probe < b.probe ? -1 : a.probe > b.probe ? 1 : 0);

function sameReading(a: Reading, b: Reading): boolean {
  return (Object.keys(a) as (keyof Reading)[]).every(field => a[field] === b[field]);
}

/** What the two stores hold of one node after a move. */
export interface NodeCompared {
  readonly nodeId: string;
  readonly source: Checksum;
  readonly target: Checksum;
  readonly isEqual: boolean;
}

/** Reads both stores again from the first to the last reading of a node. */
export async function compareNode(
  nodeId: string,
  source: Pick<ReadingStore, 'range'>,
  target: Pick<ReadingStore, 'range'>,
): Promise<NodeCompared> {
  const [a, b] = [await checksumOf(source, nodeId), await checksumOf(target, nodeId)];
  return { nodeId, source: a, target: b, isEqual: a.count === b.count && a.digest === b.digest };
}
