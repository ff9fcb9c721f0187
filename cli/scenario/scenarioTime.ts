import { startOfWibDay, wibDay } from '../../firmware-sim/wib.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const timeRule =
  'must be a time: "07:30" (WIB on the first day), "+1d 07:30" (a day later), "+2h30m" (after the beginning) or an instant';

const clockTime = /^(?:\+(\d{1,3})d )?([01]\d|2[0-3]):([0-5]\d)$/;
const offset = /^\+(?=\d)(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

/** Whether {@link timeAt} understands it. */
export function isTime(text: string): boolean {
  return clockTime.test(text) || offset.test(text) || (instant.test(text) && !Number.isNaN(Date.parse(text)));
}

/**
 * The moment that a scenario file means, epoch ms.
 *
 * @param beginsAt  when the scenario begins
 * @throws {RangeError} for a text that is no time
 * @example
 * timeAt('+1d 07:30', Date.parse('2026-11-24T04:00+07:00')); // => 1795566600000
 */
export function timeAt(text: string, beginsAt: number): number {
  const clock = clockTime.exec(text);
  if (clock !== null) {
    const [, days = '0', hours, minutes] = clock;
    const midnight = startOfWibDay(wibDay(beginsAt) + Number(days));
    return midnight + Number(hours) * hourMs + Number(minutes) * minuteMs;
  }
  if (offset.test(text)) return beginsAt + durationMs(text.slice(1));
  if (instant.test(text)) return Date.parse(text);
  throw new RangeError(`${text} ${timeRule}`);
}

const duration = /^(?=\d)(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?$/;

/** Whether {@link durationMs} understands it. */
export const isDuration = (text: string): boolean => duration.test(text);

/**
 * "1d", "2h30m", "45s" in milliseconds.
 *
 * @throws {RangeError} for a text that is no duration
 */
export function durationMs(text: string): number {
  const parts = duration.exec(text);
  if (parts === null) throw new RangeError(`${text} must be a duration such as 90s, 5m, 2h30m or 7d`);
  const [days, hours, minutes, seconds] = parts.slice(1).map(part => Number(part ?? 0));
  return days! * dayMs + hours! * hourMs + minutes! * minuteMs + seconds! * 1_000;
}
