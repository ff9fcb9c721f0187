import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  type Block,
  type BlockHead,
  blockLengths,
  blockMagic,
  checkBody,
  decodeHead,
} from './blockFormat.ts';
import { sealBytes } from './integrity.ts';
import { decodeLog, type LogEntry, logMagic } from './logFormat.ts';
import {
  decodeNode,
  decodeState,
  type FileState,
  type NodeRecord,
  nodeMagic,
  stateMagic,
} from './nodeRecord.ts';
import { shapeOf, type WalShape } from './walCheck.ts';

/** Something that begins as a blob of ours and does not read as it was written. */
export interface Fragment {
  readonly offset: number;
  readonly what: string;
  /** Of a block whose head still reads. */
  readonly head: BlockHead | undefined;
}

export interface Found {
  /** Every version of every block, from the pages in use and from those that are free; none twice. */
  readonly blocks: { readonly head: BlockHead; readonly block: Block }[];
  readonly entries: Map<number, LogEntry>;
  readonly nodes: NodeRecord[];
  readonly states: FileState[];
  readonly fragments: Fragment[];
}

/** A database read as pages: the latest ones in its write-ahead log hide those of the main file. */
interface Pages {
  readonly pageBytes: number;
  /** Undefined when there is no such page. */
  page(number: number, from: 'log' | 'main'): Buffer | undefined;
}

const walHeaderBytes = 32;
const chunkBytes = 32 * 1024 * 1024;

/**
 * Finds every blob of ours in a database file and its write-ahead log by the letters it begins with, follows it over its
 * overflow pages and believes what passes its checksum. SQLite's trees are not used: they may be what is damaged.
 */
export function scanRaw(path: string): Found {
  const found: Found = { blocks: [], entries: new Map(), nodes: [], states: [], fragments: [] };
  const main = openSync(path, 'r');
  const log = existsSync(`${path}-wal`) ? openSync(`${path}-wal`, 'r') : undefined;
  try {
    const pages = openPages(main, log);
    const seen = new Set<string>();
    for (const file of log === undefined ? [main] : [log, main])
      for (const { offset, bytes } of candidates(file)) take(found, seen, pages, offset, bytes);
    return found;
  } finally {
    closeSync(main);
    if (log !== undefined) closeSync(log);
  }
}

const magics = [blockMagic, logMagic, nodeMagic, stateMagic].map(text => Buffer.from(text, 'latin1'));

/** Where one of the beginnings stands, with a page's worth of what follows. */
function* candidates(file: number): Iterable<{ offset: number; bytes: Buffer }> {
  const { size } = fstatSync(file);
  const overlap = 65_536;
  for (let start = 0; start < size; start += chunkBytes) {
    const chunk = read(file, start, Math.min(chunkBytes + overlap, size - start));
    for (let at = chunk.indexOf('TH'); at >= 0 && at < chunkBytes; at = chunk.indexOf('TH', at + 1)) {
      if (magics.some(magic => chunk.compare(magic, 0, 4, at, at + 4) === 0))
        yield { offset: start + at, bytes: chunk.subarray(at, at + overlap) };
    }
  }
}

function take(found: Found, seen: Set<string>, pages: Pages, offset: number, bytes: Buffer): void {
  const magic = bytes.toString('latin1', 0, 4);
  try {
    if (magic === blockMagic) {
      takeBlock(found, seen, pages, offset, bytes);
      return;
    }
    const length = sealBytes + bytes.readUInt32BE(4);
    // The row is (id, blob): the id is no part of it.
    for (const sealed of assemble(pages, bytes, 2 + typeBytes(length), length)) {
      try {
        if (magic === logMagic) {
          const entry = decodeLog(sealed);
          found.entries.set(entry.id, entry);
        } else if (magic === nodeMagic) found.nodes.push(decodeNode(sealed));
        else found.states.push(decodeState(sealed));
        return;
      } catch {
        // Assembled from the wrong pages, or damaged: the other way is tried, then it is named.
      }
    }
  } catch {
    // Lengths that lead nowhere are damage too.
  }
  if (magic !== blockMagic) found.fragments.push({ offset, what: names[magic]!, head: undefined });
}

export const fragmentNames = {
  block: 'a block',
  entry: 'a log entry',
  node: 'the record of a node',
  state: 'the state of the file',
} as const;

const names: Readonly<Record<string, string>> = {
  [logMagic]: fragmentNames.entry,
  [nodeMagic]: fragmentNames.node,
  [stateMagic]: fragmentNames.state,
};

