import type { Segment } from '../temperatureHistory.ts';
import { type ArrivalOutlook, arrivalOutlook } from './arrivalOutlook.ts';
import { estimateLife, momentsOf, outlookOf, situationOf } from './estimateLife.ts';
import type { EstimateInput, Interval, LifeEstimate, LifeEvidence, LifeOutlook } from './lifeEstimate.ts';
import { type BatchLifeOptions, LifeSums } from './lifeSums.ts';
import { type LimitBefore, limitBefore } from './limitBefore.ts';

export type { Uncovered } from './gap.ts';
export type { EstimateInput, LifeEstimate, LifeEvidence, LifeOutlook } from './lifeEstimate.ts';
export type { BatchLifeOptions } from './lifeSums.ts';

/** The whole past of a batch, as sums that do not depend on the order in which its readings came. */
export interface BatchLife {
  /** Adds a straight piece of measured history; one longer than maxGapMs becomes a gap. */
  addSegment(segment: Segment): void;
  /** Takes out a piece that was added: the exact inverse. */
  removeSegment(segment: Segment): void;
  /**
   * Remaining life, count and what else is known at an instant. Depends on nothing but the set of segments and the
   * input: the same batch gives the same bits whatever came late or twice.
   *
   * @throws {ModelDomainError} if asOf lies before making, a temperature is no temperature, or a span is out of order
   */
  estimate(input: EstimateInput): LifeEstimate;
  /** How long it keeps, as the estimate says; `nearH`: its p05 of a moment ago. */
  outlook(input: EstimateInput, nearH?: number): LifeOutlook;
  /** Something that was seen at `input.asOf`, to condition later estimates on. */
  evidence(input: EstimateInput, seen: Pick<LifeEvidence, 'kind' | 'logLikelihood'>): LifeEvidence;
  /** Integral of mu of the spoilage flora up to asOf, ln units, at the central parameters; gaps on their straight lines. */
  muIntegral(input: EstimateInput): number;
  /** How likely any limit is reached by an instant, at or after asOf. */
  limitBefore(input: EstimateInput, at: number): LimitBefore;
  /** How long it keeps from asOf, as the estimate says, and how likely any limit is reached by an instant. */
  arrival(
    input: EstimateInput,
    by: number | null,
    near?: Pick<Interval, 'p05' | 'p95'>,
    isBrief?: boolean,
  ): ArrivalOutlook;
}

/**
 * Starts the life of a batch without any history.
 *
 * @throws {ModelDomainError} if producedAt is not finite or maxGapMs is not above 0
 */
export function createBatchLife(options: BatchLifeOptions): BatchLife {
  return new SummedLife(new LifeSums(options));
}

class SummedLife implements BatchLife {
  readonly #sums: LifeSums;

  constructor(sums: LifeSums) {
    this.#sums = sums;
  }

  addSegment(segment: Segment): void {
    this.#sums.add(segment);
  }

  removeSegment(segment: Segment): void {
    this.#sums.remove(segment);
  }

  estimate(input: EstimateInput): LifeEstimate {
    return estimateLife(this.#sums, input);
  }

  outlook(input: EstimateInput, nearH?: number): LifeOutlook {
    return outlookOf(this.#sums, input, nearH);
  }

  evidence(input: EstimateInput, seen: Pick<LifeEvidence, 'kind' | 'logLikelihood'>): LifeEvidence {
    return { ...seen, momentsIn: branch => momentsOf(situationOf(this.#sums, input), branch) };
  }

  muIntegral(input: EstimateInput): number {
    return situationOf(this.#sums, input).muIntegrals[0]!;
  }

  limitBefore(input: EstimateInput, at: number): LimitBefore {
    return limitBefore(this.#sums, input, at);
  }

  arrival(
    input: EstimateInput,
    by: number | null,
    near?: Pick<Interval, 'p05' | 'p95'>,
    isBrief?: boolean,
  ): ArrivalOutlook {
    return arrivalOutlook(this.#sums, input, by, near, isBrief);
  }
}
