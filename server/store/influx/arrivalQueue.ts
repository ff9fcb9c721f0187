interface Chunk {
  readonly seriesNos: Int32Array;
  readonly instants: Float64Array;
}

const chunkLength = 8_192;

/** Keys of readings in the order of their arrival, numbered from 0 on for ever: 12 bytes each. */
export class ArrivalQueue {
  /** Keyed by number of the entry over `chunkLength`. */
  readonly #chunks = new Map<number, Chunk>();
  #first = 0;
  #end = 0;

  /** Number of the oldest entry that is kept. */
  get first(): number {
    return this.#first;
  }

  /** Number that the next entry gets. */
  get end(): number {
    return this.#end;
  }

  push(seriesNo: number, measuredAt: number): void {
    const chunkNo = Math.floor(this.#end / chunkLength);
    let chunk = this.#chunks.get(chunkNo);
    if (chunk === undefined) {
      chunk = { seriesNos: new Int32Array(chunkLength), instants: new Float64Array(chunkLength) };
      this.#chunks.set(chunkNo, chunk);
    }
    chunk.seriesNos[this.#end % chunkLength] = seriesNo;
    chunk.instants[this.#end % chunkLength] = measuredAt;
    this.#end += 1;
  }

  /** @throws {RangeError} for an entry that is not kept */
  at(entry: number): { readonly seriesNo: number; readonly measuredAt: number } {
    const chunk = this.#chunks.get(Math.floor(entry / chunkLength));
    if (chunk === undefined || entry < this.#first || entry >= this.#end)
      throw new RangeError(`entry must be from ${this.#first} to ${this.#end - 1}, got ${entry}`);
    return {
      seriesNo: chunk.seriesNos[entry % chunkLength] as number,
      measuredAt: chunk.instants[entry % chunkLength] as number,
    };
  }

  dropFirst(): void {
    this.#first += 1;
    if (this.#first % chunkLength === 0) this.#chunks.delete(this.#first / chunkLength - 1);
  }
}
