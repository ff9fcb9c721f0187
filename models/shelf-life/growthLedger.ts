import type { Segment } from '../temperatureHistory.ts';
import { msPerHour } from '../units.ts';

const slices = 112;
const units = 2 ** 35;

/**
 * When a batch did its growing: the integral of mu of its spoilage flora per slice of time since making. Tells when a
 * limit was crossed that is past, to within the evenness of one slice (1.5 h for a life capped at 7 days).
 * Whole units of 2^-35, so adding and removing are exact in any order.
 */
export class GrowthLedger {
  readonly #producedAt: number;
  readonly #longestLifeH: number;
  readonly #sliceMs: number;
  readonly #growth: number[];

  constructor(producedAt: number, longestLifeH: number, growth: number[] = []) {
    this.#producedAt = producedAt;
    this.#longestLifeH = longestLifeH;
    this.#sliceMs = Math.ceil((longestLifeH * msPerHour) / slices);
    this.#growth = growth;
  }

  /** Cuts a segment at the slices' edges, which are the same for every segment. */
  cut(segment: Segment): Segment[] {
    const { from, fromC, to, toC } = segment;
    const first = this.#sliceOf(from);
    const last = this.#sliceOf(to);
    if (first === last) return [segment];
    const pieces: Segment[] = [];
    const slopeCPerMs = (toC - fromC) / (to - from);
    let start = { at: from, temperatureC: fromC };
    for (let slice = first + 1; slice <= last; slice++) {
      const at = this.#edge(slice);
      if (at >= to) break;
      const end = { at, temperatureC: fromC + slopeCPerMs * (at - from) };
      pieces.push({ from: start.at, fromC: start.temperatureC, to: end.at, toC: end.temperatureC });
      start = end;
    }
    pieces.push({ from: start.at, fromC: start.temperatureC, to, toC });
    return pieces;
  }

  /** Books growth for a piece that {@link cut} gave. */
  book(piece: Segment, muIntegral: number, sign: 1 | -1): void {
    const slice = this.#sliceOf((piece.from + piece.to) / 2);
    while (this.#growth.length <= slice) this.#growth.push(0);
    this.#growth[slice]! += sign * Math.round(muIntegral * units);
  }

  copy(): GrowthLedger {
    return new GrowthLedger(this.#producedAt, this.#longestLifeH, this.#growth.slice());
  }

  /**
   * A function that dates growth: from a share of all growth until `asOf` (0 to 1) to the instant at which it was done,
   * taking growth as even within a slice. No share at all was done at making.
   */
  dating(asOf: number): (share: number) => number {
    const done = new Float64Array(this.#growth.length);
    let total = 0;
    this.#growth.forEach((growth, slice) => {
      done[slice] = total += growth;
    });
    return share => {
      if (share <= 0) return this.#producedAt;
      const target = share * total;
      const slice = firstAtLeast(done, target);
      if (slice >= done.length) return asOf;
      const before = done[slice - 1] ?? 0;
      const from = this.#edge(slice);
      const to = slice === slices - 1 ? asOf : Math.min(asOf, this.#edge(slice + 1));
      const within = done[slice]! > before ? (target - before) / (done[slice]! - before) : 1;
      return Math.min(asOf, from + within * (to - from));
    };
  }

  #edge(slice: number): number {
    return this.#producedAt + slice * this.#sliceMs;
  }

  #sliceOf(at: number): number {
    return Math.max(0, Math.min(slices - 1, Math.floor((at - this.#producedAt) / this.#sliceMs)));
  }
}

/** Index of the first of ascending values that is at least `target`; their number when there is none. */
function firstAtLeast(values: Float64Array, target: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
