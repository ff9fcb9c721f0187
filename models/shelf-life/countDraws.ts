import { softplus } from '../growth/baranyi.ts';
import { log10FromLn } from '../units.ts';
import type { DrawTable } from './drawTable.ts';
import { quantileInPlace } from './quantile.ts';
import type { TemperatureMoments } from './temperatureMoments.ts';

/** A 5 % quantile of the count stands still to 0.03 % with fewer draws than the hours left need. */
const countDraws = 4096;

const growthShares = new Float64Array(countDraws);

/**
 * The 5 % and the 95 % quantile of the count of the spoilage flora now, log10 CFU/g.
 *
 *   v = (1 + e^-h0 (e^M - 1)) / (Nmax/N0 - 1),   N = Nmax v / (1 + v)
 *
 * (the Baranyi model, solved for the count): v orders draws as counts do.
 *
 * @param moments  summed over the history so far
 */
export function drawCounts(
  table: DrawTable,
  moments: TemperatureMoments,
): { readonly p05: number; readonly p95: number } {
  const { rate, tMinC, room, lagShare } = table;
  const shares = growthShares.subarray(0, Math.min(table.draws, countDraws));
  for (let draw = 0; draw < shares.length; draw++) {
    const muIntegral = moments.muIntegral(rate[draw]!, tMinC[draw]!);
    shares[draw] = (1 + lagShare[draw]! * Math.expm1(muIntegral)) / room[draw]!;
  }
  const quantile = (p: number) => countOfShare(quantileInPlace(shares, p), table.maxLog10Cfu);
  return { p05: quantile(0.05), p95: quantile(0.95) };
}

/** log10 of the count from v. */
export function countOfShare(growthShare: number, maxLog10Cfu: number): number {
  return maxLog10Cfu - log10FromLn(softplus(-Math.log(growthShare)));
}
