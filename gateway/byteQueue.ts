const nothing: Buffer = Buffer.alloc(0);

/** Bytes in the order they came, looked at and taken from the front. */
export class ByteQueue {
  #front = nothing;
  /** Bytes of `#front` that have been taken. */
  #taken = 0;
  /** What came behind it. */
  #later: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    if (this.#length === 0) {
      this.#front = chunk;
      this.#taken = 0;
    } else this.#later.push(chunk);
    this.#length += chunk.length;
  }

  /** All bytes, behind `start` bytes that were taken before; costs a copy only when they came in several chunks. */
  front(): { readonly bytes: Buffer; readonly start: number } {
    if (this.#later.length > 0) {
      this.#front = Buffer.concat([this.#front.subarray(this.#taken), ...this.#later]);
      this.#taken = 0;
      this.#later = [];
    }
    return { bytes: this.#front, start: this.#taken };
  }

  /** All bytes as one buffer; costs a copy only when they came in several chunks. */
  peek(): Buffer {
    const { bytes, start } = this.front();
    return bytes.subarray(start);
  }

  drop(bytes: number): void {
    this.front();
    this.#taken += bytes;
    this.#length -= bytes;
  }

  clear(): void {
    this.#front = nothing;
    this.#taken = 0;
    this.#later = [];
    this.#length = 0;
  }
}
