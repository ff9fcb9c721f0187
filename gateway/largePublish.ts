import { encodeCutShort } from './cutShortPublish.ts';
import { type FixedHeader, qosOf } from './mqttPacket.ts';

/** A publish larger than allowed, of which only the head is kept while the rest runs out. */
export class LargePublish {
  readonly #header: FixedHeader;
  readonly #head: Buffer;
  #leftBytes: number;

  /** @param packetBytes  of the whole packet, the head included */
  constructor(header: FixedHeader, head: Buffer, packetBytes: number) {
    this.#header = header;
    this.#head = Buffer.from(head);
    this.#leftBytes = packetBytes - head.length;
  }

  get leftBytes(): number {
    return this.#leftBytes;
  }

  get qos(): number {
    return qosOf(this.#header);
  }

  /** @returns how many of the bytes that are there belong to it */
  runOut(available: number): number {
    const taken = Math.min(available, this.#leftBytes);
    this.#leftBytes -= taken;
    return taken;
  }

  standIn(maxTopicLength: number): Buffer {
    return encodeCutShort(this.#header, this.#head, maxTopicLength);
  }
}
