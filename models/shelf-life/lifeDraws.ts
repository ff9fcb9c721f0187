import type { LimitId } from '../contracts/estimate.ts';
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
  /** Dates what is past, in hours from now (negative), by the share of the growth so far that was done then; and back. */
  readonly past: {
    readonly hoursOfShare: (share: number) => number;
    readonly shareOfHours: (hours: number) => number;
  };
}

/** Answers about the draws made last; they hold until the next are made. */
export interface LifeDraws {
  /** Quantile of the hours left, negative where the limit is past. */
  remainingH(p: number): number;
  /** Share of the draws that have ended so many hours from now; hours >= 0. */
  shareEndedWithin(hours: number): number;
  /** The limit that ends most of the draws below a quantile of the hours left. */
  limitOfShortest(p: number): LimitId;
}

/**
 * One value a draw. What lies ahead is in hours; what is past is the share of the growth that was done by then, less 1.
 * Both are ordered in time, negative before positive, and only the quantiles asked for need to be dated.
 *
 * Kept for the next estimate with as many draws: one runs to its end before another begins.
 */
class Columns {
  readonly ends: Float64Array;
  readonly limiter: Uint8Array;
  readonly #scratch: Float64Array;

  constructor(draws: number) {
    this.ends = new Float64Array(draws);
    this.limiter = new Uint8Array(draws);
    this.#scratch = new Float64Array(draws);
  }

  quantile(column: Float64Array, p: number): number {
    const copy = this.#scratch.subarray(0, column.length);
    copy.set(column);
    return quantileInPlace(copy, p);
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
  const capEnd = input.capH < 0 ? input.past.shareOfHours(input.capH) - 1 : input.capH;
  shortenByCap(columns, capEnd, pathogens.length + 1);
  const hoursOf = (end: number): number => {
    if (end === capEnd) return input.capH;
    return end < 0 ? input.past.hoursOfShare(1 + end) : end;
  };
  return {
    remainingH: p => hoursOf(columns.quantile(columns.ends, p)),
    shareEndedWithin: hours => {
      let ended = 0;
      for (const end of columns.ends) if (end <= hours) ended += 1;
      return ended / columns.ends.length;
    },
    limitOfShortest: p => {
      const limits: LimitId[] = ['spoilage', ...pathogens.map(course => course.limit), capLimit];
      return limits[commonest(columns, columns.quantile(columns.ends, p), limits.length)]!;
    },
  };
}

/** Writes when the spoilage flora ends each draw. */
function drawSpoilage(input: LifeDrawsInput, { ends, limiter }: Columns): void {
  const { table, curve, futureTemperatureC } = input;
  const futureC = curve.effectiveC(futureTemperatureC);
  const futureWeight = curve.weight(futureC);
  const { rate, tMinC, muIntegralRequired } = table;
  limiter.fill(0);
  for (let draw = 0; draw < table.draws; draw++) {
    const muIntegral = moments.muIntegral(rate[draw]!, tMinC[draw]!);
    const aboveMinC = Math.max(0, futureC - tMinC[draw]!);
    const futureMu = rate[draw]! * aboveMinC * aboveMinC * futureWeight;
    ends[draw] = endOf(muIntegral, muIntegralRequired[draw]!, futureMu);
  }
}

/** Hours until a limit, or the share of the growth at which it was passed, less 1. */
export function endOf(muIntegral: number, required: number, futureMu: number): number {
  const left = required - muIntegral;
  if (left > 0) return left / futureMu;
  return required > 0 ? required / muIntegral - 1 : -1;
}

function shortenByPathogen(
  { table }: LifeDrawsInput,
  { ends, limiter }: Columns,
  course: PathogenCourse,
  index: number,
): void {
  const { prevalence, muIntegral, muIntegralRequired, futureMuLnPerH } = course;
  const { presence, lotRate } = table;
  for (let draw = 0; draw < table.draws; draw++) {
    if (presence[draw]! >= prevalence) continue;
    const lot = lotRate[draw]!;
    const end = endOf(lot * muIntegral, muIntegralRequired, lot * futureMuLnPerH);
    if (end >= ends[draw]!) continue;
    ends[draw] = end;
    limiter[draw] = index;
  }
}

function shortenByCap({ ends, limiter }: Columns, capEnd: number, index: number): void {
  for (let draw = 0; draw < ends.length; draw++) {
    if (ends[draw]! <= capEnd) continue;
    ends[draw] = capEnd;
    limiter[draw] = index;
  }
}

function commonest({ ends, limiter }: Columns, until: number, limits: number): number {
  const ended = new Array<number>(limits).fill(0);
  for (let draw = 0; draw < ends.length; draw++) if (ends[draw]! <= until) ended[limiter[draw]!]! += 1;
  return ended.indexOf(Math.max(...ended));
}
