import { BoundedMap } from './boundedMap.ts';
import type { FoundReading } from './findings.ts';
import { powerOnTemperatureC } from './plausibility.ts';

/** Good values further back than this say nothing about the present one. */
const freshForMs = 6 * 3_600_000;
/** A value this near to the last one is the same climate. */
const sameClimateC = 10;
/** A jump up at least this large that fits °F of the last value is a unit mix-up, not warming. */
const mixUpJumpC = 15;
const mixUpToleranceC = 1;
/** A suspected mix-up that lasts this long is the truth, or somebody has to come and look anyway. */
const believeAfterMs = 30 * 60_000;

interface LastValue {
  readonly valueC: number;
  readonly at: number;
  /** Since when values have come that look like °F. */
  readonly suspectSince?: number;
}

/**
 * Remembers the last good temperature of every sensor and marks values that only make sense as a fault against it: the
 * power-on value of a DS18B20, and °F published as °C. The values stay as they are; nothing is converted by guess.
 */
export class ValueHistory {
  readonly #last = new BoundedMap<string, LastValue>(20_000);

  /** Marks `entry` if needed and remembers it if it is good. Returns the word for the log when it was marked. */
  check(entry: FoundReading): 'sentinel' | 'unit-suspect' | undefined {
    const { reading } = entry;
    if (reading.metric !== 'temperature' || reading.quality !== 'good' || reading.historical)
      return undefined;
    const key = `${reading.node}\n${reading.channel ?? ''}`;
    const known = this.#last.get(key);
    const last = known && Math.abs(reading.measuredAt - known.at) <= freshForMs ? known : undefined;
    if (Math.abs(reading.value - powerOnTemperatureC) < 0.06) {
      if (last && Math.abs(last.valueC - powerOnTemperatureC) <= sameClimateC) return undefined;
      const isProbe = /ds18/i.test(reading.channel ?? '');
      entry.reading = { ...reading, quality: last || isProbe ? 'bad' : 'suspect' };
      return 'sentinel';
    }
    if (last && !entry.wasConverted && looksFahrenheit(reading.value, last.valueC)) {
      const since = last.suspectSince ?? reading.measuredAt;
      if (reading.measuredAt - since < believeAfterMs) {
        this.#last.set(key, { ...last, suspectSince: since });
        entry.reading = { ...reading, quality: 'suspect' };
        return 'unit-suspect';
      }
    }
    if (!known || reading.measuredAt >= known.at)
      this.#last.set(key, { valueC: reading.value, at: reading.measuredAt });
    return undefined;
  }
}

function looksFahrenheit(value: number, lastC: number): boolean {
  return value - lastC >= mixUpJumpC && Math.abs((value - 32) / 1.8 - lastC) <= mixUpToleranceC;
}
