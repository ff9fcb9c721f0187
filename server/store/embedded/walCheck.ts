import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { stateMagic } from './nodeRecord.ts';

const headerBytes = 32;
const frameHeaderBytes = 24;

/** A write-ahead log of SQLite as it lies on disk ("WAL File Format", https://sqlite.org/fileformat2.html#walformat). */
export interface WalShape {
  readonly pageBytes: number;
  /** The eight bytes that tell frames of this run of the log from those of earlier ones. */
  readonly salt: Buffer;
}

/**
 * Says what is damaged in the write-ahead log of readings. SQLite takes the first frame that does not check out for the end
 * of the log. That is right after a power cut, which may leave any of the frames that were not synced; and it is silent loss
 * when a sync came after that frame. Every sync writes the state of the file last, so that is what is looked for.
 *
 * @returns undefined when nothing that was synced is lost, or there is no log
 */
export function damageOfWal(path: string): string | undefined {
  const bytes = readWal(path);
  if (bytes === undefined || bytes.length <= headerBytes) return undefined;
  const isBigEndian = bytes.readUInt32BE(0) === 0x377f0683;
  const sum = new WalSum(bytes, isBigEndian);
  sum.add(0, 24);
  if ((bytes.readUInt32BE(0) & ~1) !== 0x377f0682 || !sum.is(24)) return 'the write-ahead log begins damaged';
  const { pageBytes, salt } = shapeOf(bytes);
  const frameBytes = frameHeaderBytes + pageBytes;
  let endedAt = -1;
  for (let at = headerBytes; at + frameBytes <= bytes.length; at += frameBytes) {
    const isOfThisRun = bytes.compare(salt, 0, 8, at + 8, at + 16) === 0;
    if (endedAt >= 0) {
      const page = bytes.subarray(at + frameHeaderBytes, at + frameBytes);
      if (isOfThisRun && page.includes(stateMagic))
        return `the write-ahead log is damaged at byte ${endedAt}`;
      continue;
    }
    if (isOfThisRun) {
      sum.add(at, 8);
      sum.add(at + frameHeaderBytes, pageBytes);
    }
    if (!isOfThisRun || !sum.is(at + 16)) endedAt = at;
  }
  return undefined;
}

/** As the log says; where its beginning is damaged, as most of its frames do. */
export function shapeOf(bytes: Buffer): WalShape {
  const said = bytes.readUInt32BE(8);
  const isPageSize = said >= 512 && said <= 65_536 && (said & (said - 1)) === 0;
  const pageBytes = isPageSize ? said : 1_024;
  const sum = new WalSum(bytes, bytes.readUInt32BE(0) === 0x377f0683);
  sum.add(0, 24);
  if (sum.is(24)) return { pageBytes, salt: bytes.subarray(16, 24) };
  const counts = new Map<string, number>();
  const frameBytes = frameHeaderBytes + pageBytes;
  for (let at = headerBytes; at + frameBytes <= bytes.length; at += frameBytes) {
    const salt = bytes.toString('latin1', at + 8, at + 16);
    counts.set(salt, (counts.get(salt) ?? 0) + 1);
  }
  const [usual = ''] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return { pageBytes, salt: Buffer.from(usual.padEnd(8, '\0'), 'latin1') };
}

function readWal(path: string): Buffer | undefined {
  if (!existsSync(`${path}-wal`)) return undefined;
  const file = openSync(`${path}-wal`, 'r');
  try {
    const bytes = Buffer.alloc(fstatSync(file).size);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/** The running checksum of a log: two sums over 32-bit words, each taking in the other. */
class WalSum {
  #a = 0;
  #b = 0;
  readonly #view: DataView;
  readonly #isLittle: boolean;

  constructor(bytes: Buffer, isBigEndian: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = !isBigEndian;
  }

  add(from: number, length: number): void {
    let a = this.#a;
    let b = this.#b;
    for (let at = from; at < from + length; at += 8) {
      a = (a + this.#view.getInt32(at, this.#isLittle) + b) | 0;
      b = (b + this.#view.getInt32(at + 4, this.#isLittle) + a) | 0;
    }
    this.#a = a;
    this.#b = b;
  }

  /** Whether this is what stands there. */
  is(at: number): boolean {
    return this.#a === this.#view.getInt32(at) && this.#b === this.#view.getInt32(at + 4);
  }
}
