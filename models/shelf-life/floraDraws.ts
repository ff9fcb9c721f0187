import type { SpoilageFlora } from '../parameters/tahu.ts';
import { normalProbability, normalQuantile } from './normalDistribution.ts';
import { sobolSequence } from './sobolSequence.ts';

/** Everything that is uncertain about a flora or varies between batches, once. */
export interface FloraDraw {
  /** b^2 times the lot's rate factor. */
  rate: number;
  tMinC: number;
  h0: number;
  /** At most Nmax. */
  initialLog10Cfu: number;
  limitLog10Cfu: number;
  lotRate: number;
  /** Even on [0, 1): a pathogen with a prevalence above it is in the pack. */
  presence: number;
  /** Even on [0, 1): how well preservation works within what is believed of it. */
  preservation: number;
}

/**
 * Draws of a flora: joint normal (b, Tmin), normal log N0, normal h0 cut off below 0, log-normal lot factor, even limit.
 * The same points for every flora with the same seed, so that two of them can be compared draw by draw.
 *
 * @param visit  called with each draw; the record is used again for the next
 */
export function forEachFloraDraw(
  flora: SpoilageFlora,
  draws: number,
  seed: number,
  visit: (draw: FloraDraw, index: number) => void,
): void {
  const { b, tMinC, h0, initialLog10Cfu, limitLog10Cfu } = flora;
  const correlation = flora.bTMinCorrelation.value;
  const independent = Math.sqrt(1 - correlation * correlation);
  const belowZero = h0.sd > 0 ? normalProbability(-h0.value / h0.sd) : 0;
  const [limitFrom, limitTo] = limitLog10Cfu.range;
  const draw: FloraDraw = {
    ...{ rate: 0, tMinC: 0, h0: 0, initialLog10Cfu: 0, limitLog10Cfu: 0 },
    ...{ lotRate: 1, presence: 0, preservation: 0 },
  };
  sobolSequence(draws, seed, (even, index) => {
    const zB = normalQuantile(even[0]!);
    const zT = correlation * zB + independent * normalQuantile(even[1]!);
    // b stays above zero: five standard errors down it would turn negative.
    const drawnB = Math.max(b.value + b.sd * zB, 0.01 * b.value);
    draw.lotRate = Math.exp(flora.lotRateLnSd.value * normalQuantile(even[4]!));
    draw.rate = drawnB * drawnB * draw.lotRate;
    draw.tMinC = tMinC.value + tMinC.sd * zT;
    draw.h0 = Math.max(0, h0.value + h0.sd * normalQuantile(belowZero + even[2]! * (1 - belowZero)));
    draw.initialLog10Cfu = Math.min(
      initialLog10Cfu.value + initialLog10Cfu.sd * normalQuantile(even[3]!),
      flora.maxLog10Cfu.value,
    );
    draw.limitLog10Cfu = limitFrom + even[5]! * (limitTo - limitFrom);
    draw.presence = even[6]!;
    draw.preservation = even[7]!;
    visit(draw, index);
  });
}
