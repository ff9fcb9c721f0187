import { ModelDomainError } from '../errors.ts';
import type { TemperaturePoint } from '../temperatureHistory.ts';
import { hoursBetween } from '../units.ts';

/**
 * Why a reading is not believed.
 *   out-of-range  below -40 or above 85 C: no food chain is there, but sensors without power are
 *   stuck         the same to the last digit for more than 6 hours
 *   too-fast      a rise of more than 5 C a minute since the last believed reading
 */
export type SensorFault = 'out-of-range' | 'stuck' | 'too-fast';

export interface CheckedReadings {
  readonly used: readonly TemperaturePoint[];
  readonly leftOut: readonly { readonly point: TemperaturePoint; readonly fault: SensorFault }[];
}

const lowestC = -40;
const highestC = 85;
const stuckAfterH = 6;
/** Fewer equal readings are no evidence: a slow logger in a good cold store repeats itself. */
const stuckFrom = 6;
const fastestRiseCPerMin = 5;

/**
 * Leaves out readings that no food can have had, and counts them: never averaged in silence. For finished files of a
 * logger; the live path has `cleanSeries`, whose verdicts do not change with what comes later.
 *
 * @param readings  in order of time
 * @returns all of them, each used or left out with its reason
 * @throws {ModelDomainError} when the times run backwards
 */
export function withoutSensorFaults(readings: readonly TemperaturePoint[]): CheckedReadings {
  for (const [i, point] of readings.entries())
    if (i > 0 && !(point.at >= readings[i - 1]!.at))
      throw new ModelDomainError(
        `readings[${i}].at`,
        point.at,
        `at or after the reading before it (${readings[i - 1]!.at})`,
      );
  const stuck = stuckReadings(readings);
  const used: TemperaturePoint[] = [];
  const leftOut: { point: TemperaturePoint; fault: SensorFault }[] = [];
  for (const point of readings) {
    const fault = faultOf(point, used.at(-1), stuck);
    if (fault) leftOut.push({ point, fault });
    else used.push(point);
  }
  return { used, leftOut };
}

function faultOf(
  point: TemperaturePoint,
  before: TemperaturePoint | undefined,
  stuck: ReadonlySet<TemperaturePoint>,
): SensorFault | null {
  if (!(point.temperatureC >= lowestC && point.temperatureC <= highestC)) return 'out-of-range';
  if (stuck.has(point)) return 'stuck';
  if (!before) return null;
  const minutes = hoursBetween(before.at, point.at) * 60;
  // At one instant a jump is a statement of the file, not a speed.
  if (minutes === 0) return null;
  return (point.temperatureC - before.temperatureC) / minutes > fastestRiseCPerMin ? 'too-fast' : null;
}

/** Readings of every run of equal values that is longer than 6 h; its first one is believed. */
function stuckReadings(readings: readonly TemperaturePoint[]): Set<TemperaturePoint> {
  const stuck = new Set<TemperaturePoint>();
  let start = 0;
  for (let i = 1; i <= readings.length; i += 1) {
    if (i < readings.length && readings[i]!.temperatureC === readings[start]!.temperatureC) continue;
    const run = readings.slice(start, i);
    if (run.length >= stuckFrom && hoursBetween(run[0]!.at, run.at(-1)!.at) > stuckAfterH)
      for (const point of run.slice(1)) stuck.add(point);
    start = i;
  }
  return stuck;
}
