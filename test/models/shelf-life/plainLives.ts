import type { LimitId } from '../../../models/contracts/estimate.ts';
import { endOf, type LifeDrawsInput, type PathogenCourse } from '../../../models/shelf-life/lifeDraws.ts';
import { quantileInPlace } from '../../../models/shelf-life/quantile.ts';
import type { SortedLives } from '../../../models/shelf-life/sortedLives.ts';
import { TemperatureMoments } from '../../../models/shelf-life/temperatureMoments.ts';

/** Every draw worked out on its own: what the sorted lives must say, too. */
type PlainLives = Omit<SortedLives, 'countLog10Cfu'>;

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

export function plainLives(input: LifeDrawsInput): PlainLives {
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
