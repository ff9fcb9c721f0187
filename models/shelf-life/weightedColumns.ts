/** Values with a weight each, in no order. */
export interface WeightedColumn {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** Halvings until a value stands still to a millionth of an hour. */
const halvings = 40;

/** Together the weight of the values up to a limit. */
export function weightUpTo({ values, weights }: WeightedColumn, limit: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! <= limit) sum += weights[i]!;
  return sum;
}

/**
 * The least value in [low, high] at which a share reaches p; `high` when it does not. Each halving looks only at what
 * still lies between: together as much work as looking at all values three times.
 *
 * @param shareOf  rising in each of the columns' weights up to the value
 */
export function firstReaching(
  columns: readonly WeightedColumn[],
  shareOf: (weights: readonly number[]) => number,
  p: number,
  low: number,
  high: number,
): number {
  if (low >= high || !(shareOf(columns.map(column => weightUpTo(column, high))) >= p)) return high;
  let below = columns.map(column => weightUpTo(column, low));
  let between = columns.map(column => within(column, low, high));
  let [before, from] = [low, high];
  for (let i = 0; i < halvings; i++) {
    const middle = (before + from) / 2;
    const upTo = between.map((column, c) => below[c]! + weightUpTo(column, middle));
    if (shareOf(upTo) >= p) {
      from = middle;
      between = between.map(column => within(column, before, from));
    } else {
      before = middle;
      below = upTo;
      between = between.map(column => within(column, before, from));
    }
  }
  return from;
}

/** What lies in (low, high]. */
function within({ values, weights }: WeightedColumn, low: number, high: number): WeightedColumn {
  let kept = 0;
  const some = { values: new Float64Array(values.length), weights: new Float64Array(values.length) };
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    some.values[kept] = value;
    some.weights[kept] = weights[i]!;
    if (value > low && value <= high) kept += 1;
  }
  return { values: some.values.subarray(0, kept), weights: some.weights.subarray(0, kept) };
}
