import type { Decimal } from './readTable.ts';

/** What stands in a cell where a number was expected. */
export type ReadCell =
  /** `as`: it is written in another way than the rest of the file, and was read as this. */
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly unit: string | null;
      readonly as: 'decimal' | 'thousands' | 'clock' | null;
    }
  /** Two numbers could be meant: 1.200 in a file with decimal commas. */
  | { readonly kind: 'ambiguous'; readonly readings: readonly number[] }
  | { readonly kind: 'below' | 'above'; readonly value: number; readonly unit: string | null }
  /** A plate that is overgrown, or nothing found, without a figure. */
  | { readonly kind: 'too-many' | 'not-detected' | 'missing' }
  /** What a spreadsheet made of a number: 2.3 became 2 March. */
  | { readonly kind: 'date'; readonly readings: readonly number[] }
  /** `reading`: the number it begins with. */
  | { readonly kind: 'text'; readonly reading: number | null };

const tooMany =
  /^(?:tntc|tnc|tmtc|tbud|too (?:many|numerous)\b.*|uncountable|overgrown|confluent|spreaders?|terlalu banyak\b.*|測定不能|多数)\.?$/i;
const notDetected =
  /^(?:n\.?d\.?|bdl|blod|< ?lod|not detected|none detected|ttd|tidak terdeteksi|tak terdeteksi|neg(?:ative|atif)?|nil|不検出|検出せず|検出限界以下|陰性)\.?$/i;
const missing = /^(?:|[-–—.?*]+|n\.?a\.?|n\/a|#n\/a|nan|null|none|kosong|hilang|欠測|なし)$/i;

const unitPattern = String.raw`(?<unit>°? ?[cf]|hours?|hrs?|h|jam|days?|d|hari|minutes?|min|menit|時間|日|分|%|log(?:10)?(?: ?cfu(?: ?\/ ?g)?)?|cfu(?: ?\/ ?(?:g|ml))?)?`;
const numberPattern = String.raw`(?<number>[+-]?(?:\d[\d.,' ]*\d|\d|[.,]\d+)(?: ?[eE] ?[+-]?\d+| ?[x×*·] ?10 ?\^ ?[+-]?\d+)?)`;
const plain = new RegExp(`^${numberPattern} ?${unitPattern}$`, 'i');
const bounded = new RegExp(
  `^(?<sign><=?|>=?|≤|≥|kurang dari|lebih dari|below|above) ?${numberPattern} ?${unitPattern}$`,
  'i',
);
const begins = /^[+-]?\d+(?:[.,]\d+)?/;
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * A cell without what a spreadsheet puts around it: non-breaking, thin and zero-width spaces, full-width digits, a minus
 * that is a dash; 10⁵ becomes 10^5.
 */
export function cleanCell(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.trim();
  return text
    .replace(
      /⁻?[⁰¹²³⁴-⁹]+/gu,
      found => `^${[...found].map(one => (one === '⁻' ? '-' : superscripts.indexOf(one))).join('')}`,
    )
    .normalize('NFKC')
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000\t\n]+/g, ' ')
    .trim()
    .replace(/^[−–](?=[\d.,])/, '-');
}

/** How most numbers with a fraction are written; null when there are none. */
export function decimalOf(cells: Iterable<string>): Decimal | null {
  const seen = { ',': 0, '.': 0 };
  for (const cell of cells) {
    const found = /^[<>≤≥]?\s*[+-]?\d+([.,])(\d+)(?:e[+-]?\d+)?$/i.exec(cell);
    // Three digits may be thousands: they count, but little.
    if (found !== null) seen[found[1] as Decimal] += found[2]!.length === 3 ? 0.01 : 1;
  }
  if (seen[','] === 0 && seen['.'] === 0) return null;
  return seen[','] > seen['.'] ? ',' : '.';
}

/**
 * What a cell says. @param cell  cleaned @param decimal  how the file writes fractions
 *
 * @example
 * readCell('2,70', '.'); // => { kind: 'number', value: 2.7, unit: null, as: 'decimal' }
 */
export function readCell(cell: string, decimal: Decimal | null): ReadCell {
  if (missing.test(cell)) return { kind: 'missing' };
  if (tooMany.test(cell)) return { kind: 'too-many' };
  if (notDetected.test(cell)) return { kind: 'not-detected' };
  const found = plain.exec(cell)?.groups;
  if (found !== undefined) {
    const read = readNumber(found.number!, decimal);
    if (read !== null)
      return read.kind === 'number' ? { ...read, unit: found.unit?.toLowerCase() ?? null } : read;
  }
  const bound = bounded.exec(cell)?.groups;
  if (bound !== undefined) {
    const read = readNumber(bound.number!, decimal);
    const kind = /^(?:<|≤|kurang|below)/i.test(bound.sign!) ? 'below' : 'above';
    if (read?.kind === 'number') return { kind, value: read.value, unit: bound.unit?.toLowerCase() ?? null };
  }
  const hours = clockHours(cell);
  if (hours !== null) return { kind: 'number', value: hours, unit: 'h', as: 'clock' };
  const readings = dateReadings(cell);
  if (readings !== null) return { kind: 'date', readings };
  const first = begins.exec(cell)?.[0];
  const reading = first === undefined ? null : Number(first.replace(',', '.'));
  return { kind: 'text', reading: reading !== null && Number.isFinite(reading) ? reading : null };
}

