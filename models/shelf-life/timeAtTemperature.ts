import type { Segment } from '../temperatureHistory.ts';

/** Bins are 0.1 C wide and centred on tenths, so that readings of a 0.1 C sensor fall on their centres. */
const binsPerC = 10;
/** Everything colder is one bin: no flora of these models grows there. */
export const lowestBin = -20 * binsPerC;
/** The last bin below the Tmax of the flora; the two after it hold what is hotter, up to 60 C and above. */
const highestBin = 45 * binsPerC;
export const hotBin = highestBin + 1;
const killingBin = hotBin + 1;
const killingAboveC = 60.05;
const spareBins = 1;

/** Centre of a bin in degrees Celsius; of bins between the lowest and the hot one. */
export const binCentreC = (bin: number): number => bin / binsPerC;

/** The bin of a temperature. */
export function binOf(temperatureC: number): number {
  if (temperatureC >= killingAboveC) return killingBin;
  const bin = Math.round(temperatureC * binsPerC);
  return bin > highestBin ? hotBin : Math.max(lowestBin, bin);
}

/** Tenths of a second: small whole numbers, of which an array takes no more room than it has places. */
const msPerTick = 100;
const ticksPerHour = 36_000;

const nothing: number[] = [];

/**
 * How long a batch was at which temperature: enough to know the integral of every rate that depends on temperature
 * alone. Times are whole ticks: adding and removing are exact in any order.
 */
export class TimeAtTemperature {
  #first = 0;
  #ticks: number[] = nothing;

  /** Adds (or, with -1, removes) the time a straight piece spends in each bin. */
  add({ from, fromC, to, toC }: Segment, sign: 1 | -1): void {
    // Whole ticks of the clock, not of the segment: consecutive segments lose nothing between them.
    const ticks = Math.round(to / msPerTick) - Math.round(from / msPerTick);
    const lowC = Math.min(fromC, toC);
    const highC = Math.max(fromC, toC);
    const first = binOf(lowC);
    const last = binOf(highC);
    this.#cover(first, last);
    let counted = 0;
    for (let bin = first; bin < last; bin++) {
      const edgeC = bin === hotBin ? killingAboveC : (bin + 0.5) / binsPerC;
      const until = Math.round(ticks * ((edgeC - lowC) / (highC - lowC)));
      this.#ticks[bin - this.#first]! += sign * (until - counted);
      counted = until;
    }
    this.#ticks[last - this.#first]! += sign * (ticks - counted);
  }

  /** Calls `visit` for every bin that holds time, ascending. */
  forEach(visit: (bin: number, hours: number) => void): void {
    for (let index = 0; index < this.#ticks.length; index++) {
      const ticks = this.#ticks[index]!;
      if (ticks !== 0) visit(this.#first + index, ticks / ticksPerHour);
    }
  }

  #cover(first: number, last: number): void {
    const end = this.#first + this.#ticks.length;
    if (this.#ticks.length > 0 && first >= this.#first && last < end) return;
    const empty = this.#ticks.length === 0;
    const newFirst = Math.max(lowestBin, Math.min(empty ? first : this.#first, first - spareBins));
    const newLast = Math.min(killingBin, Math.max(empty ? last : end - 1, last + spareBins));
    const grown = new Array<number>(newLast - newFirst + 1).fill(0);
    for (let i = 0; i < this.#ticks.length; i++) grown[this.#first - newFirst + i] = this.#ticks[i]!;
    this.#first = newFirst;
    this.#ticks = grown;
  }
}
