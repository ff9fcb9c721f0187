import {
  type Block,
  type BlockHead,
  decodeBody,
  decodeHead,
  decodePoints,
  encodeBlock,
} from './blockFormat.ts';
import { DamagedBytes } from './integrity.ts';
import type { Series, StoredBlock } from './nodeTable.ts';
import { blockId, fromBlockId, partsADay, type ReadingsFile } from './readingsFile.ts';
import { Rows } from './rows.ts';
import type { Points } from './rowsCodec.ts';

/** Decoded blocks that late readings are held against, in readings. */
const cachedRows = 100_000;
const cachedHeads = 1_000;

/** Told of a block that does not read as it was written, before it is taken out. */
export type OnDamagedBlock = (id: number, pieces: readonly Uint8Array[], why: string) => void;

/**
 * The blocks of a file, each believed only when its checksums hold and it says itself that it is the one asked for. One
 * that does not is taken out, so that everything else goes on and its time can be filled again.
 */
export class BlockStore {
  readonly #file: ReadingsFile;
  readonly #onDamaged: OnDamagedBlock;
  /** Keyed by block id, the least recently used first. */
  readonly #cache = new Map<number, Rows>();
  #cached = 0;
  /** Keyed by block id, the first read first: neighbouring questions ask for the same heads. */
  readonly #heads = new Map<number, StoredBlock>();

  constructor(file: ReadingsFile, onDamaged: OnDamagedBlock) {
    this.#file = file;
    this.#onDamaged = onDamaged;
  }

  /** Blocks of days `from` to `to`, both inclusive, ascending. */
  between(series: Series, from: number, to: number): StoredBlock[] {
    if (from > to) return [];
    const rows = this.#file.statements.heads.all(
      blockId(series.seriesNo, from),
      blockId(series.seriesNo, to) + partsADay,
    );
    const blocks: StoredBlock[] = [];
    for (const { id, head } of rows) {
      const block = this.#read(series, Number(id), head as Uint8Array);
      if (block !== undefined) blocks.push(block);
    }
    return blocks;
  }

  /** The earliest block of days `from` to `to`, or the last one. */
  outermost(series: Series, from: number, to: number, which: 'first' | 'last'): StoredBlock | undefined {
    const { firstHead, lastHead } = this.#file.statements;
    for (;;) {
      if (from > to) return undefined;
      const row = (which === 'first' ? firstHead : lastHead).get(
        blockId(series.seriesNo, from),
        blockId(series.seriesNo, to) + partsADay,
      );
      if (row === undefined) return undefined;
      const block = this.#read(series, Number(row.id), row.head as Uint8Array);
      // A damaged one has been taken out: the next one is the outermost now.
      if (block !== undefined) return block;
    }
  }

  /** Its readings; none when it is damaged. */
  rows({ id, bytes, head }: StoredBlock): Rows {
    return this.#decode(id, bytes, body => decodeBody(bytes, head, body)) ?? new Rows(0);
  }

  points({ id, bytes, head }: StoredBlock): Points {
    return (
      this.#decode(id, bytes, body => decodePoints(bytes, head, body)) ?? {
        times: new Float64Array(0),
        temperatures: new Float64Array(0),
        count: 0,
      }
    );
  }

  /** As `rows`, kept for the next time; not to be changed. */
  cachedRows(block: StoredBlock): Rows {
    const known = this.#cache.get(block.id);
    if (known !== undefined) {
      this.#cache.delete(block.id);
      this.#cache.set(block.id, known);
      return known;
    }
    const rows = this.rows(block);
    this.#cache.set(block.id, rows);
    this.#cached += rows.count;
    for (const [id] of this.#cache) {
      if (this.#cached <= cachedRows || id === block.id) break;
      this.#drop(id);
    }
    return rows;
  }

  /** As `cachedRows`, only if they are there already. */
  rowsInMemory({ id }: StoredBlock): Rows | undefined {
    return this.#cache.get(id);
  }

  putRows(series: Series, day: number, part: number, rows: Rows): void {
    this.put(
      series,
      day,
      part,
      encodeBlock({ nodeId: series.node.nodeId, probe: series.probe, day, part }, rows),
    );
  }

  put(series: Series, day: number, part: number, { head, body }: Block): void {
    const id = blockId(series.seriesNo, day, part);
    this.#drop(id);
    this.#file.statements.setBlock.run(id, head, body);
  }

  remove(id: number): void {
    this.#drop(id);
    this.#file.statements.removeBlock.run(id);
  }

  #drop(id: number): void {
    this.#cached -= this.#cache.get(id)?.count ?? 0;
    this.#cache.delete(id);
  }

  #read(series: Series, id: number, bytes: Uint8Array): StoredBlock | undefined {
    const known = this.#heads.get(id);
    if (known !== undefined && Buffer.compare(known.bytes, bytes) === 0) return known;
    let head: BlockHead;
    try {
      head = decodeHead(bytes);
    } catch (error) {
      const body = this.#file.statements.body.get(id)?.body as Uint8Array | undefined;
      this.#takeOut(id, [bytes, body ?? new Uint8Array(0)], error);
      return undefined;
    }
    // Whole, and found in another's place: the trees are what is damaged.
    if (!isOf(head, series, id)) throw new DamagedBytes('a block stands where another belongs');
    const block = { id, bytes, head };
    this.#heads.set(id, block);
    for (const [oldest] of this.#heads) {
      if (this.#heads.size <= cachedHeads) break;
      this.#heads.delete(oldest);
    }
    return block;
  }

  #decode<T>(id: number, head: Uint8Array, decode: (body: Uint8Array) => T): T | undefined {
    const body = this.#file.statements.body.get(id)?.body as Uint8Array | undefined;
    // Taken out since its head was read.
    if (body === undefined) return undefined;
    try {
      return decode(body);
    } catch (error) {
      this.#takeOut(id, [head, body], error);
      return undefined;
    }
  }

  #takeOut(id: number, pieces: readonly Uint8Array[], error: unknown): void {
    // What checks out and yet cannot be decoded would be a fault of ours: just as little to be believed.
    this.#onDamaged(id, pieces, String(error));
    this.remove(id);
  }
}

function isOf(head: BlockHead, series: Series, id: number): boolean {
  const { seriesNo, day, part } = fromBlockId(id);
  return (
    seriesNo === series.seriesNo &&
    head.nodeId === series.node.nodeId &&
    head.probe === series.probe &&
    head.day === day &&
    head.part === part
  );
}
