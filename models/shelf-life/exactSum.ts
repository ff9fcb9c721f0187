/**
 * Sums that do not depend on the order of their terms. A term is cut to a whole number of 2^-52 units, kept as two
 * integers (whole 2^-26 units and the rest), and integers below 2^53 add exactly: any order, and adding then removing,
 * give the same bits. The cut is below 1.2e-16 per term; sums stay exact up to 1e8 and some 1e8 terms.
 */
const unitsPerHigh = 2 ** 26;

/** Room for `count` sums: two integers each. */
export function exactSums(count: number): number[] {
  return new Array<number>(2 * count).fill(0);
}

/** Adds `sign` times `term` (0 or greater) to the sum at `index`. */
export function addExactly(sums: number[], index: number, term: number, sign: 1 | -1): void {
  const scaled = term * unitsPerHigh;
  const high = Math.floor(scaled);
  sums[2 * index]! += sign * high;
  sums[2 * index + 1]! += sign * Math.round((scaled - high) * unitsPerHigh);
}

/** The sum at `index`. */
export function exactSum(sums: number[], index: number): number {
  return (sums[2 * index]! + sums[2 * index + 1]! / unitsPerHigh) / unitsPerHigh;
}
