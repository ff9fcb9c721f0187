import type { EstimateFlag, LimitId } from '../contracts/estimate.ts';
import { type ConditionedLives, conditionedLives } from './conditionedLives.ts';
import type { LifeDrawsInput } from './lifeDraws.ts';
import type { Interval, LifeEvidence } from './lifeEstimate.ts';
import type { Branch } from './temperatureMoments.ts';

/** Hours left (negative when past) and counts of a batch, with the limit that ends its shortest lives. */
export interface LifeInterval {
  readonly signedH: Interval;
  readonly countLog10CfuPerG: Interval;
  readonly limitOfShortest: LimitId;
}

export interface ConditionedInterval extends LifeInterval {
  readonly flags: readonly EstimateFlag[];
}

/** As few equal draws as this out of 20,000 are left by chance alone: what was seen and the model do not go together. */
const fewestEffectiveDraws = 50;

/**
 * The interval after what was seen of the batch. Of the branches the shorter ends count, whichever was drawn from the
 * worst gaps: a low count speaks for slow growth or for a cool gap, and nobody knows for which.
 *
 * What people say may shorten the life (median and p05) and never lengthen it: a wrong button must not keep tahu on the
 * shelf.
 * When hardly any draw explains what was seen, the shorter of both lives is kept.
 *
 * @param drawIn   what is drawn in a branch
 * @param without  the interval without anything seen
 */
export function conditionedInterval(
  drawIn: (branch: Branch) => LifeDrawsInput,
  branches: readonly Branch[],
  evidence: readonly LifeEvidence[],
  without: LifeInterval,
): ConditionedInterval {
  const lives = branches.map(branch => livesIn(drawIn(branch), branch, evidence));
  const least = (of: (one: ConditionedLives) => number) => Math.min(...lives.map(of));
  const most = (of: (one: ConditionedLives) => number) => Math.max(...lives.map(of));
  const contradicts = least(one => one.effectiveDraws) < fewestEffectiveDraws;
  const hasCounts = evidence.some(({ kind }) => kind === 'count');
  const seen = {
    median: least(one => one.remainingH(0.5)),
    p05: least(one => one.remainingH(0.05)),
    p95: most(one => one.remainingH(0.95)),
  };
  const keepsShorter = contradicts || !hasCounts;
  const median = keepsShorter ? Math.min(seen.median, without.signedH.median) : seen.median;
  const p05 = Math.min(median, keepsShorter ? Math.min(seen.p05, without.signedH.p05) : seen.p05);
  const p95 = Math.max(median, contradicts ? Math.max(seen.p95, without.signedH.p95) : seen.p95);
  const count = {
    median: most(one => one.countLog10Cfu(0.5)),
    p05: least(one => one.countLog10Cfu(0.05)),
    p95: most(one => one.countLog10Cfu(0.95)),
  };
  const flags: EstimateFlag[] = [];
  if (hasCounts) flags.push('conditioned-on-counts');
  if (evidence.some(({ kind }) => kind === 'verdict')) flags.push('conditioned-on-verdicts');
  if (contradicts) flags.push('counts-contradict-model');
  const shortest = lives.toSorted((a, b) => a.remainingH(0.05) - b.remainingH(0.05))[0]!;
  return {
    signedH: { median, p05, p95 },
    countLog10CfuPerG: contradicts ? widest(count, without.countLog10CfuPerG) : count,
    limitOfShortest: p05 < seen.p05 ? without.limitOfShortest : shortest.limitOfShortest(0.05),
    flags,
  };
}

/** Draws of one branch, conditioned. */
export function livesIn(
  input: LifeDrawsInput,
  branch: Branch,
  evidence: readonly LifeEvidence[],
): ConditionedLives {
  return conditionedLives(
    input,
    evidence.map(({ momentsIn, logLikelihood }) => ({ moments: momentsIn(branch), logLikelihood })),
  );
}

function widest(a: Interval, b: Interval): Interval {
  return {
    median: Math.max(a.median, b.median),
    p05: Math.min(a.p05, b.p05),
    p95: Math.max(a.p95, b.p95),
  };
}
