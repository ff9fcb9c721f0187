import type { Language } from '../../models/contracts/contact.ts';
import { msPerHour } from '../../models/units.ts';
import { createAlertFormat, type FormatWords, localTime, zoneLabel } from '../notify/alertFormat.ts';

export type RecordLanguage = Exclude<Language, 'ja'>;

/** What a language needs to print the times of a record. */
export interface TimeWords {
  /** From Sunday on, short. */
  readonly weekdays: readonly string[];
  /** From January on, short. */
  readonly months: readonly string[];
  /** "4 jam 20 menit" */
  readonly hour: string;
  readonly minute: string;
}

/** Figures and times of one record, in the zone of its firm: lives rounded down, losses and durations up. */
export interface RecordFormat {
  /** "WIB" */
  readonly zone: string;
  /** "Sel 24 Nov 2026, 10.00" */
  instant(at: string | number): string;
  /** "24 Nov 10.00" */
  moment(at: string | number): string;
  /** "Sel 24 Nov" */
  day(at: string | number): string;
  clock(at: string | number): string;
  /** From one to another; the day of the second only where it is another. */
  span(from: string | number, to: string | number | null, open: string): string;
  /** Until when it keeps at least: down to the hour, from 48 h on to 00, 06, 12 or 18. */
  until(at: string | number, asOf: string | number): string;
  /** One decimal: "4,5". */
  degrees(temperatureC: number): string;
  /** Of a limit, a decimal only where there is one: "8 °C". */
  level(temperatureC: number): string;
  /** "4,5 °C" */
  temperature(temperatureC: number): string;
  /** With a sign: "+0,3 °C". */
  offset(temperatureC: number): string;
  duration(hours: number): string;
  life(hours: number): string;
  loss(hours: number): string;
  percent(share: number): string;
  number(value: number, decimals: number): string;
}

export function createRecordFormat(
  words: FormatWords & TimeWords,
  language: RecordLanguage,
  timeZone: string,
  asOf: number,
): RecordFormat {
  const local = localTime(timeZone);
  const lives = createAlertFormat(words, language, timeZone, asOf);
  const ms = (at: string | number) => (typeof at === 'number' ? at : Date.parse(at));
  const number = (value: number, decimals: number) => {
    const text = value.toFixed(decimals).replace('.', words.decimal).replace('-', '\u2212');
    return /^\u22120*[.,]?0*$/.test(text) ? text.slice(1) : text;
  };
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = (at: string | number) => {
    const { hour, minute } = local(ms(at));
    return `${two(hour)}${words.clock}${two(minute)}`;
  };
  const date = (at: string | number) => {
    const { dayOfMonth, month } = local(ms(at));
    return `${dayOfMonth} ${words.months[month]}`;
  };
  const day = (at: string | number) => `${words.weekdays[local(ms(at)).weekday]} ${date(at)}`;
  const moment = (at: string | number) => `${date(at)} ${clock(at)}`;
  const year = (at: string | number) => new Date(local(ms(at)).midnight).getUTCFullYear();
  return {
    zone: zoneLabel(timeZone, language, asOf),
    instant: at => `${day(at)} ${year(at)}, ${clock(at)}`,
    ...{ moment, day, clock, number },
    span(from, to, open) {
      if (to === null) return `${moment(from)} \u2013 ${open}`;
      const sameDay = local(ms(from)).midnight === local(ms(to)).midnight;
      return sameDay ? `${moment(from)}\u2013${clock(to)}` : `${moment(from)} \u2013 ${moment(to)}`;
    },
    until(at, now) {
      const { hour, minute, second, ms: rest } = local(ms(at));
      const toHour = ms(at) - minute * 60_000 - second * 1_000 - rest;
      const near = ms(at) - ms(now) < 48 * msPerHour;
      const floored = near ? toHour : toHour - (hour % 6) * msPerHour;
      return `${day(floored)}, ${clock(floored)}`;
    },
    degrees: temperatureC => number(temperatureC, 1),
    level: temperatureC => `${number(temperatureC, Number.isInteger(temperatureC) ? 0 : 1)} °C`,
    temperature: temperatureC => `${number(temperatureC, 1)} °C`,
    offset: temperatureC => `${temperatureC > 0 ? '+' : ''}${number(temperatureC, 2)} °C`,
    duration(hours) {
      const minutes = Math.ceil(hours * 60 - 1e-6);
      const [whole, rest] = [Math.floor(minutes / 60), minutes % 60];
      if (whole === 0) return `${rest} ${words.minute}`;
      return rest === 0 || whole >= 48
        ? `${rest === 0 ? whole : whole + 1} ${words.hour}`
        : `${whole} ${words.hour} ${rest} ${words.minute}`;
    },
    life(hours) {
      if (hours <= 0) return `0 ${words.hour}`;
      return hours < 1 ? words.underAnHour : lives.life(hours);
    },
    loss: hours => (hours < 0.05 ? `0 ${words.hour}` : lives.loss(hours)),
    percent: share => `${Math.floor(share * 100 + 1e-9)}%`,
  };
}
