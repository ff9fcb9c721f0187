import { ModelDomainError } from '../errors.ts';
import { hoursBetween } from '../units.ts';
import { branchesAgree, drawBranch, situationOf } from './estimateLife.ts';
import type { EstimateInput } from './lifeEstimate.ts';
import type { LifeSums } from './lifeSums.ts';

/** How likely a batch is past a limit by an instant: with every gap at its best, and at its worst. Equal without gaps. */
export interface LimitBefore {
  readonly best: number;
  readonly worst: number;
}

/**
 * Share of the draws in which any limit (spoilage, a pathogen that is in the pack, a rule) is reached by an instant.
 *
 * @param at  epoch ms, at or after input.asOf
 * @throws {ModelDomainError} for an earlier instant, and as an estimate
 */
export function limitBefore(sums: LifeSums, input: EstimateInput, at: number): LimitBefore {
  if (!(at >= input.asOf)) throw new ModelDomainError('at', at, `at or after asOf (${input.asOf})`);
  const situation = situationOf(sums, input);
  const hours = hoursBetween(input.asOf, at);
  const worst = drawBranch(situation, 'worst').shareEndedWithin(hours);
  const best = branchesAgree(situation) ? worst : drawBranch(situation, 'best').shareEndedWithin(hours);
  return { best: Math.min(best, worst), worst };
}
