import type { EstimateFlag } from '../contracts/estimate.ts';
import { type CoveredTime, hoursWarmer } from './coverTime.ts';
import type { Interval } from './lifeEstimate.ts';
import { chilledLimitC, type LifeSums } from './lifeSums.ts';
import { binCentreC } from './timeAtTemperature.ts';

/** The flags that the mathematics can raise; who knows of nodes and people adds theirs. */
export function flagsOf(
  sums: LifeSums,
  time: CoveredTime,
  futureTemperatureC: number,
  remainingH: Interval,
): EstimateFlag[] {
  const { parameters } = sums;
  const flags: EstimateFlag[] = [];
  if (sums.measuredH() + time.heldH === 0 && time.gapH > 0) flags.push('no-sensor');
  const { min, max } = parameters.testedRangeC;
  const outside = (temperatureC: number) => temperatureC < min || temperatureC > max;
  let outsideTested = outside(futureTemperatureC) || time.held.some(span => outside(span.worstC));
  sums.measured.forEach(bin => {
    outsideTested ||= outside(binCentreC(bin));
  });
  if (outsideTested) flags.push('outside-tested-range');
  if (remainingH.p95 > 10 * remainingH.p05) flags.push('wide-interval');
  const unchilledH = sums.unchilledH() + hoursWarmer(time.held, chilledLimitC);
  if (parameters.sealedWithoutP90 && (unchilledH > 1 || futureTemperatureC > chilledLimitC))
    flags.push('sealed-pack-unchilled');
  return flags;
}
