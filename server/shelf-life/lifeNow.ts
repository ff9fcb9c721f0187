import type { BatchStatus } from '../../models/contracts/estimate.ts';
import { batchStatus } from '../../models/shelf-life/batchStatus.ts';
import type { LifeOutlook } from '../../models/shelf-life/lifeEstimate.ts';
import { type EstimateParts, silentForH } from './estimateBatch.ts';
import { futureTemperature } from './futureTemperature.ts';

/** How a batch stands now, in figures: what alerts and orders go by. The same numbers as in its estimate. */
export interface LifeNow {
  readonly orgId: string;
  readonly batchId: string;
  readonly asOf: number;
  readonly status: BatchStatus;
  readonly remainingH: LifeOutlook['remainingH'];
  readonly keepsUntil: LifeOutlook['keepsUntil'];
  readonly lifeAtMakingH: number;
  readonly futureTemperatureC: number;
  readonly lastReadingAt: number | null;
  readonly lastTemperatureC: number | null;
}

/** How long one track keeps, and what else its batch is told by when it is the worst. */
export interface TrackNow {
  readonly outlook: LifeOutlook;
  readonly status: BatchStatus;
  readonly futureTemperatureC: number;
  readonly lastReadingAt: number | null;
  readonly lastTemperatureC: number | null;
}

export function trackNow(parts: EstimateParts, now: number, nearH?: number): TrackNow {
  const { temperatureC } = futureTemperature(parts.track.batch, parts.recentMeanC);
  const { uncovered, lastReading } = parts.coverage;
  const input = { asOf: now, futureTemperatureC: temperatureC, uncovered, evidence: parts.evidence };
  const outlook = parts.life.outlook(input, nearH);
  return {
    outlook,
    status: batchStatus({ ...outlook, silentForH: silentForH(parts, now) }),
    futureTemperatureC: temperatureC,
    lastReadingAt: lastReading?.at ?? null,
    lastTemperatureC: lastReading?.temperatureC ?? null,
  };
}

/** Of several tracks the one that ends first; of equal ones the one that has used more of its life, then the first. */
export function worstOf<T>(tracks: readonly T[], outlookOf: (track: T) => Ranked): T {
  return tracks.reduce((worst, track) => (isWorse(outlookOf(track), outlookOf(worst)) ? track : worst));
}

interface Ranked {
  readonly keepsUntil: { readonly p05: number };
  readonly lifeUsed: number;
}

function isWorse(a: Ranked, b: Ranked): boolean {
  if (a.keepsUntil.p05 !== b.keepsUntil.p05) return a.keepsUntil.p05 < b.keepsUntil.p05;
  return a.lifeUsed > b.lifeUsed;
}