function readNumber(
  text: string,
  decimal: Decimal | null,
): Extract<ReadCell, { kind: 'number' | 'ambiguous' }> | null {
  const [, mantissa = '', tens] = /^(.*?)(?: ?(?:e| ?[x×*·] ?10 ?\^) ?([+-]?\d+))?$/i.exec(text) ?? [];
  const power = tens === undefined ? 1 : 10 ** Number(tens);
  const number = (value: number, as: 'decimal' | 'thousands' | null) =>
    Number.isFinite(value * power)
      ? ({ kind: 'number', value: scaled(value, power), unit: null, as } as const)
      : null;
  const marks = [...mantissa.replace(/[\d+-]/g, '')];
  const kinds = [...new Set(marks)];
  if (kinds.length === 0) return number(Number(mantissa), null);
  const last = kinds.length === 1 ? kinds[0]! : marks.at(-1)!;
  const grouped = marks.filter(mark => mark !== last || kinds.length === 1);
  // 1.234,5 and 1,234.5: the last mark is the decimal one, the others stand before every third digit.
  if (kinds.length > 1) {
    const [whole = '', fraction = ''] = mantissa.split(last);
    const groups = new Set(grouped);
    if (groups.size > 1 || marks.filter(mark => mark === last).length > 1 || !/[.,]/.test(last)) return null;
    if (!isGrouped(whole, grouped[0]!)) return null;
    return number(Number(`${whole.replaceAll(/[^\d+-]/g, '')}.${fraction}`), 'thousands');
  }
  if (marks.length > 1 || /[ ']/.test(last))
    return isGrouped(mantissa, last) ? number(Number(mantissa.replaceAll(last, '')), 'thousands') : null;
  const asDecimal = Number(mantissa.replace(last, '.'));
  if (last === decimal) return number(asDecimal, null);
  const couldBeThousands = isGrouped(mantissa, last) && !/^[+-]?0/.test(mantissa);
  if (couldBeThousands)
    return { kind: 'ambiguous', readings: [Number(mantissa.replace(last, '')) * power, asDecimal * power] };
  return number(asDecimal, decimal === null ? null : 'decimal');
}

/** Without the last bits that a multiplication leaves. */
const scaled = (value: number, power: number): number =>
  power === 1 ? value : Number((value * power).toPrecision(15));

/** Groups of three digits behind every mark. */
const isGrouped = (text: string, mark: string): boolean => {
  const [first = '', ...rest] = text.replace(/^[+-]/, '').split(mark);
  return /^\d{1,3}$/.test(first) && rest.length > 0 && rest.every(group => /^\d{3}$/.test(group));
};

/** 36:00 as hours. */
function clockHours(cell: string): number | null {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,4}):(\d{2})(?::(\d{2}))?$/.exec(cell) ?? [];
  if (hours === undefined) return null;
  return Number(hours) + Number(minutes) / 60 + Number(seconds) / 3600;
}

const months =
  /^(?:jan|feb|mar|mrz|mär|apr|may|mei|mai|jun|jul|aug|agu|ags|sep|oct|okt|nov|dec|des|dez)[a-zä]*$/i;
const monthNumbers: Readonly<Record<string, number>> = {
  ...{ jan: 1, feb: 2, mar: 3, mrz: 3, mär: 3, apr: 4, may: 5, mei: 5, mai: 5, jun: 6, jul: 7 },
  ...{ aug: 8, agu: 8, ags: 8, sep: 9, oct: 10, okt: 10, nov: 11, dec: 12, des: 12, dez: 12 },
};

/** The numbers a spreadsheet may have made a date of, the likeliest first; null: it is no date. */
function dateReadings(cell: string): number[] | null {
  const iso = /^\d{4}[-/](\d{1,2})[-/](\d{1,2})(?:[ T].*)?$/.exec(cell);
  if (iso !== null) return dayAndMonth(Number(iso[2]), Number(iso[1]));
  const whole = /^(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}(?: .*)?$/.exec(cell);
  if (whole !== null) return dayAndMonth(Number(whole[1]), Number(whole[2]));
  const japanese = /^(\d{1,2})月(\d{1,2})日$/.exec(cell);
  if (japanese !== null) return dayAndMonth(Number(japanese[2]), Number(japanese[1]));
  const parts = cell.split(/[-. /]+/).filter(part => part !== '');
  const name = parts.findIndex(part => months.test(part));
  const rest = parts.filter((_, i) => i !== name);
  if (name === -1 || parts.length > 3 || rest.length === 0 || !rest.every(part => /^\d{1,4}$/.test(part)))
    return null;
  const month = monthNumbers[parts[name]!.slice(0, 3).toLowerCase()] ?? 0;
  // Mar-05 was 3.05 or 5.3; 2-Mar was 2.3 or 3.2.
  return name === 0 && rest.length === 1
    ? [Number(`${month}.${rest[0]!.slice(-2)}`), Number(`${Number(rest[0])}.${month}`)]
    : dayAndMonth(Number(rest[0]), month);
}

const dayAndMonth = (day: number, month: number): number[] => [
  ...new Set([Number(`${day}.${month}`), Number(`${month}.${day}`)]),
];
