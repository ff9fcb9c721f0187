import type { AlertSeverity } from '../contracts/alert.ts';
import type { BatchStatus } from '../contracts/estimate.ts';
import { useSoonBelowH } from '../shelf-life/batchStatus.ts';
import type { Condition } from './stepAlert.ts';

/** An estimate that hovers around its line must not ring at every crossing. */
const clearsAt = 1.15;

/**
 * The lower end of a life inside the "use soon" line; past is a risk. Clear 15 % above the line. Without a status
 * (silent too long) nothing is decided.
 */
export function spoilageNear(
  life: { readonly status: BatchStatus; readonly remainingP05H: number; readonly lifeAtMakingH: number },
  severity: AlertSeverity,
): Condition {
  if (life.status === 'unknown') return { sign: 'unknown', severity };
  if (life.status === 'spoilage-risk') return { sign: 'over', severity: 'risk' };
  if (life.status === 'use-soon') return { sign: 'over', severity };
  const isWellAbove = life.remainingP05H >= clearsAt * useSoonBelowH(life.lifeAtMakingH);
  return { sign: isWellAbove ? 'clear' : 'between', severity };
}

/** No flora grows so much faster than at the temperature assumed: what a life can lose in an hour at the most. */
const fastest = 40;
const soonestMs = 60_000;
const latestMs = 30 * 60_000;

/** How long an estimate that is still fresh cannot possibly reach its line, in ms. */
export function spoilageCannotBeNearForMs(life: {
  readonly remainingP05H: number;
  readonly lifeAtMakingH: number;
}): number {
  const aboveLineH = life.remainingP05H - useSoonBelowH(life.lifeAtMakingH);
  return Math.min(latestMs, Math.max(soonestMs, (aboveLineH / fastest) * 3_600_000));
}
