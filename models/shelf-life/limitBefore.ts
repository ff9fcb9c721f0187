import { ModelDomainError } from '../errors.ts';
import { hoursBetween } from '../units.ts';
import { livesIn } from './conditionedInterval.ts';
import { branchesAgree, drawBranch, drawInput, situationOf } from './estimateLife.ts';
import type { EstimateInput } from './lifeEstimate.ts';
import type { LifeSums } from './lifeSums.ts';
import type { Branch } from './temperatureMoments.ts';

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
  const { evidence = [] } = input;
  const shareIn = (branch: Branch) =>
    evidence.length === 0
      ? drawBranch(situation, branch).shareEndedWithin(hours)
      : livesIn(drawInput(situation, branch), branch, evidence).shareEndedWithin(hours);
  const worst = shareIn('worst');
  const best = branchesAgree(situation) ? worst : shareIn('best');
  return { best: Math.min(best, worst), worst: Math.max(best, worst) };
}
