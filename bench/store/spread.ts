/** What repeated rounds gave. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: sorted[sorted.length >> 1]!,
    min: sorted[0]!,
    max: sorted.at(-1)!,
    rounds: sorted.length,
  };
}
