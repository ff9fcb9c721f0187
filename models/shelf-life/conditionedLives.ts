import type { LimitId } from '../contracts/estimate.ts';
import { countOfShare } from './countDraws.ts';
import { endOf, type LifeDrawsInput } from './lifeDraws.ts';
import { TemperatureMoments } from './temperatureMoments.ts';
import { firstReaching, type WeightedColumn, weightUpTo } from './weightedColumns.ts';

/** Something seen of a batch: what of its history lay behind it then, and how likely it is at a count. */
export interface DrawEvidence {
  /** Summed over the history until then, in the branch that is drawn. */
  readonly moments: TemperatureMoments;
  /** ln, but for a constant; of the count of the spoilage flora, log10 CFU/g. */
  readonly logLikelihood: (countLog10: number) => number;
}

/** The hours of life of all draws, those weighing more that predicted what was seen. */
export interface ConditionedLives {
  remainingH(p: number): number;
  shareEndedWithin(hours: number): number;
  countLog10Cfu(p: number): number;
  /** The limit that has ended the largest share by a quantile of the hours left. */
  limitOfShortest(p: number): LimitId;
  /** How many equal draws the weights are worth: few mean that what was seen contradicts the model. */
  readonly effectiveDraws: number;
}

/** Draws that weigh less change nothing that anybody could see: all of them together are a millionth. */
const lightest = 5e-11;

/**
 * Conditions the draws of one history and future on what was seen (importance weights). Start, lag, rate and lot are
 * updated together. Pathogens are not: a total count or a nose says nothing of them, so they end the life of a pack as
 * often as before, independently: F = 1 - (1 - Fspoilage)(1 - Fpathogens).
 */
export function conditionedLives(input: LifeDrawsInput, evidence: readonly DrawEvidence[]): ConditionedLives {
  const { table, past, capLimit } = input;
  const moments = new TemperatureMoments();
  moments.sum(input.measured, input.held, input.curve);
  const allWeights = weightsOf(input, evidence);
  const heavy = heavyDraws(allWeights);
  const weights = heavy.map(draw => allWeights[draw]!);
  const spoiled = { values: spoilageEnds(input, moments, heavy), weights };
  const carried = input.pathogens.map(course => evenly(pathogenEnds(input, course)));
  const firstCarried = evenly(earliest(carried, table.draws));
  const counts = { values: heavy.map(draw => countOf(table, moments, draw)), weights };
  const capEnd = input.capH < 0 ? past.shareOfHours(input.capH) - 1 : input.capH;
  const shareOf = ([bySpoilage, byPathogen]: readonly number[]) => 1 - (1 - bySpoilage!) * (1 - byPathogen!);
  const endedBy = (end: number) => shareOf([weightUpTo(spoiled, end), weightUpTo(firstCarried, end)]);
  const endAt = remembered(p => firstReaching([spoiled, firstCarried], shareOf, p, -2, capEnd));
  return {
    effectiveDraws: 1 / weights.reduce((sum, weight) => sum + weight * weight, 0),
    remainingH(p) {
      const end = endAt(p);
      if (end >= capEnd) return input.capH;
      return end < 0 ? past.hoursOfShare(1 + end) : end;
    },
    shareEndedWithin: hours => (hours >= capEnd ? 1 : endedBy(hours)),
    countLog10Cfu: p => firstReaching([counts], ([share]) => share!, p, -20, table.maxLog10Cfu),
    limitOfShortest(p) {
      const end = endAt(p);
      const shares: [LimitId, number][] = [
        ['spoilage', weightUpTo(spoiled, end)],
        ...carried.map((ends, i): [LimitId, number] => [input.pathogens[i]!.limit, weightUpTo(ends, end)]),
        [capLimit, end >= capEnd ? 1 - endedBy(end) : 0],
      ];
      return shares.reduce((most, share) => (share[1] > most[1] ? share : most))[0];
    },
  };
}

/** Weights of the draws, together 1. */
function weightsOf({ table }: LifeDrawsInput, evidence: readonly DrawEvidence[]): Float64Array {
  const weights = new Float64Array(table.draws);
  for (const { moments, logLikelihood } of evidence)
    for (let draw = 0; draw < table.draws; draw++)
      weights[draw]! += logLikelihood(countOf(table, moments, draw));
  // Relative to the best draw: the weights themselves may all be too small for a number.
  const top = weights.reduce((most, weight) => Math.max(most, weight), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let draw = 0; draw < weights.length; draw++) sum += weights[draw] = Math.exp(weights[draw]! - top);
  for (let draw = 0; draw < weights.length; draw++) weights[draw]! /= sum;
  return weights;
}

function countOf(table: LifeDrawsInput['table'], moments: TemperatureMoments, draw: number): number {
  const muIntegral = moments.muIntegral(table.rate[draw]!, table.tMinC[draw]!);
  const share = (1 + table.lagShare[draw]! * Math.expm1(muIntegral)) / table.room[draw]!;
  return countOfShare(share, table.maxLog10Cfu);
}

function heavyDraws(weights: Float64Array): Float64Array {
  const heavy: number[] = [];
  for (let draw = 0; draw < weights.length; draw++) if (weights[draw]! > lightest) heavy.push(draw);
  return new Float64Array(heavy);
}

function spoilageEnds(input: LifeDrawsInput, moments: TemperatureMoments, draws: Float64Array): Float64Array {
  const { table, curve } = input;
  const futureC = curve.effectiveC(input.futureTemperatureC);
  const futureWeight = curve.weight(futureC);
  return draws.map(draw => {
    const aboveMinC = Math.max(0, futureC - table.tMinC[draw]!);
    const futureMu = table.rate[draw]! * aboveMinC * aboveMinC * futureWeight;
    const muIntegral = moments.muIntegral(table.rate[draw]!, table.tMinC[draw]!);
    return endOf(muIntegral, table.muIntegralRequired[draw]!, futureMu);
  });
}

function pathogenEnds({ table }: LifeDrawsInput, course: LifeDrawsInput['pathogens'][number]): Float64Array {
  const ends = new Float64Array(table.draws).fill(Number.POSITIVE_INFINITY);
  for (let draw = 0; draw < table.draws; draw++) {
    if (table.presence[draw]! >= course.prevalence) continue;
    const lot = table.lotRate[draw]!;
    ends[draw] = endOf(lot * course.muIntegral, course.muIntegralRequired, lot * course.futureMuLnPerH);
  }
  return ends;
}

/** Of each draw the first; Infinity where it carries none. */
function earliest(columns: readonly WeightedColumn[], draws: number): Float64Array {
  const first = new Float64Array(draws).fill(Number.POSITIVE_INFINITY);
  for (const { values } of columns)
    for (let draw = 0; draw < draws; draw++) first[draw] = Math.min(first[draw]!, values[draw]!);
  return first;
}

/** All draws weigh the same. */
function evenly(values: Float64Array): WeightedColumn {
  return { values, weights: new Float64Array(values.length).fill(1 / values.length) };
}

function remembered(find: (p: number) => number): (p: number) => number {
  const known = new Map<number, number>();
  return p => {
    const value = known.get(p) ?? find(p);
    known.set(p, value);
    return value;
  };
}
