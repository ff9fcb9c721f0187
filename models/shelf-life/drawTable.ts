import { baranyiGrowthRequired } from '../growth/baranyi.ts';
import type { SpoilageFlora } from '../parameters/tahu.ts';
import { lnFromLog10 } from '../units.ts';
import { forEachFloraDraw } from './floraDraws.ts';

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
  const { maxLog10Cfu } = table;
  forEachFloraDraw(flora, draws, seed, (draw, index) => {
    table.rate[index] = draw.rate;
    table.tMinC[index] = draw.tMinC;
    table.muIntegralRequired[index] =
      baranyiGrowthRequired(draw.limitLog10Cfu, {
        initialLog10Cfu: draw.initialLog10Cfu,
        h0: draw.h0,
        maxLog10Cfu,
      }) ?? Number.POSITIVE_INFINITY;
    table.lagShare[index] = Math.exp(-draw.h0);
    table.room[index] = Math.expm1(lnFromLog10(maxLog10Cfu - draw.initialLog10Cfu));
    table.lotRate[index] = draw.lotRate;
    table.presence[index] = draw.presence;
  });
  return table;
}
