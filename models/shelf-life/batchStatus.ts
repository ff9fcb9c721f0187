import type { BatchStatus } from '../contracts/estimate.ts';
import type { Interval } from './lifeEstimate.ts';

export interface BatchStatusInput {
  /** Hours left, 0 when past. */
  readonly remainingH: Pick<Interval, 'median' | 'p05'>;
  /** p05 of the same batch made now. */
  readonly lifeAtMakingH: number;
  /** Hours since the last reading; null when the batch never had one. */
  readonly silentForH: number | null;
}

/** A batch is to be used soon when a quarter of its life is left, but not before 48 h and not only in the last 6 h. */
const soonShare = 0.25;
const soonAtLeastH = 6;
const soonAtMostH = 48;

/** Silence says nothing before a node has missed three reports of ten minutes, and too much after 6 h. */
const silenceCountsFromH = 0.5;
const silentAtMostH = 6;

/** Hours left (p05) below which a batch is to be used soon: clamp(25 % of its life at making, 6 h, 48 h). */
export function useSoonBelowH(lifeAtMakingH: number): number {
  return Math.min(soonAtMostH, Math.max(soonAtLeastH, soonShare * lifeAtMakingH));
}

/** Hours of silence after which no status is given: min(6 h, 25 % of p05), at least half an hour. */
export function silentTooLongAfterH(p05H: number): number {
  return Math.max(silenceCountsFromH, Math.min(silentAtMostH, soonShare * p05H));
}

/**
 * What a batch's life bar is coloured by.
 *   unknown        never a reading, or silent too long; a batch whose median is past is at risk whatever its sensor does
 *   spoilage-risk  p05 is 0
 *   use-soon       p05 below {@link useSoonBelowH}
 *   fresh          otherwise
 *
 * @example
 * batchStatus({ remainingH: { median: 9, p05: 5 }, lifeAtMakingH: 10, silentForH: 0 }); // => 'use-soon'
 */
export function batchStatus({ remainingH, lifeAtMakingH, silentForH }: BatchStatusInput): BatchStatus {
  if (silentForH === null) return 'unknown';
  if (remainingH.median <= 0) return 'spoilage-risk';
  if (silentForH > silentTooLongAfterH(remainingH.p05)) return 'unknown';
  if (remainingH.p05 <= 0) return 'spoilage-risk';
  return remainingH.p05 < useSoonBelowH(lifeAtMakingH) ? 'use-soon' : 'fresh';
}
