import type { EstimateFlag } from '../contracts/estimate.ts';
import { ModelDomainError } from '../errors.ts';
import { hoursBetween, msPerHour } from '../units.ts';
import { flagsOf } from './estimateFlags.ts';
import {
  around,
  branchesAgree,
  centralLimits,
  drawBranch,
  estimateLife,
  lifeAtMaking,
  measuredShareOf,
  situationOf,
  spoilageLife,
} from './estimateLife.ts';
import type { EstimateInput, Interval, LifeOutlook } from './lifeEstimate.ts';
import type { LifeSums } from './lifeSums.ts';
import { type LimitBefore, limitBefore } from './limitBefore.ts';
import type { SortedLives } from './sortedLives.ts';

/** How long a batch keeps from an instant ahead, and how likely it is past a limit by a later one. */
export interface ArrivalOutlook extends LifeOutlook {
  readonly remainingH: Interval;
  readonly measuredShare: number;
  readonly flags: readonly EstimateFlag[];
  /** Null where nobody asked. */
  readonly limitBefore: LimitBefore | null;
}

/**
 * Bit for bit what {@link estimateLife} and {@link limitBefore} say, without the counts: a third of their work.
 *
 * @param by  epoch ms, at or after input.asOf; null: not asked
 * @param near  the ends of a moment ago, so that they are found sooner
 * @param isBrief  only the lower end: the upper one is then the median, and the best share 0
 * @throws {ModelDomainError} as they do
 */
export function arrivalOutlook(
  sums: LifeSums,
  input: EstimateInput,
  by: number | null,
  near?: Pick<Interval, 'p05' | 'p95'>,
  isBrief = false,
): ArrivalOutlook {
  if (input.evidence !== undefined && input.evidence.length > 0)
    return { ...estimateLife(sums, input), limitBefore: by === null ? null : limitBefore(sums, input, by) };
  if (by !== null && !(by >= input.asOf))
    throw new ModelDomainError('at', by, `at or after asOf (${input.asOf})`);
  const situation = situationOf(sums, input);
  const limits = centralLimits(situation).filter(limit => limit.countsForMedian);
  const median = Math.min(...limits.map(limit => limit.signedH));
  const worst = drawBranch(situation, 'worst', ahead(near?.p05));
  const p05 = worst.remainingH(0.05);
  const best = isBrief
    ? null
    : branchesAgree(situation)
      ? worst
      : drawBranch(situation, 'best', ahead(near?.p95));
  const signedH = around(median, p05, best?.remainingH(0.95) ?? median);
  const remainingH = {
    median: Math.max(0, signedH.median),
    p05: Math.max(0, signedH.p05),
    p95: Math.max(0, signedH.p95),
  };
  const at = (hours: number) => Math.round(input.asOf + hours * msPerHour);
  const shareIn = (lives: SortedLives | null) =>
    lives === null || by === null ? 0 : lives.shareEndedWithin(hoursBetween(input.asOf, by));
  const shares = by === null ? null : [shareIn(worst), shareIn(best)];
  return {
    remainingH,
    keepsUntil: { median: at(signedH.median), p05: at(signedH.p05) },
    lifeAtMakingH: lifeAtMaking(situation),
    lifeUsed: spoilageLife(situation).lifeUsed,
    measuredShare: measuredShareOf(situation),
    flags: flagsOf(sums, situation.time, situation.futureTemperatureC, remainingH),
    limitBefore: shares && { best: Math.min(...shares), worst: Math.max(...shares) },
  };
}

const ahead = (nearH: number | undefined) => (nearH !== undefined && nearH > 0 ? nearH : undefined);
