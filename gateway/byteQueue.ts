/** Bytes in the order they came, looked at and taken from the front. */
export class ByteQueue {
  #chunks: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** All bytes as one buffer; costs a copy only when they came in several chunks. */
  peek(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  drop(bytes: number): void {
    const rest = this.peek().subarray(bytes);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }
}
