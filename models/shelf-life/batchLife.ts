import type { Segment } from '../temperatureHistory.ts';
import { estimateLife, outlookOf } from './estimateLife.ts';
import type { EstimateInput, LifeEstimate, LifeOutlook } from './lifeEstimate.ts';
import { type BatchLifeOptions, LifeSums } from './lifeSums.ts';
import { type LimitBefore, limitBefore } from './limitBefore.ts';

export type { Uncovered } from './gap.ts';
export type { EstimateInput, LifeEstimate, LifeOutlook } from './lifeEstimate.ts';
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
  /** How likely any limit is reached by an instant, at or after asOf. */
  limitBefore(input: EstimateInput, at: number): LimitBefore;
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

  limitBefore(input: EstimateInput, at: number): LimitBefore {
    return limitBefore(this.#sums, input, at);
  }
}
