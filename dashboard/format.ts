import type { Language, Translate } from './i18n/catalogues.ts';
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
  readonly language: Language;
  readonly t: Translate;
  readonly zone: Zone;
  /** Fixed digits, decimal comma in Indonesian, a real minus sign. */
  number(value: number, digits?: number): string;
  /** A measured temperature: one decimal. */
  temperature(temperatureC: number): string;
  /** A temperature that is assumed or a limit: a decimal only where it has one. */
  plainTemperature(temperatureC: number): string;
  clock(at: number): string;
  /** "Sel 24", "24日(火)" */
  day(at: number): string;
  /** "Sel 24 Nov", "11月24日(火)" */
  date(at: number): string;
  /** "24 Nov" */
  dayOfMonth(at: number): string;
  /** "Nov" */
  month(at: number): string;
  /** "24 Nov 2026", "2026年11月24日" */
  longDate(at: number): string;
  /** The clock time today, else with its date: "09.10", "Sen 23 Nov 09.10". */
  moment(at: number, now: number): string;
  /** "a, b, c" */
  list(parts: readonly string[]): string;
  /** Sentences one after the other; Japanese puts no space between them. */
  sentences(parts: readonly string[]): string;
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

/** Whose customs figures and dates follow; English with the day before the month, as around here. */
const locales: Record<Language, string> = { id: 'id-ID', en: 'en-GB', ja: 'ja-JP' };

/** The display rules of a remaining life in one language and one time zone. Pure: every "now" is an argument. */
export function createFormat(language: Language, t: Translate, zone: Zone): Format {
  const number = numberFormat(locales[language]);
  const dates = dateFormat(locales[language], zone);
  const { clock, date } = dates;
  const lives = lifeFormat(language, t, number);
  return {
    language,
    t,
    zone,
    number,
    temperature: temperatureC => `${number(temperatureC)} °C`,
    plainTemperature: temperatureC => `${number(temperatureC, Math.abs(temperatureC % 1) < 0.05 ? 0 : 1)} °C`,
    ...dates,
    ...lives,
    moment: (at, now) => (zone.daysBetween(now, at) === 0 ? clock(at) : `${date(at)} ${clock(at)}`),
    list: parts => new Intl.ListFormat(locales[language], { style: 'narrow' }).format(parts),
    sentences: parts => parts.join(language === 'ja' ? '' : ' '),
    until(at, now) {
      const promised = zone.floor(at, at - now >= 2 * dayMs ? 6 * hourMs : hourMs);
      const days = zone.daysBetween(now, promised);
      const name = days === 0 ? t('when.today') : days === 1 ? t('when.tomorrow') : date(promised);
      return { at: promised, day: name, clock: clock(promised), passed: promised <= now };
    },
  };
}

function numberFormat(locale: string): Format['number'] {
  const byDigits = new Map<number, Intl.NumberFormat>();
  return (value, digits = 1) => {
    let format = byDigits.get(digits);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      byDigits.set(digits, format);
    }
    const rounded = Number(value.toFixed(digits));
    return (rounded < 0 ? '−' : '') + format.format(Math.abs(rounded));
  };
}

type Dates = Pick<Format, 'clock' | 'day' | 'date' | 'dayOfMonth' | 'month' | 'longDate'>;

function dateFormat(locale: string, zone: Zone): Dates {
  const printer = (fields: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone.id, ...fields });
    // "Sel, 24 Nov" reads better without its comma in the middle of a sentence.
    return at => format.format(at).replace(',', '');
  };
  return {
    clock: printer({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: printer({ weekday: 'short', day: 'numeric' }),
    date: printer({ weekday: 'short', day: 'numeric', month: 'short' }),
    dayOfMonth: printer({ day: 'numeric', month: 'short' }),
    month: printer({ month: 'short' }),
    longDate: printer({ day: 'numeric', month: 'short', year: 'numeric' }),
  };
}

type Lives = Pick<Format, 'remaining' | 'remainingText' | 'range' | 'lossText' | 'duration'>;
interface Length {
  readonly figure: string;
  readonly unit: 'hours' | 'days';
}

function lifeFormat(language: Language, t: Translate, number: Format['number']): Lives {
  const halves = (days: number): string => {
    if (days % 1 === 0) return String(days);
    return language === 'id' ? `${Math.floor(days)}½` : number(days);
  };
  const left = (hours: number): Length => {
    if (!(hours > 0)) return { figure: '0', unit: 'hours' };
    if (hours < 1) return { figure: '<1', unit: 'hours' };
    if (hours < 48) return { figure: String(Math.floor(hours)), unit: 'hours' };
    const days = hours / 24;
    return { figure: halves(days < 7 ? Math.floor(days * 2) / 2 : Math.floor(days)), unit: 'days' };
  };
  const text = ({ figure, unit }: Length): string => t(`time.${unit}`, { n: figure });
  return {
    remaining(hours) {
      const { figure, unit } = left(hours);
      return { figure, unit: t(`unit.${unit}`) };
    },
    remainingText: hours => text(left(hours)),
    range(loH, hiH) {
      const lo = left(loH);
      const hi = left(hiH);
      if (lo.unit !== hi.unit) return `${text(lo)}–${text(hi)}`;
      return lo.figure === hi.figure ? text(hi) : text({ ...hi, figure: `${lo.figure}–${hi.figure}` });
    },
    lossText(hours) {
      if (hours < 48) return t('time.hours', { n: Math.ceil(Math.max(0, hours)) });
      const days = hours / 24;
      return t('time.days', { n: halves(days < 7 ? Math.ceil(days * 2) / 2 : Math.ceil(days)) });
    },
    duration(ms) {
      const minutes = Math.floor(Math.max(0, ms) / 60_000);
      const hours = Math.floor(minutes / 60);
      if (hours < 1) return t('time.minutes', { n: minutes });
      if (hours < 3 && minutes % 60 > 0) return t('time.hoursAndMinutes', { h: hours, min: minutes % 60 });
      return hours < 48 ? t('time.hours', { n: hours }) : t('time.days', { n: Math.floor(hours / 24) });
    },
  };
}
