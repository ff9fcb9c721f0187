import type { EstimateFlag, LimitId } from '../contracts/estimate.ts';
import type { Uncovered } from './gap.ts';
import type { TemperatureMoments } from './temperatureMoments.ts';

export interface EstimateInput {
  /** Epoch ms; every segment added ends at or before it. */
  readonly asOf: number;
  /** Where the batch is kept from asOf on. */
  readonly futureTemperatureC: number;
  /** All spans from making to asOf that no segment covers. Time that neither covers counts as unknown. */
  readonly uncovered: readonly Uncovered[];
  /** Draws for the interval; default 20,000. */
  readonly draws?: number;
  /** Which draws; equal seeds give equal estimates. */
  readonly seed?: number;
  /** What was seen of the batch itself, from making to asOf. */
  readonly evidence?: readonly LifeEvidence[];
}

/** Something seen of a batch, with its life until then. */
export interface LifeEvidence {
  /** Whose word it is: only the counts of a laboratory may make a promise longer. */
  readonly kind: 'count' | 'verdict';
  /** The history until then, in a branch of the interval. */
  readonly momentsIn: (branch: 'worst' | 'best') => TemperatureMoments;
  /** ln of how likely it is at a count of the spoilage flora (log10 CFU/g), but for a constant. */
  readonly logLikelihood: (countLog10: number) => number;
}

/** Median and 90 % interval. */
export interface Interval {
  readonly median: number;
  readonly p05: number;
  readonly p95: number;
}

/** What is known of a batch at `asOf`; the numbers of the estimate contract, with times in epoch ms. All finite. */
export interface LifeEstimate {
  /** Hours from asOf; 0 when past. */
  readonly remainingH: Interval;
  /** When the median limit was crossed, epoch ms; null when it lies ahead. */
  readonly crossedAt: number | null;
  /** Epoch ms; before asOf for what is past. */
  readonly keepsUntil: Interval;
  readonly countLog10CfuPerG: Interval;
  readonly limitLog10CfuPerG: number;
  readonly limitedBy: LimitId;
  readonly limits: readonly { readonly limit: LimitId; readonly remainingH: number | null }[];
  readonly futureTemperatureC: number;
  readonly measuredShare: number;
  readonly gapH: number;
  readonly meanKineticTemperatureC: number | null;
  readonly timeOutOfRangeH: number;
  readonly outOfRangeAboveC: number;
  readonly lifeAtMakingH: number;
  /** Share of the spoilage life that is used up, 0 to 1, at the central parameters. */
  readonly lifeUsed: number;
  readonly flags: readonly EstimateFlag[];
  readonly modelId: string;
  readonly parameterSetId: string;
  readonly parameterSetVersion: number;
}

/** How long a batch keeps, and no more: the same numbers as in its estimate. */
export interface LifeOutlook {
  readonly remainingH: Pick<Interval, 'median' | 'p05'>;
  /** Epoch ms; before asOf for what is past. */
  readonly keepsUntil: Pick<Interval, 'median' | 'p05'>;
  readonly lifeAtMakingH: number;
  readonly lifeUsed: number;
}
