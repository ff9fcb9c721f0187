/** A point of time as a calendar and a wall clock in one time zone show it. `month` and `weekday` count from 0. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

/** A firm's own time zone: the one day boundaries, ticks and clock times are made in. */
export interface Zone {
  readonly id: string;
  /** As people write it: WIB, WITA, WIT, GMT+9. */
  readonly name: string;
  local(at: number): LocalTime;
  /** The last multiple of `stepMs` of local time that is not after `at` (stepMs divides a day or is whole days). */
  floor(at: number, stepMs: number): number;
  /** The epoch milliseconds of a local wall-clock time. */
  at(year: number, month: number, day: number, hour: number, minute: number): number;
  /** Whole local days from `from` to `to`: 0 on the same day, 1 for tomorrow, -1 for yesterday. */
  daysBetween(from: number, to: number): number;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Offsets change on quarter hours at the earliest, so one look-up answers for all of a quarter. */
const quarterMs = hourMs / 4;

/** @throws {RangeError} if `id` is no IANA time zone. */
export function createZone(id: string): Zone {
  const wallClock = new Intl.DateTimeFormat('en-US', {
    timeZone: id,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();

  const offsetMs = (at: number): number => {
    const quarter = Math.floor(at / quarterMs);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const start = quarter * quarterMs;
    const part = Object.fromEntries(wallClock.formatToParts(start).map(p => [p.type, Number(p.value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start;
    if (offsets.size > 5000) offsets.clear();
    offsets.set(quarter, offset);
    return offset;
  };

  const local = (at: number): LocalTime => {
    const d = new Date(at + offsetMs(at));
    return {
      year: d.getUTCFullYear(),
      month: d.getUTCMonth(),
      day: d.getUTCDate(),
      weekday: d.getUTCDay(),
      hour: d.getUTCHours(),
      minute: d.getUTCMinutes(),
    };
  };

  const fromWallClock = (wallMs: number): number => {
    // The offset that holds at the answer: one correction is enough away from a skipped hour.
    const guess = wallMs - offsetMs(wallMs);
    return wallMs - offsetMs(guess);
  };

  const floor = (at: number, stepMs: number): number =>
    fromWallClock(Math.floor((at + offsetMs(at)) / stepMs) * stepMs);

  return {
    id,
    name: zoneName(id),
    local,
    floor,
    at: (year, month, day, hour, minute) => fromWallClock(Date.UTC(year, month, day, hour, minute)),
    daysBetween: (from, to) =>
      Math.floor((to + offsetMs(to)) / dayMs) - Math.floor((from + offsetMs(from)) / dayMs),
  };
}

function zoneName(id: string): string {
  const parts = new Intl.DateTimeFormat('id', { timeZone: id, timeZoneName: 'short' }).formatToParts(0);
  return parts.find(p => p.type === 'timeZoneName')?.value ?? id;
}
