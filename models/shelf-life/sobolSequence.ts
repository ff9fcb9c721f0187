/**
 * Degree, coefficients and first direction numbers of the primitive polynomials of dimensions 2 to 8.
 *
 * @see Joe and Kuo (2008), SIAM J. Sci. Comput. 30(5):2635–2654
 */
const polynomials: readonly (readonly [degree: number, coefficients: number, first: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
];

const bits = 32;
const directions: readonly Uint32Array[] = [
  Uint32Array.from({ length: bits }, (_, bit) => 2 ** (bits - 1 - bit)),
  ...polynomials.map(directionsOf),
];

/** How many numbers a point has. */
const sobolDimensions = directions.length;

/**
 * Points that fill the unit cube of eight dimensions more evenly than random numbers: Sobol's sequence in Gray-code
 * order, moved by a digital shift that the seed chooses. A shorter sequence is the beginning of a longer one.
 *
 * @param count  how many points
 * @param seed   whole number; each gives an equally good sequence
 * @param visit  called with each point, its numbers inside (0, 1); the array is used again for the next
 * @see Sobol' (1967), USSR Comput. Math. Math. Phys. 7(4):86–112
 */
export function sobolSequence(
  count: number,
  seed: number,
  visit: (point: Float64Array, index: number) => void,
): void {
  const state = Uint32Array.from(directions, (_, dimension) => mix(seed, dimension));
  const point = new Float64Array(sobolDimensions);
  for (let index = 0; index < count; index++) {
    for (let dimension = 0; dimension < sobolDimensions; dimension++)
      point[dimension] = (state[dimension]! + 0.5) / 2 ** bits;
    visit(point, index);
    // Gray code: from one index to the next a single bit changes, the lowest that is zero.
    const bit = 31 - Math.clz32(~index & (index + 1));
    for (let dimension = 0; dimension < sobolDimensions; dimension++)
      state[dimension]! ^= directions[dimension]![bit]!;
  }
}

function directionsOf([degree, coefficients, first]: (typeof polynomials)[number]): Uint32Array {
  const numbers = new Uint32Array(bits);
  for (let bit = 0; bit < bits; bit++) {
    if (bit < degree) {
      numbers[bit] = first[bit]! * 2 ** (bits - 1 - bit);
      continue;
    }
    let number = numbers[bit - degree]! ^ (numbers[bit - degree]! >>> degree);
    for (let term = 1; term < degree; term++)
      if ((coefficients >> (degree - 1 - term)) & 1) number ^= numbers[bit - term]!;
    numbers[bit] = number;
  }
  return numbers;
}

/** A well-mixed 32-bit number from a seed and a dimension (MurmurHash3 finaliser). */
function mix(seed: number, dimension: number): number {
  let mixed = seed ^ Math.imul(dimension + 1, 0x9e3779b9);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
