import type { ExperimentKind } from '../contracts/experiment.ts';

/** What a column is taken for. */
export type ColumnRole = 'ignore' | 'series' | 'temperature' | 'time' | 'replicate' | 'count' | 'life';

export type ColumnUnit = 'c' | 'f' | 'h' | 'd' | 'min' | 'date' | 'log10' | 'ln' | 'cfu';

export interface ColumnUse {
  readonly role: ColumnRole;
  /** Null for what has no unit. */
  readonly unit: ColumnUnit | null;
  /** False: a person has to say which unit it is. */
  readonly isSure: boolean;
  /** Of a count: the temperature its header names, where the columns are temperatures. */
  readonly temperatureC: number | null;
}

/** What is made of the columns of a table, one each. */
export interface Mapping {
  readonly kind: ExperimentKind;
  readonly columns: readonly ColumnUse[];
  /** Of the whole table, where no column says it. */
  readonly constantTemperatureC: number | null;
  /** What "not detected" means, log10 CFU/g; null: asked at each cell. */
  readonly detectionLimitLog10: number | null;
}

export const unitsOf: Readonly<Record<ColumnRole, readonly ColumnUnit[]>> = {
  ignore: [],
  series: [],
  temperature: ['c', 'f'],
  time: ['h', 'd', 'min', 'date'],
  replicate: [],
  count: ['log10', 'ln', 'cfu'],
  life: ['h', 'd'],
};

export const ignored: ColumnUse = { role: 'ignore', unit: null, isSure: true, temperatureC: null };

/**
 * A value in the unit of its column as it is kept: degrees Celsius, hours, log10 CFU/g.
 *
 * @returns NaN for a count of zero or less that has no logarithm
 */
export function toKept(value: number, unit: ColumnUnit | null): number {
  switch (unit) {
    case 'f':
      return tidy(((value - 32) * 5) / 9);
    case 'd':
      return tidy(value * 24);
    case 'min':
      return tidy(value / 60);
    case 'ln':
      return value / Math.LN10;
    case 'cfu':
      return value > 0 ? Math.log10(value) : Number.NaN;
    default:
      return value;
  }
}

/** The same back again, as a person would have written it. */
export function fromKept(value: number, unit: ColumnUnit | null): number {
  switch (unit) {
    case 'f':
      return tidy((value * 9) / 5 + 32);
    case 'd':
      return tidy(value / 24);
    case 'min':
      return tidy(value * 60);
    case 'ln':
      return value * Math.LN10;
    case 'cfu':
      return 10 ** value;
    default:
      return value;
  }
}

/** A unit that is written in a cell behind its number; null: none, or one of something else. */
export function unitWritten(text: string | null, role: ColumnRole): ColumnUnit | null {
  if (text === null) return null;
  const found: ColumnUnit | null = /^°? ?c$/.test(text)
    ? 'c'
    : /^°? ?f$/.test(text)
      ? 'f'
      : /^(?:h|hrs?|hours?|jam|時間)$/.test(text)
        ? 'h'
        : /^(?:d|days?|hari|日)$/.test(text)
          ? 'd'
          : /^(?:min|minutes?|menit|分)$/.test(text)
            ? 'min'
            : text.startsWith('log')
              ? 'log10'
              : text.startsWith('cfu')
                ? 'cfu'
                : null;
  return found !== null && unitsOf[role].includes(found) ? found : null;
}

/** Conversions leave bits behind that nobody measured: 41 F is 5 C. */
const tidy = (value: number): number => Math.round(value * 1e9) / 1e9;
