const manyBytes = 64 * 1024;

/** Packets that have passed and go to the reader together: one step of the stream for many of them. */
export class PassedPackets {
  #packets: Buffer[] = [];
  #bytes = 0;

  add(packet: Buffer): void {
    this.#packets.push(packet);
    this.#bytes += packet.length;
  }

  get areMany(): boolean {
    return this.#bytes > manyBytes;
  }

  /** Undefined when there are none. */
  take(): Buffer | undefined {
    const bytes = this.#packets.length > 1 ? Buffer.concat(this.#packets) : this.#packets[0];
    this.#packets = [];
    this.#bytes = 0;
    return bytes;
  }
}
