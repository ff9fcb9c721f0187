import type { BatchStatus } from '../contracts/estimate.ts';
import type { ArrivalVerdict } from '../contracts/shipment.ts';
import { notNegative } from '../errors.ts';
import type { Interval } from './lifeEstimate.ts';

/**
 * Whether a batch arrives with the life its receiver asks for.
 *   unsure  nobody knows: no sensor, or silent for too long; unless even the upper end does not cover the need
 *   enough  the lower end covers the need (and something is left)
 *   tight   the median covers it
 *   short   not even the median covers it
 *
 * @param remainingH  hours left on arrival, 0 when past
 * @param needH  hours asked for; 0: that its limit is not past
 * @throws {ModelDomainError} for a negative need
 * @example
 * arrivalVerdict({ remainingH: { median: 60, p05: 44, p95: 80 }, status: 'fresh' }, 48); // => 'tight'
 */
export function arrivalVerdict(
  arrival: { readonly remainingH: Interval; readonly status: BatchStatus },
  needH: number,
): ArrivalVerdict {
  notNegative('needH', needH);
  const covers = (hours: number) => hours >= needH && hours > 0;
  const { median, p05, p95 } = arrival.remainingH;
  if (arrival.status === 'unknown' && covers(p95)) return 'unsure';
  if (covers(p05)) return 'enough';
  return covers(median) ? 'tight' : 'short';
}

/** From the worst. Of a shipment the worst of its batches counts. */
const worstFirst: readonly ArrivalVerdict[] = ['short', 'tight', 'unsure', 'enough'];

/** The worst of several verdicts; `enough` of none. */
export function worstVerdict(verdicts: readonly ArrivalVerdict[]): ArrivalVerdict {
  return worstFirst.find(verdict => verdicts.includes(verdict)) ?? 'enough';
}
