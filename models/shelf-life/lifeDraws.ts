import type { LimitId } from '../contracts/estimate.ts';
import { softplus } from '../growth/baranyi.ts';
import { log10FromLn } from '../units.ts';
import type { DrawTable } from './drawTable.ts';
import { quantileInPlace } from './quantile.ts';
import { type BranchCurve, type HeldHours, TemperatureMoments } from './temperatureMoments.ts';
import type { TimeAtTemperature } from './timeAtTemperature.ts';

/** A pathogen's history and future, all it takes to know when a pack that carries it is past its limit. */
export interface PathogenCourse {
  readonly limit: LimitId;
  readonly prevalence: number;
  readonly muIntegral: number;
  readonly muIntegralRequired: number;
  readonly futureMuLnPerH: number;
}

export interface LifeDrawsInput {
  readonly table: DrawTable;
  readonly curve: BranchCurve;
  readonly measured: TimeAtTemperature;
  readonly held: readonly HeldHours[];
  readonly pathogens: readonly PathogenCourse[];
  readonly futureTemperatureC: number;
  /** Hours until the first cap; negative when it is past. */
  readonly capH: number;
  readonly capLimit: LimitId;
  /** Hours (negative) since the instant at which a share of the growth so far was done. */
  readonly hoursSinceShare: (share: number) => number;
}

/** Answers about the draws made last; they hold until the next are made. */
export interface LifeDraws {
  /** Quantile of the hours left, negative where the limit is past. */
  remainingH(p: number): number;
  /** Quantile of the count of the spoilage flora, log10 CFU/g. */
  countLog10Cfu(p: number): number;
  /** The limit that ends most of the draws at or below `hours`; undefined when none is. */
  limitOfShortest(hours: number): LimitId | undefined;
}

/** One value a draw. Kept for the next estimate with as many draws: one runs to its end before another begins. */
class Columns {
  readonly remainingH: Float64Array;
  /** v, see {@link drawSpoilage}. */
  readonly growthShare: Float64Array;
  readonly limiter: Uint8Array;
  readonly #scratch: Float64Array;

  constructor(draws: number) {
    this.remainingH = new Float64Array(draws);
    this.growthShare = new Float64Array(draws);
    this.limiter = new Uint8Array(draws);
    this.#scratch = new Float64Array(draws);
  }

  quantile(column: Float64Array, p: number): number {
    this.#scratch.set(column);
    return quantileInPlace(this.#scratch, p);
  }
}

const kept = new Map<number, Columns>();
const moments = new TemperatureMoments();

function columnsFor(draws: number): Columns {
  const columns = kept.get(draws) ?? new Columns(draws);
  if (kept.size >= 8) kept.clear();
  kept.set(draws, columns);
  return columns;
}

/** Remaining life and count of every draw of the table, for one history and future. */
export function drawLives(input: LifeDrawsInput): LifeDraws {
  const { table, pathogens, capLimit } = input;
  const columns = columnsFor(table.draws);
  moments.sum(input.measured, input.held, input.curve);
  drawSpoilage(input, columns);
  pathogens.forEach((course, index) => {
    shortenByPathogen(input, columns, course, index + 1);
  });
  shortenByCap(columns, input.capH, pathogens.length + 1);
  return {
    remainingH: p => columns.quantile(columns.remainingH, p),
    countLog10Cfu: p => countOfShare(columns.quantile(columns.growthShare, p), table.maxLog10Cfu),
    limitOfShortest: hours => {
      const limits: LimitId[] = ['spoilage', ...pathogens.map(course => course.limit), capLimit];
      return limits[commonest(columns, hours, limits.length)];
    },
  };
}

function countOfShare(growthShare: number, maxLog10Cfu: number): number {
  return maxLog10Cfu - log10FromLn(softplus(-Math.log(growthShare)));
}

/**
 * Writes the hours left by the spoilage flora, and v = (1 + e^-h0 (e^M - 1)) / (Nmax/N0 - 1), on which its count depends
 * alone: N = Nmax v / (1 + v) (the Baranyi model, solved for the count). v orders draws as counts do.
 */
function drawSpoilage(input: LifeDrawsInput, { remainingH, growthShare, limiter }: Columns): void {
  const { table, curve, futureTemperatureC, hoursSinceShare } = input;
  const futureC = curve.effectiveC(futureTemperatureC);
  const futureWeight = curve.weight(futureC);
  const { rate, tMinC, muIntegralRequired, lagShare, room } = table;
  limiter.fill(0);
  for (let draw = 0; draw < table.draws; draw++) {
    const muIntegral = moments.muIntegral(rate[draw]!, tMinC[draw]!);
    growthShare[draw] = (1 + lagShare[draw]! * Math.expm1(muIntegral)) / room[draw]!;
    const left = muIntegralRequired[draw]! - muIntegral;
    const aboveMinC = futureC - tMinC[draw]!;
    if (left <= 0)
      remainingH[draw] = hoursSinceShare(muIntegral > 0 ? muIntegralRequired[draw]! / muIntegral : 0);
    else if (aboveMinC <= 0) remainingH[draw] = Number.POSITIVE_INFINITY;
    else remainingH[draw] = left / (rate[draw]! * aboveMinC * aboveMinC * futureWeight);
  }
}

function shortenByPathogen(
  { table, hoursSinceShare }: LifeDrawsInput,
  { remainingH, limiter }: Columns,
  course: PathogenCourse,
  index: number,
): void {
  const { prevalence, muIntegral, muIntegralRequired, futureMuLnPerH } = course;
  const { presence, lotRate } = table;
  for (let draw = 0; draw < table.draws; draw++) {
    if (presence[draw]! >= prevalence) continue;
    const grown = lotRate[draw]! * muIntegral;
    const hours =
      grown >= muIntegralRequired
        ? hoursSinceShare(grown > 0 ? muIntegralRequired / grown : 0)
        : (muIntegralRequired - grown) / (lotRate[draw]! * futureMuLnPerH);
    if (hours >= remainingH[draw]!) continue;
    remainingH[draw] = hours;
    limiter[draw] = index;
  }
}

function shortenByCap({ remainingH, limiter }: Columns, capH: number, index: number): void {
  for (let draw = 0; draw < remainingH.length; draw++) {
    if (remainingH[draw]! <= capH) continue;
    remainingH[draw] = capH;
    limiter[draw] = index;
  }
}

function commonest({ remainingH, limiter }: Columns, hours: number, limits: number): number {
  const ended = new Array<number>(limits).fill(0);
  for (let draw = 0; draw < remainingH.length; draw++)
    if (remainingH[draw]! <= hours) ended[limiter[draw]!]! += 1;
  const most = Math.max(...ended);
  return most > 0 ? ended.indexOf(most) : -1;
}
