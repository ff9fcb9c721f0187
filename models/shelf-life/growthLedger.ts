import type { Segment } from '../temperatureHistory.ts';
import { msPerHour } from '../units.ts';

const slices = 112;
const units = 2 ** 35;

/** Some room for what comes next; pushing one by one would leave room for half as much again. */
function grown(growth: readonly number[], length: number): number[] {
  const longer = new Array<number>(Math.min(slices, length + 2)).fill(0);
  for (let i = 0; i < growth.length; i++) longer[i] = growth[i]!;
  return longer;
}

/** Turns shares of all growth so far (0 to 1) into instants and back. */
export interface GrowthDating {
  /** When a share was done; no share at all was done at making. */
  readonly instantOfShare: (share: number) => number;
  /** The share that was done at an instant; all of it when nothing grew. */
  readonly shareAt: (at: number) => number;
}

/** How long a slice is when no life is longer than this. */
export const sliceMsFor = (longestLifeH: number): number => Math.ceil((longestLifeH * msPerHour) / slices);

/**
 * When a batch did its growing: the integral of mu of its spoilage flora per slice of time since making. Tells when a
 * limit was crossed that is past, to within the evenness of one slice (1.5 h for a life capped at 7 days).
 * Whole units of 2^-35, so adding and removing are exact in any order.
 */
export class GrowthLedger {
  readonly producedAt: number;
  readonly #sliceMs: number;
  #growth: number[] = [];

  /** @param sliceMs  of {@link sliceMsFor} */
  constructor(producedAt: number, sliceMs: number) {
    this.producedAt = producedAt;
    this.#sliceMs = sliceMs;
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
    if (slice >= this.#growth.length) this.#growth = grown(this.#growth, slice + 1);
    this.#growth[slice]! += sign * Math.round(muIntegral * units);
  }

  copy(): GrowthLedger {
    const copy = new GrowthLedger(this.producedAt, this.#sliceMs);
    copy.#growth = this.#growth.slice();
    return copy;
  }

  /** When growth happened, up to `asOf`; taking growth as even within a slice. */
  dating(asOf: number): GrowthDating {
    const done = new Float64Array(this.#growth.length);
    let total = 0;
    this.#growth.forEach((growth, slice) => {
      done[slice] = total += growth;
    });
    const endOf = (slice: number): number =>
      slice === slices - 1 ? asOf : Math.min(asOf, this.#edge(slice + 1));
    return {
      instantOfShare: share => {
        if (share <= 0) return this.producedAt;
        const target = share * total;
        const slice = done.findIndex(growth => growth >= target);
        if (slice < 0 || total === 0) return asOf;
        const before = done[slice - 1] ?? 0;
        const within = done[slice]! > before ? (target - before) / (done[slice]! - before) : 1;
        return Math.min(asOf, this.#edge(slice) + within * (endOf(slice) - this.#edge(slice)));
      },
      shareAt: at => {
        if (total === 0 || at >= asOf) return 1;
        const slice = this.#sliceOf(at);
        const before = done[slice - 1] ?? 0;
        const within = (at - this.#edge(slice)) / (endOf(slice) - this.#edge(slice));
        return Math.min(1, (before + within * ((done[slice] ?? total) - before)) / total);
      },
    };
  }

  #edge(slice: number): number {
    return this.producedAt + slice * this.#sliceMs;
  }

  #sliceOf(at: number): number {
    return Math.max(0, Math.min(slices - 1, Math.floor((at - this.producedAt) / this.#sliceMs)));
  }
}
