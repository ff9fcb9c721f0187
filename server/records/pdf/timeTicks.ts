import { msPerHour } from '../../../models/units.ts';
import { zoneOffsetMs } from '../../epcis/zonedTime.ts';

const stepsH = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720];

export interface TimeTick {
  readonly at: number;
  /** Midnight carries the day, other ticks the clock. */
  readonly isMidnight: boolean;
}

/** At most `most` round times of a zone within a span. */
export function timeTicks(from: number, to: number, timeZone: string, most: number): TimeTick[] {
  const spanH = (to - from) / msPerHour;
  const stepH = stepsH.find(step => spanH / step <= most) ?? stepsH.at(-1)!;
  const offsetMs = zoneOffsetMs(from, timeZone);
  const stepMs = stepH * msPerHour;
  const first = Math.ceil((from + offsetMs) / stepMs) * stepMs - offsetMs;
  const ticks: TimeTick[] = [];
  for (let at = first; at <= to; at += stepMs)
    ticks.push({ at, isMidnight: (at + offsetMs) % (24 * msPerHour) === 0 });
  return ticks;
}
