/** Western Indonesian time: UTC+7 all year, no daylight saving. */
const offsetMs = 7 * 3_600_000;
const dayMs = 86_400_000;

/** Hour of the day in Kediri, 0 to below 24, with its fraction. */
export function wibHour(at: number): number {
  return ((((at + offsetMs) % dayMs) + dayMs) % dayMs) / 3_600_000;
}

/** Number of the calendar day in Kediri, counted from 1 January 1970. */
export function wibDay(at: number): number {
  return Math.floor((at + offsetMs) / dayMs);
}

/** The instant at which a calendar day begins in Kediri. */
export function startOfWibDay(day: number): number {
  return day * dayMs - offsetMs;
}

/** The latest `hour:minute` in Kediri that is not after `at`. */
export function lastWibTime(at: number, hour: number, minute: number): number {
  const today = startOfWibDay(wibDay(at)) + (hour * 60 + minute) * 60_000;
  return today <= at ? today : today - dayMs;
}

/** `MMDD-HHmm` in Kediri: how a maker marks a cook. */
export function wibStamp(at: number): string {
  const iso = new Date(at + offsetMs).toISOString();
  return `${iso.slice(5, 7)}${iso.slice(8, 10)}-${iso.slice(11, 13)}${iso.slice(14, 16)}`;
}
