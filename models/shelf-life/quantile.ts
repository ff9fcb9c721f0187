/**
 * Quantile of values by linear interpolation between order statistics (type 7 of Hyndman and Fan), found by selection
 * in O(n). Reorders `values`.
 *
 * @param values  at least one, no NaN
 * @param p       0 to 1
 * @example
 * quantileInPlace(Float64Array.of(4, 1, 3, 2), 0.5); // => 2.5
 */
export function quantileInPlace(values: Float64Array, p: number): number {
  const position = (values.length - 1) * p;
  const rank = Math.floor(position);
  const below = selectInPlace(values, rank);
  if (rank === position) return below;
  let above = Number.POSITIVE_INFINITY;
  for (let index = rank + 1; index < values.length; index++) above = Math.min(above, values[index]!);
  // Two infinities are equal, but their difference is no number.
  return above === below ? below : below + (position - rank) * (above - below);
}

/** The value of rank `rank` (0: the least), moved to its place: smaller ones before it, larger ones after (Hoare's FIND). */
export function selectInPlace(values: Float64Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[rank]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const swapped = values[left]!;
      values[left++] = values[right]!;
      values[right--] = swapped;
    }
    if (right < rank) low = left;
    if (left > rank) high = right;
  }
  return values[rank]!;
}
