import { BoundedMap } from './boundedMap.ts';
import type { FoundReading } from './findings.ts';
import { powerOnTemperatureC } from './plausibility.ts';

/** Good values further back than this say nothing about the present one. */
const freshForMs = 6 * 3_600_000;
/** A value this near to the last one is the same climate. */
const sameClimateC = 10;
/** A jump up at least this large that fits the last value in another unit is a mix-up, not warming. */
const mixUpJumpC = 15;
const mixUpToleranceC = 1;
/** No air, crate or product changes by this much so fast; a moved probe does, and is believed when it stays. */
const leapC = 30;
const leapWithinMs = 10 * 60_000;
/** A suspected value that lasts this long is the truth, or somebody has to come and look anyway. */
const believeMixUpAfterMs = 30 * 60_000;
const believeLeapAfterMs = 10 * 60_000;

interface LastValue {
  readonly valueC: number;
  readonly at: number;
  /** Since when values have come that do not fit the last good one. */
  readonly suspectSince?: number;
}

export type HistoryMark = 'sentinel' | 'unit-suspect' | 'leap';

/**
 * Remembers the last good temperature of every sensor and marks values that only make sense as a fault against it: the
 * power-on value of a DS18B20, °F or tenths published as °C, and leaps no real temperature makes. The values stay as
 * they are; nothing is converted by guess. What lasts is believed in the end, so that a real fire does page.
 */
export class ValueHistory {
  readonly #last = new BoundedMap<string, LastValue>(20_000);

  /** Marks `entry` if needed and remembers it if it is good. Returns the word for the log when it was marked. */
  check(entry: FoundReading): HistoryMark | undefined {
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
    const mark = last && markAgainst(last, entry);
    if (last && mark) {
      this.#last.set(key, { ...last, suspectSince: last.suspectSince ?? reading.measuredAt });
      entry.reading = { ...reading, quality: 'suspect' };
      return mark;
    }
    if (!known || reading.measuredAt >= known.at)
      this.#last.set(key, { valueC: reading.value, at: reading.measuredAt });
    return undefined;
  }
}

function markAgainst(last: LastValue, { reading, wasConverted }: FoundReading): HistoryMark | undefined {
  const { value, measuredAt } = reading;
  const lastedMs = measuredAt - (last.suspectSince ?? measuredAt);
  if (!wasConverted && looksMixedUp(value, last.valueC))
    return lastedMs < believeMixUpAfterMs ? 'unit-suspect' : undefined;
  const sinceLastMs = (last.suspectSince ?? measuredAt) - last.at;
  const isLeap = Math.abs(value - last.valueC) >= leapC && sinceLastMs >= 0 && sinceLastMs <= leapWithinMs;
  return isLeap && lastedMs < believeLeapAfterMs ? 'leap' : undefined;
}

/** The last value again, in °F or in tenths of a degree, where °C is promised. */
function looksMixedUp(value: number, lastC: number): boolean {
  if (value - lastC < mixUpJumpC) return false;
  return [(value - 32) / 1.8, value / 10].some(meant => Math.abs(meant - lastC) <= mixUpToleranceC);
}
