import type { ByteWriter } from './byteStream.ts';

/**
 * Rice codes: a whole number `v` as `floor(v / 2^k)` zero bits, a one, and the lowest `k` bits. Close to the fewest bits
 * there can be when small numbers are frequent. From 16 zeros on the number follows as it is, in 53 bits.
 */
const longestRun = 16;
const plainBits = 53;
const highestShift = 24;

/** Bits that `count` codes take with shift `k`, when none is written plainly. */
const bitsWith = (k: number, sum: number, count: number): number => count * (k + 1) + sum / 2 ** k;

/** The shift that suits numbers of this sum, and about how many bits they then take. */
export function riceShift(sum: number, count: number): { shift: number; bits: number } {
  const middle = Math.max(0, Math.min(highestShift, Math.round(Math.log2(Math.max(1, (sum / count) * 0.7)))));
  let best = { shift: middle, bits: bitsWith(middle, sum, count) };
  for (const shift of [middle - 1, middle + 1]) {
    if (shift < 0 || shift > highestShift) continue;
    const bits = bitsWith(shift, sum, count);
    if (bits < best.bits) best = { shift, bits };
  }
  return best;
}

/** @param codes  whole numbers from 0 to 2^53 - 1, of which the first `count` are written */
export function writeRice(out: ByteWriter, codes: Float64Array, count: number, shift: number): void {
  const bits = new BitWriter(out, Math.ceil((count * (longestRun + plainBits + 1)) / 8));
  const scale = 2 ** shift;
  for (let i = 0; i < count; i++) {
    const code = codes[i]!;
    const run = Math.floor(code / scale);
    if (run < longestRun) {
      bits.put(1, run + 1);
      if (shift > 0) bits.put(code - run * scale, shift);
    } else {
      bits.put(0, longestRun);
      bits.put(Math.floor(code / 2 ** 36), 17);
      bits.put(Math.floor(code / 2 ** 18) % 2 ** 18, 18);
      bits.put(code % 2 ** 18, 18);
    }
  }
  bits.end();
}

class BitWriter {
  readonly #out: ByteWriter;
  #pending = 0;
  #bits = 0;

  constructor(out: ByteWriter, mostBytes: number) {
    out.reserve(mostBytes + 8);
    this.#out = out;
  }

  /** @param width  1 to 24 */
  put(value: number, width: number): void {
    let bits = this.#bits + width;
    const pending = (this.#pending << width) | value;
    while (bits >= 8) {
      bits -= 8;
      this.#out.bytes[this.#out.length++] = pending >>> bits;
    }
    this.#pending = pending & ((1 << bits) - 1);
    this.#bits = bits;
  }

  end(): void {
    if (this.#bits > 0) this.put(0, 8 - this.#bits);
  }
}

/** Fills `codes`; returns the offset of the byte after. */
export function readRice(
  bytes: Uint8Array,
  offset: number,
  codes: Float64Array,
  count: number,
  shift: number,
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lastWindow = bytes.length - 4;
  // Columns are far below 256 MiB, so that bits can be counted in 31 bits.
  let bit = (offset * 8) | 0;
  const scale = 1 << shift;
  const besides = 32 - shift;
  for (let i = 0; i < count; i++) {
    const at = bit >>> 3;
    const window = (at <= lastWindow ? view.getInt32(at) : bitsAtEnd(bytes, at)) << (bit & 7);
    const run = Math.clz32(window);
    // 25 bits of the window are sure; most codes lie within them.
    if (run + shift < 25) {
      codes[i] = shift === 0 ? run : run * scale + ((window << (run + 1)) >>> besides);
      bit = (bit + run + 1 + shift) | 0;
    } else if (run < longestRun) {
      codes[i] = run * scale + (bitsAt(bytes, bit + run + 1) >>> besides);
      bit = (bit + run + 1 + shift) | 0;
    } else {
      bit = (bit + longestRun) | 0;
      const high = bitsAt(bytes, bit) >>> 15;
      const middle = bitsAt(bytes, bit + 17) >>> 14;
      const low = bitsAt(bytes, bit + 35) >>> 14;
      codes[i] = high * 2 ** 36 + middle * 2 ** 18 + low;
      bit = (bit + plainBits) | 0;
    }
  }
  return (bit + 7) >>> 3;
}

/** 25 bits or more from here on, at the top of 32. */
const bitsAt = (bytes: Uint8Array, bit: number): number => bitsAtEnd(bytes, bit >>> 3) << (bit & 7);

/** Four bytes; behind the end there is nothing, which reads as zero bits. */
const bitsAtEnd = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) |
  ((bytes[at + 1] ?? 0) << 16) |
  ((bytes[at + 2] ?? 0) << 8) |
  (bytes[at + 3] ?? 0);
