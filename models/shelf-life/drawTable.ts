import { baranyiGrowthRequired } from '../growth/baranyi.ts';
import type { SpoilageFlora } from '../parameters/tahu.ts';
import { lnFromLog10 } from '../units.ts';
import { normalProbability, normalQuantile } from './normalDistribution.ts';
import { sobolSequence } from './sobolSequence.ts';

/**
 * Draws of everything that is uncertain or varies between batches, one column a quantity. Made once per parameter set
 * and seed and used for every batch at every time (common random numbers): equal histories get equal intervals, and an
 * interval moves only when the history does.
 */
export interface DrawTable {
  readonly draws: number;
  readonly seed: number;
  readonly maxLog10Cfu: number;
  /** b^2 times the lot's rate factor. */
  readonly rate: Float64Array;
  readonly tMinC: Float64Array;
  /** Integral of mu from making to the limit, ln units; Infinity where the limit is at or above Nmax. */
  readonly muIntegralRequired: Float64Array;
  /** e^-h0: the share of the growth that is left over by the lag while it lasts. */
  readonly lagShare: Float64Array;
  /** Nmax/N0 - 1: how many times the start fits into what the flora can still grow by. */
  readonly room: Float64Array;
  readonly lotRate: Float64Array;
  /** Even on [0, 1): a pathogen with a prevalence above it is in the pack. */
  readonly presence: Float64Array;
}

const tables = new WeakMap<SpoilageFlora, Map<string, DrawTable>>();

/** The table of a flora for a number of draws and a seed; made at the first call. A smaller table begins a larger one. */
export function drawTableFor(flora: SpoilageFlora, draws: number, seed: number): DrawTable {
  const ofFlora = tables.get(flora) ?? new Map<string, DrawTable>();
  tables.set(flora, ofFlora);
  const key = `${draws}:${seed}`;
  const table = ofFlora.get(key) ?? makeDrawTable(flora, draws, seed);
  ofFlora.set(key, table);
  return table;
}

/**
 * Joint normal (b, Tmin), normal log N0, normal h0 cut off below 0, log-normal lot factor, even limit.
 * The points are Sobol's: another seed moves the 5 % quantile of 20,000 draws by 0.5 % (one standard deviation), which
 * takes some 100,000 random draws.
 */
function makeDrawTable(flora: SpoilageFlora, draws: number, seed: number): DrawTable {
  const column = () => new Float64Array(draws);
  const table = {
    draws,
    seed,
    maxLog10Cfu: flora.maxLog10Cfu.value,
    rate: column(),
    tMinC: column(),
    muIntegralRequired: column(),
    lagShare: column(),
    room: column(),
    lotRate: column(),
    presence: column(),
  };
  const { b, tMinC, h0, initialLog10Cfu, limitLog10Cfu } = flora;
  const correlation = flora.bTMinCorrelation.value;
  const independent = Math.sqrt(1 - correlation * correlation);
  const belowZero = h0.sd > 0 ? normalProbability(-h0.value / h0.sd) : 0;
  const maxLog10Cfu = flora.maxLog10Cfu.value;
  const [limitFrom, limitTo] = limitLog10Cfu.range;
  sobolSequence(draws, seed, (even, draw) => {
    const zB = normalQuantile(even[0]!);
    const zT = correlation * zB + independent * normalQuantile(even[1]!);
    // b stays above zero: five standard errors down it would turn negative.
    const drawnB = Math.max(b.value + b.sd * zB, 0.01 * b.value);
    const lotRate = Math.exp(flora.lotRateLnSd.value * normalQuantile(even[4]!));
    const work = h0.value + h0.sd * normalQuantile(belowZero + even[2]! * (1 - belowZero));
    const start = Math.min(
      initialLog10Cfu.value + initialLog10Cfu.sd * normalQuantile(even[3]!),
      maxLog10Cfu,
    );
    const population = { initialLog10Cfu: start, h0: Math.max(0, work), maxLog10Cfu };
    const limit = limitFrom + even[5]! * (limitTo - limitFrom);
    table.rate[draw] = drawnB * drawnB * lotRate;
    table.tMinC[draw] = tMinC.value + tMinC.sd * zT;
    table.muIntegralRequired[draw] = baranyiGrowthRequired(limit, population) ?? Number.POSITIVE_INFINITY;
    table.lagShare[draw] = Math.exp(-population.h0);
    table.room[draw] = Math.expm1(lnFromLog10(maxLog10Cfu - start));
    table.lotRate[draw] = lotRate;
    table.presence[draw] = even[6]!;
  });
  return table;
}
