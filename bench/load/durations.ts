const perDoubling = 16;
const smallestMs = 0.001;
const buckets = 32 * perDoubling;

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Millions of durations in little memory: percentiles are right to 4 %, from a microsecond to an hour. */
export class Durations {
  readonly #counts = new Uint32Array(buckets);
  #count = 0;
  #max = 0;

  add(ms: number): void {
    const bucket = ms <= smallestMs ? 0 : Math.floor(Math.log2(ms / smallestMs) * perDoubling);
    this.#counts[Math.min(bucket, buckets - 1)]! += 1;
    this.#count += 1;
    if (ms > this.#max) this.#max = ms;
  }

  /** Milliseconds that a share of all took at most; 0 when there are none. */
  percentile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (let bucket = 0; bucket < buckets; bucket++) {
      left -= this.#counts[bucket]!;
      if (left <= 0) return Math.min(this.#max, smallestMs * 2 ** ((bucket + 0.5) / perDoubling));
    }
    return 0;
  }

  percentiles(): Percentiles {
    return { p50: this.percentile(0.5), p99: this.percentile(0.99), max: this.#max };
  }
}
