import type { Estimate } from '../models/contracts/estimate.ts';
import { hourMs } from './zone.ts';

export type ShownStatus = 'fresh' | 'soon' | 'risk' | 'none';

/**
 * What a screen may say about a batch at `now`.
 *   left        a number above 0
 *   maybe-past  0, and "may be past the limit"
 *   past        0, and "past the limit"
 *   unknown     "?" in place of the number; loH is the worst case
 */
export interface ShownLife {
  readonly status: ShownStatus;
  readonly say: 'left' | 'maybe-past' | 'past' | 'unknown';
  readonly loH: number;
  readonly medianH: number;
  readonly hiH: number;
  /** Epoch ms of the lower end of the interval: the time that may be promised. */
  readonly untilAt: number;
  readonly lastReadingAt: number | null;
  /** No reading has ever spoken for this batch. */
  readonly noSensor: boolean;
  /** The sensor is silent and the server has lowered the figures for it. */
  readonly lowered: boolean;
}

/** Hours left below which a batch is to be sold soon: a quarter of its life when made, 6 h at least, 48 h at most. */
export function soonLineH(lifeAtMakingH: number): number {
  return Math.min(48, Math.max(6, lifeAtMakingH / 4));
}

/**
 * An estimate as it is to be shown at `now`: counted down from `asOf`, never better than the server's own status,
 * and unknown once it is older than a quarter of the life it promised (at least 30 min, at most 6 h).
 */
export function shownLife(estimate: Estimate, now: number): ShownLife {
  const left = (instant: string): number => Math.max(0, (Date.parse(instant) - now) / hourMs);
  const untilAt = Date.parse(estimate.keepsUntil.p05);
  const loH = left(estimate.keepsUntil.p05);
  const medianH = left(estimate.keepsUntil.median);
  const hiH = left(estimate.keepsUntil.p95);
  const noSensor = estimate.flags.includes('no-sensor');

  const ageH = (now - Date.parse(estimate.asOf)) / hourMs;
  const tooOld = ageH > Math.max(0.5, Math.min(6, estimate.remainingH.p05 / 4));
  const risk = estimate.status === 'spoilage-risk' || (estimate.status !== 'unknown' && loH <= 0);
  const unknown = !risk && !noSensor && (tooOld || estimate.status === 'unknown');

  return {
    status: statusOf({ risk, unknown: unknown || noSensor, soon: isSoon(estimate, loH) }),
    say: unknown ? 'unknown' : loH > 0 ? 'left' : medianH > 0 ? 'maybe-past' : 'past',
    loH,
    medianH,
    hiH,
    untilAt,
    lastReadingAt: estimate.lastReadingAt === null ? null : Date.parse(estimate.lastReadingAt),
    noSensor,
    lowered: estimate.flags.includes('silent'),
  };
}

const isSoon = (estimate: Estimate, loH: number): boolean =>
  estimate.status === 'use-soon' || loH < soonLineH(estimate.lifeAtMakingH);

function statusOf(is: { risk: boolean; unknown: boolean; soon: boolean }): ShownStatus {
  if (is.risk) return 'risk';
  if (is.unknown) return 'none';
  return is.soon ? 'soon' : 'fresh';
}
