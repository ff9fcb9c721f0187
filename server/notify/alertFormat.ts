import type { Language } from '../../models/contracts/contact.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A sum of floats that should be whole must not be rounded away from it. */
const tolerance = 1e-9;
const down = (value: number): number => Math.floor(value + tolerance);
const up = (value: number): number => Math.ceil(value - tolerance);

/** What a language needs to print figures and times. */
export interface FormatWords {
  readonly decimal: ',' | '.';
  /** Between hours and minutes. */
  readonly clock: '.' | ':';
  hours(n: string): string;
  days(n: string): string;
  minutes(n: string): string;
  /** Under an hour, of something that is left. */
  readonly underAnHour: string;
  /** By distance in days from today. */
  readonly nearDays: Readonly<Record<-1 | 0 | 1, string>>;
  /** From Sunday on. */
  readonly weekdays: readonly string[];
  /** From January on. */
  date(day: number, month: number): string;
  moment(day: string, clock: string, zone: string): string;
}

/** Figures and times of one alert: lives rounded down, losses up, in the words and the zone of whoever reads them. */
export interface AlertFormat {
  /** A decimal only where there is one: 14 °C, 4,5 °C. */
  temperature(temperatureC: number): string;
  /** What is left, rounded down: under 1 h, whole hours under 48 h, half days under 7 days, whole days. */
  life(hours: number): string;
  /** What is lost, by the same steps rounded up. */
  loss(hours: number): string;
  /** How long something bad lasts, rounded up: minutes under 3 h, then as a loss. */
  lasting(hours: number): string;
  /** Two lives in one unit, so that they can be compared: what there is rounded down, what is needed up. */
  pair(hoursLeft: number, hoursNeeded: number): { readonly left: string; readonly needed: string };
  /** When something happened or is planned, to the minute. The first one in a text carries the zone. */
  moment(at: number): string;
  /** Until when something keeps: down to the hour under 48 h, to 00, 06, 12 or 18 after. Null when that is past. */
  until(at: number): string | null;
  /** Whether that is today. */
  isToday(at: number): boolean;
  /** The day alone. */
  day(at: number): string;
  percent(value: number): string;
}

/** @param timeZone  IANA name; days and clock times are those of its people, and carry its label */
export function createAlertFormat(
  words: FormatWords,
  language: Language,
  timeZone: string,
  now: number,
): AlertFormat {
  const local = localTime(timeZone);
  const number = (value: number): string => String(value).replace('.', words.decimal);
  const stepped = (hours: number, round: (value: number) => number): string => {
    if (hours < 48) return words.hours(number(round(hours)));
    const days = hours < 7 * 24 ? round((hours / 24) * 2) / 2 : round(hours / 24);
    return words.days(number(days));
  };
  let saidZone = false;
  const zone = (at: number): string => {
    if (saidZone) return '';
    saidZone = true;
    return zoneLabel(timeZone, language, at);
  };
  const day = (at: number): string => {
    const away = Math.round((local(at).midnight - local(now).midnight) / dayMs);
    if (away >= -1 && away <= 1) return words.nearDays[away as -1 | 0 | 1];
    const { weekday, dayOfMonth, month } = local(at);
    return away > 1 && away < 7 ? words.weekdays[weekday]! : words.date(dayOfMonth, month);
  };
  const moment = (at: number): string => {
    const { hour, minute } = local(at);
    return words.moment(day(at), `${two(hour)}${words.clock}${two(minute)}`, zone(at));
  };
  const floored = (at: number): number => {
    const { hour, minute, second, ms } = local(at);
    const toHour = at - minute * minuteMs - second * 1000 - ms;
    return at - now < 48 * hourMs ? toHour : toHour - (hour % 6) * hourMs;
  };
  return {
    temperature(temperatureC) {
      const text = temperatureC.toFixed(1).replace(/\.0$/, '').replace('-0', '0');
      return `${text.replace('-', '−').replace('.', words.decimal)} °C`;
    },
    life: hours => (down(hours) < 1 ? words.underAnHour : stepped(hours, down)),
    loss: hours => stepped(Math.max(hours, tolerance), up),
    lasting(hours) {
      if (hours < 3) return words.minutes(number(Math.max(1, up(hours * 60))));
      return stepped(hours, up);
    },
    pair(hoursLeft, hoursNeeded) {
      if (Math.min(hoursLeft, hoursNeeded) < 48)
        return {
          left: words.hours(number(Math.max(0, down(hoursLeft)))),
          needed: words.hours(number(up(hoursNeeded))),
        };
      const half = (hours: number, round: typeof up) => number(round((hours / 24) * 2) / 2);
      return { left: words.days(half(hoursLeft, down)), needed: words.days(half(hoursNeeded, up)) };
    },
    moment,
    until(at) {
      const promised = floored(at);
      return promised <= now ? null : moment(promised);
    },
    isToday: at => local(floored(at)).midnight === local(now).midnight,
    day,
    percent: value => `${Math.max(0, down(value))}%`,
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Making one takes longer than using it a hundred times; there are as many as zones and languages. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formatters.set(key, known);
  return known;
}

/** The clock on the wall of a zone. `midnight` counts days, and is no instant. */
export function localTime(timeZone: string) {
  const format = formatter('en-GB', {
    timeZone,
    hourCycle: 'h23',
    ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
    ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
  });
  return (at: number) => {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const midnight = Date.UTC(parts.year!, parts.month! - 1, parts.day!);
    return {
      midnight,
      weekday: new Date(midnight).getUTCDay(),
      dayOfMonth: parts.day!,
      month: parts.month! - 1,
      hour: parts.hour!,
      minute: parts.minute!,
      second: parts.second!,
      ms: ((at % 1000) + 1000) % 1000,
    };
  };
}

/** WIB, WITA and WIT have names in Indonesian alone, JST in Japanese: whoever knows a name for a zone is asked first. */
export function zoneLabel(timeZone: string, language: Language, at: number): string {
  const labels = [...new Set([language, 'id', 'ja', 'en-US', 'en-GB'])].map(locale =>
    formatter(locale, { timeZone, timeZoneName: 'short' })
      .formatToParts(at)
      .find(part => part.type === 'timeZoneName'),
  );
  const named = labels.find(label => label !== undefined && !/^(GMT|UTC)[+-]/.test(label.value));
  return (named ?? labels[0])?.value ?? timeZone;
}