function takeBlock(found: Found, seen: Set<string>, pages: Pages, offset: number, bytes: Buffer): void {
  const lengths = blockLengths(bytes);
  let readHead: BlockHead | undefined;
  if (lengths !== undefined && lengths.head > 14) {
    const rowHeader = 2 + typeBytes(lengths.head) + typeBytes(lengths.body);
    for (const payload of assemble(pages, bytes, rowHeader, lengths.head + lengths.body)) {
      const block = { head: payload.subarray(0, lengths.head), body: payload.subarray(lengths.head) };
      try {
        readHead = decodeHead(block.head);
        checkBody(block.head, block.body);
        const { nodeId, probe, day, part, kind } = readHead;
        const sum = block.head.toString('latin1', 10, 14);
        const name = JSON.stringify([nodeId, probe, day, part, kind, sum, lengths.body]);
        if (!seen.has(name)) found.blocks.push({ head: readHead, block });
        seen.add(name);
        return;
      } catch {
        // As above.
      }
    }
  }
  found.fragments.push({ offset, what: fragmentNames.block, head: readHead });
}

/** How many bytes SQLite's row header takes to say that a value is a blob of this length. */
function typeBytes(length: number): number {
  const type = 12 + 2 * length;
  return type < 2 ** 7 ? 1 : type < 2 ** 14 ? 2 : type < 2 ** 21 ? 3 : type < 2 ** 28 ? 4 : 5;
}

/**
 * The content of a row of which `bytes` is the beginning, put together from the page and its overflow pages; first as the
 * write-ahead log has them, then as the main file has.
 *
 * @param rowHeader  bytes of the row before the content
 */
function* assemble(pages: Pages, bytes: Buffer, rowHeader: number, length: number): Iterable<Buffer> {
  // SQLite file format, "B-tree Cell Format": how much of a row of P bytes stays on a leaf of U usable bytes.
  const usable = pages.pageBytes;
  const payload = rowHeader + length;
  if (length > 2 ** 28) return;
  if (payload <= usable - 35) {
    yield bytes.subarray(0, length);
    return;
  }
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((payload - least) % (usable - 4));
  const local = (fitting <= usable - 35 ? fitting : least) - rowHeader;
  if (local + 4 > bytes.length) return;
  for (const from of ['log', 'main'] as const) {
    const content = Buffer.alloc(length);
    bytes.copy(content, 0, 0, local);
    let next = bytes.readUInt32BE(local);
    let filled = local;
    while (filled < length && next > 0) {
      const page = pages.page(next, from);
      if (page === undefined) break;
      next = page.readUInt32BE(0);
      filled += page.copy(content, filled, 4, Math.min(page.length, 4 + length - filled));
    }
    if (filled === length) yield content;
  }
}

function openPages(main: number, log: number | undefined): Pages {
  const isLog = log !== undefined && fstatSync(log).size > walHeaderBytes;
  const shape = isLog ? shapeOf(read(log, 0, fstatSync(log).size)) : undefined;
  const pageBytes = shape?.pageBytes ?? pageBytesOf(main);
  const inLog = isLog ? framesOf(log, shape!) : new Map<number, number>();
  const { size } = fstatSync(main);
  return {
    pageBytes,
    page(number, from) {
      const frame = from === 'log' ? inLog.get(number) : undefined;
      if (frame !== undefined && isLog) return read(log, frame, pageBytes);
      const offset = (number - 1) * pageBytes;
      return offset + pageBytes <= size ? read(main, offset, pageBytes) : undefined;
    },
  };
}

/** As the file says; 1,024 when its beginning is what is damaged. */
function pageBytesOf(main: number): number {
  if (fstatSync(main).size < 100) return 1_024;
  const header = read(main, 0, 18);
  const said = header.readUInt16BE(16);
  const isPageSize = said >= 512 && (said & (said - 1)) === 0;
  return isPageSize && header.toString('latin1', 0, 15) === 'SQLite format 3' ? said : 1_024;
}

/** Offset of the latest frame of each page, of the frames that belong to this run of the log. */
function framesOf(log: number, { pageBytes, salt }: WalShape): Map<number, number> {
  const frames = new Map<number, number>();
  const { size } = fstatSync(log);
  for (let at = walHeaderBytes; at + 24 + pageBytes <= size; at += 24 + pageBytes) {
    const header = read(log, at, 24);
    if (header.compare(salt, 0, 8, 8, 16) === 0) frames.set(header.readUInt32BE(0), at + 24);
  }
  return frames;
}

function read(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const got = readSync(file, bytes, 0, length, offset);
  return got === length ? bytes : bytes.subarray(0, got);
}
