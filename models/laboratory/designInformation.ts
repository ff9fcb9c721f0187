/** Parameters of one lot: ln b, Tmin; then what is its own: h0, log N0, ln of its rate factor, log Nmax. */
const shared = 2;
export const lotParameters = 6;

/** Symmetric two by two matrices as (first, off, second). */
export function inverse2([a, b, c]: readonly [number, number, number]): [number, number, number] {
  const determinant = a * c - b * b;
  return [c / determinant, -b / determinant, a / determinant];
}

export const determinant2 = ([a, b, c]: readonly [number, number, number]): number => a * c - b * b;

/** Schur complement: information on (ln b, Tmin) of one lot, its own parameters known beforehand as they vary. */
export function withoutNuisance(
  information: Float64Array,
  prior: readonly number[],
): [number, number, number] {
  const own = lotParameters - shared;
  // Gauss-Jordan on the lot's own block, with the two shared columns on its right.
  const width = own + shared;
  const rows = new Float64Array(own * width);
  for (let i = 0; i < own; i++) {
    for (let j = 0; j < own; j++)
      rows[i * width + j] = information[(i + shared) * lotParameters + j + shared]!;
    rows[i * width + i]! += prior[i]!;
    for (let j = 0; j < shared; j++)
      rows[i * width + own + j] = information[(i + shared) * lotParameters + j]!;
  }
  for (let pivot = 0; pivot < own; pivot++) {
    const scale = 1 / rows[pivot * width + pivot]!;
    for (let j = pivot; j < width; j++) rows[pivot * width + j]! *= scale;
    for (let i = 0; i < own; i++) {
      const factor = i === pivot ? 0 : rows[i * width + pivot]!;
      if (factor === 0) continue;
      for (let j = pivot; j < width; j++) rows[i * width + j]! -= factor * rows[pivot * width + j]!;
    }
  }
  const left = (i: number, j: number): number => {
    let value = information[i * lotParameters + j]!;
    for (let k = 0; k < own; k++)
      value -= information[i * lotParameters + shared + k]! * rows[k * width + own + j]!;
    return value;
  };
  return [left(0, 0), left(0, 1), left(1, 1)];
}
