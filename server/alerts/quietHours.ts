import type { QuietHours } from '../../models/contracts/contact.ts';

const minuteMs = 60_000;
const dayMin = 1440;

/** When the quiet hours of a person end that are now; null when they are not. */
export function quietEndsAt(quiet: QuietHours | null, timeZone: string, now: number): number | null {
  if (quiet === null) return null;
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  const local = localMinutes(timeZone, now);
  // From 21:00 to 06:00 as well as from 13:00 to 14:00; from and to alike are no hours at all.
  if ((local - from + dayMin) % dayMin >= (to - from + dayMin) % dayMin) return null;
  return nextLocalTime(timeZone, quiet.to, now);
}

/** The next instant, after now, at which clocks in a zone show a time of day. */
export function nextLocalTime(timeZone: string, clock: string, now: number): number {
  const wanted = minutesOf(clock);
  const minute = Math.floor(now / minuteMs) * minuteMs;
  const ahead = (wanted - localMinutes(timeZone, minute) + dayMin) % dayMin || dayMin;
  const at = minute + ahead * minuteMs;
  // Where clocks are changed in between, the day is an hour longer or shorter.
  const off = (wanted - localMinutes(timeZone, at) + dayMin * 1.5) % dayMin;
  return at + (off - dayMin / 2) * minuteMs;
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localMinutes(timeZone: string, at: number): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  return minutesOf(format.format(at));
}
