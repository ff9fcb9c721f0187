import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';

/** Both ascending; where both have a reading, what InfluxDB has is the one that stays. */
export function mergePoints(there: TemperaturePoint[], here: TemperaturePoint[]): TemperaturePoint[] {
  if (there.length === 0) return here;
  if (here.length === 0) return there;
  const all: TemperaturePoint[] = [];
  let i = 0;
  let j = 0;
  while (i < there.length || j < here.length) {
    const a = there[i];
    const b = here[j];
    if (b === undefined || (a !== undefined && a.at <= b.at)) {
      all.push(a!);
      i += 1;
      if (b !== undefined && b.at === a!.at) j += 1;
    } else {
      all.push(b);
      j += 1;
    }
  }
  return all;
}
