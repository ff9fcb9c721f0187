import type { Words } from './i18n/indonesian.ts';
import { dayMs, hourMs, type Zone } from './zone.ts';

/** A remaining life as print: `figure` large, `unit` small. */
export interface PrintedLife {
  readonly figure: string;
  readonly unit: string;
}

/** A clock time rounded down to what can be promised. `passed`: nothing before now may be promised. */
export interface PrintedUntil {
  readonly at: number;
  readonly day: string;
  readonly clock: string;
  readonly passed: boolean;
}

export interface Format {
  readonly words: Words;
  readonly zone: Zone;
  /** Fixed digits, decimal comma in Indonesian, a real minus sign. */
  number(value: number, digits?: number): string;
  /** A measured temperature: one decimal. */
  temperature(temperatureC: number): string;
  /** A temperature that is assumed or a limit: a decimal only where it has one. */
  plainTemperature(temperatureC: number): string;
  clock(at: number): string;
  /** "Sel 24" */
  day(at: number): string;
  /** "Sel 24 Nov" */
  date(at: number): string;
  /** "24 Nov" */
  dayOfMonth(at: number): string;
  /** The clock time today, else with its date: "09.10", "Sen 23 Nov 09.10". */
  moment(at: number, now: number): string;
  /** Remaining life, rounded down: under 1 h, whole hours under 48 h, half days under 7 days, whole days. */
  remaining(hours: number): PrintedLife;
  remainingText(hours: number): string;
  range(loH: number, hiH: number): string;
  /** A loss or a delay, rounded up by the same steps. */
  lossText(hours: number): string;
  /** How long ago or how long something lasted, to the minute under 3 h, then hours, then days. */
  duration(ms: number): string;
  until(at: number, now: number): PrintedUntil;
}

/** The display rules of a remaining life in one language and one time zone. Pure: every "now" is an argument. */
export function createFormat(words: Words, zone: Zone): Format {
  const number = (value: number, digits = 1): string => {
    const text = value.toFixed(digits);
    const positive = text.replace('-', '');
    const negative = text.startsWith('-') && Number(positive) !== 0;
    return (negative ? '−' : '') + positive.replace('.', words.numbers.decimal);
  };
  const clock = (at: number): string => {
    const { hour, minute } = zone.local(at);
    return `${two(hour)}${words.numbers.clock}${two(minute)}`;
  };
  const day = (at: number): string => {
    const local = zone.local(at);
    return `${words.weekdays[local.weekday]} ${local.day}`;
  };
  const date = (at: number): string => `${day(at)} ${words.months[zone.local(at).month]}`;
  const dayOfMonth = (at: number): string => `${zone.local(at).day} ${words.months[zone.local(at).month]}`;
  const halves = (days: number): string => {
    if (days % 1 === 0) return String(days);
    return words.numbers.half === null ? number(days) : `${Math.floor(days)}${words.numbers.half}`;
  };
  const remaining = (hours: number): PrintedLife => {
    if (!(hours > 0)) return { figure: '0', unit: words.units.hours };
    if (hours < 1) return { figure: '<1', unit: words.units.hours };
    if (hours < 48) return { figure: String(Math.floor(hours)), unit: words.units.hours };
    const days = hours / 24;
    return { figure: halves(days < 7 ? Math.floor(days * 2) / 2 : Math.floor(days)), unit: words.units.days };
  };
  const remainingText = (hours: number): string => {
    const { figure, unit } = remaining(hours);
    return `${figure} ${unit}`;
  };

  return {
    words,
    zone,
    number,
    temperature: temperatureC => `${number(temperatureC)} °C`,
    plainTemperature: temperatureC => `${number(temperatureC, Math.abs(temperatureC % 1) < 0.05 ? 0 : 1)} °C`,
    clock,
    day,
    date,
    dayOfMonth,
    moment: (at, now) => (zone.daysBetween(now, at) === 0 ? clock(at) : `${date(at)} ${clock(at)}`),
    remaining,
    remainingText,
    range(loH, hiH) {
      const lo = remaining(loH);
      const hi = remaining(hiH);
      if (lo.figure === hi.figure && lo.unit === hi.unit) return `${hi.figure} ${hi.unit}`;
      return lo.unit === hi.unit
        ? `${lo.figure}–${hi.figure} ${hi.unit}`
        : `${lo.figure} ${lo.unit}–${hi.figure} ${hi.unit}`;
    },
    lossText(hours) {
      if (hours < 48) return `${Math.ceil(Math.max(0, hours))} ${words.units.hours}`;
      const days = hours / 24;
      return `${halves(days < 7 ? Math.ceil(days * 2) / 2 : Math.ceil(days))} ${words.units.days}`;
    },
    duration(ms) {
      const minutes = Math.floor(Math.max(0, ms) / 60_000);
      const hours = Math.floor(minutes / 60);
      if (hours < 1) return `${minutes} ${words.units.minutes}`;
      if (hours < 3 && minutes % 60 > 0)
        return `${hours} ${words.units.hours} ${minutes % 60} ${words.units.minutes}`;
      return hours < 48 ? `${hours} ${words.units.hours}` : `${Math.floor(hours / 24)} ${words.units.days}`;
    },
    until(at, now) {
      const promised = zone.floor(at, at - now >= 2 * dayMs ? 6 * hourMs : hourMs);
      const days = zone.daysBetween(now, promised);
      const name = days === 0 ? words.today : days === 1 ? words.tomorrow : date(promised);
      return { at: promised, day: name, clock: clock(promised), passed: promised <= now };
    },
  };
}

const two = (n: number): string => String(n).padStart(2, '0');
