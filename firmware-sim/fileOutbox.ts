import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { createOutboxQueue, defaultOutboxBound, type Outbox, type OutboxEntry } from './outbox.ts';

export interface FileOutboxOptions {
  readonly path: string;
  readonly bound?: number;
  /** Whether a sample must survive power loss before the node goes on. Without it, it survives the process. */
  readonly fsync?: boolean;
  /** How much the file grows before it is looked at whether most of it is acknowledged and can go. */
  readonly compactAfterBytes?: number;
}

/**
 * An outbox in one append-only file of lines `<crc32> <record>`, where a record is
 *   `h <next position> <last sampled at>`   head of a file written anew
 *   `e <position> <sampled at> <json>`      a sample
 *   `a <position>`                          everything up to here is acknowledged (the cursor)
 * A torn or damaged line is left out and counted as damaged; a torn tail is cut off. If the cursor of an
 * acknowledgement is lost with the power, its readings are sent again, which changes nothing at the receiver.
 */
export function openFileOutbox(options: FileOutboxOptions): Outbox & { readonly damagedLines: number } {
  const { path, bound = defaultOutboxBound, fsync = false, compactAfterBytes = 1 << 20 } = options;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(`${path}.new`, { force: true }); // a rewrite that never came to its rename
  let file = openSync(path, 'a+');
  const queue = createOutboxQueue(bound);
  const restored = restore(readFileSync(file), queue);
  let size = restored.goodBytes;
  let sizeWhenWeighed = 0;
  ftruncateSync(file, size);

  const write = (lines: readonly string[]): void => {
    const bytes = Buffer.from(lines.join(''), 'utf8');
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      if (fsync) fdatasyncSync(file);
      size += bytes.length;
    } catch (error) {
      ftruncateSync(file, size); // no half line in front of the next one
      throw error;
    }
  };
  const compact = (kept: readonly string[], next: number): void => {
    const fresh = openSync(`${path}.new`, 'w');
    const text = line(`h ${next} ${queue.lastSampledAt ?? '-'}`) + kept.join('');
    writeFileSync(fresh, text);
    fsyncSync(fresh);
    closeSync(fresh);
    renameSync(`${path}.new`, path);
    closeSync(file);
    file = openSync(path, 'a+');
    size = Buffer.byteLength(text);
  };
  /** Now and then: is most of the file acknowledged (or dropped) by now? */
  const weigh = (): void => {
    if (size - sizeWhenWeighed < compactAfterBytes) return;
    const kept = queue.oldest(bound);
    const lines = kept.map(lineOf);
    if (2 * lines.reduce((sum, text) => sum + text.length, 0) < size)
      compact(lines, kept[0]?.position ?? queue.nextPosition);
    sizeWhenWeighed = size;
  };
  return {
    append(samples) {
      write(samples.map(sample => lineOf(queue.push(sample))));
      weigh();
    },
    oldest: queue.oldest,
    removeThrough(position) {
      const before = queue.depth;
      queue.removeThrough(position);
      if (queue.depth === before) return;
      write([line(`a ${position}`)]);
      weigh();
    },
    get depth() {
      return queue.depth;
    },
    get dropped() {
      return queue.dropped;
    },
    get lastSampledAt() {
      return queue.lastSampledAt;
    },
    get damagedLines() {
      return restored.damagedLines;
    },
    close: () => closeSync(file),
  };
}

function line(record: string): string {
  return `${crc32(record).toString(16).padStart(8, '0')} ${record}\n`;
}

const lineOf = (entry: OutboxEntry): string => line(`e ${entry.position} ${entry.sampledAt} ${entry.text}`);

/** Reads what an earlier process left. Everything after the last complete line is a torn tail. */
function restore(
  bytes: Buffer,
  queue: ReturnType<typeof createOutboxQueue>,
): { goodBytes: number; damagedLines: number } {
  const goodBytes = bytes.lastIndexOf('\n') + 1;
  const lines = bytes.toString('utf8', 0, goodBytes).split('\n').slice(0, -1);
  let damagedLines = 0;
  for (const text of lines) {
    const record = text.slice(9);
    if (text !== line(record).slice(0, -1) || !replay(record, queue)) damagedLines++;
  }
  return { goodBytes, damagedLines };
}

function replay(record: string, queue: ReturnType<typeof createOutboxQueue>): boolean {
  const [kind, position, sampledAt] = record.split(' ', 3);
  const n = Number(position);
  if (!Number.isSafeInteger(n)) return false;
  if (kind === 'a') queue.removeThrough(n);
  else if (kind === 'h') queue.resume(n, sampledAt === '-' ? null : Number(sampledAt));
  else if (kind === 'e') {
    queue.resume(n, null);
    queue.push({
      sampledAt: Number(sampledAt),
      text: record.slice(`e ${position} ${sampledAt} `.length),
    });
  } else return false;
  return true;
}
