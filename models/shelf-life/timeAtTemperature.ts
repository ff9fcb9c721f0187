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
const spareBins = 8;

/** Centre of a bin in degrees Celsius; of bins between the lowest and the hot one. */
export const binCentreC = (bin: number): number => bin / binsPerC;

/** The bin of a temperature. */
export function binOf(temperatureC: number): number {
  if (temperatureC >= killingAboveC) return killingBin;
  const bin = Math.round(temperatureC * binsPerC);
  return bin > highestBin ? hotBin : Math.max(lowestBin, bin);
}

/**
 * How long a batch was at which temperature: enough to know the integral of every rate that depends on temperature
 * alone. Times are whole microseconds, so adding and removing are exact in any order.
 */
export class TimeAtTemperature {
  #first = 0;
  #microseconds = new Float64Array(0);

  /** Adds (or, with -1, removes) the time a straight piece spends in each bin. */
  add({ from, fromC, to, toC }: Segment, sign: 1 | -1): void {
    const microseconds = Math.round((to - from) * 1000);
    const lowC = Math.min(fromC, toC);
    const highC = Math.max(fromC, toC);
    const first = binOf(lowC);
    const last = binOf(highC);
    this.#cover(first, last);
    let counted = 0;
    for (let bin = first; bin < last; bin++) {
      const edgeC = bin === hotBin ? killingAboveC : (bin + 0.5) / binsPerC;
      const until = Math.round((microseconds * (edgeC - lowC)) / (highC - lowC));
      this.#microseconds[bin - this.#first]! += sign * (until - counted);
      counted = until;
    }
    this.#microseconds[last - this.#first]! += sign * (microseconds - counted);
  }

  /** Calls `visit` for every bin that holds time, ascending. */
  forEach(visit: (bin: number, hours: number) => void): void {
    for (let index = 0; index < this.#microseconds.length; index++) {
      const microseconds = this.#microseconds[index]!;
      if (microseconds !== 0) visit(this.#first + index, microseconds / 3.6e9);
    }
  }

  #cover(first: number, last: number): void {
    const end = this.#first + this.#microseconds.length;
    if (this.#microseconds.length > 0 && first >= this.#first && last < end) return;
    const empty = this.#microseconds.length === 0;
    const newFirst = Math.max(lowestBin, Math.min(empty ? first : this.#first, first - spareBins));
    const newLast = Math.min(killingBin, Math.max(empty ? last : end - 1, last + spareBins));
    const grown = new Float64Array(newLast - newFirst + 1);
    if (!empty) grown.set(this.#microseconds, this.#first - newFirst);
    this.#first = newFirst;
    this.#microseconds = grown;
  }
}
