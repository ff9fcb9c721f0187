const usualRounds = 5;

/** How many rounds of everything: five, or as many as TAHAN_BENCH_ROUNDS says for a try. */
export function benchRounds(): number {
  const rounds = Number(process.env.TAHAN_BENCH_ROUNDS ?? usualRounds);
  if (Number.isSafeInteger(rounds) && rounds >= 1) return rounds;
  throw new Error(`TAHAN_BENCH_ROUNDS must be a whole number from 1, got ${process.env.TAHAN_BENCH_ROUNDS}`);
}
